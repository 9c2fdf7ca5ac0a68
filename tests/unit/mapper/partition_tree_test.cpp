// Candidate accelerator sets: the platform cut at its weakest links.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/searches/partition_tree.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using Index = PartitionTree::Index;
using ::testing::ElementsAre;

std::vector<std::string> names(const Platform& platform, const PartitionTree& tree, Index index) {
    std::vector<std::string> out;
    for (NodeId node : tree.node(index).accelerators) out.push_back(platform.nodes[node].name);
    return out;
}

std::vector<std::size_t> sizes(const PartitionTree& tree, const std::vector<Index>& partition) {
    std::vector<std::size_t> out;
    for (Index index : partition) out.push_back(tree.node(index).accelerators.size());
    std::sort(out.rbegin(), out.rend());
    return out;
}

void expect_well_formed(const Platform& platform) {
    PartitionTree tree(platform);
    EXPECT_EQ(tree.node(0).accelerators, platform.accelerators());
    EXPECT_EQ(tree.node(0).parent, PartitionTree::none);
    for (Index index = 0; index < tree.nodes().size(); ++index) {
        const PartitionTree::Node& node = tree.node(index);
        EXPECT_EQ(node.children.empty(), node.accelerators.size() == 1);
        bool other_order = node.other_order != PartitionTree::none && node.other_order < index;
        if (node.other_order != PartitionTree::none) {
            EXPECT_EQ(tree.node(node.other_order).other_order, index);
            EXPECT_EQ(tree.node(node.other_order).parent, node.parent);
        }
        std::vector<NodeId> together;
        for (Index child : node.children) {
            EXPECT_EQ(child > index, !other_order);
            EXPECT_EQ(tree.node(child).parent, other_order ? node.other_order : index);
            together.insert(together.end(), tree.node(child).accelerators.begin(), tree.node(child).accelerators.end());
        }
        std::sort(together.begin(), together.end());
        std::vector<NodeId> sorted = node.accelerators;
        std::sort(sorted.begin(), sorted.end());
        if (!node.children.empty()) {
            EXPECT_EQ(together, sorted);
        }
    }
}

TEST(PartitionTree, CutsF1BetweenItsGroupsFirst) {
    Platform f1 = read_topology("f1_16xlarge");
    PartitionTree tree(f1);
    expect_well_formed(f1);
    ASSERT_EQ(tree.node(0).children.size(), 2u);
    EXPECT_THAT(names(f1, tree, tree.node(0).children[0]), ElementsAre("fpga0", "fpga1", "fpga2", "fpga3"));
    EXPECT_THAT(names(f1, tree, tree.node(0).children[1]), ElementsAre("fpga4", "fpga5", "fpga6", "fpga7"));
    std::vector<std::vector<std::size_t>> found;
    for (const std::vector<Index>& partition : tree.partitions(100)) found.push_back(sizes(tree, partition));
    EXPECT_EQ(found.size(), 26u); // cuts of a binary tree with 8 leaves: 1 + (1 + (1 + 1)²)²
    EXPECT_THAT(found[0], ElementsAre(8));
    EXPECT_THAT(found[1], ElementsAre(4, 4));
    EXPECT_THAT(found, ::testing::Contains(ElementsAre(4, 2, 2)));
    EXPECT_THAT(found, ::testing::Contains(ElementsAre(1, 1, 1, 1, 1, 1, 1, 1)));
}

TEST(PartitionTree, AlsoTakesAcceleratorsOfSeparatedGroupsInTurn) {
    Platform f1 = read_topology("f1_16xlarge");
    PartitionTree tree(f1);
    Index other = tree.node(0).other_order;
    ASSERT_NE(other, PartitionTree::none);
    EXPECT_THAT(names(f1, tree, other),
                ElementsAre("fpga0", "fpga4", "fpga1", "fpga5", "fpga2", "fpga6", "fpga3", "fpga7"));
    EXPECT_FALSE(tree.disjoint(0, other));
    // Inside a group all are equally near, whatever their order.
    for (Index child : tree.node(0).children) EXPECT_EQ(tree.node(child).other_order, PartitionTree::none);
    PartitionTree ring(read_topology("ring8"));
    EXPECT_EQ(ring.node(0).other_order, PartitionTree::none);
}

