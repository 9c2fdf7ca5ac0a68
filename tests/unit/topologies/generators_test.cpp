// Node and link counts, degrees and hop counts of each generator, against closed forms.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"
#include "topologies/generators/generator.h"

namespace arsia {
namespace {

using testing::HasSubstr;

void expect_no_duplicate_links(const Platform& platform) {
    std::set<std::pair<NodeId, NodeId>> seen;
    for (const Link& link : platform.links)
        EXPECT_TRUE(seen.insert({link.from, link.to}).second) << link.name << " twice";
}

std::size_t hops(const Platform& platform, std::size_t from, std::size_t to) {
    return platform.route(NodeId(from), NodeId(to)).size();
}

TEST(Ring, HasTwoLinksEachWayANode) {
    for (std::size_t count : {3, 4, 7, 8}) {
        SCOPED_TRACE(count);
        Platform ring = platform_of("kind: ring, count: " + std::to_string(count));
        EXPECT_EQ(ring.nodes.size(), count);
        EXPECT_EQ(ring.links.size(), 2 * count);
        expect_no_duplicate_links(ring);
        for (std::size_t a = 0; a < count; ++a) {
            EXPECT_EQ(degree(ring, NodeId(a)), 2u);
            EXPECT_TRUE(ring.nodes[NodeId(a)].forwards);
            for (std::size_t b = 0; b < count; ++b) {
                std::size_t onwards = (b + count - a) % count;
                EXPECT_EQ(hops(ring, a, b), std::min(onwards, count - onwards) % count);
            }
        }
    }
}

TEST(Ring, OfTwoHasOneLinkEachWayAndOfOneNone) {
    EXPECT_EQ(platform_of("kind: ring, count: 2").links.size(), 2u);
    EXPECT_EQ(platform_of("kind: ring, count: 1").links.size(), 0u);
}

TEST(Line, EndsHaveOneNeighbour) {
    Platform line = platform_of("kind: line, count: 5");
    EXPECT_EQ(line.links.size(), 8u); // 2·(n−1)
    EXPECT_EQ(degree(line, NodeId(0)), 1u);
    EXPECT_EQ(degree(line, NodeId(2)), 2u);
    EXPECT_EQ(hops(line, 0, 4), 4u);
    EXPECT_EQ(way(line, "acc3", "acc1"), "acc3 acc2 acc1");
}

TEST(Mesh, CountsAndDistancesFollowTheGrid) {
    Platform mesh = platform_of("kind: mesh, dims: [3, 4]");
    EXPECT_EQ(mesh.nodes.size(), 12u);
    EXPECT_EQ(mesh.links.size(), 2u * (2 * 4 + 3 * 3)); // 2·Σ (d−1)·n/d
    EXPECT_EQ(mesh.routing, Routing::dimension_order);
    expect_no_duplicate_links(mesh);
    EXPECT_EQ(degree(mesh, NodeId(0)), 2u);
    EXPECT_EQ(degree(mesh, NodeId(5)), 4u);
    for (int a = 0; a < 12; ++a)
        for (int b = 0; b < 12; ++b) {
            int distance = std::abs(a / 4 - b / 4) + std::abs(a % 4 - b % 4);
            EXPECT_EQ(hops(mesh, std::size_t(a), std::size_t(b)), std::size_t(distance)) << a << " to " << b;
        }
}

TEST(Torus, CountsAndDistancesFollowTheGrid) {
    Platform torus = platform_of("kind: torus, dims: [4, 3, 5]");
    EXPECT_EQ(torus.nodes.size(), 60u);
    EXPECT_EQ(torus.links.size(), 3u * 2 * 60); // 2·n a dimension
    expect_no_duplicate_links(torus);
    auto around = [](int a, int b, int size) { return std::min((a - b + size) % size, (b - a + size) % size); };
    for (int a = 0; a < 60; ++a) {
        EXPECT_EQ(degree(torus, NodeId(std::size_t(a))), 6u);
        for (int b = 0; b < 60; ++b) {
            int distance = around(a / 15, b / 15, 4) + around(a / 5 % 3, b / 5 % 3, 3) + around(a % 5, b % 5, 5);
            EXPECT_EQ(hops(torus, std::size_t(a), std::size_t(b)), std::size_t(distance)) << a << " to " << b;
        }
    }
}

TEST(Torus, DimensionOfTwoHasOneLinkEachWayAndOfOneNone) {
    Platform torus = platform_of("kind: torus, dims: [2, 3, 1]");
    EXPECT_EQ(torus.links.size(), 6u + 12u); // n for the 2, 2·n for the 3
    expect_no_duplicate_links(torus);
    EXPECT_EQ(hops(torus, 0, 5), 2u);
}

TEST(FullyConnected, HasALinkFromEachToEach) {
    Platform platform = platform_of("kind: fully_connected, count: 6");
    EXPECT_EQ(platform.links.size(), 30u); // n·(n−1)
    expect_no_duplicate_links(platform);
    EXPECT_FALSE(platform.nodes[NodeId(0)].forwards);
    for (std::size_t a = 0; a < 6; ++a)
        for (std::size_t b = 0; b < 6; ++b) EXPECT_EQ(hops(platform, a, b), a == b ? 0u : 1u);
}

TEST(Switch, JoinsAllThroughOne) {
    Platform platform = platform_of("kind: switch, count: 5");
    EXPECT_EQ(platform.nodes.size(), 6u);
    EXPECT_EQ(platform.links.size(), 10u);
    EXPECT_EQ(platform.nodes[NodeId(5)].name, "sw0");
    EXPECT_TRUE(platform.nodes[NodeId(5)].forwards);
    EXPECT_EQ(way(platform, "acc1", "acc4"), "acc1 sw0 acc4");
}

TEST(FatTree, CountsOfTheFullTree) {
    for (std::size_t k : {2, 4, 6}) {
        SCOPED_TRACE(k);
        Platform tree = platform_of("kind: fat_tree, switch_ports: " + std::to_string(k));
        EXPECT_EQ(count_of(tree, NodeKind::accelerator), k * k * k / 4);
        EXPECT_EQ(count_of(tree, NodeKind::switch_node), 5 * k * k / 4);
        EXPECT_EQ(tree.links.size(), 2 * 3 * k * k * k / 4);
        expect_no_duplicate_links(tree);
        for (NodeId node : ids_of(tree.nodes))
            EXPECT_EQ(degree(tree, node), tree.nodes[node].kind == NodeKind::switch_node ? k : 1);
    }
}

TEST(FatTree, DistanceIsTwoFourOrSixLinks) {
    Platform tree = platform_of("kind: fat_tree, switch_ports: 4");
    for (std::size_t a = 0; a < 16; ++a)
        for (std::size_t b = 0; b < 16; ++b) {
            std::size_t expected = a == b ? 0 : a / 2 == b / 2 ? 2 : a / 4 == b / 4 ? 4 : 6;
            EXPECT_EQ(hops(tree, a, b), expected) << a << " to " << b;
        }
    EXPECT_EQ(tree.nodes[NodeId(0)].group, "pod0");
    EXPECT_EQ(tree.nodes[NodeId(15)].group, "pod3");
}

TEST(FatTree, SpreadsSourcesOverTheCoreSwitches) {
    Platform tree = platform_of("kind: fat_tree, switch_ports: 8");
    ASSERT_EQ(tree.routing, Routing::spread);
    std::set<NodeId> cores;
    for (std::size_t a = 0; a < 16; ++a) // one pod of 16 to another
        cores.insert(tree.links[tree.route(NodeId(a), NodeId(a + 16))[2]].to);
    // 16 sources over 16 core switches at random meet 16·(1 − (15/16)^16) ≈ 10.3 of them.
    EXPECT_GE(cores.size(), 6u);

    Platform lowest = platform_of("kind: fat_tree, switch_ports: 8", "routing: shortest\n");
    EXPECT_EQ(way(lowest, "acc0", "acc16"), "acc0 edge0 aggregation0 core0 aggregation4 edge4 acc16");
}

TEST(FatTree, SmallestTreeForACount) {
    Platform tree = platform_of("kind: fat_tree, count: 10");
    EXPECT_EQ(count_of(tree, NodeKind::accelerator), 10u);
    EXPECT_EQ(count_of(tree, NodeKind::switch_node), 20u); // k = 4 carries 16
}

TEST(Dragonfly, CountsAndDistances) {
    // 9 groups of 4 routers with 2 accelerators: each router has 2 links to other groups.
    Platform platform = platform_of("kind: dragonfly, groups: 9, routers: 4, hosts: 2");
    EXPECT_EQ(count_of(platform, NodeKind::accelerator), 72u);
    EXPECT_EQ(count_of(platform, NodeKind::switch_node), 36u);
    EXPECT_EQ(platform.links.size(), 72u * 2 + 9u * 4 * 3 + 9u * 8);
    expect_no_duplicate_links(platform);
    for (NodeId node : ids_of(platform.nodes))
        EXPECT_EQ(degree(platform, node), platform.nodes[node].kind == NodeKind::switch_node ? 2u + 3u + 2u : 1u);
    std::size_t longest = 0;
    for (std::size_t a = 0; a < 72; ++a)
        for (std::size_t b = 0; b < 72; ++b) longest = std::max(longest, hops(platform, a, b));
    EXPECT_EQ(longest, 5u);
    EXPECT_EQ(hops(platform, 0, 1), 2u); // same router
    EXPECT_EQ(hops(platform, 0, 7), 3u); // same group
    EXPECT_EQ(platform.nodes[NodeId(8)].group, "group1");
}

TEST(Dragonfly, GlobalLinksMayDiffer) {
    Platform platform = platform_of("kind: dragonfly, groups: 2, routers: 1, hosts: 1, "
                                    "global_link: {bandwidth: 5 GB/s, latency: 3 us}");
    ASSERT_EQ(way(platform, "acc0", "acc1"), "acc0 router0 router1 acc1");
    const Link& link = platform.links[platform.route(NodeId(0), NodeId(1))[1]];
    EXPECT_EQ(link.bandwidth, parse_bandwidth("5 GB/s"));
    EXPECT_EQ(link.latency, 3'000'000);
}

const std::string link_text = "link: {bandwidth: 1 GB/s, latency: 1 us}";

Platform groups_of(const std::string& keys, const std::string& rest = "") {
    return read_topology_text(head + "generate: {kind: groups, " + keys + "}\n" + rest, "t.yaml");
}

TEST(Groups, MembersMeetTheirLikes) {
    Platform platform = groups_of("inside: {kind: fully_connected, count: 3, " + link_text +
                                  "}, between: {kind: ring, count: 4, " + link_text + "}");
    EXPECT_EQ(platform.nodes.size(), 12u);
    EXPECT_EQ(platform.links.size(), 4u * 3 * 2 + 3u * 4 * 2);
    expect_no_duplicate_links(platform);
    EXPECT_EQ(way(platform, "acc1", "acc4"), "acc1 acc4");
    EXPECT_EQ(platform.nodes[NodeId(2)].group, "group0");
    EXPECT_EQ(platform.nodes[NodeId(3)].group, "group1");
    EXPECT_TRUE(platform.nodes[NodeId(0)].forwards);
}

TEST(Groups, FirstMemberAlone) {
    Platform platform = groups_of("through: first, inside: {kind: ring, count: 4, " + link_text +
                                  "}, between: {kind: line, count: 2, " + link_text + "}");
    EXPECT_EQ(platform.links.size(), 2u * 8 + 2u);
    EXPECT_EQ(way(platform, "acc1", "acc5"), "acc1 acc0 acc4 acc5");
}

TEST(Groups, SwitchesMeetWhereTheGroupHasOne) {
    Platform platform = groups_of("inside: {kind: switch, count: 2, " + link_text +
                                  "}, between: {kind: switch, count: 3, " + link_text + "}");
    EXPECT_EQ(count_of(platform, NodeKind::switch_node), 4u);
    EXPECT_FALSE(platform.nodes[NodeId(0)].forwards);
    EXPECT_EQ(way(platform, "acc0", "acc5"), "acc0 sw0 sw3 sw2 acc5");
}

TEST(Groups, Nest) {
    Platform platform = groups_of("inside: {kind: groups, inside: {kind: switch, count: 2, " + link_text +
                                  "}, between: {kind: switch, count: 2, " + link_text +
                                  "}}, between: {kind: fully_connected, count: 2, " + link_text + "}");
    EXPECT_EQ(count_of(platform, NodeKind::accelerator), 8u);
    EXPECT_EQ(count_of(platform, NodeKind::switch_node), 6u);
    EXPECT_EQ(platform.nodes[NodeId(5)].group, "group1.group0");
    EXPECT_EQ(way(platform, "acc0", "acc7"), "acc0 sw0 sw2 sw5 sw4 acc7");
}

TEST(Groups, MayBeJoinedByTheHost) {
    Platform platform =
        groups_of("count: 2, inside: {kind: ring, count: 2, " + link_text + "}",
                  "host: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, forwards: true, " + link_text + "}\n");
    EXPECT_EQ(way(platform, "acc0", "acc3"), "acc0 host acc3");
}

TEST(Generators, AllKindsAreListedInOrder) {
    std::vector<std::string> names;
    for (const GeneratorKind& kind : generator_kinds()) names.push_back(kind.name);
    EXPECT_EQ(names, (std::vector<std::string>{"dragonfly", "fat_tree", "fully_connected", "groups", "line", "mesh",
                                               "ring", "switch", "torus"}));
}

TEST(Generators, SayHowManyLinksTheyMake) {
    for (const char* text :
         {"kind: ring, count: 5", "kind: ring, count: 2", "kind: line, count: 1", "kind: torus, dims: [2, 3, 4]",
          "kind: mesh, dims: [5, 2]", "kind: fully_connected, count: 5", "kind: switch, count: 4",
          "kind: fat_tree, count: 9", "kind: dragonfly, groups: 5, routers: 2, hosts: 3",
          "kind: groups, count: 3, inside: {kind: ring, count: 3, link: {bandwidth: 1 B/s}}",
          "kind: groups, inside: {kind: ring, count: 3, link: {bandwidth: 1 B/s}}, "
          "between: {kind: switch, count: 3, link: {bandwidth: 1 B/s}}",
          "kind: groups, inside: {kind: switch, count: 3, link: {bandwidth: 1 B/s}}, "
          "between: {kind: fully_connected, count: 4, link: {bandwidth: 1 B/s}}"}) {
        SCOPED_TRACE(text);
        // `groups` has no link of its own.
        std::string link = std::string(text).find("groups,") == std::string::npos ? ", link: {bandwidth: 1 B/s}" : "";
        Problems problems("t.yaml");
        YamlMap map = load_yaml_text("{" + std::string(text) + link + "}", problems).map();
        GeneratorPtr generator = read_generator(map);
        map.finish();
        ASSERT_TRUE(problems.empty()) << problems.found().front().text();
        PlatformDraft draft;
        std::vector<NodeId> endpoints;
        for (std::size_t i = 0; i < generator->endpoints(); ++i) {
            Node node;
            node.name = "n" + std::to_string(i);
            endpoints.push_back(draft.add_node(node));
        }
        generator->join(endpoints, draft);
        EXPECT_EQ(draft.platform().links.size(), generator->links());
    }
}

TEST(Generators, NamesMayBeChosen) {
    Platform platform = platform_of("kind: ring, count: 3, names: fpga");
    EXPECT_EQ(platform.node_names(), (std::vector<std::string>{"fpga0", "fpga1", "fpga2"}));
    EXPECT_EQ(platform.links[LinkId(0)].name, "fpga0->fpga1");
}

struct Wrong {
    std::string generator;
    std::string message;
};

TEST(GeneratorErrors, SayWhatIsLegal) {
    for (const Wrong& wrong : std::vector<Wrong>{
             {"kind: rign, count: 8",
              "t.yaml:5: generate.kind: 'rign' is unknown; did you mean 'ring'?; legal: dragonfly,"
              " fat_tree, fully_connected, groups, line, mesh, ring, switch, torus"},
             {"count: 8", "t.yaml:5: generate: missing key 'kind'"},
             {"kind: ring", "t.yaml:5: generate: missing key 'count'"},
             {"kind: ring, count: 0", "generate.count: 0 is out of range; it must be from 1 to 65536"},
             {"kind: ring, count: -3", "generate.count: -3 is out of range; it must be from 1 to 65536"},
             {"kind: ring, count: 1000000000", "1000000000 is out of range; it must be from 1 to 65536"},
             {"kind: ring, count: many", "generate.count: expected a whole number, found 'many'"},
             {"kind: ring, cuont: 8", "generate.cuont: unknown key 'cuont'; did you mean 'count'?"},
             {"kind: torus, dims: 4", "generate.dims: expected a list, found '4'"},
             {"kind: torus, dims: []", "generate.dims: needs at least one dimension, like [4, 4]"},
             {"kind: mesh, dims: [4, 0]", "generate.dims[1]: 0 is out of range; it must be from 1 to 65536"},
             {"kind: mesh, dims: [1000, 1000]",
              "generate: 1000 times 1000 accelerators are more than the 65536 possible"},
             {"kind: fully_connected, count: 2000", "2000 is out of range; it must be from 1 to 1024"},
             {"kind: fat_tree", "missing key 'switch_ports' (or 'count', for the smallest tree that carries as many)"},
             {"kind: fat_tree, switch_ports: 3",
              "generate.switch_ports: 3 is odd; half of a switch's ports go up, half down"},
             {"kind: fat_tree, switch_ports: 4, count: 17",
              "generate.count: 17 accelerators do not fit; switches of 4 ports carry 16 at most"},
             {"kind: dragonfly, groups: 2, routers: 2", "generate: missing key 'hosts'"},
             {"kind: dragonfly, groups: 1000, routers: 1000, hosts: 1",
              "generate: 1000 times 1000 accelerators are more than the 65536 possible"},
         })
        EXPECT_THAT(problems_of(generated(wrong.generator)), HasSubstr(wrong.message)) << wrong.generator;
}

TEST(GeneratorErrors, Groups) {
    std::string ring = "{kind: ring, count: 4, " + link_text + "}";
    for (const Wrong& wrong : std::vector<Wrong>{
             {"inside: " + ring,
              "missing key 'between', or 'count' for groups that are joined by the host or by 'links'"},
             {"count: 3, inside: " + ring + ", between: " + ring,
              "generate.count: 3 groups, but 'between' joins 4; leave 'count' out"},
             {"count: 2, through: first, inside: " + ring, "generate.through: has no meaning without 'between'"},
             {"through: switch, inside: " + ring + ", between: " + ring,
              "generate.through: the group has no single switch in its middle; legal here: members, first"},
             {"count: 2, inside: {kind: ring, count: 0, " + link_text + "}",
              "generate.inside.count: 0 is out of range"},
             {"count: 60000, inside: " + ring, "generate: 60000 times 4 accelerators are more than the 65536 possible"},
             {"count: 2", "generate: missing key 'inside'"},
         })
        EXPECT_THAT(problems_of(head + "generate: {kind: groups, " + wrong.generator + "}\n"), HasSubstr(wrong.message))
            << wrong.generator;
}

TEST(GeneratorErrors, TooManyLinks) {
    // 40 groups of 1,024 fully connected: 40 million links.
    std::string text =
        head + "generate: {kind: groups, count: 40, inside: {kind: fully_connected, count: 1024, " + link_text + "}}\n";
    EXPECT_EQ(problems_of(text), "t.yaml:5: generate: 41902080 links would be needed; at most 2000000 are possible");
}

} // namespace
} // namespace arsia
