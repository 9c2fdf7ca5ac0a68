#include "mapper/lowering/recurrent_steps.h"

#include <fmt/format.h>

namespace arsia {

void RecurrentSteps::lower(OperatorWork& work) {
    work_ = &work;
    steps_ = at(work.op->extents, Dim::P);
    planned_.clear();
    groups_.rebuild(*work.strategy, {Dim::K});
    for (std::size_t group = 0; group < groups_.count(); ++group) lower_group(group);
    use_inputs();
}

/// The plan of one step of a rank.
PlanId RecurrentSteps::plan_of(std::size_t rank) {
    const Design* design = work_->set->designs[rank];
    Extents step = sizes_of(work_->shards[rank]);
    at(step, Dim::P) = 1;
    for (const Planned& known : planned_)
        if (known.design == design && known.step == step) return known.plan;
    PlanId plan = state_.draft.program.add_plan(state_.plans.compute(*design, work_->id, step, false));
    planned_.push_back({design, step, plan});
    return plan;
}

void RecurrentSteps::lower_group(std::size_t group) {
    members_.clear();
    nodes_.clear();
    for (std::size_t member = 0; member < groups_.size(); ++member) {
        members_.push_back(static_cast<std::uint32_t>(groups_.rank(group, member)));
        nodes_.push_back(work_->node(members_.back()));
    }
    const GroupCollectives::Way& way = state_.groups.way(CollectiveOperation::all_gather, nodes_, state_.collectives);
    if (!way.refusal.empty())
        state_.draft.problems.push_back(work_->op->name + ": its steps are gathered: " + way.refusal);
    begin_group(*way.pattern);
    std::size_t messages = static_cast<std::size_t>(steps_ - 1) * way.pattern->steps().size();
    bool too_many = messages > most_messages;
    if (too_many && group == 0)
        state_.draft.problems.push_back(fmt::format(
            "{}: its {} steps on {} accelerators exchange {} messages; at most {} are simulated: split K by "
            "a smaller factor",
            work_->op->name, steps_, groups_.size(), messages, most_messages));
    for (std::int64_t step = 0; step < (too_many ? 1 : steps_); ++step) {
        compute_step(step, *way.pattern);
        if (step + 1 < steps_ && !too_many) exchange(step, *way.pattern);
    }
    Draft& draft = state_.draft;
    for (std::size_t member = 0; member < members_.size(); ++member) {
        draft.engine_last[state_.layout.slot(work_->id, members_[member])] = computed_[member];
        draft.use(slices_[member], computed_[member], work_->id);
    }
    for (const std::vector<PieceId>& filled : filled_)
        for (std::size_t i = 0; i < filled.size(); ++i)
            if (filled[i].valid()) draft.use(filled[i], computed_[way.pattern->steps()[i].to], work_->id);
}

/// Plans, and the sizes of what a step's exchange moves.
void RecurrentSteps::begin_group(const CollectivePattern& pattern) {
    std::size_t n = members_.size(), lanes = pattern.lanes();
    plans_.clear();
    computed_.assign(n, TaskId());
    slices_.assign(n, PieceId());
    bytes_.assign(lanes * n, 0);
    for (std::size_t member = 0; member < n; ++member) {
        plans_.push_back(plan_of(members_[member]));
        const IterationBox& shard = work_->shards[members_[member]];
        for (std::size_t lane = 0; lane < lanes; ++lane)
            bytes_[lane * n + member] = state_.graph.bytes_of(
                at(shard, Dim::N).size() *
                part_of(at(shard, Dim::K), static_cast<std::int64_t>(lanes), static_cast<std::int64_t>(lane)).size());
    }
    for (std::size_t parity = 0; parity < 2; ++parity) {
        filled_[parity].assign(pattern.steps().size(), PieceId());
        memory_[parity].assign(n * lanes * n, PieceId());
    }
}

void RecurrentSteps::compute_step(std::int64_t step, const CollectivePattern& pattern) {
    Draft& draft = state_.draft;
    std::size_t n = members_.size();
    std::vector<TaskId> before = computed_;
    for (std::size_t member = 0; member < n; ++member) {
        TaskId task = state_.add_engine_task(TaskKind::compute, nodes_[member], work_->id, plans_[member]);
        computed_[member] = task;
        if (step > 0) {
            pattern.each_end(member, before, tasks_, [&](TaskId end) { draft.depend(task, end); });
            continue;
        }
        draft.engine_first[state_.layout.slot(work_->id, members_[member])] = task;
        Bytes slice = 0;
        for (std::size_t lane = 0; lane < pattern.lanes(); ++lane) slice += bytes_[lane * n + member];
        slices_[member] = draft.add_piece(nodes_[member], 2 * slice, work_->id, task, Filling::computed);
        for (std::vector<PieceId>& memory : memory_)
            for (std::size_t lane = 0; lane < pattern.lanes(); ++lane)
                memory[member * bytes_.size() + lane * n + member] = slices_[member];
    }
}

/// Gathers the results of a step.
void RecurrentSteps::exchange(std::int64_t step, const CollectivePattern& pattern) {
    if (step == 0) // whether there are ways is asked once
        state_.add_collective(pattern, work_->id, Purpose::collective, nodes_, bytes_, computed_, tasks_);
    else
        pattern.append(state_.draft.program, state_.transfer_for(work_->id, Purpose::collective), nodes_, bytes_,
                       computed_, tasks_);
    keep(step, pattern);
}

/// Enters the memory that the messages fill, in the first two exchanges, and who reads it last, in the last two.
void RecurrentSteps::keep(std::int64_t step, const CollectivePattern& pattern) {
    if (step >= 2 && step + 3 < steps_) return;
    Draft& draft = state_.draft;
    std::vector<PieceId>& filled = filled_[static_cast<std::size_t>(step % 2)];
    std::vector<PieceId>& memory = memory_[static_cast<std::size_t>(step % 2)];
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const CollectivePattern::Step& message = pattern.steps()[i];
        if (!tasks_[i].valid() || message.join) continue;
        if (!filled[i].valid())
            filled[i] = draft.add_piece(nodes_[message.to], draft.program.task(tasks_[i]).bytes, work_->id, tasks_[i],
                                        Filling::arriving);
        PieceId read;
        for (const std::uint32_t* piece = pattern.begin(message); piece != pattern.end(message); ++piece) {
            if (bytes_[*piece] == 0) continue;
            PieceId from = memory[message.from * bytes_.size() + *piece];
            if (from != read) draft.use(read = from, tasks_[i], work_->id, true);
            memory[message.to * bytes_.size() + *piece] = filled[i];
        }
    }
}

void RecurrentSteps::use_inputs() {
    Draft& draft = state_.draft;
    auto slot = [&](std::size_t rank) { return state_.layout.slot(work_->id, rank); };
    for (std::size_t rank = 0; rank < work_->ranks(); ++rank) {
        draft.use(draft.weights[slot(rank)], draft.engine_first[slot(rank)], work_->id);
        draft.use(draft.weights[slot(rank)], draft.engine_last[slot(rank)], work_->id);
    }
    for (const OperatorWork::Arrival& arrival : work_->arrivals)
        draft.depend(draft.engine_first[slot(arrival.rank)], arrival.task);
    for (const OperatorWork::Held& held : work_->held) {
        draft.use(held.piece, draft.engine_first[slot(held.rank)], work_->id);
        draft.use(held.piece, draft.engine_last[slot(held.rank)], work_->id);
    }
}

} // namespace arsia
