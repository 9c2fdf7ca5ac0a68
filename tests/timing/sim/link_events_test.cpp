// Links that slow down or fail while transfers are under way. One byte a nanosecond unless said.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

/// a → b straight, and a → c → b around.
struct Triangle {
    TestPlatform on{1000};
    NodeId a, b, c;
    LinkId straight, there, back;

    Triangle() {
        a = on.accelerator();
        b = on.accelerator();
        c = on.accelerator();
        straight = on.link(a, b);
        there = on.link(a, c);
        back = on.link(c, b);
    }
    void fails(LinkId link, TimePs at) { on.platform.link_events.push_back({at, link, Bandwidth{0}}); }
};

} // namespace

TEST(LinkEvents, ASlowerLinkSendsTheNextBurstsSlower) {
    Triangle on;
    on.on.platform.link_events.push_back({2500 * ns, on.straight, Bandwidth{4'000'000'000}}); // 2 ns a byte
    Program program;
    program.add(transfer(on.a, on.b, 5000));
    Simulator simulator(on.on.platform);
    // Bursts at 0, 1000 and 2000 go at full speed; two more take 2000 each.
    EXPECT_EQ(simulator.run(program).latency, 3000 * ns + 2 * 2000 * ns);
    EXPECT_EQ(simulator.run(program).latency, 7000 * ns) << "the next program starts with the link as it was";
}

TEST(LinkEvents, ARestGoesAroundAFailedLink) {
    Triangle on;
    on.fails(on.straight, 2500 * ns);
    Program program;
    TaskId moved = program.add(transfer(on.a, on.b, 5000));
    Simulator simulator(on.on.platform);
    for (bool skip : {true, false}) {
        const RunResult& result = simulator.run(program, {skip});
        // The third burst is on the link and arrives at 3000. The fourth and fifth start again at 2500 by way of c:
        // two bursts over two hops.
        EXPECT_EQ(result.tasks[moved].end, 2500 * ns + 2 * 1000 * ns + 1000 * ns);
        EXPECT_EQ(result.links[on.straight].bytes, 3000);
        EXPECT_EQ(result.links[on.there].bytes, 2000);
        EXPECT_EQ(result.links[on.back].bytes, 2000);
        EXPECT_GE(result.links[on.straight].queueing, 0);
    }
}

TEST(LinkEvents, BurstsThatHadNotReachedTheFailedLinkStartAgain) {
    Triangle on;
    on.on.platform.fixed_routes[{on.a, on.b}] = {on.there, on.back};
    on.fails(on.back, 2500 * ns);
    Program program;
    TaskId moved = program.add(transfer(on.a, on.b, 5000));
    Simulator simulator(on.on.platform);
    const RunResult& result = simulator.run(program);
    // Over c: burst 1 arrives at 2000, burst 2 is on the second link until 3000. The other three go straight from 2500.
    EXPECT_EQ(result.tasks[moved].end, 5500 * ns);
    EXPECT_EQ(result.links[on.back].bytes, 2000);
    EXPECT_EQ(result.links[on.straight].bytes, 3000);
    EXPECT_EQ(result.links[on.there].bytes, 3000) << "the third had been sent to c in vain";
}

TEST(LinkEvents, TransfersThatStartLaterAvoidTheFailedLink) {
    Triangle on;
    on.fails(on.straight, 0);
    Program program;
    program.add(transfer(on.a, on.b, 5000, 100 * ns));
    Simulator simulator(on.on.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.latency, 6100 * ns);
    EXPECT_EQ(result.links[on.straight].bytes, 0);
}

TEST(LinkEvents, ATransferIsSplitAgainByASecondFailure) {
    Triangle on;
    NodeId d = on.on.accelerator();
    LinkId to_d = on.on.link(on.a, d), from_d = on.on.link(d, on.b);
    on.fails(on.straight, 1500 * ns);
    on.fails(on.there, 3200 * ns);
    Program program;
    TaskId moved = program.add(transfer(on.a, on.b, 6000));
    TaskId next = program.add(transfer(on.a, on.b, 1000));
    program.depend(next, moved);
    Simulator simulator(on.on.platform);
    const RunResult& result = simulator.run(program);
    // Straight: bursts 1 and 2. By c from 1500: bursts 3 and 4 (the second leaves a at 2500 and is on the link at
    // 3200). By d from 3200: bursts 5 and 6, over two hops.
    EXPECT_EQ(result.links[on.straight].bytes, 2000);
    EXPECT_EQ(result.links[on.back].bytes, 2000);
    EXPECT_EQ(result.links[to_d].bytes, 2000 + 1000);
    EXPECT_EQ(result.links[from_d].bytes, 2000 + 1000);
    EXPECT_EQ(result.tasks[moved].end, (3200 + 2000 + 1000) * ns);
    EXPECT_EQ(result.tasks[next].end, result.tasks[moved].end + 2000 * ns);
}

TEST(LinkEvents, WithoutAnotherRouteTheErrorNamesTheTransfer) {
    TestPlatform line = TestPlatform::line(2, 1000);
    line.platform.link_events.push_back({1500 * ns, LinkId(1), Bandwidth{0}});
    Simulator simulator(line.platform);
    Program program;
    program.add(transfer(NodeId(0), NodeId(2), 5000));
    try {
        simulator.run(program);
        FAIL() << "the transfer cannot arrive";
    } catch (const IllegalError& error) {
        EXPECT_STREQ(error.what(), "transfer 0 of 5000 B from acc0 to acc2 cannot be routed at 1.5 us: no route leads "
                                   "from 'acc0' to 'acc2' now that acc1->acc2#1 failed");
    }
    Program short_one;
    short_one.add(transfer(NodeId(0), NodeId(1), 5000));
    EXPECT_EQ(simulator.run(short_one).latency, 5000 * ns) << "who does not need the link is not concerned";
}

// What goes round a failed link has as many bursts under way as the longer route needs, also where it began before.
TEST(LinkEvents, ARestTakesTheWindowOfItsNewRoute) {
    auto time_of = [](TimePs failure, TimePs setup) {
        TestPlatform on(100);
        NodeId a = on.accelerator({1 << 30, ample, 0}, {8, setup}), b = on.accelerator(), c = on.accelerator();
        LinkId straight = on.link(a, b);
        on.link(a, c, byte_a_ns, 20 * us);
        on.link(c, b, byte_a_ns, 20 * us);
        on.platform.link_events.push_back({failure, straight, Bandwidth{0}});
        Simulator simulator(on.platform);
        Program program;
        program.add(transfer(a, b, 100'000));
        return simulator.run(program).latency;
    };
    // 100 µs of bytes, one burst a hop more, two latencies.
    TimePs around = (100'000 + 100) * ns + 40 * us;
    EXPECT_EQ(time_of(0, 0), around);
    // The first burst is on the link; all others start when it fails.
    EXPECT_EQ(time_of(1, 0), around - 100 * ns + 1);
    EXPECT_EQ(time_of(500 * ns, 1 * us), around + 1 * us) << "failed during the set-up";
}

// Links may have been made slower since the file of events was written, by a what-if file or a sweep.
TEST(LinkEvents, NoEventMakesALinkFaster) {
    Triangle on;
    on.on.platform.link_events.push_back({0, on.straight, Bandwidth{80'000'000'000}});
    Program program;
    program.add(transfer(on.a, on.b, 5000));
    Simulator simulator(on.on.platform);
    EXPECT_EQ(simulator.run(program).latency, 5000 * ns);
}
