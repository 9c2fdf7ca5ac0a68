// Winograd F(4x4, 3x3), 8 output and 4 input channels at once:
//   native  ceil(K/8)*ceil(C/4)*ceil(P/4)*ceil(Q/4) cycles; direct  the same times R*S.
#include <gtest/gtest.h>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

class WinogradDesign : public testing::Test {
protected:
    DesignPtr design = read_design("winograd_4_3");
};

TEST_F(WinogradDesign, Conv3x3) {
    // 64 -> 64 channels, 56x56: 8*16*14*14.
    TilePlan plan = plan_whole(*design, conv({1, 64, 64, 56, 56, 3, 1, 1}));
    EXPECT_EQ(plan.compute_cycles, 25'088);
    // K 1, C 2, P and Q 16,16,16,8: 2*16 tiles; 18+18+18+10 = 64 rows and columns are read.
    EXPECT_EQ(plan.tiles, 32);
    EXPECT_EQ(plan.input_bytes, 64 * 64 * 64 * 2);
    EXPECT_EQ(plan.weight_bytes, 16 * 64 * 64 * 9 * 2);
    EXPECT_EQ(plan.store_bytes, 64 * 56 * 56 * 2);
}

TEST_F(WinogradDesign, EdgesRoundUpToPieces) {
    // K 9 -> 2, C 5 -> 2, P 5 -> 2, Q 6 -> 2.
    EXPECT_EQ(plan_whole(*design, conv({1, 9, 5, 5, 6, 3, 1, 1})).compute_cycles, 16);
    // 512 -> 512 channels, 7x7: 64*128*2*2.
    EXPECT_EQ(plan_whole(*design, conv({1, 512, 512, 7, 7, 3, 1, 1})).compute_cycles, 32'768);
}

TEST_F(WinogradDesign, OtherLayersRunDirectly) {
    // 7x7 stride 2, 3 -> 64, 112x112: 8*1*28*28*49.
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 3, 112, 112, 7, 2, 3})).compute_cycles, 307'328);
    // 1x1 stride 2, 64 -> 128, 28x28: 16*16*7*7.
    EXPECT_EQ(plan_whole(*design, conv({1, 128, 64, 28, 28, 1, 2, 0})).compute_cycles, 12'544);
    // 3x3 stride 2, 64 -> 128, 28x28: 16*16*7*7*9.
    EXPECT_EQ(plan_whole(*design, conv({1, 128, 64, 28, 28, 3, 2, 1})).compute_cycles, 112'896);
    // 3x3 dilation 2, 8 -> 8, 8x8: 1*2*2*2*9.
    EXPECT_EQ(plan_whole(*design, conv({1, 8, 8, 8, 8, 3, 1, 2, 2})).compute_cycles, 72);
    // 512 -> 1000 features: 125*128.
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 512)).compute_cycles, 16'000);
    // 8 channels of 3x3 -> 8 features is a matrix product of depth 72, not a filter: 1*18.
    EXPECT_EQ(plan_whole(*design, linear(1, 8, 8, 3)).compute_cycles, 18);
}

TEST_F(WinogradDesign, PartOfAKernelRunsDirectly) {
    Operator op = conv({1, 8, 4, 4, 4, 3, 1, 1});
    EXPECT_EQ(design->plan(op, {1, 8, 4, 4, 4, 1, 3}, 16).compute_cycles, 3);
    // A 3x3 part of a 5x5 kernel too.
    Operator wide = conv({1, 8, 4, 4, 4, 5, 1, 2});
    EXPECT_EQ(design->plan(wide, {1, 8, 4, 4, 4, 3, 3}, 16).compute_cycles, 9);
}

TEST_F(WinogradDesign, LeastCyclesUseTheRateOfTheMode) {
    // Native: 8*4*4*4*9 = 4,608 MACs a cycle; direct: 512.
    Operator native = conv({1, 64, 64, 56, 56, 3, 1, 1});
    EXPECT_EQ(design->least_cycles(native, native.extents), 25'088);
    Operator direct = conv({1, 128, 64, 28, 28, 1, 2, 0});
    EXPECT_EQ(design->least_cycles(direct, direct.extents), 12'544);
    Operator small = conv({1, 9, 5, 5, 6, 3, 1, 1}); // 12,150 MACs
    EXPECT_EQ(design->least_cycles(small, small.extents), 3);
}

TEST_F(WinogradDesign, Depthwise) {
    // Each of 32 groups: 1*1*4*4 pieces of 14x14.
    EXPECT_EQ(plan_whole(*design, conv({1, 32, 1, 14, 14, 3, 1, 1, 1, 32})).compute_cycles, 32 * 16);
}

TEST(Winograd, AnotherFilteringByFileAlone) {
    DesignPtr design = read_design_text(
        design_file("winograd", "output_tile: 2\nkernel: 3\nparallelism: {K: 8, C: 4}\nfallback: direct\n"
                                "tile: {K: 64, C: 32, P: 16, Q: 16}\n"));
    EXPECT_EQ(design->multipliers, 16 * 32); // n = 4
    // 8*16*28*28 pieces of 2x2.
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 64, 56, 56, 3, 1, 1})).compute_cycles, 100'352);
    // F(2x2, 5x5) takes 5x5 kernels natively and 3x3 kernels directly.
    DesignPtr five = read_design_text(
        design_file("winograd", "output_tile: 2\nkernel: 5\nparallelism: {K: 8, C: 4}\nfallback: direct\n"
                                "tile: {K: 8, C: 4, P: 2, Q: 2}\n"));
    EXPECT_EQ(five->multipliers, 36 * 32);
    EXPECT_EQ(plan_whole(*five, conv({1, 8, 4, 4, 4, 5, 1, 2})).compute_cycles, 4);
    EXPECT_EQ(plan_whole(*five, conv({1, 8, 4, 4, 4, 3, 1, 1})).compute_cycles, 4 * 9);
}

TEST(Winograd, RefusesWhatIsNotNativeIfTheFileSaysSo) {
    DesignPtr design = read_design_text(
        design_file("winograd", "output_tile: 4\nkernel: 3\nparallelism: {K: 8, C: 4}\nfallback: refuse\n"
                                "tile: {K: 64, C: 32, P: 16, Q: 16}\n"));
    EXPECT_EQ(design->refusal(conv({1, 64, 64, 56, 56, 3, 1, 1})), std::nullopt);
    EXPECT_EQ(design->refusal(pool({1, 64, 1, 56, 56, 3, 2, 1})), std::nullopt);
    EXPECT_EQ(design->refusal(conv({1, 64, 3, 112, 112, 7, 2, 3})),
              "design 'test' runs convolutions with a kernel of 3x3, stride 1 and dilation 1 only, and 'layer' has a "
              "kernel of 7x7 with stride 2x2 and dilation 1x1; another design, or 'fallback: direct' in the design's "
              "file, would run it");
    EXPECT_EQ(design->refusal(linear(1, 1000, 512)),
              "design 'test' runs convolutions with a kernel of 3x3, stride 1 and dilation 1 only, and 'layer' has a "
              "matrix product; another design, or 'fallback: direct' in the design's file, would run it");
}

TEST_F(WinogradDesign, RefusesNothingInDirectMode) {
    EXPECT_EQ(design->refusal(conv({1, 64, 3, 112, 112, 7, 2, 3})), std::nullopt);
    EXPECT_EQ(design->refusal(linear(1, 1000, 512)), std::nullopt);
}

} // namespace
} // namespace arsia
