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
    for (const IterationBox& part : parts) needs_.push_back(work.op->input_box(input, tensor.shape, part));
    covered_.resize(std::max(covered_.size(), work.ranks()));
    for (std::vector<TensorBox>& boxes : covered_) boxes.clear();
    fragments_.clear();
    fetches_.clear();

    gather_on_rings();
    for (std::uint32_t rank = 0; rank < work.ranks(); ++rank) collect(rank);
    // Sources serve the rank after them first, then the next one, so that not all send to the same rank at once.
    std::sort(fetches_.begin(), fetches_.end(), [](const Fetch& a, const Fetch& b) {
        return std::tuple(a.turn, a.rank, a.source) < std::tuple(b.turn, b.rank, b.source);
    });
    for (const Fetch& fetch : fetches_) emit(fetch);
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

/// Takes what the rank has itself, or gets from a ring, out of what is missing.
void InputFetch::remove_held(std::uint32_t rank) {
    NodeId node = work_->node(rank);
    const TensorBox& need = needs_[rank];
    auto hold = [&](const Holder& holder) {
        if (intersect(holder.box, need).empty()) return;
        work_->held.push_back({rank, holder.piece, holder.after, shared_});
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
    TaskId task =
        state_.add_transfer(fetch.source, node, work_->id, bytes, input ? Purpose::input : Purpose::activation);
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
void InputFetch::gather_on_rings() {
    if (holders_->producing_set != work_->set_index || copies_ > 0 || work_->ranks() < 3) return;
    if (state_.collectives == CollectiveChoice::direct) return;
    grouped_.assign(work_->ranks(), 0);
    for (std::uint32_t first = 0; first < work_->ranks(); ++first) {
        if (grouped_[first]) continue;
        ring_.clear();
        bool all_own = true;
        for (std::uint32_t rank = first; rank < work_->ranks(); ++rank) {
            if (grouped_[rank] || needs_[rank] != needs_[first]) continue;
            grouped_[rank] = 1;
            ring_.push_back(rank);
            all_own = all_own && !intersect(holders_->owners[rank].box, needs_[rank]).empty();
        }
        if (!all_own) continue;
        ring_nodes_.clear();
        for (std::uint32_t rank : ring_) ring_nodes_.push_back(work_->node(rank));
        if (state_.distances.use_ring(ring_nodes_, state_.collectives)) lower_ring(ring_);
    }
}

/// n − 1 steps; in step s each member gets, from the member before it, the part that the member s places before it
/// owns.
void InputFetch::lower_ring(const std::vector<std::uint32_t>& members) {
    std::size_t n = members.size();
    const TensorBox need = needs_[members[0]];
    sent_.assign(n, TaskId());
    sent_pieces_.assign(n, PieceId());
    for (std::size_t i = 0; i < n; ++i) {
        sent_[i] = holders_->owners[members[i]].after;
        sent_pieces_[i] = holders_->owners[members[i]].piece;
    }
    sending_.resize(n);
    sending_pieces_.resize(n);
    for (std::size_t step = 1; step < n; ++step) {
        for (std::size_t i = 0; i < n; ++i) {
            std::size_t before = (i + n - 1) % n, owner = (i + n - step) % n;
            TensorBox box = intersect(holders_->owners[members[owner]].box, need);
            NodeId node = work_->node(members[i]);
            Bytes bytes = state_.graph.bytes_of(box.volume());
            TaskId task =
                state_.add_transfer(work_->node(members[before]), node, work_->id, bytes, Purpose::collective);
            PieceId piece = state_.draft.add_piece(node, bytes, work_->id, task, Filling::arriving);
            state_.draft.depend(task, sent_[before]);
            state_.draft.use(sent_pieces_[before], task, work_->id, true);
            sending_[i] = task;
            sending_pieces_[i] = piece;
            work_->arrivals.push_back({members[i], task, shared_});
            work_->held.push_back({members[i], piece, task, shared_});
            covered_[members[i]].push_back(box);
            keep_copy({box, node, task, piece});
        }
        sent_.swap(sending_);
        sent_pieces_.swap(sending_pieces_);
    }
}

} // namespace arsia
