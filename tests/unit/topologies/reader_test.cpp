// What a topology file says and what the platform then holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "tests/unit/topologies/topology_text.h"
#include "topologies/dot.h"
#include "topologies/name_pattern.h"

namespace arsia {
namespace {

using testing::HasSubstr;

TEST(TopologyFile, GeneratedRing) {
    Platform ring =
        read_topology_text("format: arsia-topology/1\n"
                           "name: ring8\n"
                           "generate: {kind: ring, count: 8, link: {bandwidth: 50 GiB/s, latency: 500 ns}}\n"
                           "accelerator:\n"
                           "  memory: {capacity: 16 GiB, bandwidth: 1000 GB/s, latency: 0 ns}\n"
                           "  dma: {channels: 2, setup: 10 ns}\n"
                           "burst: 64 KiB\n");
    EXPECT_EQ(ring.name, "ring8");
    EXPECT_EQ(ring.burst, 65'536);
    ASSERT_EQ(ring.nodes.size(), 8u);
    EXPECT_EQ(ring.accelerators().size(), 8u);
    EXPECT_FALSE(ring.host().valid());
    const Node& node = ring.nodes[NodeId(3)];
    EXPECT_EQ(node.name, "acc3");
    EXPECT_EQ(node.memory.capacity, 16LL << 30);
    EXPECT_EQ(node.memory.bandwidth.bits_per_second, 8'000'000'000'000u);
    EXPECT_EQ(node.memory.latency, 0);
    EXPECT_EQ(node.dma.channels, 2);
    EXPECT_EQ(node.dma.setup, 10'000);
    EXPECT_TRUE(node.designs.empty());
    const Link& link = ring.links[LinkId(0)];
    EXPECT_EQ(link.name, "acc0->acc1");
    EXPECT_EQ(link.bandwidth.bits_per_second, 50ULL * 8 * (1ULL << 30));
    EXPECT_EQ(link.latency, 500'000);
    EXPECT_EQ(link.pj_per_byte, 0);
}

TEST(TopologyFile, ResourcesOfADevice) {
    Platform platform = read_topology_text("format: arsia-topology/1\n"
                                           "name: two\n"
                                           "accelerator:\n"
                                           "  memory: {capacity: 1 GiB, bandwidth: 1 GB/s}\n"
                                           "  resources: {dsp: 6840, bram: 2160}\n"
                                           "nodes:\n"
                                           "  - {name: a, kind: accelerator}\n"
                                           "  - {name: b, kind: accelerator, resources: {dsp: 900}}\n"
                                           "links: [{between: [a, b], bandwidth: 1 GB/s}]\n");
    EXPECT_EQ(platform.nodes[NodeId(0)].resources.dsp, 6'840);
    EXPECT_EQ(platform.nodes[NodeId(0)].resources.bram, 2'160);
    EXPECT_EQ(platform.nodes[NodeId(1)].resources.dsp, 900);
    EXPECT_EQ(platform.nodes[NodeId(1)].resources.bram, 2'160);
    std::string before = platform.digest();
    platform.nodes[NodeId(1)].resources.dsp = 901;
    EXPECT_NE(platform.digest(), before);
}

TEST(TopologyFile, LeavesOutWhatHasADefault) {
    Platform platform = read_topology_text(head + "nodes: [{name: a, kind: accelerator}]\n");
    EXPECT_EQ(platform.burst, 65'536);
    EXPECT_EQ(platform.nodes[NodeId(0)].dma.channels, 1);
    EXPECT_EQ(platform.nodes[NodeId(0)].dma.setup, 0);
    EXPECT_EQ(platform.nodes[NodeId(0)].memory.latency, 0);
    EXPECT_FALSE(platform.nodes[NodeId(0)].forwards);
    EXPECT_EQ(platform.routing, Routing::shortest);
}

TEST(TopologyFile, ReadsNodesAndLinks) {
    Platform platform = read_topology_text(
        head + "  dma: {channels: 3, setup: 7 ns}\n"
               "description: two boards\n"
               "burst: message\n"
               "nodes:\n"
               "  - {name: big, kind: accelerator, memory: {capacity: 2 GiB}, design: winograd_4_3, group: left}\n"
               "  - {name: small0..small1, kind: accelerator, designs: [winograd_4_3, systolic_11_13_8]}\n"
               "  - {name: pc, kind: host, memory: {capacity: 8 GiB, bandwidth: 40 GB/s}, dma: {channels: 4}}\n"
               "  - {name: hub, kind: switch}\n"
               "links:\n"
               "  - {between: [hub, [big, small0..small1]], bandwidth: 10 Gbps, latency: 2 us, energy: 5 pJ}\n"
               "  - {from: pc, to: hub, bandwidth: 1 GB/s}\n"
               "  - {from: hub, to: pc, bandwidth: 2 GB/s}\n");
    EXPECT_EQ(platform.description, "two boards");
    EXPECT_EQ(platform.burst, 0);
    EXPECT_EQ(platform.node_names(), (std::vector<std::string>{"big", "small0", "small1", "pc", "hub"}));
    const Node& big = platform.nodes[platform.find_node("big")];
    EXPECT_EQ(big.memory.capacity, 2LL << 30);
    EXPECT_EQ(big.memory.bandwidth, parse_bandwidth("10 GB/s")); // from `accelerator:`
    EXPECT_EQ(big.dma.channels, 3);
    EXPECT_EQ(big.designs, std::vector<std::string>{"winograd_4_3"});
    EXPECT_EQ(big.group, "left");
    EXPECT_EQ(platform.nodes[NodeId(2)].designs, (std::vector<std::string>{"winograd_4_3", "systolic_11_13_8"}));
    EXPECT_EQ(platform.host(), platform.find_node("pc"));
    EXPECT_EQ(platform.nodes[NodeId(3)].dma.channels, 4);
    EXPECT_TRUE(platform.nodes[platform.find_node("hub")].forwards);
    EXPECT_FALSE(platform.find_node("nobody").valid());
    ASSERT_EQ(platform.links.size(), 8u);
    EXPECT_EQ(platform.links[LinkId(0)].name, "hub->big");
    EXPECT_EQ(platform.links[LinkId(1)].name, "big->hub");
    EXPECT_EQ(platform.links[LinkId(1)].latency, 2'000'000);
    EXPECT_EQ(platform.links[LinkId(1)].pj_per_byte, 5);
    EXPECT_EQ(platform.links[LinkId(7)].bandwidth, parse_bandwidth("2 GB/s"));
}

TEST(TopologyFile, ChangesWhatWasGenerated) {
    Platform platform =
        platform_of("kind: ring, count: 4", "nodes:\n"
                                            "  - {name: acc1..acc2, memory: {capacity: 4 GiB}, group: fast}\n"
                                            "links:\n"
                                            "  - {between: [acc0, acc1], latency: 9 us}\n"
                                            "  - {from: acc1, to: acc2, bandwidth: 7 GB/s}\n");
    EXPECT_EQ(platform.nodes.size(), 4u);
    EXPECT_EQ(platform.links.size(), 8u);
    EXPECT_EQ(platform.nodes[NodeId(1)].memory.capacity, 4LL << 30);
    EXPECT_EQ(platform.nodes[NodeId(2)].group, "fast");
    EXPECT_EQ(platform.nodes[NodeId(0)].memory.capacity, 1LL << 30);
    auto link = [&](const std::string& name) {
        for (const Link& made : platform.links)
            if (made.name == name) return made;
        ADD_FAILURE() << name;
        return Link();
    };
    EXPECT_EQ(link("acc0->acc1").latency, 9'000'000);
    EXPECT_EQ(link("acc1->acc0").latency, 9'000'000);
    EXPECT_EQ(link("acc1->acc0").bandwidth, parse_bandwidth("1 GB/s"));
    EXPECT_EQ(link("acc1->acc2").bandwidth, parse_bandwidth("7 GB/s"));
    EXPECT_EQ(link("acc2->acc1").bandwidth, parse_bandwidth("1 GB/s"));
}

TEST(TopologyFile, AmongJoinsEveryTwo) {
    Platform platform = read_topology_text(head + "nodes: [{name: a0..a3, kind: accelerator}]\n"
                                                  "links: [{among: a0..a3, bandwidth: 1 GB/s}]\n");
    EXPECT_EQ(platform.links.size(), 12u);
    EXPECT_EQ(way(platform, "a3", "a1"), "a3 a1");
}

TEST(TopologyFile, HostIsAttachedToAllOrSome) {
    std::string host =
        "host: {name: cpu, memory: {capacity: 8 GiB, bandwidth: 20 GB/s}, dma: {channels: 6, setup: 1 us}, "
        "link: {bandwidth: 4 GB/s, latency: 3 us}, ";
    Platform all = platform_of("kind: ring, count: 4", host + "}\nnodes: [{name: extra, kind: accelerator}]\n"
                                                              "links: [{between: [extra, acc0], bandwidth: 1 GB/s}]\n");
    NodeId cpu = all.find_node("cpu");
    EXPECT_EQ(all.host(), cpu);
    EXPECT_EQ(cpu, NodeId(4)); // after the generated nodes
    EXPECT_EQ(all.nodes[cpu].dma.channels, 6);
    EXPECT_FALSE(all.nodes[cpu].forwards);
    EXPECT_EQ(degree(all, cpu), 5u);
    EXPECT_EQ(all.links.size(), 8u + 10u + 2u);
    EXPECT_EQ(all.links[LinkId(8)].name, "acc0->cpu");
    EXPECT_EQ(all.links[LinkId(9)].latency, 3'000'000);

    Platform some = platform_of("kind: ring, count: 4", host + "attach: [acc0, acc2..acc3]}\n");
    EXPECT_EQ(degree(some, some.find_node("cpu")), 3u);
    EXPECT_EQ(way(some, "acc1", "cpu"), "acc1 acc2 cpu"); // both ways are equally long: the one that counts up
}

TEST(TopologyFile, HostMayBeAttachedBySwitch) {
    Platform platform =
        platform_of("kind: switch, count: 4", "host: {memory: {capacity: 8 GiB, bandwidth: 20 GB/s}, attach: sw0, "
                                              "link: {bandwidth: 4 GB/s}}\n");
    EXPECT_EQ(way(platform, "acc2", "host"), "acc2 sw0 host");
}

TEST(TopologyFile, ForwardingOfAcceleratorsMayBeStated) {
    EXPECT_TRUE(read_topology_text(generated("kind: switch, count: 2") + "nodes: [{name: acc0, forwards: true}]\n")
                    .nodes[NodeId(0)]
                    .forwards);
    EXPECT_EQ(problems_of(head + "  forwards: false\n"
                                 "generate: {kind: ring, count: 4, link: {bandwidth: 1 GB/s}}\n"),
              "t.yaml: no route leads from 'acc0' to 'acc2': the links that join them pass through accelerator 'acc1', "
              "which does not forward (forwards: true would let transfers of others through)");
}

TEST(TopologyFile, JsonIsYaml) {
    Platform platform = read_topology_text(R"({"format": "arsia-topology/1", "name": "j",
        "accelerator": {"memory": {"capacity": "1 GiB", "bandwidth": "1 GB/s"}},
        "generate": {"kind": "ring", "count": 3, "link": {"bandwidth": "1 GB/s", "latency": "1 us"}}})");
    EXPECT_EQ(platform.links.size(), 6u);
}

TEST(TopologyDocumentation, ExamplesAreRead) {
    std::string page = read_text_file(ARSIA_SOURCE_DIR "/docs/formats/topology.md");
    std::size_t examples = 0;
    for (std::size_t at = page.find("```yaml\n"); at != std::string::npos; at = page.find("```yaml\n", at)) {
        at += 8;
        std::string text = page.substr(at, page.find("```", at) - at);
        EXPECT_EQ(problems_of(text), "") << text;
        ++examples;
    }
    EXPECT_EQ(examples, 7u);
}

TEST(PlatformDigest, ChangesWithWhatMatters) {
    std::string text = generated("kind: ring, count: 4", "burst: 64 KiB\n");
    std::string digest = read_topology_text(text).digest();
    EXPECT_EQ(digest.size(), 16u);
    EXPECT_EQ(read_topology_text(text).digest(), digest);
    auto changed = [&](const std::string& from, const std::string& to) {
        std::string other = text;
        other.replace(other.find(from), from.size(), to);
        return read_topology_text(other).digest();
    };
    for (auto [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"64 KiB", "message"},
                                                          {"count: 4", "count: 5"},
                                                          {"latency: 1 us", "latency: 2 us"},
                                                          {"bandwidth: 1 GB/s, l", "bandwidth: 2 GB/s, l"},
                                                          {"latency: 1 us", "latency: 1 us, energy: 2 pJ"},
                                                          {"capacity: 1 GiB", "capacity: 2 GiB"},
                                                          {"bandwidth: 10 GB/s", "bandwidth: 11 GB/s"},
                                                          {"generate:", "  design: winograd_4_3\ngenerate:"},
                                                          {"generate:", "  dma: {channels: 2}\ngenerate:"},
                                                          {"burst:", "routing: spread\nburst:"},
                                                          {"burst:", "routes: [{path: acc0..acc2}]\nburst:"},
                                                          {"burst:", "nodes: [{name: acc0, group: g}]\nburst:"}})
        EXPECT_NE(changed(from, to), digest) << to;
    EXPECT_EQ(changed("name: test", "name: other"), digest);
    EXPECT_EQ(changed("burst:", "description: words\nburst:"), digest);
}

TEST(ExpandNames, CountsUp) {
    EXPECT_EQ(expand_names("acc8..acc11"), (std::vector<std::string>{"acc8", "acc9", "acc10", "acc11"}));
    EXPECT_EQ(expand_names("a1b2..a1b2"), std::vector<std::string>{"a1b2"});
    EXPECT_EQ(expand_names("host"), std::vector<std::string>{"host"});
}

TEST(ExpandNames, RefusesWhatIsNoRange) {
    auto message = [](const std::string& text) -> std::string {
        try {
            expand_names(text);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    std::string no_range = " is no range of names; write it like 'acc0..acc7': one prefix, two numbers";
    for (const char* text : {"acc0..fpga3", "acc..acc3", "acc0..", "..acc3", "acc0..acc1..acc2", "acc0..acc9999999999"})
        EXPECT_EQ(message(text), std::string("'") + text + "'" + no_range);
    EXPECT_EQ(message("acc3..acc1"), "'acc3..acc1' counts down; write the lower number first");
    EXPECT_EQ(message("a0..a999999999"), "'a0..a999999999' names 1000000000 nodes; at most 65536 are possible");
}

TEST(Dot, DrawsNodesGroupsAndLinks) {
    Platform platform = read_topology_text(head + "nodes:\n"
                                                  "  - {name: a, kind: accelerator, group: board}\n"
                                                  "  - {name: b, kind: accelerator, group: board}\n"
                                                  "  - {name: s, kind: switch}\n"
                                                  "links:\n"
                                                  "  - {between: [s, [a, b]], bandwidth: 8 Gbps, latency: 1 us}\n"
                                                  "  - {from: a, to: b, bandwidth: 2 Gbps}\n");
    EXPECT_EQ(platform_to_dot(platform), "digraph \"test\" {\n"
                                         "  node [fontsize=10];\n"
                                         "  edge [fontsize=8];\n"
                                         "  \"s\" [shape=diamond];\n"
                                         "  subgraph cluster_0 {\n"
                                         "    label=\"board\";\n"
                                         "    \"a\" [shape=box];\n"
                                         "    \"b\" [shape=box];\n"
                                         "  }\n"
                                         "  \"s\" -> \"a\" [label=\"8 Gbit/s, 1 us\", dir=both];\n"
                                         "  \"s\" -> \"b\" [label=\"8 Gbit/s, 1 us\", dir=both];\n"
                                         "  \"a\" -> \"b\" [label=\"2 Gbit/s, 0 ps\"];\n"
                                         "}\n");
}

TEST(Dot, ParallelLinksAreDrawnEach) {
    Platform platform = read_topology_text(head + "nodes: [{name: a0..a1, kind: accelerator}]\n"
                                                  "links:\n"
                                                  "  - {between: [a0, a1], bandwidth: 1 GB/s}\n"
                                                  "  - {between: [a0, a1], bandwidth: 1 GB/s, parallel: true}\n");
    std::string dot = platform_to_dot(platform);
    std::size_t first = dot.find("\"a0\" -> \"a1\"");
    ASSERT_NE(first, std::string::npos);
    EXPECT_NE(dot.find("\"a0\" -> \"a1\"", first + 1), std::string::npos);
    EXPECT_EQ(dot.find("\"a1\" -> \"a0\""), std::string::npos);
}

} // namespace
} // namespace arsia
