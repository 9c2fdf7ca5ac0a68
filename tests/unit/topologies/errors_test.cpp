// The text of every error of a topology file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"

namespace arsia {
namespace {

using testing::HasSubstr;

struct Wrong {
    std::string text; ///< after the head, whose last line is 4
    std::string message;
};

const std::string ring = "generate: {kind: ring, count: 3, link: {bandwidth: 1 GB/s, latency: 1 us}}\n"; // line 5

TEST(TopologyErrors, HeadAndUnits) {
    for (const Wrong& wrong : std::vector<Wrong>{
             {"", "t.yaml:1: missing key 'generate', 'nodes' or 'base'"},
             {"nodes: []\n", "no accelerator; 'generate' or 'nodes' must make at least one"},
             {ring + "brust: 64 KiB\n", "t.yaml:6: brust: unknown key 'brust'; did you mean 'burst'?"},
             {ring + "burst: 0 B\n", "t.yaml:6: burst: a burst must be above zero, like '64 KiB'; 'message' for"},
             {ring + "burst: 65536\n", "t.yaml:6: burst: '65536'"},
             {"generate: {kind: ring, count: 3, link: {bandwidth: 50, latency: 1 us}}\n",
              "t.yaml:5: generate.link.bandwidth: '50'"},
             {"generate: {kind: ring, count: 3, link: {bandwidth: 0 Gbps, latency: 1 us}}\n",
              "generate.link.bandwidth: '0 Gbps': a bandwidth must be above zero"},
             {"generate: {kind: ring, count: 3, link: {bandwidth: -1 Gbps, latency: 1 us}}\n",
              "generate.link.bandwidth: '-1 Gbps'"},
             {"generate: {kind: ring, count: 3, link: {latency: 1 us}}\n",
              "t.yaml:5: generate.link: missing key 'bandwidth'"},
             {"generate: {kind: ring, count: 3, link: {bandwidth: 1 Gbps, latency: 1}}\n",
              "generate.link.latency: '1'"},
             {"generate: {kind: ring, count: 3, link: {bandwith: 1 Gbps}}\n",
              "generate.link.bandwith: unknown key 'bandwith'; did you mean 'bandwidth'?; legal: bandwidth, energy, "
              "latency"},
             {"generate: {kind: ring, count: 3}\n", "t.yaml:5: generate: missing key 'link'"},
             {"generate: ring\n", "t.yaml:5: generate: expected a map, found 'ring'"},
         })
        EXPECT_THAT(problems_of(head + wrong.text), HasSubstr(wrong.message)) << wrong.text;

    EXPECT_THAT(
        problems_of("format: arsia-topology/2\nname: x\nnodes: []\n"),
        HasSubstr("t.yaml:1: format: format 'arsia-topology/2' is not understood; expected 'arsia-topology/1'"));
    EXPECT_THAT(problems_of("name: x\nnodes: []\n"), HasSubstr("missing key 'format'"));
    EXPECT_THAT(problems_of("format: arsia-topology/1\nnodes: []\n"), HasSubstr("missing key 'name'"));
    EXPECT_THAT(problems_of("format: [\n"), HasSubstr("malformed YAML"));
}

TEST(TopologyErrors, NamesHoldNoControlCharacters) {
    const std::string holds = " holds the control character U+0007, which a name cannot";
    EXPECT_EQ(problems_of("format: arsia-topology/1\nname: \"t\\a\"\n" + ring +
                          "accelerator: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}}\n"),
              "t.yaml:2: name: the name 't\\x07'" + holds);
    EXPECT_EQ(problems_of(head + ring +
                          "host: {name: \"h\\a\", memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, "
                          "link: {bandwidth: 1 GB/s}}\n"),
              "t.yaml:6: host.name: the name 'h\\x07'" + holds);
    EXPECT_EQ(problems_of(head + "generate: {kind: ring, count: 3, names: \"a\\a\", link: {bandwidth: 1 GB/s}}\n"),
              "t.yaml:5: generate.names: the name 'a\\x07'" + holds);
}

TEST(TopologyErrors, CostsOfLinksAndRoutes) {
    EXPECT_EQ(
        problems_of(head + "generate: {kind: ring, count: 4, link: {bandwidth: 1 bps, latency: 9000000 s}}\n"),
        "t.yaml: link acc0->acc1 with a latency of 9e+06 s, 64 KiB for a burst at 1 bit/s: the cost of a hop in ps "
        "does not fit in 63 bits");
    Platform far = read_topology_text(
        head + "generate: {kind: ring, count: 4, link: {bandwidth: 1 GB/s, latency: 9000000 s}}\n", "t.yaml");
    std::string error;
    try {
        far.route(NodeId(0), NodeId(2));
    } catch (const InputError& thrown) {
        error = thrown.what();
    }
    EXPECT_EQ(error, "topology 'test': the route from 'acc0' to 'acc2' costs 9e+06 s up to its last link, acc1->acc2, "
                     "which costs 9e+06 s: the cost of a route in ps does not fit in 63 bits");
}

TEST(TopologyErrors, Accelerator) {
    std::string start = "format: arsia-topology/1\nname: test\n" + ring;
    EXPECT_THAT(problems_of(start), HasSubstr("missing key 'accelerator'"));
    for (const Wrong& wrong : std::vector<Wrong>{
             {"{}", "t.yaml:4: accelerator: missing 'memory.capacity', e.g. memory: {capacity: 16 GiB, bandwidth: 100"},
             {"{memory: {capacity: 1 GiB}}", "t.yaml:4: accelerator: missing 'memory.bandwidth'"},
             {"{memory: {bandwidth: 1 GB/s}}", "t.yaml:4: accelerator: missing 'memory.capacity'"},
             {"{memory: {capacity: 0 GiB, bandwidth: 1 GB/s}}",
              "accelerator.memory.capacity: a memory's capacity must be above zero, like '16 GiB'"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s, size: 3}}",
              "accelerator.memory.size: unknown key 'size'; legal: bandwidth, capacity, latency"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, dma: {channels: 0}}",
              "accelerator.dma.channels: 0 is out of range; it must be from 1 to 65536"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, dma: {setup: 5}}", "accelerator.dma.setup: '5'"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, designs: [winograd_4_4]}",
              "accelerator.designs: unknown design 'winograd_4_4'; did you mean 'winograd_4_3'?"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, designs: [winograd_4_3, winograd_4_3]}",
              "accelerator.designs: design 'winograd_4_3' is named twice"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, design: [winograd_4_3]}",
              "accelerator.design: expected the name of one design; 'designs' takes a list"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, design: winograd_4_3, designs: winograd_4_3}",
              "accelerator.design: 'design' and 'designs' exclude each other: one fixed design, or a choice"},
             {"{memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, group: g}", "accelerator.group: unknown key 'group'"},
         })
        EXPECT_THAT(problems_of(start + "accelerator: " + wrong.text + "\n"), HasSubstr(wrong.message)) << wrong.text;
}

