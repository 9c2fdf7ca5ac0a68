#include "mapper/lowering/partial_sums.h"

#include "collectives/division.h"

namespace arsia {

void PartialSums::lower(OperatorWork& work, std::vector<Holder>& owners) {
    work_ = &work;
    owners_ = &owners;
    owners.resize(work.ranks());
    groups_.rebuild(*work.strategy, reduction_dims);
    for (std::size_t rank = 0; rank < work.ranks(); ++rank) // who takes no part owns nothing
        if (work.shards[rank].empty()) owners[rank] = {TensorBox{}, work.node(rank), TaskId(), PieceId()};
    slices_.resize(work.ranks());
    rest_.resize(work.ranks());
    find_needs();
    for (std::size_t group = 0; group < groups_.count(); ++group) lower_group(group);
}

void PartialSums::find_needs() {
    consumers_ = 0;
    const Tensor& tensor = state_.graph.tensors[work_->op->output];
    OperatorId last;
    for (OperatorId consumer : tensor.consumers) {
        if (consumer == last || state_.layout.set_index_of(consumer) != work_->set_index) continue;
        last = consumer;
        const Operator& op = state_.graph.operators[consumer];
        const Strategy& strategy = state_.layout.placement(consumer).strategy;
        for (std::size_t input = 0; input < op.inputs.size(); ++input) {
            if (op.inputs[input] != work_->op->output) continue;
            if (needs_.size() == consumers_) needs_.emplace_back();
            Needs& needs = needs_[consumers_++];
            needs.clear();
            for (std::size_t rank = 0; rank < work_->ranks(); ++rank)
                needs.push_back(need_of(op, input, tensor.shape, shard_of(op.extents, strategy, rank)));
        }
    }
}

static TensorBox slice_of(TensorBox whole, std::size_t axis, std::size_t slices, std::size_t slice) {
    whole[axis] = part_of(whole[axis], static_cast<std::int64_t>(slices), static_cast<std::int64_t>(slice));
    return whole;
}

std::size_t PartialSums::best_axis(std::size_t group, const TensorBox& whole) const {
    std::size_t best = 0;
    std::int64_t most = -1;
    for (std::size_t axis = 0; axis < whole.axes.size(); ++axis) {
        std::int64_t in_place = 0;
        for (std::size_t consumer = 0; consumer < consumers_; ++consumer)
            for (std::size_t member = 0; member < groups_.size(); ++member) {
                TensorBox slice = slice_of(whole, axis, groups_.size(), member);
                in_place += intersect(slice, needs_[consumer][groups_.rank(group, member)]).volume();
            }
        bool longer = in_place == most && whole[axis].size() > whole[best].size();
        if (in_place > most || longer) best = axis;
        most = std::max(most, in_place);
    }
    return best;
}

void PartialSums::lower_group(std::size_t group) {
    std::size_t g = groups_.size();
    TensorBox whole = work_->op->output_box(work_->shards[groups_.rank(group, 0)]);
    std::size_t axis = best_axis(group, whole);
    nodes_.clear();
    computed_.clear();
    boxes_.clear();
    for (std::size_t member = 0; member < g; ++member) {
        std::size_t rank = groups_.rank(group, member);
        nodes_.push_back(work_->node(rank));
        computed_.push_back(state_.draft.engine_last[state_.layout.slot(work_->id, rank)]);
        boxes_.push_back(slice_of(whole, axis, g, member));
    }
    const GroupCollectives::Way& way =
        state_.groups.way(CollectiveOperation::reduce_scatter, nodes_, state_.collectives);
    if (!way.refusal.empty())
        state_.draft.problems.push_back(state_.graph.operators[work_->id].name + ": its partial sums: " + way.refusal);
    const CollectivePattern& pattern = *way.pattern;
    bytes_.clear();
    for (std::size_t lane = 0; lane < pattern.lanes(); ++lane)
        for (const TensorBox& box : boxes_)
            bytes_.push_back(part_of_bytes(state_.graph.bytes_of(box.volume()), pattern.lanes(), lane));
    for (std::size_t member = 0; member < g; ++member)
        add_partial(groups_.rank(group, member), state_.graph.bytes_of(whole.volume()),
                    state_.graph.bytes_of(boxes_[member].volume()));
    state_.add_collective(pattern, work_->id, Purpose::partial_sum, nodes_, bytes_, computed_, tasks_);
    use_partials(group, pattern);
    for (std::size_t member = 0; member < g; ++member) {
        std::size_t rank = groups_.rank(group, member);
        (*owners_)[rank] = {boxes_[member], nodes_[member], end_of(member, pattern), slices_[rank]};
    }
}

void PartialSums::add_partial(std::size_t rank, Bytes whole, Bytes slice) {
    Draft& draft = state_.draft;
    std::size_t slot = state_.layout.slot(work_->id, rank);
    auto add = [&](Bytes bytes) {
        if (bytes == 0) return PieceId();
        PieceId piece =
            draft.add_piece(work_->node(rank), bytes, work_->id, draft.engine_first[slot], Filling::computed);
        draft.use(piece, draft.engine_last[slot], work_->id);
        return piece;
    };
    slices_[rank] = add(slice);
    rest_[rank] = add(whole - slice);
}

void PartialSums::use_partials(std::size_t group, const CollectivePattern& pattern) {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const CollectivePattern::Step& step = pattern.steps()[i];
        if (step.join || !tasks_[i].valid()) continue;
        bool own = false, others = false;
        for (const std::uint32_t* piece = pattern.begin(step); piece != pattern.end(step); ++piece)
            (pattern.rank_of_piece(*piece) == step.to ? own : others) = true;
        std::size_t to = groups_.rank(group, step.to);
        state_.draft.use(rest_[groups_.rank(group, step.from)], tasks_[i], work_->id, true);
        if (own) state_.draft.use(slices_[to], tasks_[i], work_->id, true);
        if (others) state_.draft.use(rest_[to], tasks_[i], work_->id, true);
    }
}

/// The task at whose end a member's slice is summed up.
TaskId PartialSums::end_of(std::size_t member, const CollectivePattern& pattern) {
    Draft& draft = state_.draft;
    TaskId end;
    std::size_t count = 0;
    pattern.each_end(member, computed_, tasks_, [&](TaskId task) {
        end = task;
        ++count;
    });
    if (count == 0) return computed_[member]; // an empty slice
    if (count == 1) return end;
    Task join;
    join.op = work_->id;
    join.node = nodes_[member];
    TaskId all = draft.program.add(join);
    pattern.each_end(member, computed_, tasks_, [&](TaskId task) { draft.depend(all, task); });
    return all;
}

} // namespace arsia
