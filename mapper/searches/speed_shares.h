// How sets of fixed, different accelerators split an operator: by their speeds.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "mapper/bounds/shard_times.h"
#include "mapper/mapping.h"

namespace arsia {

/// Accelerators, each with the design that it runs.
struct FixedMembers {
    std::vector<NodeId> nodes;
    std::vector<const Design*> designs;
};

/// Strategies with shares. The time of a shard is that of its tile plan, the longer of computing and of moving tiles;
/// nothing is known of what others send.
class SpeedShares {
public:
    explicit SpeedShares(const Scenario& scenario) : scenario_(scenario), times_(scenario) {}

    /// Strategies of an operator, always so many of each split in the same order, so that sets of one size have the
    /// same list but for the shares. First of every split over at most two dimensions (over more where the set is too
    /// large for that), taps left out:
    ///   fitted   parts that make the longest shard as short as can be, in whole units: an accelerator gets whole tiles
    ///   steady   parts by the speed over the whole network, the same for all operators, so that what one leaves on an
    ///            accelerator is what the next one needs there
    ///   even     no shares
    /// Where shares would leave somebody without a part, the place is taken by even parts. Then shared shards with even
    /// parts.
    std::vector<Strategy> strategies(const FixedMembers& members, OperatorId op);
    /// Longest shard or phase under the strategy, ps.
    double longest(const FixedMembers& members, OperatorId op, const Strategy& strategy, std::int64_t phases);

private:
    /// Units of every part of every split dimension.
    using Cuts = std::array<std::vector<std::int64_t>, dim_count>;
    struct Key {
        const Design* design = nullptr;
        OperatorId op;
        Extents shard{};
        friend bool operator==(const Key& a, const Key& b) {
            return a.design == b.design && a.op == b.op && a.shard == b.shard;
        }
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    double time(const Design& design, OperatorId op, const Extents& shard);
    std::vector<std::int64_t> steady_weights(const FixedMembers& members);
    Strategy steady(const FixedMembers& members, OperatorId op, const Factors& es) const;
    Strategy fitted(const FixedMembers& members, OperatorId op, const Strategy& start);
    void recut(const FixedMembers& members, OperatorId op, const Factors& es, std::size_t dim, Cuts& cuts);

    const Scenario& scenario_;
    ShardTimes times_;
    std::unordered_map<Key, double, KeyHash> known_;
    std::vector<std::int64_t> weights_; ///< of the members at hand, over the whole network
};

} // namespace arsia