TEST(TopologyErrors, Nodes) {
    for (const Wrong& wrong : std::vector<Wrong>{
             {"{kind: accelerator}", "t.yaml:6: nodes[0]: missing key 'name'"},
             {"{name: '', kind: accelerator}", "nodes[0].name: a node's name cannot be empty"},
             {"{name: \"a\\0b\", kind: switch}",
              "nodes[0].name: the name 'a\\x00b' holds the control character U+0000, which a name cannot"},
             {"{name: acc0, group: \"g\\0\"}",
              "nodes[0].group: the name 'g\\x00' holds the control character U+0000, which a name cannot"},
             {"{name: a}", "nodes[0]: node 'a' is new; missing key 'kind' (accelerator, host or switch)"},
             {"{name: a, kind: acelerator}",
              "nodes[0].kind: 'acelerator' is unknown; did you mean 'accelerator'?; legal: accelerator, host, switch"},
             {"{name: acc0, kind: host}",
              "nodes[0].kind: 'acc0' is of kind accelerator already; a node's kind cannot be changed"},
             {"{name: acc0}, {name: acc0}", "nodes[1].name: node 'acc0' is stated twice under 'nodes'"},
             {"{name: h, kind: host}", "nodes[0]: missing 'memory.capacity'"},
             {"{name: s, kind: switch, memory: {capacity: 1 B}}",
              "nodes[0].memory: unknown key 'memory'; legal: forwards, group, kind, name"},
             {"{name: h, kind: host, memory: {capacity: 1 B, bandwidth: 1 B/s}, designs: x}",
              "nodes[0].designs: unknown key 'designs'"},
             {"{name: acc1, forwards: perhaps}", "nodes[0].forwards: expected true or false, found 'perhaps'"},
             {"{name: x0..y3, kind: switch}", "nodes[0].name: 'x0..y3' is no range of names"},
             {"3", "nodes[0]: expected a map, found '3'"},
         })
        EXPECT_THAT(problems_of(head + ring + "nodes: [" + wrong.text + "]\n"), HasSubstr(wrong.message)) << wrong.text;
}

