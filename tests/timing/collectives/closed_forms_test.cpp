// Collectives at their closed forms, to the picosecond: a byte a nanosecond, 100 ns of latency, 10 ns to set up a
// descriptor, whole messages. Memory takes a picosecond an access and comes first only where that is said.
#include <gtest/gtest.h>

#include "collectives/collective.h"
#include "sim/simulator.h"
#include "tests/support/collective_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

constexpr TimePs ns = 1000;
constexpr TimePs setup = 10 * ns;
constexpr TimePs latency = 100 * ns;

/// Time of `bytes` over one link, from the request on.
constexpr TimePs step(Bytes bytes) { return setup + bytes * ns + latency; }

TimePs time_of(const Platform& platform, CollectiveOperation operation, CollectiveAlgorithm algorithm, Bytes bytes,
               std::int64_t chunks = 1, CollectiveAlgorithm along = CollectiveAlgorithm::ring) {
    CollectiveSpec spec;
    spec.operation = operation;
    spec.algorithm = algorithm;
    spec.dimension_algorithm = along;
    spec.ranks = platform.accelerators();
    spec.bytes = bytes;
    spec.chunks = chunks;
    Program program;
    append_collective(program, platform, spec);
    Simulator simulator(platform);
    return simulator.run(program).latency;
}

using Operation = CollectiveOperation;
using Algorithm = CollectiveAlgorithm;

class RingSizes : public ::testing::TestWithParam<int> {};

TEST_P(RingSizes, RingTakesItsRuns) {
    int n = GetParam();
    Platform ring = collective_platform(fmt::format("kind: ring, count: {}", n));
    Bytes slice = 1000, whole = n * slice;
    EXPECT_EQ(time_of(ring, Operation::reduce_scatter, Algorithm::ring, whole), (n - 1) * step(slice));
    EXPECT_EQ(time_of(ring, Operation::all_gather, Algorithm::ring, slice), (n - 1) * step(slice));
    EXPECT_EQ(time_of(ring, Operation::all_reduce, Algorithm::ring, whole), 2 * (n - 1) * step(slice));
    EXPECT_EQ(time_of(ring, Operation::all_to_all, Algorithm::ring, whole), n * (n - 1) / 2 * step(slice));
    EXPECT_EQ(time_of(ring, Operation::broadcast, Algorithm::ring, whole), (n - 1) * step(whole));
    EXPECT_EQ(time_of(ring, Operation::gather, Algorithm::ring, slice), (n - 1) * step(slice));
    EXPECT_EQ(time_of(ring, Operation::scatter, Algorithm::ring, whole), (n - 1) * step(slice));
    EXPECT_EQ(time_of(ring, Operation::send_receive, Algorithm::direct, slice), step(slice));
}

INSTANTIATE_TEST_SUITE_P(Ring, RingSizes, ::testing::Values(3, 4, 8, 16));

// Both directions carry half of the data at the same time.
TEST(RingBoth, TakesHalfTheBytesEachWay) {
    Platform ring = collective_platform("kind: ring, count: 8");
    EXPECT_EQ(time_of(ring, Operation::all_reduce, Algorithm::ring_both, 16000), 14 * step(1000) + 3)
        << "three picoseconds for memory accesses of one instant";
}

// n chunks follow each other over k links as in a pipeline: the first needs k steps, each other one more slot.
TEST(Chunks, PipelineABroadcast) {
    Platform line = collective_platform("kind: line, count: 5");
    EXPECT_EQ(time_of(line, Operation::broadcast, Algorithm::ring, 8000, 1), 4 * step(8000));
    EXPECT_EQ(time_of(line, Operation::broadcast, Algorithm::ring, 8000, 8), 4 * step(1000) + 7 * 1000 * ns);
}

// Slices of 1001 and 1000 bytes: the longer ones set the pace of every run but those that carry only shorter ones.
TEST(Ring, UnevenSlicesCostTheirByte) {
    Platform ring = collective_platform("kind: ring, count: 4");
    TimePs time = time_of(ring, Operation::reduce_scatter, Algorithm::ring, 4001);
    EXPECT_EQ(time, 3 * step(1000) + 3 * ns) << "slice 0 with the odd byte goes three hops";
}

TEST(Direct, TakesOneStepWhereAllAreLinked) {
    Platform all = collective_platform("kind: fully_connected, count: 4");
    EXPECT_EQ(time_of(all, Operation::broadcast, Algorithm::direct, 1000), step(1000) + 2);
    EXPECT_EQ(time_of(all, Operation::all_gather, Algorithm::direct, 1000), step(1000) + 2);
}

// Through a switch a rank's n − 1 messages follow each other up its link, and meet no other on the way down.
TEST(Direct, PassesASwitchWithoutMeeting) {
    Platform hub = collective_platform("kind: switch, count: 8");
    EXPECT_EQ(time_of(hub, Operation::all_to_all, Algorithm::direct, 8000),
              setup + 7 * 1000 * ns + step(1000) - setup + latency);
}

