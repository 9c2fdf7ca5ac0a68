// Resharding: brings each rank the parts of an operator's inputs that it needs and does not have.
#pragma once

#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// What a rank has of its own is used where it lies. Each missing part is fetched from the nearest node that has it:
/// fewest hops, then owners before copies, then the lowest id. Copies that are fetched for the same operator do not
/// count: all its fetches can start at once. Parts from one source travel in one transfer.
///
/// Where three or more ranks need the same box and each owns a part of it, they gather these parts from each other: an
/// all-gather by the algorithm of the group. If an algorithm is stated that the group cannot use, they fetch like all
/// others.
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

    void reside(std::uint32_t rank, std::vector<Holder>& parts);
    void gather_in_groups();
    void gather(const CollectivePattern& pattern);
    void cut_parts(const CollectivePattern& pattern);
    void arrive(const CollectivePattern& pattern, const CollectivePattern::Step& step, TaskId task);
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
    std::vector<std::vector<TensorBox>> covered_; ///< by rank: what groups bring
    std::vector<TensorBox> missing_, rest_;
    std::vector<Candidate> candidates_;
    std::vector<Fragment> fragments_;
    std::vector<Fetch> fetches_;
    std::vector<char> grouped_; ///< by rank
    // Of the group at hand:
    std::vector<std::uint32_t> members_; ///< their ranks
    std::vector<NodeId> nodes_;          ///< by member
    std::vector<TaskId> owned_;          ///< by member: the end of the task that made its part
    std::vector<TensorBox> parts_;       ///< by piece of the pattern
    std::vector<Bytes> part_bytes_;
    std::vector<PieceId> part_memory_; ///< by member, then piece of the pattern
    std::vector<TaskId> tasks_;        ///< by step of the pattern
};

} // namespace arsia
