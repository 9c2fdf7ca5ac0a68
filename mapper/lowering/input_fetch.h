// Resharding: brings each rank the parts of an operator's inputs that it needs and does not have.
#pragma once

#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// What a rank has of its own is used where it lies. Each missing part is fetched from the nearest node that has it:
/// fewest hops, then owners before copies, then the lowest id. Copies that are fetched for the same operator do not
/// count: all its fetches can start at once. Parts from one source travel in one transfer.
///
/// Where ranks that need the same box own it between them, they gather it from each other (an all-gather), on a ring
/// if the collectives' choice says so.
class InputFetch {
public:
    explicit InputFetch(LoweringState& state) : state_(state) {}

    void lower(OperatorWork& work, std::size_t input);

private:
    struct Fragment {
        TensorBox box;
        NodeId source;
        TaskId after;
        PieceId piece;
    };
    /// All that one rank fetches from one source.
    struct Fetch {
        std::uint32_t rank = 0;
        std::uint32_t turn = 0; ///< fetches of an early turn are queued first
        NodeId source;
        std::uint32_t first_fragment = 0, fragments = 0;
    };
    struct Candidate {
        std::uint64_t order;
        const Holder* holder;
    };

    void gather_on_rings();
    void lower_ring(const std::vector<std::uint32_t>& members);
    void collect(std::uint32_t rank);
    void remove_held(std::uint32_t rank);
    template <class Found>
    void remove(const TensorBox& box, Found found);
    void group_by_source(std::uint32_t rank, std::size_t first_fragment);
    void emit(const Fetch& fetch);
    std::uint32_t turn_of(std::uint32_t rank, NodeId source) const;
    void keep_copy(const Holder& copy);

    LoweringState& state_;
    OperatorWork* work_ = nullptr;
    TensorHolders* holders_ = nullptr;
    bool shared_ = false;                         ///< the input is kept in shared shards
    bool from_host_ = false;                      ///< the tensor is an input of the graph
    std::size_t copies_ = 0;                      ///< copies that were there before this operator
    std::vector<TensorBox> needs_;                ///< by rank
    std::vector<std::vector<TensorBox>> covered_; ///< by rank: what rings bring
    std::vector<TensorBox> missing_, rest_;
    std::vector<Candidate> candidates_;
    std::vector<Fragment> fragments_;
    std::vector<Fetch> fetches_;
    std::vector<std::uint32_t> ring_;
    std::vector<NodeId> ring_nodes_;
    std::vector<TaskId> sent_, sending_;
    std::vector<PieceId> sent_pieces_, sending_pieces_;
    std::vector<char> grouped_;
};

} // namespace arsia
