// How transfers share links, against fluid max-min fair sharing: SimGrid's figures in tests/data/network.json, and
// cases whose shares are known.
#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/test_platform.h"
#include "tests/support/validation_rows.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

constexpr Bytes kib = 1024, mib = 1024 * kib;
constexpr double tolerance = 0.02; ///< at a burst of 64 KiB
constexpr std::array<Bytes, 3> falling_bursts{256 * kib, 64 * kib, 16 * kib};

Bandwidth bytes_per_second(double rate) { return {static_cast<std::uint64_t>(rate * 8)}; }

double seconds(TimePs time) { return static_cast<double>(time) / 1e12; }

nlohmann::json reference_case(const std::string& name, int n) {
    std::ifstream file(ARSIA_TEST_DATA "/network.json");
    nlohmann::json whole = nlohmann::json::parse(file);
    for (const nlohmann::json& entry : whole.at("sharing"))
        if (entry.at("case").get<std::string>().rfind(name, 0) == 0 && entry.value("n", n) == n) return entry;
    throw std::runtime_error("no such case: " + name);
}

/// Largest error of the finish times of all flows, flow i of (i + 1) units over one link.
double bottleneck_error(const nlohmann::json& reference, Bytes burst) {
    TestPlatform on(burst);
    NodeId a = on.accelerator({1 << 30, ample, 0}, {64, 0}), b = on.accelerator();
    on.link(a, b, bytes_per_second(reference.at("bw_Bps")), TimePs(reference.at("lat_s").get<double>() * 1e12));
    Program program;
    auto expected = reference.at("finish_ns").get<std::vector<double>>();
    for (std::size_t i = 0; i < expected.size(); ++i)
        program.add(transfer(a, b, (Bytes(i) + 1) * reference.at("unit_bytes").get<Bytes>()));
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, relative_error(seconds(result.tasks[TaskId(i)].end) * 1e9, expected[i]));
    return worst;
}

/// Largest error of three flows: A over two links, B over the first, C over the second.
double line_error(const nlohmann::json& reference, Bytes burst) {
    TestPlatform on(burst);
    NodeId a = on.accelerator(), b = on.accelerator(), c = on.accelerator();
    on.link(a, b, bytes_per_second(reference.at("c1_Bps")));
    on.link(b, c, bytes_per_second(reference.at("c2_Bps")));
    Program program;
    auto bytes = reference.at("bytes").get<Bytes>();
    TaskId tasks[] = {program.add(transfer(a, c, bytes)), program.add(transfer(a, b, bytes)),
                      program.add(transfer(b, c, bytes))};
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    double worst = 0;
    for (int i = 0; i < 3; ++i)
        worst = std::max(worst, relative_error(seconds(result.tasks[tasks[i]].end) * 1e9,
                                               reference.at("finish_ns").at(std::string(1, "ABC"[i]))));
    return worst;
}

template <class ErrorAt>
void expect_falling_error(const std::string& what, ErrorAt error_at) {
    double before = 1;
    for (Bytes burst : falling_bursts) {
        double error = error_at(burst), asked = burst > 64 * kib ? 4 * tolerance : tolerance;
        validation_row(fmt::format("{}, burst {} KiB", what, burst / kib), "SimGrid 3.32, max-min", error, asked);
        EXPECT_LT(error, before) << "burst " << burst;
        EXPECT_LE(error, asked) << "burst " << burst;
        before = error;
    }
}

/// Finish times in seconds of `bytes` from each of n senders to one receiver, through a switch; all links are equal.
std::vector<double> incast(int senders, Bytes bytes, Bytes burst) {
    TestPlatform on(burst);
    NodeId hub = on.switch_node(), target = on.accelerator();
    on.link(hub, target);
    Program program;
    for (int i = 0; i < senders; ++i) {
        NodeId sender = on.accelerator();
        on.link(sender, hub);
        program.add(transfer(sender, target, bytes));
    }
    Simulator simulator(on.platform);
    std::vector<double> out;
    for (const TaskTimes& times : simulator.run(program).tasks) out.push_back(seconds(times.end));
    return out;
}

} // namespace

class BottleneckTest : public ::testing::TestWithParam<int> {};

TEST_P(BottleneckTest, FlowsOfDifferentSizeShareALink) {
    int n = GetParam();
    nlohmann::json reference = reference_case("shared_bottleneck_flows", n);
    expect_falling_error(fmt::format("{} transfers of 16, 32 … MiB over one link", n),
                         [&](Bytes burst) { return bottleneck_error(reference, burst); });
}

INSTANTIATE_TEST_SUITE_P(Flows, BottleneckTest, ::testing::Values(2, 4));

TEST(Sharing, ALongFlowAndOneOnEachOfItsTwoLinks) {
    nlohmann::json reference = reference_case("maxmin_line", 0);
    expect_falling_error("line of two links: A over both, B and C over one each",
                         [&](Bytes burst) { return line_error(reference, burst); });
}

class IncastTest : public ::testing::TestWithParam<int> {};

// n senders of S bytes share B: all end near n·S/B, and within one turn of each other.
TEST_P(IncastTest, EachSenderGetsItsShare) {
    int n = GetParam();
    constexpr Bytes bytes = 16 * mib, burst = 64 * kib;
    double rate = byte_a_ns.bytes_per_second();
    std::vector<double> finishes = incast(n, bytes, burst);
    auto [first, last] = std::minmax_element(finishes.begin(), finishes.end());
    EXPECT_LE(*last - *first, n * double(burst) / rate + 1e-12) << "one turn is a burst of each";
    EXPECT_NEAR(*last, (n * double(bytes) + double(burst)) / rate, 1e-9) << "one burst reaches the switch, all follow";
    double worst = 0;
    for (double finish : finishes) worst = std::max(worst, relative_error(bytes / finish, rate / n));
    bool power_of_two = (n & (n - 1)) == 0; // enough rows for a table
    if (power_of_two)
        validation_row(fmt::format("incast of {} senders of 16 MiB through a switch: goodput", n), "1/n of the link",
                       worst, tolerance);
    EXPECT_LE(worst, tolerance);
}

