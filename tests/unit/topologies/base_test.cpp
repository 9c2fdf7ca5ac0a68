// Topologies that change another one.
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"
#include "topologies/reader.h"

namespace arsia {
namespace {

using ::testing::HasSubstr;

Platform changed(const std::string& rest) {
    return read_topology_text("format: arsia-topology/1\nname: changed\nbase: f1_16xlarge\n" + rest, "t.yaml");
}

TEST(TopologyBase, IsTakenAsItIsButForWhatIsStated) {
    Platform base = read_topology("f1_16xlarge");
    Platform same = changed("");
    EXPECT_EQ(same.name, "changed");
    EXPECT_EQ(same.digest(), base.digest());

    Platform other = changed("accelerator: {memory: {bandwidth: 38.4 GB/s}}\n"
                             "nodes:\n  - {name: fpga3, memory: {capacity: 2 GiB}}\n"
                             "links:\n  - {between: [fpga0, fpga1], bandwidth: 1 Gbps}\n"
                             "events:\n  - {at: 1 us, from: host, to: fpga0, fails: true}\n"
                             "burst: message\n");
    EXPECT_NE(other.digest(), base.digest());
    ASSERT_EQ(other.links.size(), base.links.size());
    EXPECT_EQ(other.burst, 0);
    EXPECT_EQ(other.link_events.size(), 1u);
    NodeId fpga0 = base.find_node("fpga0"), fpga1 = base.find_node("fpga1"), fpga3 = base.find_node("fpga3");
    for (NodeId node : other.accelerators()) {
        EXPECT_EQ(other.nodes[node].memory.bandwidth, parse_bandwidth("38.4 GB/s"));
        EXPECT_EQ(other.nodes[node].memory.capacity, parse_bytes(node == fpga3 ? "2 GiB" : "1 GiB"));
        EXPECT_EQ(other.nodes[node].memory.latency, base.nodes[node].memory.latency);
    }
    for (LinkId link : ids_of(base.links)) {
        bool bent = (base.links[link].from == fpga0 && base.links[link].to == fpga1) ||
                    (base.links[link].from == fpga1 && base.links[link].to == fpga0);
        EXPECT_EQ(other.links[link].bandwidth, bent ? parse_bandwidth("1 Gbps") : base.links[link].bandwidth);
    }
    EXPECT_EQ(other.routing, base.routing);
}

TEST(TopologyBase, IsFoundBesideTheFileThatNamesIt) {
    std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "topology_base";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "ring.yaml") << generated("kind: ring, count: 4");
    std::ofstream(folder / "bent.yaml")
        << "format: arsia-topology/1\nname: bent\nbase: ring.yaml\nlinks:\n"
           "  - {from: acc0, to: acc1, bandwidth: 5 GB/s}\n  - {between: [acc0, acc2], bandwidth: 1 GB/s}\n";
    Platform bent = read_topology((folder / "bent.yaml").string());
    EXPECT_EQ(bent.links.size(), 10u);
    EXPECT_EQ(bent.links[bent.route(bent.find_node("acc0"), bent.find_node("acc1")).at(0)].bandwidth,
              parse_bandwidth("5 GB/s"));
    EXPECT_EQ(way(bent, "acc0", "acc2"), "acc0 acc2");

    std::ofstream(folder / "self.yaml") << "format: arsia-topology/1\nname: self\nbase: self.yaml\n";
    try {
        read_topology((folder / "self.yaml").string());
        FAIL();
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("more than 8 topologies, each the base of the next"));
    }
    std::filesystem::remove_all(folder);
}

TEST(TopologyBase, ErrorsSayWhatIsWrong) {
    const std::string start = "format: arsia-topology/1\nname: t\n";
    EXPECT_THAT(problems_of(start + "base: f1_16xlage\n"), HasSubstr("t.yaml:3: base: the base cannot be used"));
    for (const std::string& longer : {std::string(300, 'a') + "/b", std::string(300, 'a') + ".yaml"})
        EXPECT_THAT(problems_of(start + "base: " + longer + "\n"), HasSubstr("no such topology file")) << longer;
    EXPECT_THAT(problems_of(start + "base: f1_16xlage\n"), HasSubstr("f1_16xlarge"));
    EXPECT_THAT(problems_of(start + "base: ring8\nhost: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}}\n"),
                HasSubstr("t.yaml:3: base: a topology with a base cannot have 'host' as well"));
    EXPECT_THAT(problems_of(start + "base: ring8\nlinks:\n  - {between: [acc0, acc9], bandwidth: 1 GB/s}\n"),
                HasSubstr("acc9"));
    EXPECT_EQ(problems_of(start + "base: ring8\naccelerator: {memory: {width: 3}}\n").find("t.yaml:4: "), 0u);
}

