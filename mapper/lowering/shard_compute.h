// The compute tasks of an operator: one a rank, one a rank and phase where a tensor is kept in shared shards, or one a
// rank and step of a recurrent layer.
#pragma once

#include <vector>

#include "mapper/lowering/operator_work.h"
#include "mapper/lowering/recurrent_steps.h"

namespace arsia {

/// Exclusive shards: each rank computes its box when its inputs are there.
///
/// Shared shards (SS): r replicas of a tensor each begin with one of r parts of it. In phase t rank i of a ring of
/// replicas computes with part (i + t) mod r, and rank i + 1, which has the next part, sends it meanwhile. A rank has
/// two spare buffers; a part may be sent once the sender has it, the phase that used the buffer before has ended, and
/// the part in it has been passed on. Where the cut dimension is reduced, the phases add to the same results, which
/// are loaded again (PlanCache::compute, `accumulate`).
class ShardCompute {
public:
    explicit ShardCompute(LoweringState& state) : state_(state), steps_(state) {}

    void lower(OperatorWork& work);

private:
    void pass(const OperatorWork& work, std::size_t rank);
    void add_weights(OperatorWork& work);
    void lower_exclusive(OperatorWork& work);
    void lower_shared(OperatorWork& work);
    void send_parts(OperatorWork& work, std::size_t phase);
    void compute_phase(OperatorWork& work, std::size_t phase);
    void use_spares(OperatorWork& work);
    Bytes weight_bytes(const OperatorWork& work, const IterationBox& part) const;
    Bytes moved_bytes(const OperatorWork& work, const IterationBox& part) const;
    PlanId plan_of(const OperatorWork& work, std::size_t rank, const Extents& shard, bool accumulate);
    TaskId& computed(std::size_t rank, std::size_t phase) { return computed_[rank * phases_ + phase]; }
    TaskId& received(std::size_t rank, std::size_t phase) { return received_[rank * phases_ + phase]; }

    struct Planned {
        const Design* design;
        Extents shard;
        bool accumulate;
        PlanId plan;
    };

    LoweringState& state_;
    RecurrentSteps steps_;
    std::size_t phases_ = 1;
    std::vector<TaskId> computed_, received_; ///< by rank and phase
    std::vector<Bytes> largest_part_;         ///< by rank: of those it receives
    std::vector<Planned> planned_;            ///< plans of this operator that are in the program already
};

} // namespace arsia
