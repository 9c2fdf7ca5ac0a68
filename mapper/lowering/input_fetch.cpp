#include "mapper/lowering/input_fetch.h"

#include <algorithm>
#include <tuple>

namespace arsia {

void InputFetch::lower(OperatorWork& work, std::size_t input) {
    work_ = &work;
    TensorId tensor_id = work.op->inputs[input];
    const Tensor& tensor = state_.graph.tensors[tensor_id];
    holders_ = &state_.holders[tensor_id];
    --holders_->uses_left;
    from_host_ = tensor.is_input();
    shared_ = work.shared && !work.shared->weights && work.shared->input == input;
    copies_ = holders_->copies.size();
    needs_.clear();
    const std::vector<IterationBox>& parts = shared_ ? work.starts : work.shards;
    for (const IterationBox& part : parts) needs_.push_back(need_of(*work.op, input, tensor.shape, part));
    covered_.resize(std::max(covered_.size(), work.ranks()));
    for (std::vector<TensorBox>& boxes : covered_) boxes.clear();
    fragments_.clear();
    fetches_.clear();

    bool done = !tensor.is_input() && !state_.layout.is_placed(tensor.producer); // by an operator outside a fragment
    if (tensor.residence != Residence::host || done) {
        for (std::uint32_t rank = 0; rank < work.ranks(); ++rank) reside(rank, state_.residents[tensor_id]);
        return;
    }
    gather_in_groups();
    for (std::uint32_t rank = 0; rank < work.ranks(); ++rank) collect(rank);
    // Sources serve the rank after them first, then the next one, so that not all send to the same rank at once.
    std::sort(fetches_.begin(), fetches_.end(), [](const Fetch& a, const Fetch& b) {
        return std::tuple(a.turn, a.rank, a.source) < std::tuple(b.turn, b.rank, b.source);
    });
    for (const Fetch& fetch : fetches_) emit(fetch);
}

/// A parameter or cache: what the rank needs is in its memory from the start, and is there once for all that read it.
void InputFetch::reside(std::uint32_t rank, std::vector<Holder>& parts) {
    NodeId node = work_->node(rank);
    const TensorBox& need = needs_[rank];
    if (need.empty()) return;
    missing_.assign(1, need);
    for (const Holder& part : parts) {
        if (part.node != node || intersect(part.box, need).empty()) continue;
        work_->held.push_back({rank, part.piece, TaskId(), shared_});
        remove(part.box, [](const TensorBox&) {});
    }
    std::int64_t elements = 0;
    for (const TensorBox& box : missing_) elements += box.volume();
    if (elements == 0) return;
    PieceId piece =
        state_.draft.add_piece(node, state_.graph.bytes_of(elements), work_->id, TaskId(), Filling::resident);
    for (const TensorBox& box : missing_) parts.push_back({box, node, TaskId(), piece});
    work_->held.push_back({rank, piece, TaskId(), shared_});
}

void InputFetch::collect(std::uint32_t rank) {
    const TensorBox& need = needs_[rank];
    missing_.clear();
    if (!need.empty()) missing_.push_back(need);
    remove_held(rank);
    if (missing_.empty()) return;

    NodeId node = work_->node(rank);
    candidates_.clear();
    auto add = [&](const Holder& holder, bool copy) {
        if (holder.node == node || intersect(holder.box, need).empty()) return;
        auto hops = static_cast<std::uint64_t>(state_.distances.hops(holder.node, node));
        candidates_.push_back({hops << 33 | (copy ? 1ULL : 0ULL) << 32 | holder.node.value(), &holder});
    };
    for (const Holder& owner : holders_->owners) add(owner, false);
    for (std::size_t i = 0; i < copies_; ++i) add(holders_->copies[i], true);
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
        return a.order != b.order ? a.order < b.order : a.holder < b.holder; // one node's copies: as they were made
    });

    std::size_t first_fragment = fragments_.size();
    for (const Candidate& candidate : candidates_) {
        const Holder& holder = *candidate.holder;
        remove(holder.box, [&](const TensorBox& common) {
            fragments_.push_back({common, holder.node, holder.after, holder.piece});
        });
        if (missing_.empty()) break;
    }
    group_by_source(rank, first_fragment);
}

