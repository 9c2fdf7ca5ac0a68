// Lower bounds on cases whose closed forms are worked out beside the numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/bounds.h"
#include "sim/critical_path.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

Bound bound_named(const Scenario& scenario, const std::string& name) {
    for (const Bound& bound : lower_bounds(scenario))
        if (bound.name == name) return bound;
    ADD_FAILURE() << "no bound " << name;
    return {};
}

const char* const one_conv = "  - {name: c, type: conv, input: image, out_channels: 8, kernel: [1, 1]}\n";

TEST(WorkBound, IsComputeOverAllAccelerators) {
    // 8·8·8·8 = 4,096 MACs, a cycle of 1 ns each; one cycle less for rounding. Over 2 accelerators.
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), small_platform(2));
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 4'095'000 / 2, 2);
}

TEST(WorkBound, TakesTheFastestAllowedDesign) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), small_platform(2));
    auto fast = std::make_shared<OneTileDesign>("fast");
    fast->clock = {4'000'000'000};
    scenario->designs["fast"] = fast;
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 4'095'000 / 4 / 2, 2);
    fast->refused = "conv";
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 4'095'000 / 2, 2);
    fast->refused = "";
    for (NodeId node : scenario->accelerators) scenario->platform.nodes[node].designs = {"one_tile"};
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 4'095'000 / 2, 2);
}

TEST(WorkBound, IsMemoryWhereMemoryIsSlower) {
    // Weights 64 bytes, input and output 512 each: 1,088 bytes at 0.1 GB/s are 10.88 µs, more than 4.1 µs of MACs.
    Platform platform = small_platform(2);
    for (std::size_t i = 0; i < 2; ++i) platform.nodes[NodeId(i)].memory.bandwidth = {800'000'000};
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), platform);
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 10'880'000 / 2, 2);
    // One fast memory is enough to take that away, as all of the work might be there.
    scenario->platform.nodes[NodeId(0)].memory.bandwidth = {80'000'000'000};
    EXPECT_NEAR(bound_named(*scenario, "work").latency, 4'095'000 / 2, 2);
}

TEST(WorkBound, DoesNotCountInputThatNobodyReads) {
    // Stride 2 with a kernel of 1 reads a quarter of 512 bytes: only 8·8 weights and 8·16 outputs are sure to move.
    Platform platform = small_platform(1);
    platform.nodes[NodeId(0)].memory.bandwidth = {8'000'000};
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", "  - {name: c, type: conv, input: image, "
                                                                      "out_channels: 8, kernel: [1, 1], stride: [2, "
                                                                      "2]}\n"),
                                   platform);
    EXPECT_NEAR(bound_named(*scenario, "work").latency, (64 + 128) * 1'000'000, 2);
}

TEST(WorkBound, OfATableOfEmbeddingsCountsTheRowsThatAreLookedUp) {
    // 5 numbers, for each a row of 8 and as much of output, at a byte a microsecond; of 1,000 rows.
    Platform platform = small_platform(1);
    platform.nodes[NodeId(0)].memory.bandwidth = {8'000'000};
    auto scenario = small_scenario(
        small_graph("ids: [1, 1, 5]", "  - {name: e, type: embedding, input: ids, out_features: 8, entries: 1000}\n"),
        platform);
    EXPECT_NEAR(bound_named(*scenario, "work").latency, (5 + 40 + 40) * 1'000'000, 2);
}

TEST(WorkBound, OfAReshapeCountsNothing) {
    Platform platform = small_platform(1);
    platform.nodes[NodeId(0)].memory.bandwidth = {8'000'000};
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", "  - {name: r, type: reshape, input: image, "
                                                                      "shape: [64, 8, 1]}\n"),
                                   platform);
    EXPECT_EQ(bound_named(*scenario, "work").latency, 0);
}

TEST(PathBound, IsInputThenSmallestPiecesThenReturn) {
    // Input 512 bytes over two links of 1 GB/s: 256 ns. On 2 accelerators a shard is a half, a phase of it a quarter.
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), small_platform(2));
    TimePs back = uncontended_time(scenario->platform, NodeId(0), scenario->host, 1);
    EXPECT_GE(back, 1000); // a byte at 1 GB/s
    EXPECT_NEAR(bound_named(*scenario, "critical_path").latency, 256'000 + 4'095'000 / 4 + back, 2);
}

TEST(PathBound, AddsUpAlongTheLongestChain) {
    std::string chain = "  - {name: a, type: conv, input: image, out_channels: 8, kernel: [1, 1]}\n"
                        "  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1]}\n"
                        "  - {name: c, type: conv, input: image, out_channels: 8, kernel: [1, 1]}\n"
                        "  - {name: d, type: add, inputs: [b, c]}\n";
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", chain), small_platform(1));
    TimePs back = uncontended_time(scenario->platform, NodeId(0), scenario->host, 1);
    // One accelerator: 512 ns of input, a and b whole; the test design's least for an addition is one cycle, less one.
    EXPECT_NEAR(bound_named(*scenario, "critical_path").latency, 512'000 + 2 * 4'095'000 + back, 2);
}

TEST(PathBound, DoesNotChainThroughATensorThatIsReadInPart) {
    // b skips three quarters of a: a's last piece may be one that b does not need.
    std::string chain = "  - {name: a, type: conv, input: image, out_channels: 8, kernel: [1, 1]}\n"
                        "  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1], stride: [2, 2]}\n";
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", chain), small_platform(1));
    TimePs back = uncontended_time(scenario->platform, NodeId(0), scenario->host, 1);
    EXPECT_NEAR(bound_named(*scenario, "critical_path").latency, 1'023'000 + back, 2);
}

TEST(InputOutputBound, IsTheLongerOfBothWays) {
    // 512 bytes in and 128 out over two links of 1 GB/s each way.
    auto scenario =
        small_scenario(small_graph("image: [1, 8, 8, 8]",
                                   "  - {name: c, type: conv, input: image, out_channels: 2, kernel: [1, 1]}\n"),
                       small_platform(2));
    EXPECT_NEAR(bound_named(*scenario, "input_output").latency, 256'000, 2);
    scenario =
        small_scenario(small_graph("image: [1, 2, 8, 8]",
                                   "  - {name: c, type: conv, input: image, out_channels: 32, kernel: [1, 1]}\n"),
                       small_platform(2));
    EXPECT_NEAR(bound_named(*scenario, "input_output").latency, 1'024'000, 2);
}

TEST(InputOutputBound, IncludesTheLatencyOfTheNearestLink) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), small_platform(2));
    for (Link& link : scenario->platform.links) link.latency = link.to == NodeId(0) ? 7'000 : 9'000;
    EXPECT_NEAR(bound_named(*scenario, "input_output").latency, 256'000 + 9'000, 2);
}

TEST(Bounds, SayWhyAndTheBestIsTheLargest) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", one_conv), small_platform(2));
    std::vector<Bound> bounds = lower_bounds(*scenario);
    TimePs largest = 0;
    for (const Bound& bound : bounds) {
        EXPECT_GT(bound.reasoning.size(), 40u) << bound.name;
        largest = std::max(largest, bound.latency);
    }
    EXPECT_EQ(best_bound(bounds), largest);
    EXPECT_EQ(best_bound({}), 0);
    EXPECT_THAT(bound_named(*scenario, "input_output").reasoning, ::testing::HasSubstr("512 B of inputs"));
}

} // namespace
} // namespace arsia
