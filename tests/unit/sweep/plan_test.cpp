#include "sweep/plan.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sweep/sweep_text.h"

namespace arsia {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const Scenario> point(const SweepSpec& spec, std::size_t number) {
    return scenario_of(spec, settings_of(spec, number), label_of(spec, number));
}

std::set<std::uint64_t> rates(const Platform& platform) {
    std::set<std::uint64_t> out;
    for (const Link& link : platform.links) out.insert(link.bandwidth.bits_per_second);
    return out;
}

std::string refusal(const SweepSpec& spec) {
    try {
        require_points(spec);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(SweepPlan, TheLastAxisCountsFastest) {
    SweepSpec spec = sweep_of("axes:\n  - {axis: batch, values: [1, 2]}\n  - {axis: seed, values: [5, 6, 7]}\n");
    std::vector<std::string> labels;
    for (std::size_t number = 0; number < spec.points(); ++number) labels.push_back(label_of(spec, number));
    EXPECT_THAT(labels, ::testing::ElementsAre("batch 1, seed 5", "batch 1, seed 6", "batch 1, seed 7",
                                               "batch 2, seed 5", "batch 2, seed 6", "batch 2, seed 7"));
    PointSettings last = settings_of(spec, 5);
    EXPECT_EQ(last.batch, 2);
    EXPECT_EQ(last.search.seed, 7U);
}

TEST(SweepPlan, AxesChangeThePlatformTogether) {
    SweepSpec spec = sweep_of("axes:\n"
                              "  - {axis: bandwidth, links: network, values: [16 Gbps, 4 Gbps]}\n"
                              "  - {axis: bandwidth, name: host, links: host, values: [1 Gbps]}\n"
                              "  - {axis: latency, links: [{between: [fpga0, fpga1]}], values: [7 us]}\n"
                              "  - {axis: memory_capacity, values: [2 GiB]}\n"
                              "  - {axis: memory_bandwidth, values: [10 GB/s]}\n"
                              "  - {axis: memory_latency, values: [5 ns]}\n"
                              "  - {axis: burst, values: [1 KiB]}\n"
                              "  - {axis: designs, values: [winograd_4_3]}\n"
                              "  - axis: change\n"
                              "    values:\n"
                              "      - {name: broken, events: [{at: 1 us, between: [fpga0, fpga1], fails: true}]}\n");
    std::shared_ptr<const Scenario> scenario = point(spec, 1);
    const Platform& platform = scenario->platform;
    EXPECT_EQ(platform.name, "f1_16xlarge");
    EXPECT_EQ(rates(platform), (std::set<std::uint64_t>{1'000'000'000, 4'000'000'000}));
    EXPECT_EQ(rates(point(spec, 0)->platform), (std::set<std::uint64_t>{1'000'000'000, 16'000'000'000}))
        << "a point leaves the spec as it is";
    EXPECT_EQ(platform.burst, 1024);
    const Node& node = platform.nodes[platform.find_node("fpga3")];
    EXPECT_EQ(node.memory.capacity, Bytes{2} << 30);
    EXPECT_EQ(node.memory.bandwidth, parse_bandwidth("10 GB/s"));
    EXPECT_EQ(node.memory.latency, 5000);
    EXPECT_EQ(node.designs, std::vector<std::string>{"winograd_4_3"});
    ASSERT_EQ(platform.link_events.size(), 2U);
    std::size_t slow = 0;
    for (const Link& link : platform.links) slow += link.latency == 7'000'000 ? 1 : 0;
    EXPECT_EQ(slow, 2U);
}

TEST(SweepPlan, CountsOfGeneratedTopologies) {
    auto size = [](const std::string& generate, int count) {
        SweepSpec spec = read_sweep_text("format: arsia-sweep/1\nname: s\nworkload: alexnet\n"
                                         "topology: {name: t, generate: {" +
                                         generate +
                                         ", link: {bandwidth: 1 GB/s}}, accelerator: {memory: {capacity: 1 GiB, "
                                         "bandwidth: 1 GB/s}}, host: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, "
                                         "link: {bandwidth: 1 GB/s}}}\n"
                                         "axes: [{axis: count, values: [" +
                                         std::to_string(count) + "]}]\n");
        return point(spec, 0);
    };
    EXPECT_EQ(size("kind: ring, count: 2", 5)->accelerators.size(), 5U);
    EXPECT_EQ(size("kind: mesh, dims: [1, 1]", 12)->platform.grid.dims, (std::vector<std::size_t>{3, 4}));
    EXPECT_EQ(size("kind: torus, dims: [2, 2, 2]", 32)->platform.grid.dims, (std::vector<std::size_t>{2, 4, 4}));
    EXPECT_EQ(size("kind: mesh, dims: [2, 2]", 7)->platform.grid.dims, (std::vector<std::size_t>{1, 7}));

    SweepSpec catalog = read_sweep_text("format: arsia-sweep/1\nname: s\nworkload: alexnet\ntopology: ring8\n"
                                        "axes: [{axis: count, values: [3]}]\n");
    EXPECT_EQ(point(catalog, 0)->accelerators.size(), 3U);
    EXPECT_THAT(refusal(sweep_of("axes: [{axis: count, values: [4]}]\n")),
                HasSubstr("s.yaml:4: axis 'count' cannot change this topology: what it generates is not stated as a "
                          "number of accelerators"));
}

TEST(SweepPlan, NamesAreCheckedBeforeAnythingRuns) {
    std::string text = refusal(sweep_of("axes:\n"
                                        "  - {axis: designs, values: [winograd_4_3, winograd_4_4]}\n"
                                        "  - axis: change\n"
                                        "    values:\n"
                                        "      - {name: as it is}\n"
                                        "      - {name: wrong, links: [{between: [fpga0, fpga9], latency: 1 us}]}\n"
                                        "      - {name: key, evens: []}\n"));
    EXPECT_THAT(text, HasSubstr("winograd_4_4"));
    EXPECT_THAT(text, HasSubstr("s.yaml:10: "));
    EXPECT_THAT(text, HasSubstr("unknown node 'fpga9'"));
    EXPECT_THAT(text, HasSubstr("unknown key 'evens'; did you mean 'events'?"));
    EXPECT_THAT(refusal(read_sweep_text("format: arsia-sweep/1\nname: s\nworkload: alexnet\n"
                                        "axes: [{axis: topology, values: [f1_16xlarge, ring9]}]\n")),
                HasSubstr("unknown topology 'ring9'; did you mean 'ring8'?"));
    EXPECT_EQ(refusal(sweep_of("axes: [{axis: batch, values: [1, 2]}]\n")), "");
}

} // namespace
} // namespace arsia
