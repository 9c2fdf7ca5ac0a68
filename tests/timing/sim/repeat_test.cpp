// One elaborated platform runs program after program; none leaves a trace on the next.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

bool same(const RunResult& a, const RunResult& b) {
    if (a.latency != b.latency || a.events != b.events || a.tasks.size() != b.tasks.size()) return false;
    for (TaskId id : ids_of(a.tasks)) {
        const TaskTimes &x = a.tasks[id], &y = b.tasks[id];
        if (x.ready != y.ready || x.start != y.start || x.end != y.end || x.blocked_by != y.blocked_by) return false;
    }
    for (LinkId id : ids_of(a.links))
        if (a.links[id].bytes != b.links[id].bytes || a.links[id].busy != b.links[id].busy ||
            a.links[id].queueing != b.links[id].queueing)
            return false;
    return true;
}

Program shuffle_program() {
    Program program;
    for (unsigned i = 0; i < 4; ++i)
        for (unsigned j = 0; j < 4; ++j)
            if (i != j) program.add(transfer(NodeId(i), NodeId(j), 5000 + 700 * i + 13 * j, (i * j) * 100 * ns));
    return program;
}

TestPlatform ring4() {
    TestPlatform on(1000);
    for (int i = 0; i < 4; ++i) on.accelerator({1 << 30, Bandwidth{20'000'000'000}, 3 * ns}, {2, 10 * ns});
    for (unsigned i = 0; i < 4; ++i) {
        on.link(NodeId(i), NodeId((i + 1) % 4), byte_a_ns, 20 * ns);
        on.link(NodeId((i + 1) % 4), NodeId(i), byte_a_ns, 20 * ns);
    }
    return on;
}

} // namespace

TEST(Simulator, RunsAThenBThenAWithTheSameResult) {
    TestPlatform on = ring4();
    Simulator simulator(on.platform);
    Program a = shuffle_program();
    Program b;
    TaskId work = b.add(compute(NodeId(2), b.add_plan(tiles(3, 4, 900, 50, 300))));
    b.depend(b.add(transfer(NodeId(2), NodeId(0), 12'345)), work);
    RunResult first = simulator.run(a);
    RunResult other = simulator.run(b);
    RunResult again = simulator.run(a);
    EXPECT_TRUE(same(first, again));
    EXPECT_FALSE(same(first, other));
    EXPECT_TRUE(same(other, simulator.run(b)));
}

TEST(Simulator, AFailedRunLeavesItUsable) {
    TestPlatform on = ring4();
    Simulator simulator(on.platform);
    Program good = shuffle_program();
    RunResult before = simulator.run(good);
    Program stuck;
    TaskId a = stuck.add(transfer(NodeId(0), NodeId(1), 10));
    TaskId b = stuck.add(transfer(NodeId(1), NodeId(0), 10));
    stuck.depend(a, b);
    stuck.depend(b, a);
    EXPECT_THROW(simulator.run(stuck), IllegalError);
    EXPECT_TRUE(same(before, simulator.run(good)));
}

TEST(Simulator, SaysWhichTasksWaitAndForWhat) {
    TestPlatform on = ring4();
    Simulator simulator(on.platform);
    Program program;
    PlanId plan = program.add_plan(tiles(1, 1, 0, 10, 0));
    TaskId late = program.add(compute(NodeId(0), plan));
    TaskId early = program.add(compute(NodeId(0), plan));
    TaskId move = program.add(transfer(NodeId(0), NodeId(1), 64));
    program.depend(move, early);
    program.depend(late, move);
    try {
        simulator.run(program);
        FAIL() << "must not finish";
    } catch (const IllegalError& error) {
        std::string text = error.what();
        EXPECT_EQ(text,
                  "the program cannot finish: 3 of 3 tasks wait\n"
                  "  compute 0 on acc0 waits for transfer 2 from acc0 to acc1\n"
                  "  compute 1 on acc0 waits for compute 0 on acc0\n"
                  "  transfer 2 from acc0 to acc1 waits for compute 1 on acc0\n"
                  "  they wait in a cycle: compute 0 on acc0 -> transfer 2 from acc0 to acc1 -> compute 1 on acc0 "
                  "-> compute 0 on acc0");
    }
}

TEST(Simulator, RefusesTasksWhereTheyCannotRun) {
    TestPlatform on(1000);
    NodeId a = on.accelerator(), hub = on.switch_node();
    on.link(a, hub);
    on.link(hub, a);
    Simulator simulator(on.platform);
    auto message = [&](const Task& task) {
        Program program;
        program.add(task);
        try {
            simulator.run(program);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    EXPECT_EQ(message(transfer(a, hub, 5)), "task 0 (transfer): a switch cannot send or receive");
    EXPECT_EQ(message(compute(hub, PlanId(0))), "task 0 (compute): its node has no compute engine");
    EXPECT_EQ(message(transfer(a, NodeId(9), 5)), "task 0 (transfer): its destination is not on the platform");
    EXPECT_EQ(message(transfer(a, a, -5)), "task 0 (transfer): its bytes are negative");
}

TEST(Simulator, ExistsOnceAtATimeAndCanBeMadeAgain) {
    TestPlatform on = ring4();
    for (int i = 0; i < 3; ++i) {
        Simulator simulator(on.platform);
        EXPECT_THROW(Simulator second(on.platform), std::logic_error);
        EXPECT_GT(simulator.run(shuffle_program()).latency, 0);
    }
}

TEST(Simulator, TimeBeyondSixtyThreeBitsIsAnError) {
    TestPlatform line = TestPlatform::line(1, 0, Bandwidth{1}); // a bit a second
    Simulator simulator(line.platform);
    Program program;
    program.add(transfer(NodeId(0), NodeId(1), 1'000'000));
    EXPECT_EQ(simulator.run(program).latency, 8'000'000LL * 1'000'000'000'000LL);
    Program longer;
    TaskId first = longer.add(transfer(NodeId(0), NodeId(1), 1'000'000));
    longer.depend(longer.add(transfer(NodeId(0), NodeId(1), 1'000'000)), first);
    EXPECT_THROW(simulator.run(longer), InputError);
}

TEST(PeakMemory, CountsWhatIsLiveAtOnce) {
    TestPlatform on = ring4();
    Program program;
    PlanId plan = program.add_plan(tiles(1, 1, 0, 10, 0));
    TaskId a = program.add(compute(NodeId(0), plan)), b = program.add(compute(NodeId(0), plan));
    program.add_buffer({NodeId(0), 100, TaskId(), {}});
    program.add_buffer({NodeId(0), 30, a, {a}});
    program.add_buffer({NodeId(0), 50, b, {b}});
    program.add_buffer({NodeId(1), 7, b, {}});
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    IdVector<NodeId, Bytes> peaks = peak_memory(on.platform, program, result);
    EXPECT_EQ(peaks[NodeId(0)], 150) << "the buffer of a is given back before b takes its own";
    EXPECT_EQ(peaks[NodeId(1)], 7);
    EXPECT_EQ(peaks[NodeId(2)], 0);
}