TEST(TopologyErrors, ARangeOfNamesComplainsOnce) {
    EXPECT_EQ(problems_of(head + ring + "nodes: [{name: acc0..acc2, dma: {setup: 5}}]\n").find("nodes[0].dma.setup"),
              problems_of(head + ring + "nodes: [{name: acc0..acc2, dma: {setup: 5}}]\n").rfind("nodes[0].dma.setup"));
}

TEST(TopologyErrors, Links) {
    std::string needs = "a link needs one of 'between: [a, b]' (each way), 'among: [a, b, c]' (every two, each way), "
                        "'from: a' with 'to: b', or 'all: links' (that are there; or 'all: network', 'all: host')";
    for (const Wrong& wrong : std::vector<Wrong>{
             {"{between: [acc0, ac1], bandwidth: 1 GB/s}",
              "t.yaml:6: links[0].between[1]: unknown node 'ac1'; did you mean 'acc1'?; nodes: acc0, acc1, acc2"},
             {"{between: [acc0, acc0], bandwidth: 1 GB/s}", "links[0].between: 'acc0' cannot be linked to itself"},
             {"{from: acc1, to: acc1, bandwidth: 1 GB/s}", "links[0].to: 'acc1' cannot be linked to itself"},
             {"{among: [acc1, acc1], bandwidth: 1 GB/s}", "links[0].among: 'acc1' cannot be linked to itself"},
             {"{between: [acc0, acc1, acc2], bandwidth: 1 GB/s}",
              "links[0].between: expected two ends, found 3; 'among' joins every two of a list"},
             {"{between: acc0, bandwidth: 1 GB/s}", "links[0].between: expected a list, found 'acc0'"},
             {"{bandwidth: 1 GB/s}", "t.yaml:6: links[0]: " + needs},
             {"{from: acc0, bandwidth: 1 GB/s}", "links[0]: " + needs},
             {"{from: acc0, to: acc1, between: [acc0, acc1]}", "links[0]: " + needs},
             {"{from: acc0, to: acc1}",
              "links[0]: link acc0->acc1 exists and nothing is changed; state bandwidth, latency or energy, or "
              "'parallel: true' for another link"},
             {"{from: acc0, to: acc1, parallel: true}", "links[0]: link acc0->acc1 is new; missing key 'bandwidth'"},
             {"{from: acc0, to: acc1, bandwidth: 0 B/s}",
              "links[0].bandwidth: '0 B/s': a bandwidth must be above zero"},
             {"{from: acc0, to: acc1, latency: 1 us, width: 3}", "links[0].width: unknown key 'width'"},
             {"7", "links[0]: expected a map, found '7'"},
         })
        EXPECT_THAT(problems_of(head + ring + "links: [" + wrong.text + "]\n"), HasSubstr(wrong.message)) << wrong.text;
    EXPECT_THAT(problems_of(head + "nodes: [{name: a0..a1999, kind: accelerator}]\n"
                                   "links: [{among: a0..a1999, bandwidth: 1 GB/s}]\n"),
                HasSubstr("links[0].among: 2000 times 2000 links would be needed; at most 2000000 are possible"));
    EXPECT_THAT(problems_of(head + ring + "links: 3\n"), HasSubstr("links: expected a list, found '3'"));
}

