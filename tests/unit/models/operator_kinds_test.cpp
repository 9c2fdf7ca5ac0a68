// Matrix products, recurrent layers and what only moves, on the designs of the catalog.
#include <gtest/gtest.h>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

TEST(TokenWiseLayer, TakesTokensAsPositionsOfATile) {
    // 128 tokens, 768 -> 64: SuperLIP's tiles hold 7*14 = 98 positions, so 2 tiles of positions, one of 64 channels,
    // 110 of 7 input channels (768 = 109*7 + 5), each 98 cycles.
    DesignPtr design = read_design("superlip_64_7_7_14");
    TilePlan plan = plan_whole(*design, dense(1, 64, 768, 128));
    EXPECT_EQ(plan.compute_cycles, 2 * 110 * 98);
    EXPECT_EQ(plan.input_bytes, 128 * 768 * 2);
    EXPECT_EQ(plan.weight_bytes, 2 * 64 * 768 * 2);
    EXPECT_EQ(plan.store_bytes, 128 * 64 * 2);
}

TEST(TokenWiseLayer, BatchSharesTheWeights) {
    // 32 images of one position are one product of 32 positions.
    DesignPtr design = read_design("systolic_os_32x32");
    TilePlan one = plan_whole(*design, linear(1, 32, 100)), batch = plan_whole(*design, linear(32, 32, 100));
    EXPECT_EQ(batch.compute_cycles, one.compute_cycles);
    EXPECT_EQ(batch.weight_bytes, one.weight_bytes);
    EXPECT_EQ(batch.store_bytes, 32 * one.store_bytes);
}

TEST(Matmul, IsAProductForEachSampleAndHead) {
    // 2 samples of 12 heads, 64 rows, depth 32, 64 columns: 24 products of 2*2 folds of 32+32+32-2 cycles.
    DesignPtr design = read_design("systolic_os_32x32");
    Operator op = matmul(2, 12, 64, 32, 64);
    TilePlan plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 24 * 4 * 94);
    EXPECT_EQ(plan.macs, 24 * 64 * 32 * 64);
    EXPECT_EQ(plan.input_bytes, 24 * 64 * 32 * 2);
    EXPECT_EQ(plan.weight_bytes, 24 * 64 * 32 * 2); // the second operand
    EXPECT_EQ(plan.store_bytes, 24 * 64 * 64 * 2);
    // Half of the heads.
    EXPECT_EQ(design->plan(op, {2, 6 * 64, 32, 64, 1, 1, 1}, 16).compute_cycles, 12 * 4 * 94);
}

TEST(Recurrent, StepsFollowEachOther) {
    // 10 steps of 3 samples; 4 gates of 64 channels by 64 + 36: 256 x 100 products of one position.
    Operator op = recurrent(3, 64, 36, 10);
    DesignPtr loop = read_design("superlip_64_7_7_14");
    TilePlan plan = plan_whole(*loop, op);
    EXPECT_EQ(plan.macs, 30 * 256 * 100);
    EXPECT_EQ(plan.compute_cycles, 30 * 4 * 15 * 98); // 4 tiles of 64 gates' rows, 15 of 7 input channels
    EXPECT_EQ(plan.weight_bytes, 30 * 256 * 100 * 2);
    EXPECT_EQ(plan.input_bytes, 30 * 4 * 100 * 2);
    EXPECT_EQ(plan.store_bytes, 30 * 64 * 2);
    // Only the last step is wanted.
    op.sequence = false;
    plan = plan_whole(*loop, op);
    EXPECT_EQ(plan.compute_cycles, 30 * 4 * 15 * 98);
    EXPECT_EQ(plan.store_bytes, 3 * 64 * 2);
}

TEST(Recurrent, SystolicArrayHoldsWeightsThatFit) {
    // 256 x 100 weights of 2 bytes fit 512 KiB; 8 folds of 100+62 cycles a step.
    DesignPtr design = read_design("systolic_os_32x32");
    TilePlan plan = plan_whole(*design, recurrent(3, 64, 36, 10));
    EXPECT_EQ(plan.compute_cycles, 30 * 8 * 162);
    EXPECT_EQ(plan.weight_bytes, 256 * 100 * 2);
    EXPECT_EQ(plan.store_bytes, 30 * 64 * 2);
    // 2048 x 1024 do not.
    EXPECT_EQ(plan_whole(*design, recurrent(1, 512, 512, 10)).weight_bytes, 10 * 2048 * 1024 * 2);
}

