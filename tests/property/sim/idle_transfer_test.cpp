// The closed form of a lone transfer against the simulated machine.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/critical_path.h"
#include "sim/simulator.h"
#include "tests/support/small_run.h"

namespace arsia {
namespace {

int pick(int least, int most) { return *rc::gen::inRange(least, most + 1); }

/// A row of nodes whose links and memories have random rates; memories of the ends from `least_memory` to
/// `most_memory` Gb/s, links from 1 to 9.
Platform random_row(int least_memory, int most_memory) {
    testing::RowOfThree model;
    Platform platform;
    platform.burst = pick(0, 5) * 37;
    auto hops = static_cast<std::size_t>(pick(1, 5));
    auto rate = [](int least, int most) {
        return Bandwidth{static_cast<std::uint64_t>(pick(least, most)) * 1'000'000'007};
    };
    for (std::size_t i = 0; i <= hops; ++i) {
        Node node = model.platform.nodes[model.a];
        node.name = "n" + std::to_string(i);
        node.memory.bandwidth = rate(least_memory, most_memory);
        node.memory.latency = pick(0, 2) * 1234;
        node.dma.setup = pick(0, 2) * 5678;
        platform.nodes.push_back(node);
    }
    for (std::size_t i = 0; i < hops; ++i) {
        Link link = model.platform.links[model.host_a];
        link.name = "l" + std::to_string(i);
        link.from = NodeId(i);
        link.to = NodeId(i + 1);
        link.bandwidth = rate(1, 9);
        link.latency = pick(0, 3) * 777;
        platform.links.push_back(link);
    }
    return platform;
}

TimePs simulated(const Platform& platform, NodeId from, NodeId to, Bytes bytes) {
    Simulator simulator(platform);
    Program program;
    program.add(testing::transfer_of(from, to, bytes));
    return simulator.run(program).latency;
}

RC_GTEST_PROP(IdleTransfer, TakesTheUncontendedTimeWithFastMemories, ()) {
    Platform platform = random_row(9, 20);
    Bytes bytes = pick(0, 2000);
    NodeId last(platform.nodes.size() - 1);
    RC_ASSERT(simulated(platform, NodeId(0), last, bytes) == uncontended_time(platform, NodeId(0), last, bytes));
}

RC_GTEST_PROP(IdleTransfer, TakesAtLeastTheUncontendedTimeWithAnyMemories, ()) {
    Platform platform = random_row(1, 20);
    Bytes bytes = pick(0, 2000);
    NodeId last(static_cast<std::size_t>(pick(0, static_cast<int>(platform.nodes.size()) - 1)));
    RC_ASSERT(simulated(platform, NodeId(0), last, bytes) >= uncontended_time(platform, NodeId(0), last, bytes));
}

} // namespace
} // namespace arsia
