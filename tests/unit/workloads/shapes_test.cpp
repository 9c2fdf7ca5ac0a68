// Shape inference: what fits, and the text of what does not.
#include <gmock/gmock.h>

#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::operators_error;
using test::read;
using test::shape_of;
using testing::Eq;
using testing::HasSubstr;

TEST(Shapes, Convolution) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 4, kernel: [3, 5], stride: [2, 1],"
                       " padding: [1, 2]}");
    EXPECT_EQ(shape_of(graph, "c"), (TensorShape{1, 4, 4, 8}));
    EXPECT_EQ(test::op_of(graph, "c").extents, (Extents{1, 4, 3, 4, 8, 3, 5}));
}

TEST(Shapes, PoolsRoundDownOrUp) {
    EXPECT_EQ(shape_of(read("- {name: p, type: pool, input: x, kernel: 3, stride: 2}"), "p"),
              (TensorShape{1, 3, 3, 3}));
    EXPECT_EQ(shape_of(read("- {name: p, type: pool, input: x, kernel: 3, stride: 2, ceil: true}"), "p"),
              (TensorShape{1, 3, 4, 4}));
    // ⌈(8 + 2 − 2)/3⌉ + 1 = 4, but the fourth window would begin at row 9 − 1 = 8, behind the input.
    EXPECT_EQ(shape_of(read("- {name: p, type: pool, input: x, kernel: 2, stride: 3, padding: 1, ceil: true}"), "p"),
              (TensorShape{1, 3, 3, 3}));
}

TEST(Shapes, PoolModes) {
    EXPECT_EQ(test::op_of(read("- {name: p, type: pool, input: x, kernel: 2}"), "p").type, "max_pool");
    EXPECT_EQ(test::op_of(read("- {name: p, type: pool, input: x, kernel: 2, mode: avg}"), "p").type, "avg_pool");
    EXPECT_EQ(test::op_of(read("- {name: p, type: avg_pool, input: x, kernel: 2}"), "p").type, "avg_pool");
    EXPECT_THAT(operators_error("- {name: p, type: pool, input: x, kernel: 2, mode: agv}"),
                Eq("w.yaml:5: operators[0].mode: 'agv' is unknown; did you mean 'avg'?; legal: max, avg"));
}

TEST(Shapes, FusedActivationIsKept) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, activation: relu}\n"
                       "- {name: s, type: add, inputs: [c, c], activation: sigmoid}");
    EXPECT_EQ(test::op_of(graph, "c").activation, "relu");
    EXPECT_EQ(test::op_of(graph, "s").activation, "sigmoid");
    EXPECT_EQ(graph.operators.size(), 2u);
}

TEST(Shapes, TwoSizedInputsArePoints) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\ninputs: {x: [4, 100]}\n"
                                     "operators:\n- {name: f, type: linear, input: x, out_features: 10}");
    EXPECT_EQ(graph.tensors[TensorId(0)].shape, (TensorShape{4, 100, 1, 1}));
    EXPECT_EQ(shape_of(graph, "f"), (TensorShape{4, 10, 1, 1}));
    EXPECT_EQ(graph.element_bits, 16);
}

struct Bad {
    const char* operators;
    const char* message;
};

class BadShapes : public testing::TestWithParam<Bad> {};

TEST_P(BadShapes, SayWhatDoesNotFit) {
    EXPECT_EQ(operators_error(GetParam().operators), std::string("w.yaml:5: operators[0]") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadShapes,
    testing::Values(
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 9}",
            ".kernel: conv 'c': kernel 9x9 is larger than its padded input 8x8 (input 'x' (1x3x8x8))"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: [3, 5], dilation: 3, padding: [0, 1]}",
            ".kernel: conv 'c': kernel 3x5, dilated to 7x13, is larger than its padded input 8x10 (input 'x' "
            "(1x3x8x8))"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, groups: 2}",
            ".groups: conv 'c': 3 input channels are not divisible by 2 groups (input 'x' (1x3x8x8))"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, groups: 3}",
            ".groups: conv 'c': 4 output channels are not divisible by 3 groups"},
        Bad{"- {name: p, type: pool, input: x, kernel: 2, padding: [2, 0]}",
            ".padding: max_pool 'p': padding [2, 0, 2, 0] must be smaller than the kernel 2x2"},
        Bad{"- {name: s, type: add, inputs: [x]}", ": add 's': takes at least 2 inputs, found 1"},
        Bad{"- {name: r, type: relu, inputs: [x, x]}", ": relu 'r': takes 1 input, found 2"},
        Bad{"- {name: k, type: concat, input: x}", ": concat 'k': takes at least 2 inputs, found 1"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 0, kernel: 1}",
            ".out_channels: 0 is out of range; it must be from 1 to 2147483647"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: -3}",
            ".kernel: -3 is out of range; it must be from 1 to 2147483647"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, stride: [1, 0]}",
            ".stride[1]: 0 is out of range; it must be from 1 to 2147483647"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, padding: [0, 0, -1, 0]}",
            ".padding[2]: -1 is out of range; it must be from 0 to 2147483647"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, padding: [1, 2, 3]}",
            ".padding: expected one number, [rows, columns] or [top, left, bottom, right]"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: [1, 2, 3]}",
            ".kernel: expected one number or [rows, columns]"},
        Bad{"- {name: c, type: conv, input: x, out_channels: many, kernel: 1}",
            ".out_channels: expected a whole number, found 'many'"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, bias: maybe}",
            ".bias: expected true or false, found 'maybe'"},
        Bad{"- {name: c, type: conv, input: x, out_channels: 4, kernel: 1, activation: rellu}",
            ".activation: 'rellu' is unknown; did you mean 'relu'?; legal: relu, relu6, leaky_relu, elu, sigmoid, "
            "tanh, gelu, silu, hardswish, hardsigmoid, softplus, mish, erf, exp, sqrt, clip, scale, identity"}));

TEST(Shapes, AddOfShapesThatDoNotFit) {
    EXPECT_THAT(operators_error("- {name: h, type: pool, input: x, kernel: 2, stride: 2}\n"
                                "- {name: s, type: add, inputs: [x, h]}"),
                Eq("w.yaml:6: operators[1].inputs: add 's': inputs 'x' (1x3x8x8) and 'h' (1x3x4x4) do not fit: 8 and "
                   "4 rows; sizes must be equal, or 1 to be repeated"));
}

TEST(Shapes, ConcatOfShapesThatDoNotFit) {
    EXPECT_THAT(operators_error("- {name: h, type: pool, input: x, kernel: [1, 2], stride: [1, 2]}\n"
                                "- {name: k, type: concat, inputs: [x, h]}"),
                Eq("w.yaml:6: operators[1].inputs: concat 'k': inputs 'x' (1x3x8x8) and 'h' (1x3x8x4) do not fit: 8 "
                   "and 4 columns; all but the channels must be equal"));
}

TEST(Shapes, SizesThatDoNotFitIn63Bits) {
    EXPECT_THAT(operators_error("- {name: a, type: conv, input: x, out_channels: 2000000000, kernel: 1}\n"
                                "- {name: b, type: conv, input: a, out_channels: 2000000000, kernel: 1}"),
                HasSubstr("w.yaml:6: operators[1]: conv 'b' has 2^63 or more steps"));
    EXPECT_THAT(operators_error("- {name: c, type: conv, input: x, out_channels: 1, kernel: 1, padding: 2147483647}"),
                HasSubstr("conv 'c': its output 1x1x4294967302x4294967302 has 2^63 or more bits"));
}

} // namespace
} // namespace arsia
