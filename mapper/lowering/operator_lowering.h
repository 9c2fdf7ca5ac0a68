// One operator after the other: inputs, compute, partial sums, results.
#pragma once

#include "mapper/lowering/input_fetch.h"
#include "mapper/lowering/operator_work.h"
#include "mapper/lowering/partial_sums.h"
#include "mapper/lowering/shard_compute.h"

namespace arsia {

class OperatorLowering {
public:
    explicit OperatorLowering(LoweringState& state)
        : state_(state), fetch_(state), compute_(state), partial_sums_(state) {}

    /// Operators must come in graph order.
    void lower(OperatorId op);

private:
    void begin(OperatorId op);
    void add_owners(TensorHolders& output);
    void send_to_host(TensorHolders& output);

    LoweringState& state_;
    InputFetch fetch_;
    ShardCompute compute_;
    PartialSums partial_sums_;
    OperatorWork work_;
};

} // namespace arsia
