// Adds up the partial results that factors on C, R and S leave: a reduce-scatter in each group of ranks with the same
// output box.
#pragma once

#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// Each of the g members of a group ends with the sum of one slice of the group's output box, cut in g parts along one
/// axis; where that is shorter than g, some members end with nothing. Sums are made where they are needed, as they
/// arrive: a rank's partial result is its memory for them, and no other is taken.
///
/// The axis is the one that leaves most of what the operators that consume the tensor on the same set need where they
/// need it, counted in elements: a consumer that is split over rows gets rows. Of equals, and without such consumers,
/// the longest; of these the first of N, K, P, Q.
class PartialSums {
public:
    explicit PartialSums(LoweringState& state) : state_(state) {}

    /// Appends the owner of each rank's slice, by rank.
    void lower(OperatorWork& work, std::vector<Holder>& owners);

private:
    /// What an input of an operator on the same set needs of the tensor, by rank.
    using Needs = std::vector<TensorBox>;

    void find_needs();
    std::size_t best_axis(std::size_t group, const TensorBox& whole) const;
    void lower_group(std::size_t group);
    /// A rank's partial result: its slice, which it keeps, and the rest, which others get.
    void add_partial(std::size_t rank, Bytes whole, Bytes slice);
    void use_partials(std::size_t group, const CollectivePattern& pattern);
    TaskId end_of(std::size_t member, const CollectivePattern& pattern);

    LoweringState& state_;
    OperatorWork* work_ = nullptr;
    std::vector<Holder>* owners_ = nullptr;
    RankGroups groups_;
    std::vector<Needs> needs_; ///< by such input; the first `consumers_` count
    std::size_t consumers_ = 0;
    std::vector<PieceId> slices_, rest_; ///< by rank
    // Of the group at hand, by member:
    std::vector<NodeId> nodes_;
    std::vector<TaskId> computed_;
    std::vector<TensorBox> boxes_;
    std::vector<Bytes> bytes_;  ///< by piece of the pattern
    std::vector<TaskId> tasks_; ///< by step of the pattern
};

} // namespace arsia
