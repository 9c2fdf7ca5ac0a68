// Measured cycles by shape.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "models/measurements.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

DesignPtr table(const std::string& lookup, const std::string& rows) {
    return read_design_text(design_file("table", "multipliers: 256\nlookup: " + lookup + "\nmeasured:\n" + rows));
}

const std::string two_rows =
    "  - {kind: conv, K: 64, C: 64, P: 56, Q: 56, R: 3, S: 3, cycles: 500000}\n"
    "  - {kind: conv, K: 128, C: 64, P: 28, Q: 28, R: 3, S: 3, stride: [2, 2], cycles: 240000}\n"
    "  - {kind: linear, K: 1000, C: 25088, cycles: 9000}\n";

TEST(MeasuredTable, AMeasuredShapeTakesItsCycles) {
    DesignPtr design = table("exact", two_rows);
    Operator op = conv({1, 64, 64, 56, 56, 3, 1, 1});
    TilePlan plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 500'000);
    EXPECT_EQ(plan.tiles, 64);
    EXPECT_EQ(plan.input_bytes, 64 * 56 * 56 * 2);
    EXPECT_EQ(plan.weight_bytes, 64 * 64 * 9 * 2);
    EXPECT_EQ(plan.store_bytes, 64 * 56 * 56 * 2);
    EXPECT_EQ(plan_whole(*design, conv({1, 128, 64, 28, 28, 3, 2, 1})).compute_cycles, 240'000);
    // Channels and kernel of a fully connected layer are one depth.
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 512, 7)).compute_cycles, 9'000);
}

TEST(MeasuredTable, AShardIsScaledByItsWork) {
    DesignPtr design = table("exact", two_rows);
    Operator op = conv({1, 64, 64, 56, 56, 3, 1, 1});
    EXPECT_EQ(design->plan(op, {1, 32, 64, 28, 56, 3, 3}, 16).compute_cycles, 125'000);
    EXPECT_EQ(design->plan(op, {1, 1, 64, 1, 1, 3, 3}, 16).compute_cycles, 3); // 500,000 / (64*56*56) = 2.49
}

TEST(MeasuredTable, AShardThatWasMeasuredTakesItsOwnCycles) {
    DesignPtr design =
        table("exact", two_rows + "  - {kind: conv, K: 32, C: 64, P: 56, Q: 56, R: 3, S: 3, cycles: 260000}\n");
    Operator op = conv({1, 64, 64, 56, 56, 3, 1, 1});
    EXPECT_EQ(design->plan(op, {1, 32, 64, 56, 56, 3, 3}, 16).compute_cycles, 260'000);
    EXPECT_EQ(design->least_cycles(op, {1, 32, 64, 56, 56, 3, 3}), 250'000); // at the best rate of like shapes
}

TEST(MeasuredTable, NearestScalesTheNearestOfItsLike) {
    DesignPtr design = table("nearest", two_rows);
    // Half of the channels of the first row, which is nearer than anything of stride 2 could be.
    EXPECT_EQ(plan_whole(*design, conv({1, 32, 64, 56, 56, 3, 1, 1})).compute_cycles, 250'000);
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 64, 28, 28, 3, 2, 1})).compute_cycles, 120'000);
}

TEST(MeasuredTable, RefusesWhatItDoesNotKnowAndNamesTheNearest) {
    DesignPtr exact = table("exact", two_rows), nearest = table("nearest", two_rows);
    EXPECT_EQ(exact->refusal(conv({1, 32, 64, 56, 56, 3, 1, 1})),
              "design 'test' has no measurement of 'layer' (conv N 1, K 32, C 64, P 56, Q 56, R 3, S 3, stride 1x1, "
              "groups 1); the nearest that it has is conv N 1, K 64, C 64, P 56, Q 56, R 3, S 3, stride 1x1, groups 1");
    EXPECT_EQ(
        nearest->refusal(conv({1, 64, 64, 56, 56, 5, 1, 1})),
        "design 'test' has no measurement of an operator like 'layer' (conv N 1, K 64, C 64, P 56, Q 56, R 5, S 5, "
        "stride 1x1, groups 1); the nearest that it has is conv N 1, K 64, C 64, P 56, Q 56, R 3, S 3, stride 1x1, "
        "groups 1");
    EXPECT_EQ(
        nearest->refusal(matmul(1, 2, 8, 8, 8)),
        "design 'test' has no measurement of an operator like 'layer' (matmul N 1, K 16, C 8, P 8, Q 1, R 1, S 1, "
        "stride 1x1, groups 2); it has none of kind matmul");
    EXPECT_EQ(exact->refusal(pool({1, 8, 1, 8, 8, 2})), std::nullopt);
}

TEST(MeasuredTable, ErrorsOfItsFile) {
    try {
        read_design_text(design_file("table", "multipliers: 0\nlookup: near\nmeasured:\n"
                                              "  - {kind: conf, K: 0, stride: [1], cycles: 5}\n"
                                              "  - {kind: conv, K: 8, cycles: 5}\n"
                                              "  - {kind: conv, K: 8, cycles: 6}\n"
                                              "  - {kind: conv, k: 9, C: 5, cycles: 6}\n"),
                         "d.yaml");
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(
            error.what(),
            "d.yaml:6: multipliers: 0 is out of range; it must be from 1 to 1073741824\n"
            "d.yaml:7: lookup: 'near' is unknown; did you mean 'nearest'?; legal: exact, nearest\n"
            "d.yaml:9: measured[0].kind: 'conf' is unknown; did you mean 'conv'?; legal: conv, linear, matmul, lstm\n"
            "d.yaml:9: measured[0].K: 0 is out of range; it must be from 1 to 2147483648\n"
            "d.yaml:9: measured[0].stride: expected two numbers, found 1\n"
            "d.yaml:11: measured[2]: this shape stands in the table already\n"
            "d.yaml:12: measured[3].k: unknown key 'k'; did you mean 'K'?; legal: C, K, N, P, Q, R, S, cycles, "
            "dilation, gates, groups, kind, stride");
    }
}

} // namespace
} // namespace arsia