TEST(Recurrent, EveryDataflowStoresResultsOnly) {
    for (const char* name : {"systolic_os_8x8", "systolic_ws_8x8", "systolic_is_8x8", "winograd_4_3"})
        for (bool sequence : {true, false}) {
            Operator op = recurrent(2, 300, 500, 7, 3);
            op.sequence = sequence;
            EXPECT_EQ(plan_whole(*read_design(name), op).store_bytes, (sequence ? 14 : 2) * 300 * 2) << name;
        }
}

TEST(Depthwise, UsesOneInputChannelOfTheArray) {
    // 32 groups of one channel: SuperLIP does one of 64 x 7 lanes, 4 x 2 tiles of 9*98 cycles a group on 28 x 28.
    ConvShape shape{1, 32, 1, 28, 28, 3, 1, 1};
    shape.groups = 32;
    TilePlan plan = plan_whole(*read_design("superlip_64_7_7_14"), conv(shape));
    EXPECT_EQ(plan.compute_cycles, 32 * 8 * 882);
    EXPECT_EQ(plan.macs, 32 * 784 * 9);
}

Operator moved(OperatorKind kind, std::int64_t channels, std::int64_t rows) {
    return elements(kind, 1, channels, rows, 1, 1);
}

TEST(VectorKinds, SoftmaxTakesFiveOperationsAnElement) {
    Operator op = moved(OperatorKind::normalization, 512, 128);
    op.type = "softmax";
    op.mixing = Mixing::channels;
    op.groups = 4;
    DesignPtr design = read_design("superlip_64_7_7_14");
    TilePlan plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 512 * 128 * 5 / 16);
    EXPECT_EQ(plan.input_bytes, 512 * 128 * 2);
    // A shard of half a head reads the whole head.
    plan = design->plan(op, {1, 64, 1, 128, 1, 1, 1}, 16);
    EXPECT_EQ(plan.input_bytes, 128 * 128 * 2);
    EXPECT_EQ(plan.store_bytes, 64 * 128 * 2);
}

TEST(VectorKinds, LocalResponseNormalizationReadsItsNeighbours) {
    Operator op = moved(OperatorKind::normalization, 96, 1024);
    op.type = "lrn";
    op.mixing = Mixing::neighbours;
    op.neighbours = 5;
    DesignPtr design = read_design("superlip_64_7_7_14");
    EXPECT_EQ(plan_whole(*design, op).input_bytes, 96 * 1024 * 2);
    EXPECT_EQ(plan_whole(*design, op).compute_cycles, 96 * 1024 * 8 / 16);
    EXPECT_EQ(design->plan(op, {1, 48, 1, 1024, 1, 1, 1}, 16).input_bytes, 52 * 1024 * 2);
}

TEST(VectorKinds, EmbeddingLooksUpRowsOfItsTable) {
    Operator op = moved(OperatorKind::embedding, 768, 128);
    op.has_weights = true;
    op.entries = 30'522;
    TilePlan plan = plan_whole(*read_design("superlip_64_7_7_14"), op);
    EXPECT_EQ(plan.weight_bytes, 768 * 128 * 2);
    EXPECT_EQ(plan.input_bytes, 128 * 2);
    EXPECT_EQ(plan.compute_cycles, 24); // a cycle a tile of 4,096
    EXPECT_EQ(plan.macs, 0);
}

TEST(VectorKinds, ReshapeIsAView) {
    TilePlan plan = plan_whole(*read_design("superlip_64_7_7_14"), moved(OperatorKind::reshape, 512, 49));
    EXPECT_EQ(plan.compute_cycles, 1);
    EXPECT_EQ(plan.memory_bytes(), 0);
}

TEST(VectorKinds, MovesReadAndWriteEachElementOnce) {
    for (OperatorKind kind : {OperatorKind::transpose, OperatorKind::slice}) {
        TilePlan plan = plan_whole(*read_design("superlip_64_7_7_14"), moved(kind, 64, 100));
        EXPECT_EQ(plan.compute_cycles, 2);
        EXPECT_EQ(plan.input_bytes, 12'800);
        EXPECT_EQ(plan.store_bytes, 12'800);
    }
    Operator resize = elements(OperatorKind::resize, 1, 8, 40, 60, 1);
    resize.scale_h = 2;
    resize.scale_w = 3;
    EXPECT_EQ(plan_whole(*read_design("superlip_64_7_7_14"), resize).input_bytes, 8 * 20 * 20 * 2);
}

} // namespace
} // namespace arsia
