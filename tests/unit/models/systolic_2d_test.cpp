// The systolic array: cycles, loads and stores of each dataflow, worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

using testing::HasSubstr;

std::string parameters(const std::string& dataflow, const std::string& sram) {
    return "dataflow: " + dataflow + "\narray: {rows: 4, columns: 2}\nsram: " + sram + "\n";
}

const std::string ample = "{input: 1 MiB, weights: 1 MiB, output: 1 MiB}";
const std::string none = "{input: 1 B, weights: 1 B, output: 1 B}";

TilePlan plan_of(const std::string& dataflow, const std::string& sram, const Operator& op) {
    return read_design_text(design_file("systolic_2d", parameters(dataflow, sram)))->plan(op, op.extents, 16);
}

/// 1×1 convolution of 3 channels to 5 filters on 2×3 pixels: X = 6, K = 5, T = 3; 18 inputs, 15 weights, 30 outputs.
Operator small_conv() { return conv({1, 5, 3, 2, 3, 1}); }

TEST(OutputStationary, CountsFoldsAndBytes) {
    // ⌈6/4⌉·⌈5/2⌉ = 6 folds of 3 + 4 + 2 − 2 = 7 cycles.
    TilePlan kept = plan_of("output_stationary", ample, small_conv());
    EXPECT_EQ(kept.tiles, 6);
    EXPECT_EQ(kept.compute_cycles, 42);
    EXPECT_EQ(kept.macs, 90);
    EXPECT_EQ(kept.store_bytes, 60);
    EXPECT_EQ(kept.weight_bytes, 30) << "each operand comes once if it fits";
    EXPECT_EQ(kept.input_bytes, 36);
    // Nothing is kept: with the pixel folds outside 18 + 2·15 = 48 elements are loaded, with the filters outside 15 +
    // 3·18.
    TilePlan reloaded = plan_of("output_stationary", none, small_conv());
    EXPECT_EQ(reloaded.input_bytes, 36);
    EXPECT_EQ(reloaded.weight_bytes, 2 * 30);
    EXPECT_EQ(reloaded.compute_cycles, 42);
    EXPECT_EQ(reloaded.store_bytes, 60);
}

TEST(WeightStationary, CountsFoldsAndBytes) {
    // T = 3 in 4 rows: one fold; K = 5 in 2 columns: three. Cycles 2·4 + 2 + 6 − 2 = 14 each.
    TilePlan kept = plan_of("weight_stationary", ample, small_conv());
    EXPECT_EQ(kept.tiles, 3);
    EXPECT_EQ(kept.compute_cycles, 42);
    EXPECT_EQ(kept.input_bytes, 36);
    EXPECT_EQ(kept.weight_bytes, 30);
    EXPECT_EQ(kept.store_bytes, 60);
    EXPECT_EQ(plan_of("weight_stationary", none, small_conv()).input_bytes, 3 * 36) << "streamed again for each fold";
}

TEST(WeightStationary, SumsThatDoNotFitGoToMemoryAndBack) {
    // 2×2 kernel, 3 channels: T = 12 in 4 rows, three folds; K = 2 in one. X = 6 pixels: 12 sums a fold.
    Operator op = conv({1, 2, 3, 2, 3, 2});
    TilePlan kept = plan_of("weight_stationary", ample, op);
    EXPECT_EQ(kept.tiles, 3);
    EXPECT_EQ(kept.compute_cycles, 3 * 14);
    EXPECT_EQ(kept.store_bytes, 24);
    TilePlan spilled = plan_of("weight_stationary", none, op);
    EXPECT_EQ(spilled.store_bytes, 3 * 24);
    EXPECT_EQ(spilled.input_bytes, kept.input_bytes + 2 * 24);
    EXPECT_EQ(spilled.compute_cycles, 3 * 14);
}

TEST(InputStationary, CountsFoldsAndBytes) {
    // T = 3: one fold of rows; X = 6 in 2 columns: three. Cycles 2·4 + 2 + 5 − 2 = 13 each.
    TilePlan kept = plan_of("input_stationary", ample, small_conv());
    EXPECT_EQ(kept.tiles, 3);
    EXPECT_EQ(kept.compute_cycles, 39);
    EXPECT_EQ(kept.weight_bytes, 30);
    EXPECT_EQ(kept.input_bytes, 36);
    EXPECT_EQ(plan_of("input_stationary", none, small_conv()).weight_bytes, 3 * 30);
}

TEST(Systolic2d, DepthwiseUsesOneColumn) {
    // Eight groups of one channel and one filter: eight times a product of 4 pixels, 1 filter, 9 products.
    Operator op = conv({1, 8, 1, 2, 2, 3, 1, 1, 1, 8});
    TilePlan plan = plan_of("output_stationary", ample, op);
    EXPECT_EQ(plan.tiles, 8);
    EXPECT_EQ(plan.compute_cycles, 8 * (9 + 4 + 2 - 2));
    EXPECT_EQ(plan.macs, 8 * 4 * 9);
}

TEST(Systolic2d, PoolsRunOnTheVectorUnit) {
    Operator op = pool({1, 8, 1, 4, 4, 2, 2});
    TilePlan plan = plan_of("output_stationary", ample, op);
    EXPECT_EQ(plan.compute_cycles, 8 * 16 * 4 / 16);
    EXPECT_EQ(plan.macs, 0);
}

TEST(Systolic2d, ErrorsNameTheKey) {
    auto error_of = [](const std::string& text) -> std::string {
        try {
            read_design_text(design_file("systolic_2d", text), "d.yaml");
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(error_of(parameters("output_stationery", ample)), HasSubstr("did you mean 'output_stationary'?"));
    EXPECT_THAT(error_of(parameters("input_stationary", "{input: 1 MiB, weights: 1 MiB}")),
                HasSubstr("sram: missing key 'output'"));
    EXPECT_THAT(error_of("dataflow: input_stationary\nsram: " + ample + "\n"), HasSubstr("missing key 'array'"));
    EXPECT_THAT(error_of(parameters("input_stationary", "{input: 7, weights: 1 MiB, output: 1 MiB}")),
                HasSubstr("sram.input: '7' has no unit"));
}

} // namespace
} // namespace arsia
