// What transfers meet at any time of a run with link events. One byte a nanosecond.
#include "sim/platform_in_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "sim/critical_path.h"
#include "sim/recorder/run_data.h"
#include "tests/support/test_platform.h"

namespace arsia {
namespace {

using namespace testing;
using ::testing::ElementsAre;

/// a → b straight, and a → c → b around. The straight link gets slower, then fails.
struct FailingTriangle : public ::testing::Test {
    TestPlatform on{1000};
    NodeId a = on.accelerator(), b = on.accelerator(), c = on.accelerator();
    LinkId straight = on.link(a, b), there = on.link(a, c), back = on.link(c, b);

    FailingTriangle() {
        on.platform.link_events = {{10 * us, straight, Bandwidth{4'000'000'000}}, {20 * us, straight, Bandwidth{0}}};
    }
};

TEST_F(FailingTriangle, HasAStretchBetweenEvents) {
    PlatformInTime in_time(on.platform);
    ASSERT_EQ(in_time.stretches(), 3u);
    EXPECT_EQ(in_time.at(0), 0u);
    EXPECT_EQ(in_time.at(10 * us - 1), 0u);
    EXPECT_EQ(in_time.at(10 * us), 1u);
    EXPECT_EQ(in_time.at(1000 * us), 2u);
    EXPECT_EQ(in_time.begin(2), 20 * us);
    EXPECT_EQ(in_time.platform(0).links[straight].bandwidth, byte_a_ns);
    EXPECT_EQ(in_time.platform(1).links[straight].bandwidth, Bandwidth{4'000'000'000});
    EXPECT_THAT(in_time.route(1, a, b), ElementsAre(straight));
    EXPECT_THAT(in_time.route(2, a, b), ElementsAre(there, back));
    EXPECT_EQ(in_time.uncontended_time(0, a, b, 5000), 5000 * ns);
    EXPECT_EQ(in_time.uncontended_time(1, a, b, 5000), 10'000 * ns);
    EXPECT_EQ(in_time.uncontended_time(2, a, b, 5000), 6000 * ns);
}

TEST_F(FailingTriangle, BeginsWithTheEventsOfTimeZero) {
    on.platform.link_events = {{0, straight, Bandwidth{0}}, {0, there, Bandwidth{1'000'000'000}}};
    PlatformInTime in_time(on.platform);
    EXPECT_EQ(in_time.stretches(), 1u);
    EXPECT_THAT(in_time.route(0, a, b), ElementsAre(there, back));
    EXPECT_EQ(in_time.uncontended_time(0, a, b, 1000), 8000 * ns + 1000 * ns);
}

TEST_F(FailingTriangle, SaysWhereNoWayIsLeft) {
    on.platform.link_events = {{0, straight, Bandwidth{0}}, {5, back, Bandwidth{0}}};
    PlatformInTime in_time(on.platform);
    EXPECT_THROW(in_time.route(1, a, b), InputError);
}

// Each transfer is told with the route that it began on, and the path is split by what its links could do then.
TEST_F(FailingTriangle, RunsAreToldWithTheRoutesInForce) {
    Program program;
    TaskId last;
    for (Bytes bytes : {10'000, 5000, 4000}) { // from 0, 10 and 20 µs on
        TaskId next = program.add(transfer(a, b, bytes));
        if (last.valid()) program.depend(next, last);
        last = next;
    }
    Simulator simulator(on.platform);
    RunResult result = simulator.run(program, {true, true});
    ASSERT_EQ(result.latency, 20 * us + 5000 * ns);
    Breakdown parts = breakdown(on.platform, program, result);
    EXPECT_EQ(parts.contention, 0);
    EXPECT_EQ(parts.network_by_link[straight], 10 * us + 10 * us);
    EXPECT_EQ(parts.network_by_link[there], 5000 * ns);

    std::string file = ::testing::TempDir() + "in_time.h5";
    IdVector<NodeId, const Design*> no_designs(on.platform.nodes.size(), nullptr);
    write_run_file(file, {on.platform, program, result, nullptr, "test", "", "",
                          energy_of(on.platform, program, result, no_designs), std::nullopt, no_designs});
    RunData read = read_run(file);
    std::vector<std::vector<std::int32_t>> routes;
    std::vector<TimePs> alone;
    for (const RunData::Transfer& row : read.transfers) {
        routes.push_back(read.routes[static_cast<std::size_t>(row.route)]);
        alone.push_back(row.alone);
    }
    EXPECT_THAT(routes, ElementsAre(ElementsAre(0), ElementsAre(0), ElementsAre(1, 2))); // numbers of links
    EXPECT_THAT(alone, ElementsAre(10 * us, 10 * us, 5 * us));
}

} // namespace
} // namespace arsia
