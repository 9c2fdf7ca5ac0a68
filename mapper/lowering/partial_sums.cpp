#include "mapper/lowering/partial_sums.h"

namespace arsia {

void PartialSums::lower(OperatorWork& work, std::vector<Holder>& owners) {
    work_ = &work;
    owners_ = &owners;
    owners.resize(work.ranks());
    groups_.rebuild(work.strategy->es, reduction_dims);
    partials_.clear();
    planned_.clear();
    compute_.clear();
    for (std::size_t rank = 0; rank < work.ranks(); ++rank) {
        std::size_t slot = state_.layout.slot(work.id, rank);
        Bytes bytes = state_.graph.bytes_of(work.op->output_box(work.shards[rank]).volume());
        compute_.push_back(state_.draft.engine_last[slot]);
        partials_.push_back(state_.draft.add_piece(work.node(rank), bytes, work.id, state_.draft.engine_first[slot],
                                                   Filling::computed));
        state_.draft.use(partials_.back(), compute_.back(), work.id);
    }
    for (std::size_t group = 0; group < groups_.count(); ++group) lower_group(group);
}

void PartialSums::lower_group(std::size_t group) {
    std::size_t g = groups_.size();
    TensorBox whole = work_->op->output_box(work_->shards[groups_.rank(group, 0)]);
    std::size_t axis = 0;
    for (std::size_t i = 1; i < whole.axes.size(); ++i)
        if (whole[i].size() > whole[axis].size()) axis = i;
    slices_.assign(g, whole);
    for (std::size_t i = 0; i < g; ++i)
        slices_[i][axis] = part_of(whole[axis], static_cast<std::int64_t>(g), static_cast<std::int64_t>(i));
    nodes_.clear();
    for (std::size_t member = 0; member < g; ++member) {
        std::size_t rank = groups_.rank(group, member);
        nodes_.push_back(work_->node(rank));
        (*owners_)[rank] = {TensorBox{}, work_->node(rank), TaskId(), PieceId()};
    }
    if (state_.distances.use_ring(nodes_, state_.collectives))
        reduce_on_ring(group);
    else
        reduce_directly(group);
}

TaskId PartialSums::send(std::size_t from_rank, std::size_t to_rank, std::size_t slice) {
    return state_.add_transfer(work_->node(from_rank), work_->node(to_rank), work_->id,
                               state_.graph.bytes_of(slices_[slice].volume()), Purpose::partial_sum);
}

TaskId PartialSums::reduce(std::size_t rank, int operands, std::size_t slice) {
    TaskId task = state_.add_engine_task(TaskKind::reduce, work_->node(rank), work_->id,
                                         plan_of(operands, slices_[slice].volume()));
    state_.draft.engine_last[state_.layout.slot(work_->id, rank)] = task;
    state_.draft.use(partials_[rank], task, work_->id);
    return task;
}

PlanId PartialSums::plan_of(int operands, std::int64_t elements) {
    for (const Planned& known : planned_)
        if (known.operands == operands && known.elements == elements) return known.plan;
    const PlanPtr& plan = state_.plans.reduction(*work_->set->design, operands, elements);
    planned_.push_back({operands, elements, state_.draft.program.add_plan(plan)});
    return planned_.back().plan;
}

void PartialSums::own(std::size_t rank, std::size_t slice, TaskId last) {
    Bytes bytes = state_.graph.bytes_of(slices_[slice].volume());
    PieceId piece = state_.draft.add_piece(work_->node(rank), bytes, work_->id, last, Filling::computed);
    state_.draft.use(piece, last, work_->id);
    (*owners_)[rank] = {slices_[slice], work_->node(rank), last, piece};
}

void PartialSums::reduce_directly(std::size_t group) {
    Draft& draft = state_.draft;
    std::size_t g = groups_.size();
    arrivals_.assign(g * g, TaskId()); // [receiver][sender]
    for (std::size_t offset = 1; offset < g; ++offset) {
        for (std::size_t sender = 0; sender < g; ++sender) {
            std::size_t receiver = (sender + offset) % g;
            if (slices_[receiver].empty()) continue;
            std::size_t rank = groups_.rank(group, sender);
            TaskId task = send(rank, groups_.rank(group, receiver), receiver);
            draft.depend(task, compute_[rank]);
            draft.use(partials_[rank], task, work_->id, true);
            arrivals_[receiver * g + sender] = task;
        }
    }
    for (std::size_t member = 0; member < g; ++member) {
        if (slices_[member].empty()) continue;
        std::size_t rank = groups_.rank(group, member);
        TaskId task = reduce(rank, static_cast<int>(g), member);
        draft.depend(task, compute_[rank]);
        for (std::size_t sender = 0; sender < g; ++sender) {
            TaskId arrival = arrivals_[member * g + sender];
            if (!arrival.valid()) continue;
            draft.depend(task, arrival);
            PieceId piece = draft.add_piece(work_->node(rank), draft.program.task(arrival).bytes, work_->id, arrival,
                                            Filling::arriving);
            draft.use(piece, task, work_->id);
        }
        own(rank, member, task);
    }
}

void PartialSums::reduce_on_ring(std::size_t group) {
    Draft& draft = state_.draft;
    std::size_t g = groups_.size();
    reduced_.assign(g, TaskId());
    arrived_.assign(g, PieceId());
    for (std::size_t step = 1; step < g; ++step) {
        arrivals_.assign(g, TaskId());
        arrived_next_.assign(g, PieceId());
        for (std::size_t sender = 0; sender < g; ++sender) {
            std::size_t slice = (sender + g - step) % g, receiver = (sender + 1) % g;
            if (slices_[slice].empty()) continue;
            std::size_t rank = groups_.rank(group, sender);
            TaskId task = send(rank, groups_.rank(group, receiver), slice);
            draft.depend(task, step == 1 ? compute_[rank] : reduced_[sender]);
            draft.use(step == 1 ? partials_[rank] : arrived_[sender], task, work_->id, true);
            arrivals_[receiver] = task;
        }
        for (std::size_t member = 0; member < g; ++member) {
            TaskId arrival = arrivals_[member];
            if (!arrival.valid()) continue;
            std::size_t slice = (member + 2 * g - 1 - step) % g;
            std::size_t rank = groups_.rank(group, member);
            PieceId piece = draft.add_piece(work_->node(rank), draft.program.task(arrival).bytes, work_->id, arrival,
                                            Filling::arriving);
            TaskId task = reduce(rank, 2, slice);
            draft.depend(task, arrival);
            draft.depend(task, compute_[rank]);
            draft.use(piece, task, work_->id);
            reduced_[member] = task;
            arrived_next_[member] = piece;
            if (step + 1 == g) own(rank, member, task);
        }
        arrived_.swap(arrived_next_);
    }
}

} // namespace arsia
