// Exact times of transfers; the closed form stands beside each figure. One byte a nanosecond unless said.
#include <gtest/gtest.h>

#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

TimePs time_of(const TestPlatform& on, NodeId source, NodeId destination, Bytes bytes, bool skip = true) {
    Simulator simulator(on.platform);
    Program program;
    program.add(transfer(source, destination, bytes));
    return simulator.run(program, {skip}).latency;
}

} // namespace

// S/B + (h−1)·b/B + h·latency
class HopsTest : public ::testing::TestWithParam<int> {};

TEST_P(HopsTest, StoresAndForwardsBurstByBurst) {
    int hops = GetParam();
    TestPlatform line = TestPlatform::line(hops, 1000, byte_a_ns, 500 * ns);
    TimePs expected = 10'000 * ns + (hops - 1) * 1000 * ns + hops * 500 * ns;
    EXPECT_EQ(time_of(line, NodeId(0), NodeId(hops), 10'000), expected);
    EXPECT_EQ(time_of(line, NodeId(0), NodeId(hops), 10'000, false), expected);
}

TEST_P(HopsTest, AMessageBurstIsForwardedWhole) {
    int hops = GetParam();
    TestPlatform line = TestPlatform::line(hops, 0, byte_a_ns, 500 * ns);
    EXPECT_EQ(time_of(line, NodeId(0), NodeId(hops), 10'000), hops * (10'000 * ns + 500 * ns));
}

TEST_P(HopsTest, TheLastBurstIsAsSmallAsItIs) {
    int hops = GetParam();
    TestPlatform line = TestPlatform::line(hops, 1000);
    // Two full bursts and one of 300: the small one leaves each hop 300 ns after the second full one.
    EXPECT_EQ(time_of(line, NodeId(0), NodeId(hops), 2300), (2300 + (hops - 1) * 1000) * ns);
}

INSTANTIATE_TEST_SUITE_P(Hops, HopsTest, ::testing::Values(1, 2, 4));

TEST(TransferTime, RoundsEachBurstUpToAPicosecond) {
    // 7 bytes at 3 Gb/s: 56/3 ns = 18666.67 ps, so 18667 a burst; the last of 6 bytes takes 16000.
    TestPlatform line = TestPlatform::line(1, 7, Bandwidth{3'000'000'000});
    EXPECT_EQ(time_of(line, NodeId(0), NodeId(1), 20), 2 * 18'667 + 16'000);
}

TEST(TransferTime, TheSlowestLinkSetsThePace) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), b = on.accelerator(), c = on.accelerator();
    on.link(a, b);
    on.link(b, c, Bandwidth{4'000'000'000}); // 2 ns a byte
    EXPECT_EQ(time_of(on, a, c, 10'000), 1000 * ns + 10 * 2000 * ns);
}

TEST(TransferTime, SetUpComesBeforeTheFirstBurst) {
    TestPlatform on(1000);
    NodeId a = on.accelerator({1 << 30, ample, 0}, {1, 70 * ns}), b = on.accelerator();
    on.link(a, b);
    EXPECT_EQ(time_of(on, a, b, 5000), 70 * ns + 5000 * ns);
    EXPECT_EQ(time_of(on, a, b, 0), 70 * ns) << "an empty transfer is a set-up and nothing else";
}

TEST(TransferTime, AFastMemoryCostsItsLatencyOnly) {
    TestPlatform on(1000);
    Memory memory{1 << 30, Bandwidth{16'000'000'000}, 30 * ns}; // two bytes a nanosecond
    NodeId a = on.accelerator(memory), b = on.accelerator(memory);
    on.link(a, b);
    EXPECT_EQ(time_of(on, a, b, 5000), 30 * ns + 5000 * ns + 30 * ns);
}

TEST(TransferTime, ASlowSourceDelaysUntilTheLinkCanStreamTheBurst) {
    TestPlatform on(1000);
    NodeId a = on.accelerator({1 << 30, Bandwidth{4'000'000'000}, 0}), b = on.accelerator(); // reads 2 ns a byte
    on.link(a, b);
    // The last byte of a burst leaves when it has been read: 2000 ns a burst.
    EXPECT_EQ(time_of(on, a, b, 5000), 5 * 2000 * ns);
}

TEST(TransferTime, ASlowDestinationWritesFromTheFirstByteOn) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), b = on.accelerator({1 << 30, Bandwidth{4'000'000'000}, 0});
    on.link(a, b, byte_a_ns, 50 * ns);
    EXPECT_EQ(time_of(on, a, b, 5000), 50 * ns + 5 * 2000 * ns);
}

TEST(TransferTime, ACopyWithinOneMemoryReadsAndWrites) {
    TestPlatform on(1000);
    NodeId a = on.accelerator({1 << 30, byte_a_ns, 0});
    // Each burst is read and then written by the same memory, one byte a nanosecond.
    EXPECT_EQ(time_of(on, a, a, 3000), 2 * 3000 * ns);
}

TEST(TransferTime, TwoTransfersOnALinkTakeTurns) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), b = on.accelerator(), hub = on.switch_node(), out = on.accelerator();
    on.link(a, hub);
    on.link(b, hub);
    LinkId shared = on.link(hub, out);
    Program program;
    TaskId small = program.add(transfer(a, out, 2000));
    TaskId large = program.add(transfer(b, out, 4000));
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    // The shared link works from 1000 ns on: a b a b b b; a's key comes first.
    EXPECT_EQ(result.tasks[small].end, 4000 * ns);
    EXPECT_EQ(result.tasks[large].end, 7000 * ns);
    EXPECT_EQ(result.links[shared].bytes, 6000);
    EXPECT_EQ(result.links[shared].busy, 6000 * ns);
    // Waits: a 0, b 1000; a 1000, b 2000 (both came at 2000); b's third came at 3000 and goes at 5000, its fourth, let
    // go by the window of three bursts, came at 4000 and goes at 6000.
    EXPECT_EQ(result.links[shared].queueing, (0 + 1000 + 1000 + 2000 + 2000 + 2000) * ns);
}

TEST(TransferTime, AChannelServesOneDescriptorAtATime) {
    TestPlatform on(1000);
    NodeId a = on.accelerator({1 << 30, ample, 0}, {1, 100 * ns}), b = on.accelerator(), c = on.accelerator();
    on.link(a, b);
    on.link(a, c);
    Program program;
    TaskId first = program.add(transfer(a, b, 1000));
    TaskId second = program.add(transfer(a, c, 1000));
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.tasks[first].end, 1100 * ns);
    EXPECT_EQ(result.tasks[second].start, 1100 * ns);
    EXPECT_EQ(result.tasks[second].end, 2200 * ns);
    EXPECT_EQ(result.tasks[second].blocked_by, first);
    EXPECT_EQ(result.tasks[second].ready, 0);
}

TEST(TransferTime, PriorityGoesBeforeAgeForAChannel) {
    TestPlatform on(1000);
    NodeId a = on.accelerator({1 << 30, ample, 0}, {1, 0}), b = on.accelerator();
    on.link(a, b);
    Program program;
    TaskId running = program.add(transfer(a, b, 3000));
    Task late = transfer(a, b, 1000, 1500 * ns);
    Task early = transfer(a, b, 1000, 1000 * ns);
    early.priority = 7;
    TaskId early_id = program.add(early), late_id = program.add(late);
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.tasks[running].end, 3000 * ns);
    EXPECT_EQ(result.tasks[late_id].end, 4000 * ns);
    EXPECT_EQ(result.tasks[early_id].end, 5000 * ns);
}

TEST(TransferTime, ATransferWaitsForItsDependenciesAndItsTime) {
    TestPlatform line = TestPlatform::line(2, 1000);
    Program program;
    TaskId first = program.add(transfer(NodeId(0), NodeId(1), 1000, 250 * ns));
    TaskId second = program.add(transfer(NodeId(1), NodeId(2), 1000));
    program.depend(second, first);
    Simulator simulator(line.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.tasks[first].start, 250 * ns);
    EXPECT_FALSE(result.tasks[first].blocked_by.valid());
    EXPECT_EQ(result.tasks[second].ready, 1250 * ns);
    EXPECT_EQ(result.tasks[second].end, 2250 * ns);
    EXPECT_EQ(result.tasks[second].blocked_by, first);
}
