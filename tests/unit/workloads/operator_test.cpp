// What a part of an operator's iteration space reads, writes and costs, by hand-computed cases.
#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::op_of;
using test::read;

TensorBox box(Range n, Range c, Range h, Range w) { return {{n, c, h, w}}; }

IterationBox part(const Operator& op, Dim dim, Range range) {
    IterationBox out = op.iteration_space();
    at(out, dim) = range;
    return out;
}

TEST(Operator, SplittingRowsNeedsAHalo) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 4, kernel: 3, padding: 1}");
    const Operator& op = op_of(graph, "c");
    TensorShape in{1, 3, 8, 8};
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {0, 4})), box({0, 1}, {0, 3}, {0, 5}, {0, 8}));
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {4, 8})), box({0, 1}, {0, 3}, {3, 8}, {0, 8}));
    EXPECT_EQ(op.output_box(part(op, Dim::P, {4, 8})), box({0, 1}, {0, 4}, {4, 8}, {0, 8}));
    EXPECT_EQ(op.weight_box(part(op, Dim::P, {4, 8})), (TensorBox{{Range{0, 4}, {0, 3}, {0, 3}, {0, 3}}}));
}

TEST(Operator, StrideDilationAndUnevenPadding) {
    // rows: 8 + 2 + 1 − (2·2 + 1) = 6 → 6/3 + 1 = 3 positions, reading 3p + 2r − 2.
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 2, kernel: 3, stride: [3, 1], dilation: [2, 1],"
                       " padding: [2, 0, 1, 0]}");
    const Operator& op = op_of(graph, "c");
    EXPECT_EQ(at(op.extents, Dim::P), 3);
    EXPECT_EQ(at(op.extents, Dim::Q), 6);
    TensorShape in{1, 3, 8, 8};
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {0, 1}))[2], (Range{0, 3}));
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {1, 2}))[2], (Range{1, 6}));
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {2, 3}))[2], (Range{4, 7})) << "row 8 is padding";
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::Q, {2, 4}))[3], (Range{2, 6}));
}

TEST(Operator, PaddingIsNotRead) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 1, kernel: 1, padding: 2, stride: 3}");
    const Operator& op = op_of(graph, "c");
    TensorShape in{1, 3, 8, 8};
    // Positions read rows −2, 1, 4, 7.
    EXPECT_EQ(at(op.extents, Dim::P), 4);
    EXPECT_TRUE(op.input_box(0, in, part(op, Dim::P, {0, 1})).empty());
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {0, 2}))[2], (Range{1, 2}));
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::P, {1, 4}))[2], (Range{1, 8}));
}

TEST(Operator, KernelTapsCanBeSplit) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 1, kernel: 3, padding: 1}");
    const Operator& op = op_of(graph, "c");
    TensorShape in{1, 3, 8, 8};
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::R, {0, 1}))[2], (Range{0, 7}));
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::R, {2, 3}))[2], (Range{1, 8}));
    EXPECT_EQ(op.weight_box(part(op, Dim::R, {2, 3})), (TensorBox{{Range{0, 1}, {0, 3}, {2, 3}, {0, 3}}}));
    EXPECT_EQ(op.output_box(part(op, Dim::R, {2, 3})), op.output_box(op.iteration_space()));
}

TEST(Operator, GroupsReadTheirOwnChannels) {
    Graph graph = read("- {name: a, type: conv, input: x, out_channels: 8, kernel: 1}\n"
                       "- {name: g, type: conv, input: a, out_channels: 16, kernel: 1, groups: 4}");
    const Operator& op = op_of(graph, "g");
    TensorShape in{1, 8, 8, 8};
    EXPECT_EQ(at(op.extents, Dim::C), 2);
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::K, {4, 8}))[1], (Range{2, 4})) << "group 1";
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::K, {5, 6}))[1], (Range{2, 4})) << "within group 1";
    EXPECT_EQ(op.input_box(0, in, part(op, Dim::K, {6, 9}))[1], (Range{2, 6})) << "groups 1 and 2";
    IterationBox half = part(op, Dim::K, {5, 6});
    at(half, Dim::C) = {1, 2};
    EXPECT_EQ(op.input_box(0, in, half)[1], (Range{3, 4}));
    EXPECT_EQ(op.weight_shape(), (TensorShape{16, 2, 1, 1}));
    EXPECT_EQ(op.macs(op.extents), 16 * 2 * 64);
}

TEST(Operator, DepthwiseConvolution) {
    Graph graph = read("- {name: d, type: conv, input: x, out_channels: 3, kernel: 3, padding: 1, groups: 3}");
    const Operator& op = op_of(graph, "d");
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, part(op, Dim::K, {1, 2}))[1], (Range{1, 2}));
    EXPECT_EQ(op.macs(op.extents), 3 * 9 * 64);
    EXPECT_EQ(op.weight_elements(), 27);
    EXPECT_EQ(op.bias_elements(), 3);
}

