// Ways of equal length round a ring.
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"

namespace arsia {
namespace {

TEST(Ring, OppositeNodesAreReachedCountingUp) {
    for (std::size_t count : {4, 8, 10}) {
        Platform ring = platform_of("kind: ring, count: " + std::to_string(count));
        for (std::size_t from = 0; from < count; ++from) {
            const Route& route = ring.route(NodeId(from), NodeId((from + count / 2) % count));
            ASSERT_EQ(route.size(), count / 2);
            EXPECT_EQ(ring.links[route.front()].to, NodeId((from + 1) % count));
        }
        const Route& shorter = ring.route(NodeId(0), NodeId(count - 1));
        EXPECT_EQ(shorter.size(), 1u) << "the shorter way is taken in either direction";
    }
}

} // namespace
} // namespace arsia