TEST(HalvingDoubling, HalvesEachTime) {
    Platform all = collective_platform("kind: fully_connected, count: 8");
    TimePs halving = step(4000) + step(2000) + step(1000);
    EXPECT_EQ(time_of(all, Operation::reduce_scatter, Algorithm::halving_doubling, 8000), halving);
    EXPECT_EQ(time_of(all, Operation::all_gather, Algorithm::halving_doubling, 1000), halving);
    EXPECT_EQ(time_of(all, Operation::all_reduce, Algorithm::halving_doubling, 8000), 2 * halving);
}

// Levels of the tree over eight ranks: 3 up, 3 down. On a ring their edges are 1, 2 and 4 hops long.
TEST(DoubleBinaryTree, GoesUpAndDownItsLevels) {
    Platform all = collective_platform("kind: fully_connected, count: 8");
    TimePs time = time_of(all, Operation::all_reduce, Algorithm::double_binary_tree, 8000);
    EXPECT_NEAR(static_cast<double>(time), static_cast<double>(6 * step(8000)), 4.0) << "two children at one memory";
    Platform ring = collective_platform("kind: ring, count: 8");
    TimePs hops = 14 * (8000 * ns + latency) + 6 * setup;
    EXPECT_NEAR(static_cast<double>(time_of(ring, Operation::all_reduce, Algorithm::double_binary_tree, 8000)),
                static_cast<double>(hops), 4.0);
}

// Two trees with half the data each take less than one with all of it, since a leaf of one is inside the other.
TEST(DoubleBinaryTree, SecondTreeUsesTheOtherDirections) {
    Platform hub = collective_platform("kind: switch, count: 16");
    TimePs one = time_of(hub, Operation::all_reduce, Algorithm::double_binary_tree, 1'600'000, 1);
    TimePs two = time_of(hub, Operation::all_reduce, Algorithm::double_binary_tree, 1'600'000, 2);
    EXPECT_LT(two, one * 6 / 10);
}

class TorusSizes : public ::testing::TestWithParam<std::pair<int, int>> {};

// S over an a × b torus: 2(a−1) runs of S/a and 2(b−1) of S/(ab).
TEST_P(TorusSizes, HierarchicalRingsTakeTheSumOfTheirDimensions) {
    auto [a, b] = GetParam();
    Platform torus = collective_platform(fmt::format("kind: torus, dims: [{}, {}]", a, b));
    Bytes slice = 500, whole = a * b * slice;
    EXPECT_EQ(time_of(torus, Operation::all_reduce, Algorithm::hierarchical, whole),
              2 * (a - 1) * step(b * slice) + 2 * (b - 1) * step(slice));
    EXPECT_EQ(time_of(torus, Operation::reduce_scatter, Algorithm::hierarchical, whole),
              (a - 1) * step(b * slice) + (b - 1) * step(slice));
    EXPECT_EQ(time_of(torus, Operation::all_gather, Algorithm::hierarchical, slice),
              (b - 1) * step(slice) + (a - 1) * step(b * slice));
    EXPECT_EQ(time_of(torus, Operation::all_to_all, Algorithm::hierarchical, whole),
              a * (a - 1) / 2 * step(b * slice) + b * (b - 1) / 2 * step(a * slice));
    EXPECT_EQ(time_of(torus, Operation::broadcast, Algorithm::hierarchical, whole), (a + b - 2) * step(whole));
}

INSTANTIATE_TEST_SUITE_P(Torus, TorusSizes,
                         ::testing::Values(std::pair(4, 4), std::pair(8, 8), std::pair(3, 5), std::pair(4, 1)));

TEST(Hierarchical, UsesAnotherAlgorithmAlongEachDimension) {
    Platform torus = collective_platform("kind: torus, dims: [4, 4]");
    TimePs dimension = step(8000) + step(4000); // partners at distances 1 and 2
    TimePs last = step(2000) + step(1000);
    TimePs hop = 100 * ns; // one more where the distance is 2
    EXPECT_EQ(time_of(torus, Operation::reduce_scatter, Algorithm::hierarchical, 16000, 1, Algorithm::halving_doubling),
              dimension + last + 2 * hop + (4000 + 1000) * ns);
}

TEST(Completion, CostsOneMoreDescriptor) {
    Platform ring = collective_platform("kind: ring, count: 4");
    CollectiveSpec spec;
    spec.ranks = ring.accelerators();
    spec.bytes = 4000;
    spec.completion = true;
    Program program;
    std::vector<TaskId> after = append_collective(program, ring, spec);
    Simulator simulator(ring);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.latency, 6 * step(1000) + setup);
    for (TaskId task : after) EXPECT_EQ(result.tasks[task].end, result.latency);
}

} // namespace
