// The least time that a shard can keep its accelerator busy.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "mapper/scenario.h"

namespace arsia {

/// Memoised over one scenario. Tasks run in the fastest local memory, undisturbed and without its latency: a task takes
/// at least its compute cycles between the load of its first tile and the store of its last, and at least the time
/// that all its bytes take.
class ShardTimes {
public:
    explicit ShardTimes(const Scenario& scenario);

    /// Picoseconds; infinite if the design cannot run the operator.
    double of(const Design& design, OperatorId op, const Extents& shard);

private:
    const Scenario& scenario_;
    double memory_bytes_per_ps_ = 0; ///< 0: some memory takes no time
    std::map<std::tuple<const Design*, OperatorId, Extents>, double> known_;
};

} // namespace arsia
