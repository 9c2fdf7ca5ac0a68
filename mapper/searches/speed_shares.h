// How sets of fixed, different accelerators split an operator: by their speeds.
#pragma once

#include <cstdint>
#include <map>
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
    explicit SpeedShares(const Scenario& scenario);

    /// Strategies of an operator on some or all of the members. For each team, over at most two dimensions (over more
    /// where the team is too large for that), taps left out:
    ///   fitted   parts that make the longest shard as short as can be, in whole units: an accelerator gets whole tiles
    ///   steady   parts by the speed over the whole network, the same for all operators, so that what one leaves on an
    ///            accelerator is what the next one needs there
    /// An operator that does not multiply takes little time, so that it has the parts of the last one before it that
    /// does. With all members also even parts, without and with shared shards.
    std::vector<Strategy> strategies(const FixedMembers& members, OperatorId op);
    /// Ranks of the teams: the fastest, the two fastest, … all; and all dealt to two, three and four of equal speed.
    std::vector<std::vector<std::uint32_t>> teams(const FixedMembers& members);
    /// All members dealt to so many teams of equal speed.
    std::vector<std::vector<std::uint32_t>> dealt(const FixedMembers& members, std::size_t teams);
    /// Longest shard or phase under the strategy, ps.
    double longest(const FixedMembers& members, OperatorId op, const Strategy& strategy, std::int64_t phases);
    /// The operator whose parts an operator has: itself, if it multiplies or none does before it.
    OperatorId model_of(OperatorId op) const { return model_[op]; }

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
    const std::vector<std::int64_t>& steady_weights(const FixedMembers& members);
    /// Fitted and steady strategies of a whole team.
    const std::vector<Strategy>& of_team(const FixedMembers& team, OperatorId op);
    Strategy fitted(const FixedMembers& members, OperatorId op, const Strategy& start);
    void recut(const FixedMembers& members, OperatorId op, const Factors& es, std::size_t dim, Cuts& cuts);

    const Scenario& scenario_;
    ShardTimes times_;
    IdVector<OperatorId, OperatorId> model_; ///< the last that multiplies before it, along first inputs
    std::unordered_map<Key, double, KeyHash> known_;
    std::map<std::vector<NodeId>, std::vector<std::int64_t>> steady_weights_;
    std::map<std::pair<std::vector<NodeId>, OperatorId>, std::vector<Strategy>> team_strategies_;
};

} // namespace arsia
