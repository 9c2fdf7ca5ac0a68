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

    /// How many choices of design are told apart. With more than a few designs there is one, the best of all.
    std::size_t choices() const { return choices_.size(); }
    /// Picoseconds; infinite if no design of the choice can run the operator.
    double of(std::size_t choice, OperatorId op, const Extents& shard);
    /// With the best of all designs.
    double of(OperatorId op, const Extents& shard);
    /// With one design.
    double of(const Design& design, OperatorId op, const Extents& shard);
    /// The first operator whose shards take the same times.
    OperatorId first_alike(OperatorId op) const { return alike_[op]; }

private:
    const Scenario& scenario_;
    double memory_bytes_per_ps_ = 0; ///< 0: some memory takes no time
    std::vector<std::vector<const Design*>> choices_;
    IdVector<OperatorId, OperatorId> alike_; ///< the first operator whose shards cost the same
    std::map<std::tuple<const Design*, OperatorId, Extents>, double> known_;
};

} // namespace arsia
