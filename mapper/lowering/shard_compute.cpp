#include "mapper/lowering/shard_compute.h"

#include <algorithm>

namespace arsia {

void ShardCompute::lower(OperatorWork& work) {
    planned_.clear();
    add_weights(work);
    for (std::size_t rank = 0; rank < work.ranks(); ++rank)
        if (work.shards[rank].empty()) pass(work, rank);
    if (RecurrentSteps::takes(work))
        steps_.lower(work);
    else if (work.shared)
        lower_shared(work);
    else
        lower_exclusive(work);
}

/// For a rank that takes no part: a task that ends when the rank has done what comes before, so that what follows finds
/// one all the same.
void ShardCompute::pass(const OperatorWork& work, std::size_t rank) {
    Draft& draft = state_.draft;
    const std::vector<OperatorId>& operators = work.set->operators;
    std::size_t position = state_.layout.position(work.id);
    TaskId before;
    if (position > 0) {
        before = draft.engine_last[state_.layout.slot(operators[position - 1], rank)];
    } else if (draft.request > 0) {
        state_.layout.choose(draft.request - 1);
        before = draft.engine_last[state_.layout.slot(operators.back(), rank)];
        state_.layout.choose(draft.request);
    }
    Task task;
    task.kind = TaskKind::join;
    task.node = work.node(rank);
    task.op = work.id;
    TaskId passed = draft.program.add(task);
    draft.depend(passed, before);
    std::size_t slot = state_.layout.slot(work.id, rank);
    draft.engine_first[slot] = draft.engine_last[slot] = passed;
}

/// Weights and biases of a part of the iteration space. The biases of all its output channels count, so that a rank
/// has them whatever the part of C, R and S.
Bytes ShardCompute::weight_bytes(const OperatorWork& work, const IterationBox& part) const {
    std::int64_t biases = work.op->channel_parameters() * at(part, Dim::K).size();
    return state_.graph.bytes_of(work.op->weight_box(part).volume() + biases);
}

void ShardCompute::add_weights(OperatorWork& work) {
    if (!work.op->has_weights) return;
    for (std::size_t rank = 0; rank < work.ranks(); ++rank) {
        bool part = work.shared && work.shared->weights;
        Bytes bytes = weight_bytes(work, part ? work.starts[rank] : work.shards[rank]);
        state_.draft.weights[state_.layout.slot(work.id, rank)] =
            state_.draft.add_piece(work.node(rank), bytes, work.id, TaskId(), Filling::weights);
    }
}

PlanId ShardCompute::plan_of(const OperatorWork& work, std::size_t rank, const Extents& shard, bool accumulate) {
    const Design* design = work.set->designs[rank];
    for (const Planned& known : planned_)
        if (known.design == design && known.shard == shard && known.accumulate == accumulate) return known.plan;
    PlanId plan = state_.draft.program.add_plan(state_.plans.compute(*design, work.id, shard, accumulate));
    planned_.push_back({design, shard, accumulate, plan});
    return plan;
}

void ShardCompute::lower_exclusive(OperatorWork& work) {
    Draft& draft = state_.draft;
    for (std::size_t rank = 0; rank < work.ranks(); ++rank) {
        if (work.shards[rank].empty()) continue;
        PlanId plan = plan_of(work, rank, sizes_of(work.shards[rank]), false);
        TaskId task = state_.add_engine_task(TaskKind::compute, work.node(rank), work.id, plan);
        std::size_t slot = state_.layout.slot(work.id, rank);
        draft.engine_first[slot] = draft.engine_last[slot] = task;
        draft.use(draft.weights[slot], task, work.id);
    }
    auto task_of = [&](std::uint32_t rank) { return draft.engine_first[state_.layout.slot(work.id, rank)]; };
    for (const OperatorWork::Arrival& arrival : work.arrivals) draft.depend(task_of(arrival.rank), arrival.task);
    for (const OperatorWork::Held& held : work.held) draft.use(held.piece, task_of(held.rank), work.id);
}

void ShardCompute::lower_shared(OperatorWork& work) {
    Draft& draft = state_.draft;
    phases_ = static_cast<std::size_t>(work.shared->replicas);
    computed_.assign(work.ranks() * phases_, TaskId());
    received_.assign(work.ranks() * phases_, TaskId());
    largest_part_.assign(work.ranks(), 0);
    for (std::size_t phase = 0; phase < phases_; ++phase) {
        if (phase > 0) send_parts(work, phase);
        compute_phase(work, phase);
    }
    for (std::size_t rank = 0; rank < work.ranks(); ++rank) {
        std::size_t slot = state_.layout.slot(work.id, rank);
        draft.engine_first[slot] = computed(rank, 0);
        draft.engine_last[slot] = computed(rank, phases_ - 1);
        draft.use(draft.weights[slot], computed(rank, 0), work.id);
        draft.use(draft.weights[slot], computed(rank, phases_ - 1), work.id);
    }
    for (const OperatorWork::Arrival& arrival : work.arrivals) draft.depend(computed(arrival.rank, 0), arrival.task);
    for (const OperatorWork::Held& held : work.held)
        draft.use(held.piece, computed(held.rank, held.shared ? 0 : phases_ - 1), work.id);
    use_spares(work);
}

/// Bytes of the shared tensor that travel for a part of the iteration space. Biases travel with the weights of their
/// output channels, and stay where they are if the channels are not cut.
Bytes ShardCompute::moved_bytes(const OperatorWork& work, const IterationBox& part) const {
    if (work.shared->weights) {
        if (*work.strategy->ss == Dim::K) return weight_bytes(work, part);
        return state_.graph.bytes_of(work.op->weight_box(part).volume());
    }
    const Tensor& tensor = state_.graph.tensors[work.op->inputs[work.shared->input]];
    return state_.graph.bytes_of(work.op->input_box(work.shared->input, tensor.shape, part).volume());
}

/// Sends every rank the part for `phase`, from the replica after it.
void ShardCompute::send_parts(OperatorWork& work, std::size_t phase) {
    Draft& draft = state_.draft;
    std::size_t r = phases_;
    for (std::size_t group = 0; group < work.replicas.count(); ++group) {
        for (std::size_t member = 0; member < r; ++member) {
            std::size_t rank = work.replicas.rank(group, member);
            std::size_t next = work.replicas.rank(group, member + 1);
            std::size_t before = work.replicas.rank(group, member + r - 1);
            Bytes bytes = moved_bytes(work, work.phase_part(rank, member, phase));
            if (bytes == 0) continue; // a part of the input that is all padding
            largest_part_[rank] = std::max(largest_part_[rank], bytes);
            TaskId task = state_.add_transfer(work.node(next), work.node(rank), work.id, bytes, Purpose::shared_shard);
            received(rank, phase) = task;
            if (phase >= 2) {
                draft.depend(task, received(next, phase - 1));
                draft.depend(task, computed(rank, phase - 2));
            }
            if (phase >= 3) draft.depend(task, received(before, phase - 1));
            if (phase > 1) continue;
            if (work.shared->weights) {
                draft.use(draft.weights[state_.layout.slot(work.id, next)], task, work.id, true);
                continue;
            }
            for (const OperatorWork::Held& held : work.held) {
                if (held.rank != next || !held.shared) continue;
                draft.use(held.piece, task, work.id, true);
                draft.depend(task, held.after);
            }
        }
    }
}

void ShardCompute::compute_phase(OperatorWork& work, std::size_t phase) {
    bool accumulate = phase > 0 && Operator::is_reduction(*work.strategy->ss);
    for (std::size_t group = 0; group < work.replicas.count(); ++group) {
        for (std::size_t member = 0; member < phases_; ++member) {
            std::size_t rank = work.replicas.rank(group, member);
            PlanId plan = plan_of(work, rank, sizes_of(work.phase_part(rank, member, phase)), accumulate);
            TaskId task = state_.add_engine_task(TaskKind::compute, work.node(rank), work.id, plan);
            state_.draft.depend(task, received(rank, phase));
            computed(rank, phase) = task;
        }
    }
}

/// The two buffers for parts under way: odd phases use the first, even ones after phase 0 the second.
void ShardCompute::use_spares(OperatorWork& work) {
    Draft& draft = state_.draft;
    for (std::size_t group = 0; group < work.replicas.count(); ++group) {
        for (std::size_t member = 0; member < phases_; ++member) {
            std::size_t rank = work.replicas.rank(group, member);
            std::size_t before = work.replicas.rank(group, member + phases_ - 1);
            PieceId spare[2];
            for (std::size_t phase = 1; phase < phases_; ++phase) {
                TaskId arrival = received(rank, phase);
                if (!arrival.valid()) continue;
                PieceId& piece = spare[phase % 2];
                if (!piece.valid())
                    piece = draft.add_piece(work.node(rank), largest_part_[rank], work.id, arrival, Filling::arriving);
                draft.use(piece, computed(rank, phase), work.id);
                if (phase + 1 < phases_) draft.use(piece, received(before, phase + 1), work.id, true);
            }
        }
    }
}

} // namespace arsia
