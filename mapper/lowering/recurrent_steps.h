// A recurrent layer whose hidden channels are shared out: step by step, with an exchange between steps.
#pragma once

#include <array>
#include <vector>

#include "mapper/lowering/operator_work.h"

namespace arsia {

/// Each rank computes its hidden channels (all their gates) of one step after another. A step reads the whole result of
/// the one before, so that after every step but the last the ranks of a group with the same part of the batch gather
/// each other's slices; the first step starts from zero and waits for nobody. A rank has room for two gathered results,
/// one that is read and one that arrives, and for two of its own slices: a step cannot end before all ranks have read
/// what is two steps old.
class RecurrentSteps {
public:
    /// Most messages of one layer and group: beyond it a mapping is refused, so that lowering and simulating it stay
    /// within seconds.
    static constexpr std::size_t most_messages = 1'000'000;

    explicit RecurrentSteps(LoweringState& state) : state_(state) {}

    /// Whether the operator is lowered in this way.
    static bool takes(const OperatorWork& work) {
        return work.op->kind == OperatorKind::lstm && at(work.strategy->es, Dim::K) > 1;
    }
    void lower(OperatorWork& work);

private:
    void lower_group(std::size_t group);
    void begin_group(const CollectivePattern& pattern);
    void compute_step(std::int64_t step, const CollectivePattern& pattern);
    void exchange(std::int64_t step, const CollectivePattern& pattern);
    void keep(std::int64_t step, const CollectivePattern& pattern);
    void use_inputs();
    PlanId plan_of(std::size_t rank);

    LoweringState& state_;
    OperatorWork* work_ = nullptr;
    std::int64_t steps_ = 0;
    RankGroups groups_;
    struct Planned {
        const Design* design;
        Extents step;
        PlanId plan;
    };
    std::vector<Planned> planned_;
    // Of the group at hand, by member:
    std::vector<std::uint32_t> members_; ///< their ranks
    std::vector<NodeId> nodes_;
    std::vector<PlanId> plans_;
    std::vector<TaskId> computed_; ///< of the last step
    std::vector<PieceId> slices_;  ///< its own part of two results
    // Of even and odd exchanges:
    std::array<std::vector<PieceId>, 2> filled_; ///< by step of the pattern
    std::array<std::vector<PieceId>, 2> memory_; ///< by member, then piece of the pattern
    std::vector<Bytes> bytes_;                   ///< by piece of the pattern
    std::vector<TaskId> tasks_;                  ///< by step of the pattern, of the last exchange
};

} // namespace arsia
