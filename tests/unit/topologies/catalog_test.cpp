// The shipped platforms: their figures, and that a workload can be mapped on each.
#include <map>

#include <gtest/gtest.h>

#include "base/catalog.h"
#include "tests/unit/topologies/topology_text.h"

namespace arsia {
namespace {

TEST(TopologyCatalog, HoldsTheShippedPlatforms) {
    std::vector<std::string> names = catalog_names(CatalogKind::topology);
    for (const char* name : {"f1_16xlarge", "h2h_0.125", "h2h_0.15", "h2h_0.25", "h2h_0.5", "h2h_1.25", "mesh4x4",
                             "npu_pod64", "npu_pod8", "ring8", "switch8"})
        EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
    for (const std::string& name : names) {
        SCOPED_TRACE(name);
        Platform platform = read_topology(name);
        EXPECT_EQ(platform.name, name);
        EXPECT_FALSE(platform.description.empty());
        EXPECT_TRUE(platform.host().valid());
        for (const Link& link : platform.links) EXPECT_GT(link.pj_per_byte, 0);
        for (NodeId accelerator : platform.accelerators()) {
            EXPECT_TRUE(platform.reachable(accelerator, platform.host()));
            EXPECT_TRUE(platform.reachable(platform.host(), accelerator));
        }
    }
}

TEST(TopologyCatalog, UnknownNameAndMissingFile) {
    auto message = [](const std::string& name) -> std::string {
        try {
            read_topology(name);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message("ring9").rfind("unknown topology 'ring9'; did you mean 'ring8'?", 0), 0u) << message("ring9");
    EXPECT_EQ(message("./none.yaml"), "./none.yaml: no such topology file");
}

TEST(TopologyCatalog, F1) {
    Platform f1 = read_topology("f1_16xlarge");
    ASSERT_EQ(f1.nodes.size(), 9u);
    EXPECT_EQ(f1.burst, 65'536);
    EXPECT_EQ(f1.links.size(), 2u * 12 + 16u);
    NodeId host = f1.host();
    EXPECT_EQ(f1.nodes[host].name, "host");
    EXPECT_TRUE(f1.nodes[host].forwards);
    EXPECT_EQ(f1.nodes[host].memory.capacity, 64LL << 30);
    EXPECT_EQ(f1.nodes[host].dma.channels, 16);
    for (std::size_t a = 0; a < 8; ++a) {
        const Node& fpga = f1.nodes[NodeId(a)];
        EXPECT_EQ(fpga.name, "fpga" + std::to_string(a));
        EXPECT_EQ(fpga.group, a < 4 ? "group0" : "group1");
        EXPECT_FALSE(fpga.forwards);
        EXPECT_EQ(fpga.memory.capacity, 1LL << 30);
        EXPECT_EQ(fpga.memory.bandwidth.bits_per_second, 153'600'000'000u); // 19.2 GB/s
        EXPECT_EQ(fpga.dma.channels, 4);
        EXPECT_EQ(fpga.designs, (std::vector<std::string>{"superlip_64_7_7_14", "systolic_11_13_8", "winograd_4_3"}));
        for (std::size_t b = 0; b < 8; ++b) {
            const Route& route = f1.route(NodeId(a), NodeId(b));
            if (a == b) continue;
            if (a / 4 == b / 4) {
                ASSERT_EQ(route.size(), 1u);
                EXPECT_EQ(f1.links[route[0]].bandwidth.bits_per_second, 8'000'000'000u);
                EXPECT_EQ(f1.links[route[0]].latency, 1'000'000);
            } else {
                ASSERT_EQ(route.size(), 2u);
                EXPECT_EQ(f1.links[route[0]].to, host);
            }
        }
        for (const Route& route : {f1.route(NodeId(a), host), f1.route(host, NodeId(a))}) {
            ASSERT_EQ(route.size(), 1u);
            EXPECT_EQ(f1.links[route[0]].bandwidth.bits_per_second, 2'000'000'000u);
            EXPECT_EQ(f1.links[route[0]].latency, 2'000'000);
        }
    }
}

TEST(TopologyCatalog, HeterogeneousSystemsOfH2h) {
    // bits/s of each link: GB/s of the name, times 8.
    const std::map<std::string, std::uint64_t> rates = {{"h2h_0.125", 1'000'000'000},
                                                        {"h2h_0.15", 1'200'000'000},
                                                        {"h2h_0.25", 2'000'000'000},
                                                        {"h2h_0.5", 4'000'000'000},
                                                        {"h2h_1.25", 10'000'000'000}};
    // Capacities as in tests/data/heterogeneous.json (DDR, GB).
    const std::map<std::string, Bytes> capacities = {
        {"h2h_cnn_1", 2'000'000'000}, {"h2h_cnn_3", 500'000'000},     {"h2h_cnn_6", 2'000'000'000},
        {"h2h_cnn_7", 4'000'000'000}, {"h2h_lstm_pynq", 256'000'000},
    };
    for (const auto& [name, rate] : rates) {
        SCOPED_TRACE(name);
        Platform platform = read_topology(name);
        std::vector<NodeId> accelerators = platform.accelerators();
        ASSERT_EQ(accelerators.size(), 12u);
        ASSERT_EQ(platform.links.size(), 24u);
        for (const Link& link : platform.links) EXPECT_EQ(link.bandwidth.bits_per_second, rate);
        for (NodeId a : accelerators) {
            const Node& node = platform.nodes[a];
            ASSERT_EQ(node.designs.size(), 1u) << node.name;
            auto stated = capacities.find(node.designs.front());
            EXPECT_EQ(node.memory.capacity, stated == capacities.end() ? 1'000'000'000 : stated->second) << node.name;
            // Two links through the host lead from each to each.
            for (NodeId b : accelerators) {
                if (a == b) continue;
                const Route& route = platform.route(a, b);
                ASSERT_EQ(route.size(), 2u);
                EXPECT_EQ(platform.links[route[0]].to, platform.host());
            }
        }
    }
}

TEST(TopologyCatalog, RingMeshAndSwitch) {
    Platform ring = read_topology("ring8");
    EXPECT_EQ(ring.accelerators().size(), 8u);
    EXPECT_EQ(ring.links.size(), 16u + 16u);
    EXPECT_EQ(way(ring, "acc0", "acc3"), "acc0 acc1 acc2 acc3"); // not through the host
    EXPECT_EQ(ring.links[LinkId(0)].bandwidth, parse_bandwidth("50 GiB/s"));

    Platform mesh = read_topology("mesh4x4");
    EXPECT_EQ(mesh.accelerators().size(), 16u);
    EXPECT_EQ(mesh.links.size(), 48u + 32u);
    EXPECT_EQ(mesh.routing, Routing::dimension_order);
    EXPECT_EQ(way(mesh, "acc0", "acc15"), "acc0 acc1 acc2 acc3 acc7 acc11 acc15");

    Platform star = read_topology("switch8");
    EXPECT_EQ(star.nodes.size(), 10u);
    EXPECT_EQ(way(star, "acc0", "acc7"), "acc0 sw0 acc7");
}

} // namespace
} // namespace arsia
