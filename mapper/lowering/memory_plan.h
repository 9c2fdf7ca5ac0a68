// Which weights stay in local memory, when others arrive, and what keeps a small memory from overflowing.
#pragma once

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
///   2. what arrives (copies, partial sums, parts of shared tensors, streamed weights) may come earlier than its
///      position, one more position for each in turn, as long as all fits;
///   3. edges hold the program to it: transfers to a position wait for the end of the one before it, and a position
///      waits until what the positions before it leave behind has been read by other accelerators (a gate).
/// Every such edge goes from an operator to a later one in graph order, so that none closes a cycle.
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
    /// Plan of one accelerator that cannot hold everything at once.
    struct Tight {
        NodeId node;
        Bytes capacity = 0;
        std::vector<Bytes> used;                  ///< by position, resident weights included
        std::vector<Arrivals> copies, streams;    ///< by position
        std::vector<std::vector<TaskId>> leaving; ///< by position: reads by others of what is given up after it
    };
    struct Position {
        std::size_t first, last; ///< positions of a piece on its accelerator
    };

    void index_uses();
    void find_tight();
    void place_pieces();
    void choose_resident();
    bool stays(OperatorId op) const;
    void make_resident(OperatorId op);
    void stream_weights();
    void release_early(Tight& tight);
    void add_gates(const Tight& tight);
    Position position_of(const Piece& piece) const;
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