TEST(TopologyErrors, Host) {
    std::string memory = "memory: {capacity: 1 GiB, bandwidth: 1 GB/s}";
    for (const Wrong& wrong : std::vector<Wrong>{
             {"{link: {bandwidth: 1 GB/s}}", "t.yaml:6: host: missing 'memory.capacity'"},
             {"{" + memory + ", attach: acc0}", "host: 'attach' needs 'link', what the host is attached by"},
             {"{" + memory + ", attach: acc9, link: {bandwidth: 1 GB/s}}",
              "host.attach: unknown node 'acc9'; did you mean 'acc0'?; nodes: acc0, acc1, acc2, host"},
             {"{" + memory + ", attach: host, link: {bandwidth: 1 GB/s}}",
              "host.attach: 'host' cannot be linked to itself"},
             {"{" + memory + ", attach: [acc0, acc0], link: {bandwidth: 1 GB/s}}",
              "host.attach: 'acc0' is named twice"},
             {"{" + memory + ", link: {bandwidth: 1}}", "host.link.bandwidth: '1'"},
             {"{" + memory + ", link: {}}", "host.link: missing key 'bandwidth'"},
             {"{name: acc0, " + memory + "}", "host: a node 'acc0' exists already"},
             {"{" + memory + ", designs: x}", "host.designs: unknown key 'designs'"},
         })
        EXPECT_THAT(problems_of(head + ring + "host: " + wrong.text + "\n"), HasSubstr(wrong.message)) << wrong.text;
}

TEST(TopologyErrors, AllAtOnceInOrderOfLine) {
    std::string text = head + "generate: {kind: ring, count: 3, link: {bandwidth: 1, latency: 1 us}}\n"
                              "links:\n"
                              "  - {from: acc0, to: nobody, bandwidth: 1 GB/s}\n"
                              "colour: blue\n";
    try {
        read_topology_text(text, "t.yaml");
        ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
        ASSERT_EQ(error.problems().size(), 3u) << error.what();
        EXPECT_EQ(error.exit_status(), 2);
        EXPECT_EQ(error.problems()[0].path, "generate.link.bandwidth");
        EXPECT_EQ(error.problems()[1].path, "links[0].to");
        EXPECT_EQ(error.problems()[2].path, "colour");
    }
}

TEST(TopologyErrors, WithoutNodesTheirNamesAreNotComplainedAbout) {
    EXPECT_EQ(problems_of(head + "generate: {kind: rong, count: 3, link: {bandwidth: 1 GB/s}}\n"
                                 "links: [{between: [acc0, acc2], bandwidth: 1 GB/s}]\n"),
              "t.yaml:5: generate.kind: 'rong' is unknown; did you mean 'ring'?; legal: dragonfly, fat_tree, "
              "fully_connected, groups, line, mesh, ring, switch, torus");
}

TEST(Disconnected, SaysWhichAndWhy) {
    std::string start = head + "nodes: [{name: a, kind: accelerator}, {name: b, kind: accelerator}, "
                               "{name: h, kind: host, memory: {capacity: 1 GiB, bandwidth: 1 GB/s}}]\n";
    EXPECT_EQ(problems_of(start), "t.yaml: no route leads from 'a' to 'b': no link leaves 'a'");
    EXPECT_EQ(problems_of(start + "links: [{between: [[a, b], h], bandwidth: 1 GB/s}]\n"),
              "t.yaml: no route leads from 'a' to 'b': the links that join them pass through host 'h', which does not "
              "forward (forwards: true would let transfers of others through)");
    EXPECT_EQ(problems_of(start + "links: [{between: [a, b], bandwidth: 1 GB/s}]\n"),
              "t.yaml: no route leads from 'a' to 'h': no link leads to 'h'");
    EXPECT_EQ(problems_of(start + "links: [{between: [a, b], bandwidth: 1 GB/s}, "
                                  "{from: a, to: h, bandwidth: 1 GB/s}, {from: b, to: h, bandwidth: 1 GB/s}]\n"),
              "t.yaml: no route leads from 'h' to 'a': no link leaves 'h'");
    EXPECT_EQ(problems_of(start + "links: [{among: [a, b, h], bandwidth: 1 GB/s}]\n"), "");
}

TEST(Disconnected, ForwardingIslandsDoNotHideIt) {
    // Two switches with two accelerators each, nothing between.
    EXPECT_EQ(problems_of(head + "generate: {kind: groups, count: 2, "
                                 "inside: {kind: switch, count: 2, link: {bandwidth: 1 GB/s}}}\n"),
              "t.yaml: no route leads from 'acc0' to 'acc2': no chain of links joins them");
}

TEST(Disconnected, SwitchesMayStandAlone) {
    EXPECT_EQ(problems_of(head + ring + "nodes: [{name: spare, kind: switch}]\n"), "");
}

} // namespace
} // namespace arsia
