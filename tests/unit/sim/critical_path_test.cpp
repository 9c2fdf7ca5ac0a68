#include "sim/critical_path.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/small_run.h"

namespace arsia {
namespace {

using testing::compute_on;
using testing::plan_of;
using testing::RowOfThree;
using testing::SmallRun;
using testing::transfer_of;

/// h links of 1 ns a byte and 100 ns in a row, bursts of 100 bytes.
Platform row_of(int hops, Bytes burst = 100) {
    RowOfThree row(burst);
    Platform platform;
    platform.burst = burst;
    for (int i = 0; i <= hops; ++i) {
        Node node = row.platform.nodes[row.a];
        node.name = "n" + std::to_string(i);
        platform.nodes.push_back(node);
    }
    for (int i = 0; i < hops; ++i) {
        Link link = row.platform.links[row.host_a];
        link.from = NodeId(static_cast<std::size_t>(i));
        link.to = NodeId(static_cast<std::size_t>(i + 1));
        platform.links.push_back(link);
    }
    return platform;
}

TimePs time_over(const Platform& platform, Bytes bytes) {
    return uncontended_time(platform, NodeId(0), NodeId(platform.nodes.size() - 1), bytes);
}

TEST(UncontendedTime, IsBytesOverBandwidthAndOneBurstAHopMore) {
    // S/B + (h−1)·b/B + h·latency
    EXPECT_EQ(time_over(row_of(1), 1000), 1'000'000 + 100'000);
    EXPECT_EQ(time_over(row_of(2), 1000), 1'000'000 + 100'000 + 2 * 100'000);
    EXPECT_EQ(time_over(row_of(4), 1000), 1'000'000 + 3 * 100'000 + 4 * 100'000);
}

TEST(UncontendedTime, AddsSetUpAndBothMemoryLatencies) {
    Platform platform = row_of(1);
    platform.nodes[NodeId(0)].dma.setup = 7;
    platform.nodes[NodeId(0)].memory.latency = 20;
    platform.nodes[NodeId(1)].memory.latency = 300;
    platform.nodes[NodeId(1)].dma.setup = 5000; // the receiver sets nothing up
    EXPECT_EQ(time_over(platform, 1000), 1'100'000 + 7 + 20 + 300);
}

TEST(UncontendedTime, LastShortBurstOvertakesNothing) {
    // Two hops, bursts of 100 and 30 bytes: the last waits 100 ns at the second link for the burst before it.
    EXPECT_EQ(time_over(row_of(2), 130), (100 + 100 + 30) * 1000 + 2 * 100'000);
    // One burst only.
    EXPECT_EQ(time_over(row_of(2), 30), (30 + 30) * 1000 + 2 * 100'000);
}

TEST(UncontendedTime, MessageIsNeverCut) { EXPECT_EQ(time_over(row_of(4, 0), 1000), 4 * 1'000'000 + 4 * 100'000); }

TEST(UncontendedTime, SlowestLinkSetsThePace) {
    Platform platform = row_of(3);
    platform.links[LinkId(1)].bandwidth = {4'000'000'000}; // 2 ns a byte
    // 100 through the first link, 10 bursts of 200 through the second, 100 through the third
    EXPECT_EQ(time_over(platform, 1000), (100 + 10 * 200 + 100) * 1000 + 3 * 100'000);
}

TEST(UncontendedTime, SlowMemoryIsAsASlowLink) {
    Platform platform = row_of(2);
    platform.nodes[NodeId(0)].memory.bandwidth = {4'000'000'000};
    EXPECT_EQ(time_over(platform, 1000), (10 * 200 + 100) * 1000 + 2 * 100'000);
    platform = row_of(2);
    platform.nodes[NodeId(2)].memory.bandwidth = {2'000'000'000};
    EXPECT_EQ(time_over(platform, 1000), (100 + 10 * 400) * 1000 + 2 * 100'000);
    platform = row_of(2);
    platform.nodes[NodeId(1)].memory.bandwidth = {1'000'000}; // only passed through
    EXPECT_EQ(time_over(platform, 1000), time_over(row_of(2), 1000));
}

TEST(UncontendedTime, BurstTimesAreRoundedUpEach) {
    Platform platform = row_of(1, 1);
    platform.links[LinkId(0)].bandwidth = {3'000'000'000'000}; // 8/3 ps a byte, so 3 ps a burst
    platform.nodes[NodeId(0)].memory.bandwidth = platform.nodes[NodeId(1)].memory.bandwidth = {8'000'000'000'000};
    EXPECT_EQ(time_over(platform, 10), 30 + 100'000);
}

TEST(UncontendedTime, CopyInsideOneMemoryReadsAndWrites) {
    Platform platform = row_of(1);
    platform.nodes[NodeId(0)].memory = {1 << 20, Bandwidth{8'000'000'000}, 50};
    platform.nodes[NodeId(0)].dma.setup = 7;
    EXPECT_EQ(uncontended_time(platform, NodeId(0), NodeId(0), 60), 7 + 2 * 60'000 + 2 * 50);
    EXPECT_EQ(uncontended_time(platform, NodeId(0), NodeId(0), 1000), 7 + 2 * 1'000'000 + 50);
}

TEST(UncontendedTime, NothingToMoveTakesSetUpOnly) {
    Platform platform = row_of(2);
    platform.nodes[NodeId(0)].dma.setup = 7;
    EXPECT_EQ(time_over(platform, 0), 7);
}

TEST(CriticalPath, FollowsWhatEachTaskWaitedFor) {
    SmallRun run;
    std::vector<PathStep> path = critical_path(run.program, run.result);
    std::vector<TaskId> tasks;
    for (const PathStep& step : path) tasks.push_back(step.task);
    EXPECT_EQ(tasks, (std::vector<TaskId>{run.input, run.conv, run.move, run.pool, run.output}));
    EXPECT_EQ(path.front().begin, 0);
    EXPECT_EQ(path.back().end, run.result.latency);
}

TEST(CriticalPath, LeavesOutWhatNobodyWaitedFor) {
    RowOfThree row;
    Program program;
    PlanId plan = program.add_plan(plan_of(10));
    TaskId slow = program.add(compute_on(row.a, plan));
    TaskId fast = program.add(compute_on(row.b, plan));
    TaskId last = program.add(compute_on(row.b, plan));
    program.depend(last, slow);
    RunResult result;
    result.latency = 60;
    result.tasks.resize(3);
    result.tasks[slow] = {0, 0, 50, TaskId()};
    result.tasks[fast] = {0, 0, 20, TaskId()};
    result.tasks[last] = {50, 50, 60, slow};
    std::vector<PathStep> path = critical_path(program, result);
    ASSERT_EQ(path.size(), 2U);
    EXPECT_EQ(path[0].task, slow);
    EXPECT_EQ(path[1].task, last);
}

TEST(CriticalPath, WaitForAnEarliestStartIsAStepWithoutTask) {
    RowOfThree row;
    Program program;
    TaskId task = program.add(compute_on(row.a, program.add_plan(plan_of(1))));
    RunResult result;
    result.latency = 30'000;
    result.tasks.resize(1);
    result.tasks[task] = {25'000, 25'000, 30'000, TaskId()};
    result.links.resize(4);
    std::vector<PathStep> path = critical_path(program, result);
    ASSERT_EQ(path.size(), 2U);
    EXPECT_FALSE(path[0].task.valid());
    EXPECT_EQ(path[0].begin, 0);
    EXPECT_EQ(path[0].end, 25'000);
    EXPECT_EQ(path[1].task, task);
    Breakdown parts = breakdown(row.platform, program, result);
    EXPECT_EQ(parts.waiting, 25'000);
    EXPECT_EQ(parts.compute, 1'000);
    EXPECT_EQ(parts.memory, 4'000);
}

TEST(CriticalPath, OfNothingIsEmpty) {
    RowOfThree row;
    EXPECT_TRUE(critical_path(Program(), RunResult()).empty());
    EXPECT_EQ(breakdown(row.platform, Program(), RunResult()).sum(), 0);
}

TEST(CriticalPath, CircleOfBlockersIsRefused) {
    RowOfThree row;
    Program program;
    TaskId task = program.add(compute_on(row.a, program.add_plan(plan_of(1))));
    RunResult result;
    result.latency = 5;
    result.tasks.resize(1);
    result.tasks[task] = {0, 0, 5, task};
    try {
        critical_path(program, result);
        FAIL() << "a task that blocks itself was accepted";
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "tasks block each other in a circle");
    }
}

TEST(Breakdown, SplitsTheLatencyByCause) {
    SmallRun run;
    Breakdown parts = breakdown(run.platform, run.program, run.result);
    EXPECT_EQ(parts.compute, 700'000 + 100'000);
    EXPECT_EQ(parts.memory, 50'000);
    EXPECT_EQ(parts.dma_setup, 10'000);
    EXPECT_EQ(parts.network, 350'000 + 300'000 + 280'000);
    EXPECT_EQ(parts.contention, 50'000 + 20'000);
    EXPECT_EQ(parts.reconfiguration, 0);
    EXPECT_EQ(parts.waiting, 0);
    EXPECT_EQ(parts.sum(), run.result.latency);
}

TEST(Breakdown, GivesNetworkTimeToTheSlowestLink) {
    SmallRun run;
    run.platform.links[run.a_host].bandwidth = {4'000'000'000};
    Breakdown parts = breakdown(run.platform, run.program, run.result);
    EXPECT_EQ(parts.network_by_link[run.host_a], 350'000);
    EXPECT_EQ(parts.network_by_link[run.a_b], 300'000);
    EXPECT_EQ(parts.network_by_link[run.b_a], 0);
    EXPECT_EQ(parts.network_by_link[run.a_host], 300'000) << "alone it would need 320 ns, so all of its 300 ns";
    EXPECT_EQ(parts.network, 950'000);
    EXPECT_EQ(parts.sum(), run.result.latency);
}

TEST(Breakdown, CountsReconfigurationAndLocalCopies) {
    RowOfThree row;
    Program program;
    Task load;
    load.kind = TaskKind::reconfigure;
    load.node = row.a;
    load.duration = 500;
    TaskId first = program.add(load);
    TaskId copy = program.add(transfer_of(row.a, row.a, 16));
    Task join;
    TaskId last = program.add(join);
    RunResult result;
    result.latency = 3'000;
    result.tasks.resize(3);
    result.tasks[first] = {0, 0, 500, TaskId()};
    result.tasks[copy] = {500, 500, 3'000, first}; // 16 B at 16 GB/s, read and written: 2 ns
    result.tasks[last] = {3'000, 3'000, 3'000, copy};
    Breakdown parts = breakdown(row.platform, program, result);
    EXPECT_EQ(parts.reconfiguration, 500);
    EXPECT_EQ(parts.memory, 2'000);
    EXPECT_EQ(parts.contention, 500);
    EXPECT_EQ(parts.network, 0);
    EXPECT_EQ(parts.sum(), 3'000);
}

} // namespace
} // namespace arsia
