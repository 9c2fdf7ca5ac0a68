// Operators without multiply-accumulates: 16 elements a cycle, tiles of 4,096 outputs, on every design.
#include <gtest/gtest.h>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

class VectorUnit : public testing::TestWithParam<const char*> {
protected:
    DesignPtr design = read_design(GetParam());
};

TEST_P(VectorUnit, MaxPool) {
    // 64 channels, 56x56 of 112x112, 3x3 stride 2: 200,704 outputs = 49 tiles of 4,096*9/16 = 2,304 cycles.
    TilePlan plan = plan_whole(*design, pool({1, 64, 1, 56, 56, 3, 2, 1}));
    EXPECT_EQ(plan.tiles, 49);
    EXPECT_EQ(plan.compute_cycles, 112'896);
    EXPECT_EQ(plan.macs, 0);
    EXPECT_EQ(plan.weight_bytes, 0);
    EXPECT_EQ(plan.store_bytes, 200'704 * 2);
    // 55*2 + 3 = 113 rows of the padded input, less two of padding.
    EXPECT_EQ(plan.input_bytes, 64 * 111 * 111 * 2);
}

TEST_P(VectorUnit, PoolWithStrideOfItsKernelReadsEachElementOnce) {
    TilePlan plan = plan_whole(*design, pool({2, 10, 1, 50, 50, 2, 2, 0}));
    EXPECT_EQ(plan.input_bytes, 2 * 10 * 100 * 100 * 2);
    // 50,000 outputs: 12 tiles of 4,096*4/16 = 1,024 cycles, one of 848: ceil(848*4/16) = 212.
    EXPECT_EQ(plan.compute_cycles, 12 * 1'024 + 212);
}

TEST_P(VectorUnit, GlobalAveragePool) {
    // 512 channels of 7x7: one tile, 512*49/16 = 1,568 cycles.
    TilePlan plan = plan_whole(*design, pool({1, 512, 1, 1, 1, 7}));
    EXPECT_EQ(plan.compute_cycles, 1'568);
    EXPECT_EQ(plan.input_bytes, 512 * 49 * 2);
    EXPECT_EQ(plan.store_bytes, 512 * 2);
}

TEST_P(VectorUnit, Add) {
    // 64 channels of 56x56: 49 tiles of 256 cycles; two operands.
    TilePlan plan = plan_whole(*design, elements(OperatorKind::elementwise, 1, 64, 56, 56, 2));
    EXPECT_EQ(plan.compute_cycles, 49 * 256);
    EXPECT_EQ(plan.input_bytes, 2 * 200'704 * 2);
    EXPECT_EQ(plan.store_bytes, 200'704 * 2);
    // Three operands take two additions an element.
    TilePlan three = plan_whole(*design, elements(OperatorKind::elementwise, 1, 64, 56, 56, 3));
    EXPECT_EQ(three.compute_cycles, 49 * 512);
    EXPECT_EQ(three.input_bytes, 3 * 200'704 * 2);
}

TEST_P(VectorUnit, ActivationOfAnEdge) {
    // 105 elements: one tile, ceil(105/16) = 7 cycles.
    TilePlan plan = plan_whole(*design, elements(OperatorKind::activation, 1, 3, 5, 7, 1));
    EXPECT_EQ(plan.tiles, 1);
    EXPECT_EQ(plan.compute_cycles, 7);
    EXPECT_EQ(plan.input_bytes, 210);
}

TEST_P(VectorUnit, ConcatenationOnlyMoves) {
    // 5,000 elements in two tiles, a cycle each; every element is read and written once.
    Operator op = elements(OperatorKind::concat, 1, 50, 10, 10, 2);
    TilePlan plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 2);
    EXPECT_EQ(plan.input_bytes, 10'000);
    EXPECT_EQ(plan.store_bytes, 10'000);
    EXPECT_EQ(design->least_cycles(op, op.extents), 1);
}

TEST_P(VectorUnit, LeastCyclesAreOperationsOverWidth) {
    Operator op = pool({2, 10, 1, 50, 50, 2, 2, 0});
    EXPECT_EQ(design->least_cycles(op, op.extents), 50'000 * 4 / 16);
}

TEST_P(VectorUnit, IsNeverRefused) {
    EXPECT_EQ(design->refusal(elements(OperatorKind::elementwise, 1, 64, 56, 56, 2)), std::nullopt);
    EXPECT_EQ(design->refusal(elements(OperatorKind::concat, 1, 64, 56, 56, 2)), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Catalog, VectorUnit, testing::Values("superlip_64_7_7_14", "systolic_11_13_8", "winograd_4_3"),
                         [](const auto& test) { return std::string(test.param); });

} // namespace
} // namespace arsia