TEST(Operator, LinearIsAConvolutionThatCoversItsInput) {
    Graph graph = read("- {name: f, type: linear, input: x, out_features: 10, bias: false}");
    const Operator& op = op_of(graph, "f");
    EXPECT_EQ(op.extents, (Extents{1, 10, 3, 1, 1, 8, 8}));
    EXPECT_EQ(op.kind, OperatorKind::linear);
    EXPECT_EQ(op.macs(op.extents), 10 * 3 * 64);
    EXPECT_EQ(op.weight_elements(), 10 * 3 * 64);
    EXPECT_EQ(op.bias_elements(), 0);
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, part(op, Dim::R, {2, 5})), box({0, 1}, {0, 3}, {2, 5}, {0, 8}));
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, part(op, Dim::C, {1, 2})), box({0, 1}, {1, 2}, {0, 8}, {0, 8}));
}

TEST(Operator, PoolsKeepChannelsApart) {
    Graph graph = read("- {name: p, type: pool, input: x, kernel: 2, stride: 2}");
    const Operator& op = op_of(graph, "p");
    EXPECT_EQ(op.extents, (Extents{1, 3, 1, 4, 4, 2, 2}));
    EXPECT_EQ(op.groups, 3);
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, part(op, Dim::K, {1, 2})), box({0, 1}, {1, 2}, {0, 8}, {0, 8}));
    EXPECT_EQ(op.macs(op.extents), 0);
    EXPECT_EQ(op.vector_operations(op.extents), 3 * 16 * 4);
    EXPECT_TRUE(op.weight_box(op.iteration_space()).empty());
    EXPECT_EQ(op.weight_elements(), 0);
}

TEST(Operator, BroadcastAxesAreReadWhole) {
    Graph graph = read("- {name: s, type: global_avg_pool, input: x}\n"
                       "- {name: m, type: mul, inputs: [x, s]}");
    const Operator& op = op_of(graph, "m");
    EXPECT_EQ(test::shape_of(graph, "m"), (TensorShape{1, 3, 8, 8}));
    IterationBox shard = part(op, Dim::P, {4, 8});
    at(shard, Dim::K) = {1, 3};
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, shard), box({0, 1}, {1, 3}, {4, 8}, {0, 8}));
    EXPECT_EQ(op.input_box(1, {1, 3, 1, 1}, shard), box({0, 1}, {1, 3}, {0, 1}, {0, 1}));
}

TEST(Operator, ConcatenationReadsTheInputsThatFallIntoThePart) {
    Graph graph = read("- {name: a, type: conv, input: x, out_channels: 5, kernel: 1}\n"
                       "- {name: k, type: concat, inputs: [x, a, x]}");
    const Operator& op = op_of(graph, "k");
    EXPECT_EQ(at(op.extents, Dim::K), 11);
    EXPECT_EQ(op.offsets, (std::vector<std::int64_t>{0, 3, 8}));
    IterationBox shard = part(op, Dim::K, {2, 6});
    EXPECT_EQ(op.input_box(0, {1, 3, 8, 8}, shard)[1], (Range{2, 3}));
    EXPECT_EQ(op.input_box(1, {1, 5, 8, 8}, shard)[1], (Range{0, 3}));
    EXPECT_TRUE(op.input_box(2, {1, 3, 8, 8}, shard).empty());
    EXPECT_EQ(op.vector_operations(op.extents), 0) << "it only moves";
}

TEST(Operator, VectorOperationsOfElementwise) {
    Graph graph = read("- {name: s, type: add, inputs: [x, x, x]}\n- {name: r, type: relu, input: s}");
    EXPECT_EQ(op_of(graph, "s").vector_operations({1, 3, 1, 8, 8, 1, 1}), 2 * 3 * 64);
    EXPECT_EQ(op_of(graph, "r").vector_operations({1, 3, 1, 8, 8, 1, 1}), 3 * 64);
    EXPECT_EQ(op_of(graph, "r").kind, OperatorKind::activation);
}

TEST(Operator, AnEmptyPartTouchesNothing) {
    Graph graph = read("- {name: c, type: conv, input: x, out_channels: 4, kernel: 3, padding: 1}");
    const Operator& op = op_of(graph, "c");
    for (Dim dim : all_dims) {
        IterationBox nothing = part(op, dim, {1, 1});
        EXPECT_TRUE(op.input_box(0, {1, 3, 8, 8}, nothing).empty()) << dim_letter(dim);
        EXPECT_TRUE(op.output_box(nothing).empty()) << dim_letter(dim);
        EXPECT_TRUE(op.weight_box(nothing).empty()) << dim_letter(dim);
    }
}

TEST(Operator, KindsHaveNames) {
    EXPECT_STREQ(name_of(OperatorKind::conv), "conv");
    EXPECT_STREQ(name_of(OperatorKind::linear), "linear");
    EXPECT_STREQ(name_of(OperatorKind::pool), "pool");
    EXPECT_STREQ(name_of(OperatorKind::elementwise), "elementwise");
    EXPECT_STREQ(name_of(OperatorKind::activation), "activation");
    EXPECT_STREQ(name_of(OperatorKind::concat), "concat");
}

TEST(Operator, ReductionDimensions) {
    for (Dim dim : {Dim::C, Dim::R, Dim::S}) EXPECT_TRUE(Operator::is_reduction(dim)) << dim_letter(dim);
    for (Dim dim : {Dim::N, Dim::K, Dim::P, Dim::Q}) EXPECT_FALSE(Operator::is_reduction(dim)) << dim_letter(dim);
}

} // namespace
} // namespace arsia