INSTANTIATE_TEST_SUITE_P(Senders, IncastTest, ::testing::Range(2, 17));

class ParkingLotTest : public ::testing::TestWithParam<std::tuple<int, int>> {};

// A flow over all links of a line and m flows on each link: the long one gets 1/(m+1) everywhere, and so does each
// other.
TEST_P(ParkingLotTest, TheLongFlowGetsAsMuchAsItsNeighbours) {
    auto [links, crossing] = GetParam();
    constexpr Bytes bytes = 32 * mib;
    TestPlatform line = TestPlatform::line(links, 64 * kib);
    Program program;
    program.add(transfer(NodeId(0), NodeId(std::size_t(links)), bytes));
    for (int i = 0; i < links; ++i)
        for (int k = 0; k < crossing; ++k)
            program.add(transfer(NodeId(std::size_t(i)), NodeId(std::size_t(i + 1)), bytes));
    Simulator simulator(line.platform);
    double expected = (crossing + 1) * double(bytes) / byte_a_ns.bytes_per_second();
    double worst = 0;
    for (const TaskTimes& times : simulator.run(program).tasks)
        worst = std::max(worst, relative_error(seconds(times.end), expected));
    validation_row(fmt::format("parking lot of {} links, {} crossing each: every finish time", links, crossing),
                   "max-min: equal shares", worst, tolerance);
    EXPECT_LE(worst, tolerance);
}

INSTANTIATE_TEST_SUITE_P(Lines, ParkingLotTest, ::testing::Combine(::testing::Values(3, 5), ::testing::Values(1, 3)));

// The middle link is crowded: the long flow takes a quarter of it, and leaves three quarters of the outer links to
// their flows.
TEST(Sharing, WhatTheLongFlowCannotUseGoesToOthers) {
    constexpr Bytes unit = 16 * mib;
    TestPlatform line = TestPlatform::line(3, 64 * kib);
    Program program;
    TaskId longest = program.add(transfer(NodeId(0), NodeId(3), unit));
    for (int k = 0; k < 3; ++k) program.add(transfer(NodeId(1), NodeId(2), unit));
    TaskId outer[] = {program.add(transfer(NodeId(0), NodeId(1), 3 * unit)),
                      program.add(transfer(NodeId(2), NodeId(3), 3 * unit))};
    Simulator simulator(line.platform);
    const RunResult& result = simulator.run(program);
    double expected = 4.0 * unit / byte_a_ns.bytes_per_second();
    double worst = relative_error(seconds(result.tasks[longest].end), expected);
    for (TaskId id : outer) worst = std::max(worst, relative_error(seconds(result.tasks[id].end), expected));
    validation_row("line of 3 links, the middle one crowded: long flow 1/4, outer flows 3/4", "max-min", worst,
                   tolerance);
    EXPECT_LE(worst, tolerance);
}

class ThrottledTest : public ::testing::TestWithParam<TimePs> {};

// A over a fast link and one of a tenth of its rate, B over the fast one: B gets 0.9 of it, whatever the latency after
// it: A's window is filled once, and then refilled at the pace of the slow link.
TEST_P(ThrottledTest, AFlowThrottledDownstreamLeavesTheRestUpstream) {
    TimePs latency = GetParam();
    TestPlatform on(64 * kib);
    NodeId a = on.accelerator(), b = on.accelerator(), c = on.accelerator();
    on.link(a, b);
    on.link(b, c, {byte_a_ns.bits_per_second / 10}, latency);
    constexpr Bytes bytes = 180 * mib;
    Program program;
    TaskId throttled = program.add(transfer(a, c, bytes / 6));
    TaskId neighbour = program.add(transfer(a, b, bytes));
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    ASSERT_LT(result.tasks[neighbour].end, result.tasks[throttled].end);
    double rate = byte_a_ns.bytes_per_second();
    double share = relative_error(double(bytes) / seconds(result.tasks[neighbour].end), 0.9 * rate);
    double own = relative_error(double(bytes) / 6 / (seconds(result.tasks[throttled].end - latency)), 0.1 * rate);
    validation_row(
        fmt::format("throttled to a tenth downstream, {} there: 0.9 for the neighbour", format_time(latency)),
        "max-min", std::max(share, own), tolerance);
    EXPECT_LE(share, tolerance);
    EXPECT_LE(own, tolerance) << "the throttled one loses nothing either";
}

INSTANTIATE_TEST_SUITE_P(Latencies, ThrottledTest, ::testing::Values(0, 1 * us, 1000 * us));

TEST(Sharing, ALongLinkIsNeverIdleForLackOfAWindow) {
    TestPlatform on(64 * kib);
    NodeId a = on.accelerator(), b = on.accelerator();
    on.link(a, b, byte_a_ns, 10'000 * us);
    constexpr Bytes bytes = 256 * mib;
    Program program;
    program.add(transfer(a, b, bytes));
    Simulator simulator(on.platform);
    // S/B + latency to the picosecond: the window covers 10 ms, 153 bursts.
    EXPECT_EQ(simulator.run(program).latency, bytes * ns + 10'000 * us);
}