/// Takes what the rank has itself, or gets from its group, out of what is missing.
void InputFetch::remove_held(std::uint32_t rank) {
    NodeId node = work_->node(rank);
    const TensorBox& need = needs_[rank];
    auto hold = [&](const Holder& holder) {
        if (intersect(holder.box, need).empty()) return;
        work_->held.push_back({rank, holder.piece, holder.after, shared_});
        // What the rank's own engine has computed is there in its turn; a share of partial sums comes by the network.
        if (holder.after.valid() && state_.draft.program.task(holder.after).kind != TaskKind::compute)
            work_->arrivals.push_back({rank, holder.after, shared_});
        remove(holder.box, [](const TensorBox&) {});
    };
    std::uint32_t set = state_.layout.set_at(node);
    if (holders_->producing_set == set) hold(holders_->owners[state_.layout.rank_at(node)]);
    for (std::size_t i = 0; i < copies_; ++i)
        if (holders_->copies[i].node == node) hold(holders_->copies[i]);
    for (const TensorBox& box : covered_[rank]) remove(box, [](const TensorBox&) {});
}

/// Takes a box out of what is missing; `found` is told each part that was.
template <class Found>
void InputFetch::remove(const TensorBox& box, Found found) {
    rest_.clear();
    for (const TensorBox& wanted : missing_) {
        TensorBox common = intersect(wanted, box);
        if (common.empty()) {
            rest_.push_back(wanted);
            continue;
        }
        found(common);
        if (common != wanted) subtract(wanted, common, rest_);
    }
    missing_.swap(rest_);
}

/// Sorts the fragments that were found for a rank into one fetch for each source.
void InputFetch::group_by_source(std::uint32_t rank, std::size_t first_fragment) {
    for (std::size_t at = first_fragment; at < fragments_.size();) {
        NodeId source = fragments_[at].source;
        std::size_t end = at + 1;
        for (std::size_t i = end; i < fragments_.size(); ++i)
            if (fragments_[i].source == source) std::swap(fragments_[i], fragments_[end++]);
        fetches_.push_back({rank, turn_of(rank, source), source, static_cast<std::uint32_t>(at),
                            static_cast<std::uint32_t>(end - at)});
        at = end;
    }
}

std::uint32_t InputFetch::turn_of(std::uint32_t rank, NodeId source) const {
    std::uint32_t source_rank = state_.layout.rank_at(source);
    if (source_rank == Layout::none) return rank;
    auto ranks = static_cast<std::uint32_t>(work_->ranks());
    return (rank + ranks - source_rank % ranks) % ranks;
}

void InputFetch::emit(const Fetch& fetch) {
    std::int64_t elements = 0;
    for (std::uint32_t i = 0; i < fetch.fragments; ++i) elements += fragments_[fetch.first_fragment + i].box.volume();
    Bytes bytes = state_.graph.bytes_of(elements);
    NodeId node = work_->node(fetch.rank);
    bool input = from_host_ && fetch.source == state_.scenario.host;
    TaskId task = state_.add_transfer(fetch.source, node, work_->id, bytes,
                                      input ? Purpose::input : Purpose::activation, fetch.turn);
    PieceId piece = state_.draft.add_piece(node, bytes, work_->id, task, Filling::arriving);
    TaskId waited;
    for (std::uint32_t i = 0; i < fetch.fragments; ++i) {
        const Fragment& fragment = fragments_[fetch.first_fragment + i];
        if (fragment.after != waited) state_.draft.depend(task, waited = fragment.after);
        state_.draft.use(fragment.piece, task, work_->id, true);
        keep_copy({fragment.box, node, task, piece});
    }
    work_->arrivals.push_back({fetch.rank, task, shared_});
    work_->held.push_back({fetch.rank, piece, task, shared_});
}

