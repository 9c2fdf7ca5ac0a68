// SuperLIP: a tile of K 64, C 7, P 7, Q 14 takes R·S·7·14 cycles, at edges too.
#include <gtest/gtest.h>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

class SuperLip : public testing::Test {
protected:
    DesignPtr design = read_design("superlip_64_7_7_14");
};

TEST_F(SuperLip, Conv3x3) {
    // 64 -> 64 channels, 56x56: ceil(64/64)*ceil(64/7)*ceil(56/7)*ceil(56/14) = 1*10*8*4 = 320 tiles of 9*98 = 882.
    TilePlan plan = plan_whole(*design, conv({1, 64, 64, 56, 56, 3, 1, 1}));
    EXPECT_EQ(plan.tiles, 320);
    EXPECT_EQ(plan.compute_cycles, 282'240);
    EXPECT_EQ(plan.macs, 64 * 64 * 56 * 56 * 9);
    EXPECT_EQ(plan.store_bytes, 64 * 56 * 56 * 2);
    // Every output tile loads all weights: 32 times 64*64*9 words.
    EXPECT_EQ(plan.weight_bytes, 32 * 64 * 64 * 9 * 2);
    // Every output tile loads 9x16 positions of all 64 channels.
    EXPECT_EQ(plan.input_bytes, 32 * 64 * 9 * 16 * 2);
}

TEST_F(SuperLip, Conv7x7Stride2) {
    // 3 -> 64 channels, 112x112 of 224x224: 1*1*16*8 = 128 tiles of 49*98 = 4,802 cycles.
    TilePlan plan = plan_whole(*design, conv({1, 64, 3, 112, 112, 7, 2, 3}));
    EXPECT_EQ(plan.tiles, 128);
    EXPECT_EQ(plan.compute_cycles, 614'656);
    // A tile reads (7-1)*2+7 = 19 rows and (14-1)*2+7 = 33 columns of 3 channels.
    EXPECT_EQ(plan.input_bytes, 128 * 3 * 19 * 33 * 2);
    EXPECT_EQ(plan.weight_bytes, 128 * 64 * 3 * 49 * 2);
}

TEST_F(SuperLip, Conv1x1Stride2) {
    // 64 -> 128 channels, 28x28: 2*10*4*2 = 160 tiles of 98 cycles.
    TilePlan plan = plan_whole(*design, conv({1, 128, 64, 28, 28, 1, 2, 0}));
    EXPECT_EQ(plan.tiles, 160);
    EXPECT_EQ(plan.compute_cycles, 15'680);
}

TEST_F(SuperLip, FullyConnectedHasDepthOfTheWholeInput) {
    // 512 -> 1000: ceil(1000/64)*ceil(512/7) = 16*74 = 1,184 tiles of 98 cycles.
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 512)).compute_cycles, 116'032);
    // 512 channels of 7x7 -> 4096: depth 25,088, 64*3584 = 229,376 tiles; weights are read once.
    TilePlan plan = plan_whole(*design, linear(1, 4096, 512, 7));
    EXPECT_EQ(plan.compute_cycles, 229'376 * 98);
    EXPECT_EQ(plan.weight_bytes, std::int64_t(4096) * 25'088 * 2);
    EXPECT_EQ(plan.input_bytes, 64 * 25'088 * 2);
}

TEST_F(SuperLip, EdgesTakeAsLongAsFullTiles) {
    // One more than a tile along each loop: 2*2*2*2 = 16 tiles of 882 cycles.
    TilePlan plan = plan_whole(*design, conv({1, 65, 8, 8, 15, 3, 1, 0}));
    EXPECT_EQ(plan.tiles, 16);
    EXPECT_EQ(plan.compute_cycles, 14'112);
    EXPECT_EQ(plan.store_bytes, 65 * 8 * 15 * 2);
    // A map of one position: one tile, 98 cycles.
    EXPECT_EQ(plan_whole(*design, conv({1, 1, 1, 1, 1, 1})).compute_cycles, 98);
}

TEST_F(SuperLip, BatchRepeatsTheNest) {
    EXPECT_EQ(plan_whole(*design, conv({3, 64, 64, 56, 56, 3, 1, 1})).compute_cycles, 3 * 282'240);
}

TEST_F(SuperLip, GroupsAreRunOneByOne) {
    // Depthwise, 32 channels of 14x14: 32 groups of 1 -> 1, each 1*1*2*1 tiles of 882 cycles.
    Operator depthwise = conv({1, 32, 1, 14, 14, 3, 1, 1, 1, 32});
    EXPECT_EQ(plan_whole(*design, depthwise).compute_cycles, 32 * 2 * 882);
    // 4 groups of 2 output channels; a shard of 5 covers two groups whole and half of a third: 3 nests of 2 tiles.
    Operator grouped = conv({1, 8, 4, 14, 14, 3, 1, 1, 1, 4});
    TilePlan part = design->plan(grouped, {1, 5, 4, 14, 14, 3, 3}, 16);
    EXPECT_EQ(part.compute_cycles, 3 * 2 * 882);
    EXPECT_EQ(part.macs, 5 * 4 * 14 * 14 * 9);
    EXPECT_EQ(part.store_bytes, 5 * 14 * 14 * 2);
    EXPECT_EQ(part.weight_bytes, 2 * 5 * 4 * 9 * 2);
}

TEST_F(SuperLip, OneTileReadsNoMoreThanTheTensor) {
    // 7x14 outputs of a padded 3x3 convolution read 7x14 positions, not 9x16.
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 7, 7, 14, 3, 1, 1})).input_bytes, 7 * 7 * 14 * 2);
}

TEST_F(SuperLip, BytesFollowTheElementWidth) {
    Operator op = conv({1, 3, 5, 7, 7, 3, 1, 1});
    // 3*5*9 = 135 weights: 135 bytes at 8 bit, 67.5 -> 68 bytes at 4 bit.
    EXPECT_EQ(design->plan(op, op.extents, 8).weight_bytes, 135);
    EXPECT_EQ(design->plan(op, op.extents, 4).weight_bytes, 68);
    EXPECT_EQ(design->plan(op, op.extents, 4).compute_cycles, design->plan(op, op.extents, 16).compute_cycles);
}

TEST(TiledLoopPorts, PublishedPoint) {
    // The public model's own example: batch 2, M 128, N 192, R = C = 13, K 3, Tm 8, Tn 32, Tr = Tc = 13, 2 words a
    // cycle each way. tComp = 9*169 = 1,521; tI = 32*169/2 = 2,704; tW = 8*32*9/2 = 1,152; tO = 8*169/2 = 676.
    // Lat1 = 2,704; Lat2 = max(6*2,704, 676) = 16,224; 2*16*1*1*16,224 = 519,168.
    DesignPtr design = read_design_text(
        design_file("tiled_loop", "tile: {K: 8, C: 32, P: 13, Q: 13}\nports: {input: 2, weight: 2, output: 2}\n"));
    EXPECT_EQ(plan_whole(*design, conv({2, 128, 192, 13, 13, 3, 1, 1})).compute_cycles, 519'168);
}

TEST(TiledLoopPorts, ComputationAloneWithoutPorts) {
    // 2*16*6 = 192 tiles of 1,521 cycles.
    DesignPtr design = read_design_text(design_file("tiled_loop", "tile: {K: 8, C: 32, P: 13, Q: 13}\n"));
    EXPECT_EQ(plan_whole(*design, conv({2, 128, 192, 13, 13, 3, 1, 1})).compute_cycles, 192 * 1'521);
}

TEST(TiledLoopPorts, WeightPort) {
    // tW = ceil(64*7*9 / 4) = 1,008 > tComp = 882.
    DesignPtr design =
        read_design_text(design_file("tiled_loop", "tile: {K: 64, C: 7, P: 7, Q: 14}\nports: {weight: 4}\n"));
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 7, 7, 14, 3, 1, 1})).compute_cycles, 1'008);
}

TEST(TiledLoopPorts, OutputPort) {
    // tO = 64*7*14 / 2 = 3,136 against 882 a tile of input channels.
    DesignPtr design =
        read_design_text(design_file("tiled_loop", "tile: {K: 64, C: 7, P: 7, Q: 14}\nports: {output: 2}\n"));
    TilePlan one = plan_whole(*design, conv({1, 64, 7, 7, 14, 3, 1, 1}));
    EXPECT_EQ(one.compute_cycles, 3'136);
    EXPECT_EQ(one.tiles, 1);
    TilePlan three = plan_whole(*design, conv({1, 64, 15, 7, 14, 3, 1, 1})); // 2 full tiles and an edge
    EXPECT_EQ(three.compute_cycles, 3'136);
    EXPECT_EQ(three.tiles, 3);
    EXPECT_EQ(three.weight_bytes, 64 * 15 * 9 * 2);
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 28, 7, 14, 3, 1, 1})).compute_cycles, 4 * 882);
}

} // namespace
} // namespace arsia
