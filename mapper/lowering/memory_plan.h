// Which weights stay in local memory, when others arrive, and what keeps a small memory from overflowing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// Plans the local memory of each accelerator, and adds to the program what the plan needs.
///
/// An accelerator whose memory holds everything that it ever gets needs no plan: nothing waits, and its need is the sum
/// of all pieces. Any other is planned in program order. Its operators are its positions; a piece lives from the
/// position it is for to that of the last operator that uses it. Then
///   1. weights whose residency the mapping leaves open are made resident in graph order, as long as all fits;
///   2. what arrives in memory of its own (copies, parts of shared tensors, streamed weights) may come earlier than its
///      position, one more position for each in turn, as long as all fits;
///   3. edges hold the program to it: transfers to a position wait for the end of the one before it, and a position
///      waits until other accelerators have read what the positions before it leave behind, and have added to it what
///      they add (a gate).
/// Every such edge goes from an operator to a later one in graph order, so that none closes a cycle.
///
/// In a stream the positions of each request follow those of the one before; results stay until their request ends.
/// Transfers may come up to one request early, and what is left behind may stay up to one request longer before a gate
/// waits for it, as long as all fits: this is how many requests are under way at once. Resident weights, and streamed
/// ones of an accelerator that needs no plan, are loaded once for all requests; other streamed ones for each.
class MemoryPlan {
public:
    explicit MemoryPlan(LoweringState& state) : state_(state) {}

    /// Adds transfers of streamed weights, and the edges that keep each accelerator within its capacity.
    void apply();
    /// Peak bytes by node, at least what a simulation of the program sees.
    const IdVector<NodeId, Bytes>& need() const { return need_; }
    /// One text for each accelerator whose memory is too small.
    std::vector<std::string> problems() const;
    /// Adds the pieces to the program as buffers.
    void describe_buffers();

private:
    /// Transfers to one position that may start at an earlier one.
    struct Arrivals {
        Bytes bytes = 0;
        std::size_t release = 0; ///< first position at which they may be under way
        bool frozen = false;
        std::vector<TaskId> tasks;
    };
    /// What one position leaves behind for others to read.
    struct Departures {
        Bytes bytes = 0;
        std::size_t gate = 0; ///< position that waits until it has been read
        bool frozen = false;
        std::vector<TaskId> tasks; ///< reads
    };
    /// Plan of one accelerator that cannot hold everything at once.
    struct Tight {
        NodeId node;
        Bytes capacity = 0;
        std::vector<Bytes> used;               ///< by position, resident weights included
        std::vector<Arrivals> copies, streams; ///< by position
        std::vector<Departures> leaving;       ///< by position
        std::size_t round = 0;                 ///< positions of one request
    };
    struct Position {
        std::size_t first, last; ///< positions of a piece on its accelerator
    };

    void index_uses();
    void add_need(const Piece& piece);
    void find_tight();
    void place_pieces();
    void choose_resident();
    bool stays(OperatorId op) const;
    void make_resident(OperatorId op);
    void stream_weights();
    void stream_weights(OperatorId op, std::size_t rank);
    void spread(Tight& tight);
    void add_gates(const Tight& tight);
    void add_users(PieceId piece, Buffer& buffer) const;
    Position position_of(const Piece& piece) const;
    /// Whether it stands for the weights that an earlier request has had loaded.
    bool is_again(const Piece& piece) const;
    std::size_t slot(std::uint32_t request, OperatorId op, std::size_t rank) const {
        state_.layout.choose(request);
        return state_.layout.slot(op, rank);
    }
    std::uint32_t requests() const { return state_.scenario.stream.requests; }
    const Layout::Set& set_at(NodeId node) const { return state_.layout.sets()[state_.layout.set_at(node)]; }
    Tight* tight_at(NodeId node) { return tight_index_[node] < 0 ? nullptr : &tight_[tight_index_[node]]; }
    Bytes capacity(NodeId node) const { return state_.scenario.platform.nodes[node].memory.capacity; }

    LoweringState& state_;
    IdVector<NodeId, Bytes> need_;
    std::vector<Tight> tight_;
    IdVector<NodeId, std::int32_t> tight_index_;    ///< −1: everything fits
    IdVector<OperatorId, char> resident_;           ///< of operators with weights
    std::vector<std::uint32_t> use_begin_, use_at_; ///< uses of each piece
};

} // namespace arsia