TEST(TopologyBase, MayStandInTheFileAndKeepsItsName) {
    Platform inside = read_topology_text("format: arsia-topology/1\nname: outer\n"
                                         "base: {base: f1_16xlarge, burst: 1 KiB}\nburst: 2 KiB\n");
    EXPECT_EQ(inside.name, "outer");
    EXPECT_EQ(inside.burst, 2048);
    EXPECT_EQ(inside.links.size(), read_topology("f1_16xlarge").links.size());

    Problems problems("t.yaml");
    EXPECT_EQ(read_topology_value(load_yaml_text("base: {base: f1_16xlarge}\nburst: 2 KiB\n", problems), "").name,
              "f1_16xlarge");
    EXPECT_THAT(problems_of("format: arsia-topology/1\nname: a\nbase: {base: f1_16xlarge, brust: 1 KiB}\n"),
                HasSubstr("t.yaml:3: base.brust: unknown key 'brust'; did you mean 'burst'?"));
    EXPECT_THAT(problems_of("format: arsia-topology/1\nname: a\nbase: {}\n"), HasSubstr("base: missing key 'name'"));
}

TEST(TopologyBase, AllLinksAreNamedAtOnce) {
    auto of = [](const Platform& platform, bool host) {
        std::set<std::uint64_t> out;
        for (const Link& link : platform.links)
            if ((link.from == platform.host() || link.to == platform.host()) == host)
                out.insert(link.bandwidth.bits_per_second);
        return out;
    };
    using Rates = std::set<std::uint64_t>;
    constexpr std::uint64_t Gbps = 1'000'000'000;
    Platform all = changed("links: [{all: links, bandwidth: 1 Gbps}]\n");
    EXPECT_EQ(of(all, true), Rates{Gbps});
    EXPECT_EQ(of(all, false), Rates{Gbps});
    Platform network = changed("links: [{all: network, bandwidth: 1 Gbps}]\n");
    EXPECT_EQ(of(network, true), Rates{2 * Gbps});
    EXPECT_EQ(of(network, false), Rates{Gbps});
    EXPECT_EQ(of(changed("links: [{all: host, bandwidth: 1 Gbps}]\n"), false), Rates{8 * Gbps});
    // Two groups of four: 24 directed links.
    EXPECT_EQ(of(changed("links: [{all: network, total_bandwidth: 48 Gbps}]\n"), false), Rates{2 * Gbps});
    EXPECT_EQ(changed("events: [{at: 1 us, all: host, fails: true}]\n").link_events.size(), 16U);

    std::string start = "format: arsia-topology/1\nname: a\nbase: f1_16xlarge\n";
    EXPECT_THAT(problems_of(start + "links: [{all: net, bandwidth: 1 Gbps}]\n"),
                HasSubstr("links[0].all: 'net' is unknown; did you mean 'network'?; legal: links, network, host"));
    EXPECT_THAT(problems_of(start + "links: [{all: links, bandwidth: 1 Gbps, total_bandwidth: 1 Gbps}]\n"),
                HasSubstr("'total_bandwidth' goes instead of 'bandwidth', not with it"));
    EXPECT_THAT(problems_of(start + "links: [{all: links, total_bandwidth: 8 bps}]\n"),
                HasSubstr("40 links have less than 1 bit/s each"));
    EXPECT_THAT(problems_of(start + "links: [{between: [fpga0, fpga1], bandwidth: 1 Gbps, parallel: true}, "
                                    "{all: links, total_bandwidth: 8 bps}]\nroutes: [{path: [fpga0, fpga1]}]\n"),
                HasSubstr("42 links have less than 1 bit/s each"));
    EXPECT_THAT(problems_of(start + "links: [{between: [fpga0, fpga4], total_bandwidth: 8 Gbps}]\n"),
                HasSubstr("'total_bandwidth' is dealt to links that are there, and there is none"));
}

} // namespace
} // namespace arsia
