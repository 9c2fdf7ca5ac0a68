// Tasks that run many times, and transfers that accumulate. One byte a nanosecond.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

Task repeated(Task task, std::int32_t runs) {
    task.repeat = runs;
    return task;
}

std::string error_of(const Program& program, const TestPlatform& on) {
    Simulator simulator(on.platform);
    try {
        simulator.run(program);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST(RepeatedTasks, ARunWaitsForTheRunBefore) {
    TestPlatform line = TestPlatform::line(1, 0, byte_a_ns, 100 * ns);
    Program program;
    TaskId send = program.add(repeated(transfer(NodeId(0), NodeId(1), 1000), 5));
    program.depend_each(send, send, 1); // run k after run k − 1
    TaskId after = program.add({TaskKind::join});
    program.depend(after, send);
    Simulator simulator(line.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.latency, 5 * 1100 * ns);
    EXPECT_EQ(result.tasks[after].ready, 5 * 1100 * ns) << "a whole task has ended with its last run";
    EXPECT_EQ(result.links[LinkId(0)].bytes, 5000);
}

TEST(RepeatedTasks, RunsWithoutDependenciesOverlap) {
    TestPlatform line = TestPlatform::line(1, 0, byte_a_ns, 100 * ns);
    Program program;
    program.add(repeated(transfer(NodeId(0), NodeId(1), 1000), 5));
    Simulator simulator(line.platform);
    EXPECT_EQ(simulator.run(program).latency, (5 * 1000 + 100) * ns) << "the link is never idle";
}

TEST(RepeatedTasks, DelayLetsTheFirstRunsGoAhead) {
    TestPlatform line = TestPlatform::line(2, 0);
    Program program;
    TaskId first = program.add(repeated(transfer(NodeId(0), NodeId(1), 1000), 4));
    TaskId second = program.add(repeated(transfer(NodeId(1), NodeId(2), 1000), 6));
    program.depend_each(second, first, 2); // runs 0 and 1 wait for nothing, run k for run k − 2
    Simulator simulator(line.platform);
    // second: 0–1000, 1000–2000; runs 2..5 as first's runs 0..3 have ended at 1000..4000, one at a time on the link.
    EXPECT_EQ(simulator.run(program).latency, 6000 * ns);
}

TEST(RepeatedTasks, AreRefusedWhereTheyMakeNoSense) {
    TestPlatform line = TestPlatform::line(1, 0);
    Program computes;
    computes.add(repeated(compute(NodeId(0), computes.add_plan(tiles(1, 1, 0, 1, 0))), 2));
    EXPECT_EQ(error_of(computes, line), "task 0 (compute): only transfers and joins can be repeated");
    Program never_runs;
    never_runs.add(repeated(transfer(NodeId(0), NodeId(1), 1), 0));
    EXPECT_EQ(error_of(never_runs, line), "task 0 runs 0 times");
    Program starves;
    TaskId once = starves.add(transfer(NodeId(0), NodeId(1), 1));
    starves.depend_each(starves.add(repeated(transfer(NodeId(0), NodeId(1), 1), 3)), once, 1);
    EXPECT_EQ(error_of(starves, line), "task 1 runs 3 times, but waits each time for task 0, which runs 1 times");
}

TEST(Accumulate, ReadsAndWritesTheDestination) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), b = on.accelerator({1 << 30, byte_a_ns, 0});
    on.link(a, b);
    Task task = transfer(a, b, 5000);
    task.accumulate = true;
    Program program;
    program.add(task);
    Simulator simulator(on.platform);
    // The memory moves two bytes for each that arrives and sets the pace: it starts with the first byte of a burst.
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.latency, 5 * 2000 * ns);
    EXPECT_EQ(result.nodes[b].memory_bytes, 10'000);
}

TEST(Accumulate, IsHiddenBehindALinkHalfAsFastAsTheMemory) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), b = on.accelerator({1 << 30, Bandwidth{16'000'000'000}, 0});
    on.link(a, b);
    Task task = transfer(a, b, 5000);
    task.accumulate = true;
    Program program;
    program.add(task);
    Simulator simulator(on.platform);
    EXPECT_EQ(simulator.run(program).latency, 5000 * ns);
}