void InputFetch::keep_copy(const Holder& copy) {
    if (holders_->uses_left > 0) holders_->copies.push_back(copy);
}

/// Finds groups of ranks that need the same box and each own a part of it.
void InputFetch::gather_in_groups() {
    if (holders_->producing_set != work_->set_index || copies_ > 0 || work_->ranks() < 3) return;
    grouped_.assign(work_->ranks(), 0);
    for (std::uint32_t first = 0; first < work_->ranks(); ++first) {
        if (grouped_[first]) continue;
        members_.clear();
        bool all_own = true;
        for (std::uint32_t rank = first; rank < work_->ranks(); ++rank) {
            if (grouped_[rank] || needs_[rank] != needs_[first]) continue;
            grouped_[rank] = 1;
            members_.push_back(rank);
            all_own = all_own && !intersect(holders_->owners[rank].box, needs_[rank]).empty();
        }
        if (!all_own || members_.size() < 3) continue;
        nodes_.clear();
        for (std::uint32_t rank : members_) nodes_.push_back(work_->node(rank));
        const GroupCollectives::Way& way =
            state_.groups.way(CollectiveOperation::all_gather, nodes_, state_.collectives);
        if (way.refusal.empty()) gather(*way.pattern);
    }
}

void InputFetch::gather(const CollectivePattern& pattern) {
    cut_parts(pattern);
    state_.add_collective(pattern, work_->id, Purpose::collective, nodes_, part_bytes_, owned_, tasks_);
    for (std::size_t i = 0; i < tasks_.size(); ++i)
        if (tasks_[i].valid() && !pattern.steps()[i].join) arrive(pattern, pattern.steps()[i], tasks_[i]);
}

/// The part of each member, cut along its longest axis where its halves go different ways.
void InputFetch::cut_parts(const CollectivePattern& pattern) {
    std::size_t n = members_.size(), lanes = pattern.lanes();
    parts_.resize(lanes * n);
    part_bytes_.resize(lanes * n);
    part_memory_.assign(n * lanes * n, PieceId());
    owned_.clear();
    for (std::size_t member = 0; member < n; ++member) {
        const Holder& owner = holders_->owners[members_[member]];
        owned_.push_back(owner.after);
        TensorBox part = intersect(owner.box, needs_[members_[member]]);
        std::size_t longest = 0;
        for (std::size_t axis = 1; axis < part.axes.size(); ++axis)
            if (part[axis].size() > part[longest].size()) longest = axis;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            std::size_t piece = lane * n + member;
            parts_[piece] = part;
            parts_[piece][longest] =
                part_of(part[longest], static_cast<std::int64_t>(lanes), static_cast<std::int64_t>(lane));
            part_bytes_[piece] = state_.graph.bytes_of(parts_[piece].volume());
            part_memory_[member * lanes * n + piece] = owner.piece;
        }
    }
}

/// A message has come: what it was read from, and what it fills.
void InputFetch::arrive(const CollectivePattern& pattern, const CollectivePattern::Step& step, TaskId task) {
    Draft& draft = state_.draft;
    std::uint32_t rank = members_[step.to];
    PieceId filled =
        draft.add_piece(nodes_[step.to], draft.program.task(task).bytes, work_->id, task, Filling::arriving);
    PieceId read;
    for (const std::uint32_t* piece = pattern.begin(step); piece != pattern.end(step); ++piece) {
        if (part_bytes_[*piece] == 0) continue;
        PieceId from = part_memory_[step.from * parts_.size() + *piece];
        if (from != read) draft.use(read = from, task, work_->id, true);
        part_memory_[step.to * parts_.size() + *piece] = filled;
        covered_[rank].push_back(parts_[*piece]);
        keep_copy({parts_[*piece], nodes_[step.to], task, filled});
    }
    work_->arrivals.push_back({rank, task, shared_});
    work_->held.push_back({rank, filled, task, shared_});
}

} // namespace arsia