TEST(PartitionTree, HalvesARingIntoArcs) {
    Platform ring = read_topology("ring8");
    PartitionTree tree(ring);
    expect_well_formed(ring);
    ASSERT_EQ(tree.node(0).children.size(), 2u);
    EXPECT_THAT(names(ring, tree, tree.node(0).children[0]), ElementsAre("acc0", "acc1", "acc2", "acc3"));
    EXPECT_THAT(names(ring, tree, tree.node(0).children[1]), ElementsAre("acc4", "acc5", "acc6", "acc7"));
}

TEST(PartitionTree, IsWellFormedOnTheCatalog) {
    for (const char* name : {"mesh4x4", "switch8"}) expect_well_formed(read_topology(name));
}

TEST(PartitionTree, FindsTheWideLinksWhereverTheyAre) {
    // acc0–acc2 and acc1–acc3 have wide links; the rest is narrow.
    Platform platform = small_platform(4);
    for (Link& link : platform.links) {
        bool accelerators = link.from.value() < 4 && link.to.value() < 4;
        if (accelerators && link.from.value() % 2 == link.to.value() % 2) link.bandwidth = {80'000'000'000};
    }
    PartitionTree tree(platform);
    ASSERT_EQ(tree.node(0).children.size(), 2u);
    EXPECT_THAT(names(platform, tree, tree.node(0).children[0]), ElementsAre("acc0", "acc2"));
    EXPECT_THAT(names(platform, tree, tree.node(0).children[1]), ElementsAre("acc1", "acc3"));
}

TEST(PartitionTree, ExchangesMembersUntilTheCutIsNarrow) {
    // A ring whose names do not follow it: 0–2–1–3–0. The order's halves {0,1} {2,3} would cut four links.
    Platform platform = small_platform(4);
    std::vector<Link> kept;
    for (const Link& link : platform.links) {
        std::uint32_t a = link.from.value(), b = link.to.value();
        bool accelerators = a < 4 && b < 4;
        bool on_ring = a / 2 != b / 2;
        if (!accelerators || on_ring) kept.push_back(link);
    }
    platform.links.items() = kept;
    for (Node& node : platform.nodes)
        if (node.kind == NodeKind::host) node.forwards = false;
    PartitionTree tree(platform);
    ASSERT_EQ(tree.node(0).children.size(), 2u);
    std::vector<std::string> half = names(platform, tree, tree.node(0).children[0]);
    EXPECT_TRUE(half == (std::vector<std::string>{"acc0", "acc2"}) ||
                half == (std::vector<std::string>{"acc0", "acc3"}))
        << half[1];
}

TEST(PartitionTree, OneAcceleratorIsOneSet) {
    Platform platform = small_platform(1);
    PartitionTree tree(platform);
    EXPECT_EQ(tree.nodes().size(), 1u);
    EXPECT_EQ(tree.partitions(10).size(), 1u);
}

TEST(PartitionTree, KnowsWhichSetsShareAccelerators) {
    Platform f1 = read_topology("f1_16xlarge");
    PartitionTree tree(f1);
    Index left = tree.node(0).children[0], right = tree.node(0).children[1];
    Index inner = tree.node(left).children[0];
    EXPECT_TRUE(tree.contains(0, inner));
    EXPECT_TRUE(tree.contains(left, inner));
    EXPECT_TRUE(tree.contains(inner, inner));
    EXPECT_FALSE(tree.contains(inner, left));
    EXPECT_TRUE(tree.disjoint(right, inner));
    EXPECT_FALSE(tree.disjoint(0, inner));
}

TEST(PartitionTree, LimitsTheNumberOfPartitions) {
    PartitionTree tree(read_topology("mesh4x4"));
    EXPECT_EQ(tree.partitions(5).size(), 5u);
}

} // namespace
} // namespace arsia
