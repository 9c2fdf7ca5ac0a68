// Which route is taken, who may be passed through, and that it is the same every time.
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"
#include "topologies/routing.h"

namespace arsia {
namespace {

using testing::HasSubstr;

const std::string nodes_text = "nodes:\n"
                               "  - {name: a, kind: accelerator}\n"
                               "  - {name: b, kind: accelerator}\n"
                               "  - {name: s0..s3, kind: switch}\n";

Platform platform_with(const std::string& links, const std::string& rest = "") {
    return read_topology_text(head + nodes_text + "links:\n" + links + rest, "t.yaml");
}

TEST(ShortestRoute, HopsComeBeforeBandwidth) {
    Platform platform = platform_with("  - {between: [a, b], bandwidth: 1 Mbps, latency: 1 s}\n"
                                      "  - {between: [[a, b], s0], bandwidth: 1 TB/s}\n");
    EXPECT_EQ(way(platform, "a", "b"), "a b");
}

TEST(ShortestRoute, ThenLatencyAndSerialisationOfOneBurst) {
    // 64 KiB take 65.536 us at 1 GB/s and 6.5536 us at 10 GB/s; s1's way has 2·10 us more latency but 2·59 us less
    // serialisation.
    Platform platform = platform_with("  - {between: [[a, b], s0], bandwidth: 1 GB/s, latency: 1 us}\n"
                                      "  - {between: [[a, b], s1], bandwidth: 10 GB/s, latency: 11 us}\n");
    EXPECT_EQ(way(platform, "a", "b"), "a s1 b");

    // With bursts of 1 KiB latency decides.
    Platform small = platform_with("  - {between: [[a, b], s0], bandwidth: 1 GB/s, latency: 1 us}\n"
                                   "  - {between: [[a, b], s1], bandwidth: 10 GB/s, latency: 11 us}\n",
                                   "burst: 1 KiB\n");
    EXPECT_EQ(way(small, "a", "b"), "a s0 b");
}

TEST(ShortestRoute, ThenLowestLinkIds) {
    Platform platform = platform_with("  - {between: [[a, b], s2], bandwidth: 1 GB/s}\n"
                                      "  - {between: [[a, b], s0..s1], bandwidth: 1 GB/s}\n");
    EXPECT_EQ(way(platform, "a", "b"), "a s2 b");
    EXPECT_EQ(way(platform, "b", "a"), "b s2 a");
}

TEST(ShortestRoute, LinkIdsCompareFromTheSourceOn) {
    // a → s0 has the lowest first link, although the last link of the way through s1 is lower.
    Platform platform = platform_with("  - {from: a, to: s0, bandwidth: 1 GB/s}\n"
                                      "  - {from: a, to: s1, bandwidth: 1 GB/s}\n"
                                      "  - {from: s1, to: b, bandwidth: 1 GB/s}\n"
                                      "  - {from: s0, to: b, bandwidth: 1 GB/s}\n"
                                      "  - {from: b, to: a, bandwidth: 1 GB/s}\n");
    EXPECT_EQ(platform.route(platform.find_node("a"), platform.find_node("b")), (Route{LinkId(0), LinkId(3)}));
}

TEST(ShortestRoute, FastestOfParallelLinks) {
    Platform platform = platform_with("  - {between: [a, b], bandwidth: 1 GB/s}\n"
                                      "  - {between: [a, b], bandwidth: 2 GB/s, parallel: true}\n"
                                      "  - {between: [a, b], bandwidth: 2 GB/s, parallel: true}\n");
    ASSERT_EQ(platform.links.size(), 6u);
    EXPECT_EQ(platform.links[LinkId(2)].name, "a->b#2");
    EXPECT_EQ(platform.links[LinkId(5)].name, "b->a#3");
    EXPECT_EQ(platform.route(NodeId(0), NodeId(1)), Route{LinkId(2)});
    EXPECT_EQ(platform.route(NodeId(1), NodeId(0)), Route{LinkId(3)});
}

TEST(ShortestRoute, EmptyFromANodeToItself) {
    Platform platform = platform_of("kind: ring, count: 4");
    EXPECT_TRUE(platform.route(NodeId(2), NodeId(2)).empty());
    EXPECT_TRUE(platform.reachable(NodeId(2), NodeId(2)));
}

TEST(Forwarding, OnlyForwardingNodesArePassed) {
    // The way through the host has 2 hops, the way round the ring 3.
    std::string host = "host: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, FORWARDS link: {bandwidth: 1 GB/s}}\n";
    auto with = [&](const std::string& forwards) {
        std::string text = host;
        text.replace(text.find("FORWARDS"), 8, forwards);
        return platform_of("kind: ring, count: 6", text);
    };
    EXPECT_EQ(way(with(""), "acc0", "acc3"), "acc0 acc1 acc2 acc3");
    EXPECT_EQ(way(with("forwards: false,"), "acc0", "acc3"), "acc0 acc1 acc2 acc3");
    EXPECT_EQ(way(with("forwards: true,"), "acc0", "acc3"), "acc0 host acc3");
    EXPECT_EQ(way(with(""), "host", "acc3"), "host acc3");
}

TEST(Forwarding, CanBeTakenFromANode) {
    Platform platform = platform_of("kind: ring, count: 6", "nodes: [{name: acc1, forwards: false}]\n");
    EXPECT_EQ(way(platform, "acc0", "acc2"), "acc0 acc5 acc4 acc3 acc2");
    EXPECT_EQ(way(platform, "acc0", "acc1"), "acc0 acc1");
}

TEST(DimensionOrder, LastDimensionFirst) {
    Platform mesh = platform_of("kind: mesh, dims: [3, 3]");
    // Positions: 0 1 2 / 3 4 5 / 6 7 8.
    EXPECT_EQ(way(mesh, "acc0", "acc8"), "acc0 acc1 acc2 acc5 acc8");
    EXPECT_EQ(way(mesh, "acc8", "acc0"), "acc8 acc7 acc6 acc3 acc0");
    EXPECT_EQ(way(mesh, "acc2", "acc3"), "acc2 acc1 acc0 acc3");
}

TEST(DimensionOrder, TorusGoesTheShorterWayRound) {
    Platform torus = platform_of("kind: torus, dims: [5, 5]");
    EXPECT_EQ(way(torus, "acc0", "acc3"), "acc0 acc4 acc3");
    EXPECT_EQ(way(torus, "acc0", "acc24"), "acc0 acc4 acc24");
}

TEST(DimensionOrder, TiesLoadBothDirectionsAlike) {
    Platform torus = platform_of("kind: torus, dims: [4]");
    EXPECT_EQ(way(torus, "acc0", "acc2"), "acc0 acc1 acc2");
    EXPECT_EQ(way(torus, "acc1", "acc3"), "acc1 acc0 acc3");
    EXPECT_EQ(way(torus, "acc2", "acc0"), "acc2 acc3 acc0");
    // All pairs: each of the 8 links carries the same number of routes, 16 hops / 8.
    std::vector<int> load(torus.links.size(), 0);
    for (std::size_t a = 0; a < 4; ++a)
        for (std::size_t b = 0; b < 4; ++b)
            for (LinkId link : torus.route(NodeId(a), NodeId(b))) ++load[link.value()];
    EXPECT_EQ(load, std::vector<int>(8, 2));
}

TEST(DimensionOrder, UsesTheFasterOfParallelLinks) {
    Platform mesh = platform_of("kind: mesh, dims: [1, 3]",
                                "routing: shortest\n"
                                "links: [{between: [acc0, acc1], bandwidth: 9 GB/s, parallel: true}]\n");
    EXPECT_EQ(mesh.links[mesh.route(NodeId(0), NodeId(2))[0]].name, "acc0->acc1#2");
}

TEST(DimensionOrder, OnlyForTheUntouchedGrid) {
    std::string express = "links: [{between: [acc0, acc3], bandwidth: 1 GB/s}]\n";
    Platform added = platform_of("kind: mesh, dims: [4]", express);
    EXPECT_EQ(added.routing, Routing::shortest);
    EXPECT_EQ(way(added, "acc0", "acc3"), "acc0 acc3");
    EXPECT_THAT(problems_of(generated("kind: mesh, dims: [4]", express + "routing: dimension_order\n")),
                HasSubstr("t.yaml:7: routing: dimension_order would not use the added link acc0->acc3; shortest does"));

    std::string stopped = "nodes: [{name: acc1, forwards: false}]\n";
    EXPECT_EQ(platform_of("kind: torus, dims: [3, 3]", stopped).routing, Routing::shortest);
    EXPECT_THAT(problems_of(generated("kind: torus, dims: [3, 3]", stopped + "routing: dimension_order\n")),
                HasSubstr("dimension_order leads through every node of the grid, but 'acc1' does not forward"));
    EXPECT_THAT(problems_of(generated("kind: ring, count: 3", "routing: dimension_order\n")),
                HasSubstr("routing: dimension_order needs a generated mesh or torus"));
    EXPECT_THAT(problems_of(generated("kind: ring, count: 3", "routing: shortets\n")),
                HasSubstr("routing: 'shortets' is unknown; did you mean 'shortest'?; legal: shortest, spread, "
                          "dimension_order"));
}

TEST(DimensionOrder, LeavesOtherNodesToShortest) {
    Platform mesh =
        platform_of("kind: mesh, dims: [2, 2]", "host: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}, attach: acc0, "
                                                "link: {bandwidth: 1 GB/s}}\n");
    EXPECT_EQ(mesh.routing, Routing::dimension_order);
    EXPECT_EQ(way(mesh, "host", "acc3"), "host acc0 acc1 acc3");
    EXPECT_EQ(way(mesh, "acc3", "host"), "acc3 acc1 acc0 host");
}

TEST(FixedRoutes, GoBeforeAllOthers) {
    Platform platform =
        platform_of("kind: ring, count: 4", "routes:\n  - {path: [acc0, acc3, acc2, acc1], both_ways: true}\n"
                                            "  - {path: acc1..acc3}\n");
    EXPECT_EQ(way(platform, "acc0", "acc1"), "acc0 acc3 acc2 acc1");
    EXPECT_EQ(way(platform, "acc1", "acc0"), "acc1 acc2 acc3 acc0");
    EXPECT_EQ(way(platform, "acc1", "acc3"), "acc1 acc2 acc3");
    EXPECT_EQ(way(platform, "acc0", "acc3"), "acc0 acc3");
}

TEST(FixedRoutes, AreChecked) {
    auto problems = [](const std::string& route) {
        return problems_of(
            generated("kind: ring, count: 4", "nodes: [{name: acc3, forwards: false}]\nroutes:\n  - " + route + "\n"));
    };
    EXPECT_EQ(problems("{path: [acc0, acc2]}"), "t.yaml:8: routes[0].path: no link leads from 'acc0' to 'acc2'");
    EXPECT_EQ(problems("{path: [acc0, acc3, acc2]}"),
              "t.yaml:8: routes[0].path: 'acc3' does not forward; a route may only end there");
    EXPECT_EQ(problems("{path: [acc0, acc1, acc0]}"), "t.yaml:8: routes[0].path: the route passes 'acc0' twice");
    EXPECT_EQ(problems("{path: acc0}"),
              "t.yaml:8: routes[0].path: a route needs at least two nodes, its source and its destination");
    EXPECT_EQ(problems("{path: [acc0, acc1]}\n  - {path: [acc0, acc1]}"),
              "t.yaml:9: routes[1].path: the route from 'acc0' to 'acc1' is stated twice");
    EXPECT_EQ(problems("{both_ways: true}"), "t.yaml:8: routes[0]: missing key 'path'");
    EXPECT_THAT(problems("{path: [acc0, acc9]}"),
                HasSubstr("routes[0].path: unknown node 'acc9'; did you mean 'acc0'?"));
}

TEST(Routes, DoNotDependOnWhatWasAskedBefore) {
    for (const char* generator : {"kind: fat_tree, switch_ports: 4", "kind: torus, dims: [4, 4]",
                                  "kind: ring, count: 8", "kind: dragonfly, groups: 4, routers: 3, hosts: 2"}) {
        SCOPED_TRACE(generator);
        Platform forwards = platform_of(generator), backwards = platform_of(generator);
        std::size_t count = forwards.nodes.size();
        for (std::size_t i = 0; i < count * count; ++i) {
            std::size_t j = count * count - 1 - i;
            forwards.route(NodeId(i / count), NodeId(i % count));
            backwards.route(NodeId(j / count), NodeId(j % count));
        }
        for (std::size_t i = 0; i < count * count; ++i)
            EXPECT_EQ(forwards.route(NodeId(i / count), NodeId(i % count)),
                      backwards.route(NodeId(i / count), NodeId(i % count)));
    }
}

TEST(Routes, StayWhereTheyAre) {
    Platform platform = platform_of("kind: ring, count: 16");
    const Route& first = platform.route(NodeId(0), NodeId(5));
    Route copy = first;
    for (std::size_t a = 0; a < 16; ++a)
        for (std::size_t b = 0; b < 16; ++b) platform.route(NodeId(a), NodeId(b));
    EXPECT_EQ(&first, &platform.route(NodeId(0), NodeId(5)));
    EXPECT_EQ(first, copy);
}

TEST(Routes, AreFoundFastOnFourThousandNodes) {
    Platform torus = platform_of("kind: torus, dims: [16, 16, 16]", "routing: shortest\n");
    std::clock_t start = std::clock();
    std::size_t hops = 0;
    for (std::size_t a = 0; a < 4096; a += 256)
        for (std::size_t b = 0; b < 4096; ++b) hops += torus.route(NodeId(a), NodeId(b)).size();
    double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_EQ(hops, 16u * 4096 * 12); // mean distance of a 16-ring is 4, three dimensions
    EXPECT_LT(seconds, 3.0);          // of processor time; a quadratic search would take minutes
}

TEST(NoRoute, NamesBothNodesAndTheReason) {
    // Built by hand: the reader refuses such platforms.
    Platform platform;
    for (const char* name : {"a", "b", "c"}) {
        Node node;
        node.name = name;
        platform.nodes.push_back(node);
    }
    auto link = [&](std::size_t from, std::size_t to) {
        Link made;
        made.from = NodeId(from);
        made.to = NodeId(to);
        made.bandwidth = {1'000'000};
        platform.links.push_back(made);
    };
    EXPECT_EQ(no_route_reason(platform, NodeId(0), NodeId(2)), "no route leads from 'a' to 'c': no link leaves 'a'");
    link(0, 1);
    EXPECT_EQ(no_route_reason(platform, NodeId(0), NodeId(2)), "no route leads from 'a' to 'c': no link leads to 'c'");
    link(1, 2);
    std::string passes = "no route leads from 'a' to 'c': the links that join them pass through accelerator 'b', which "
                         "does not forward (forwards: true would let transfers of others through)";
    EXPECT_EQ(no_route_reason(platform, NodeId(0), NodeId(2)), passes);
    EXPECT_FALSE(platform.reachable(NodeId(0), NodeId(2)));
    try {
        platform.route(NodeId(0), NodeId(2));
        ADD_FAILURE() << "a route was found";
    } catch (const InputError& error) {
        EXPECT_EQ(error.what(), passes);
    }
    link(2, 1);
    EXPECT_EQ(no_route_reason(platform, NodeId(2), NodeId(0)), "no route leads from 'c' to 'a': no link leads to 'a'");
    link(0, 0);
    EXPECT_EQ(no_route_reason(platform, NodeId(2), NodeId(0)),
              "no route leads from 'c' to 'a': no chain of links joins them");
}

} // namespace
} // namespace arsia
