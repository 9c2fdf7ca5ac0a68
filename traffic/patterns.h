// Seeded random traffic between the accelerators of a platform.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "traffic/traffic.h"

namespace arsia {

/// What to draw. Bytes and starts are uniform over their ranges, both ends included.
struct TrafficOptions {
    std::uint64_t count = 0;
    std::uint64_t seed = 0;
    Bytes least_bytes = 1 << 20, most_bytes = 1 << 20;
    TimePs latest_start = 0;
    NodeId target; ///< incast: the receiver; not valid: drawn
};

/// A pattern by its name. `draw` gives who sends to whom, `count` pairs in order.
struct TrafficPattern {
    using Pairs = std::vector<std::pair<NodeId, NodeId>>;

    std::string name;
    std::string summary; ///< one line
    Pairs (*draw)(const Platform& platform, const TrafficOptions& options, Random& random);
};

/// All patterns, sorted by name:
///   incast             all send to one; senders in turn, in an order that is drawn
///   nearest_neighbour  a random accelerator to one of those nearest to it by hops, with only switches and other
///                      forwarding nodes that are no accelerators between them
///   permutation        each sends to one partner, drawn once, and receives from one; senders in turn
///   uniform            a random accelerator to another one
const std::vector<TrafficPattern>& traffic_patterns();

/// Most transfers of one run; beyond it a number is taken for a typing error.
constexpr std::uint64_t most_transfers = 10'000'000;

/// Draws traffic. Throws InputError for an unknown pattern (with the nearest name), too few accelerators, or a target
/// that cannot receive.
Traffic random_traffic(const Platform& platform, const std::string& pattern, const TrafficOptions& options);

} // namespace arsia
