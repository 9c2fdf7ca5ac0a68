// Adds up the partial results that factors on C, R and S leave: a reduce-scatter in each group of ranks with the same
// output box.
#pragma once

#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// Each of the g members of a group ends with the sum of one slice of the group's output box, cut in g parts along its
/// longest axis (the first of N, K, P, Q among equals; where it is shorter than g, some members end with nothing).
///
/// Directly: everybody sends each other member its slice; a member adds all that arrived to its own in one reduce task.
/// On a ring: g − 1 steps; in step s a member passes on the slice that the member s places before it ends with, and
/// adds what arrives to its own part of that slice.
class PartialSums {
public:
    explicit PartialSums(LoweringState& state) : state_(state) {}

    /// Appends the owner of each rank's slice, by rank.
    void lower(OperatorWork& work, std::vector<Holder>& owners);

private:
    void lower_group(std::size_t group);
    void reduce_directly(std::size_t group);
    void reduce_on_ring(std::size_t group);
    TaskId send(std::size_t from_rank, std::size_t to_rank, std::size_t slice);
    TaskId reduce(std::size_t rank, int operands, std::size_t slice);
    PlanId plan_of(int operands, std::int64_t elements);
    /// The summed slice of a rank, complete when `last` ends.
    void own(std::size_t rank, std::size_t slice, TaskId last);

    struct Planned {
        int operands;
        std::int64_t elements;
        PlanId plan;
    };

    LoweringState& state_;
    OperatorWork* work_ = nullptr;
    std::vector<Holder>* owners_ = nullptr;
    RankGroups groups_;
    std::vector<TensorBox> slices_; ///< of the group at hand
    std::vector<PieceId> partials_; ///< by rank: its part of every slice
    std::vector<TaskId> compute_;   ///< by rank
    std::vector<TaskId> reduced_;   ///< by member: its last reduce task
    std::vector<PieceId> arrived_;  ///< by member: what that task added
    std::vector<TaskId> arrivals_;
    std::vector<PieceId> arrived_next_;
    std::vector<NodeId> nodes_;
    std::vector<Planned> planned_; ///< plans of this operator that are in the program already
};

} // namespace arsia
