// The kinds of transformers, recurrent and further convolutional networks, by hand-computed cases.
#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::op_of;
using test::shape_of;

/// Four tokens of 12 features `x`, six further ones `y`, and an image `i`.
Graph read(const std::string& operators) {
    return read_workload_text("format: arsia-workload/1\nname: t\n"
                              "inputs: {x: [1, 12, 4], y: [1, 12, 6], i: [2, 6, 4, 5], ids: [1, 1, 4]}\noperators:\n" +
                              operators);
}

TensorBox box(Range n, Range c, Range h, Range w) { return {{n, c, h, w}}; }

IterationBox part(const Operator& op, Dim dim, Range range) {
    IterationBox out = op.iteration_space();
    at(out, dim) = range;
    return out;
}

TEST(TokenWiseLinear, AppliesAtEachPosition) {
    Graph graph = read("- {name: f, type: linear, input: x, out_features: 5, flatten: false}");
    const Operator& op = op_of(graph, "f");
    EXPECT_EQ(op.extents, (Extents{1, 5, 12, 4, 1, 1, 1}));
    EXPECT_EQ(shape_of(graph, "f"), (TensorShape{1, 5, 4, 1}));
    EXPECT_EQ(op.macs(op.extents), 5 * 12 * 4);
    EXPECT_EQ(op.weight_elements(), 5 * 12);
    EXPECT_EQ(op.input_box(0, {1, 12, 4, 1}, part(op, Dim::P, {1, 3})), box({0, 1}, {0, 12}, {1, 3}, {0, 1}));
}

TEST(Matmul, ScoresOfHeads) {
    // Three heads of depth 4: scores of 4 tokens against 6.
    Graph graph = read("- {name: s, type: matmul, inputs: [x, y], heads: 3, transpose: true}");
    const Operator& op = op_of(graph, "s");
    EXPECT_EQ(op.extents, (Extents{1, 18, 4, 4, 1, 1, 1}));
    EXPECT_EQ(shape_of(graph, "s"), (TensorShape{1, 18, 4, 1}));
    EXPECT_EQ(op.macs(op.extents), 3 * 4 * 6 * 4);
    EXPECT_EQ(op.weight_elements(), 0) << "the second operand is an activation";
    EXPECT_TRUE(op.multiplies());
    EXPECT_EQ(op.vector_operations(op.extents), 0);
    IterationBox head = part(op, Dim::K, {6, 12});
    EXPECT_EQ(op.input_box(0, {1, 12, 4, 1}, head), box({0, 1}, {4, 8}, {0, 4}, {0, 1}));
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, head), box({0, 1}, {4, 8}, {0, 6}, {0, 1}));
    IterationBox rows = part(op, Dim::K, {7, 9});
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, rows), box({0, 1}, {4, 8}, {1, 3}, {0, 1})) << "rows of one head";
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, part(op, Dim::K, {5, 8})), box({0, 1}, {0, 8}, {0, 6}, {0, 1}))
        << "the last row of one head, the first of the next";
    IterationBox depth = part(op, Dim::C, {1, 3});
    at(depth, Dim::K) = {0, 6};
    EXPECT_EQ(op.input_box(0, {1, 12, 4, 1}, depth)[1], (Range{1, 3}));
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, part(op, Dim::P, {2, 3})), box({0, 1}, {0, 12}, {0, 6}, {0, 1}));
}

TEST(Matmul, ContextOfHeads) {
    Graph graph = read("- {name: s, type: matmul, inputs: [x, y], heads: 3, transpose: true}\n"
                       "- {name: c, type: matmul, inputs: [s, y], heads: 3}");
    const Operator& op = op_of(graph, "c");
    EXPECT_EQ(op.extents, (Extents{1, 12, 6, 4, 1, 1, 1}));
    EXPECT_EQ(shape_of(graph, "c"), (TensorShape{1, 12, 4, 1}));
    EXPECT_EQ(op.macs(op.extents), 3 * 4 * 6 * 4);
    IterationBox head = part(op, Dim::K, {4, 8});
    EXPECT_EQ(op.input_box(0, {1, 18, 4, 1}, head)[1], (Range{6, 12}));
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, head), box({0, 1}, {4, 8}, {0, 6}, {0, 1}));
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, part(op, Dim::C, {2, 5})), box({0, 1}, {0, 12}, {2, 5}, {0, 1}));
}

TEST(Matmul, SecondOperandsFollowEachOther) {
    // Keys of six earlier tokens, then of four new ones.
    Graph graph = read("- {name: s, type: matmul, inputs: [x, y, x], transpose: true}");
    const Operator& op = op_of(graph, "s");
    EXPECT_EQ(op.row_offsets, (std::vector<std::int64_t>{0, 0, 6}));
    EXPECT_EQ(shape_of(graph, "s"), (TensorShape{1, 10, 4, 1}));
    IterationBox rows = part(op, Dim::K, {4, 8});
    EXPECT_EQ(op.input_box(1, {1, 12, 6, 1}, rows)[2], (Range{4, 6}));
    EXPECT_EQ(op.input_box(2, {1, 12, 4, 1}, rows)[2], (Range{0, 2}));
    EXPECT_TRUE(op.input_box(2, {1, 12, 4, 1}, part(op, Dim::K, {2, 6})).empty());
}

TEST(Recurrence, StepsAreRows) {
    Graph graph = read("- {name: l, type: lstm, input: x, out_features: 8}\n"
                       "- {name: g, type: gru, input: x, out_features: 8, sequence: false}\n"
                       "- {name: r, type: rnn, input: x, out_features: 8, bias: false}");
    const Operator& lstm = op_of(graph, "l");
    EXPECT_EQ(lstm.kind, OperatorKind::lstm);
    EXPECT_EQ(lstm.extents, (Extents{1, 8, 20, 4, 1, 1, 1}));
    EXPECT_EQ(lstm.macs(lstm.extents), 4 * 8 * 20 * 4);
    EXPECT_EQ(lstm.weight_shape(), (TensorShape{32, 20, 1, 1}));
    EXPECT_EQ(lstm.bias_elements(), 32);
    EXPECT_EQ(lstm.weight_box(part(lstm, Dim::K, {2, 3}))[0], (Range{8, 12})) << "the four gates of one channel";
    EXPECT_EQ(lstm.input_box(0, {1, 12, 4, 1}, part(lstm, Dim::C, {10, 15}))[1], (Range{10, 12}));
    EXPECT_TRUE(lstm.input_box(0, {1, 12, 4, 1}, part(lstm, Dim::C, {12, 20})).empty()) << "the last step's result";
    EXPECT_EQ(shape_of(graph, "l"), (TensorShape{1, 8, 4, 1}));

    const Operator& gru = op_of(graph, "g");
    EXPECT_EQ(gru.macs(gru.extents), 3 * 8 * 20 * 4);
    EXPECT_EQ(shape_of(graph, "g"), (TensorShape{1, 8, 1, 1}));
    EXPECT_EQ(gru.output_box(part(gru, Dim::P, {2, 4})), box({0, 1}, {0, 8}, {0, 1}, {0, 1}));
    EXPECT_TRUE(gru.output_box(part(gru, Dim::P, {0, 3})).empty()) << "the last step gives the result";

    const Operator& rnn = op_of(graph, "r");
    EXPECT_EQ(rnn.macs(rnn.extents), 8 * 20 * 4);
    EXPECT_EQ(rnn.bias_elements(), 0);
}

TEST(Recurrence, OnlyBatchAndHiddenChannelsMayBeSplit) {
    Graph graph = read("- {name: l, type: lstm, input: x, out_features: 8}\n"
                       "- {name: s, type: softmax, input: x}");
    for (Dim dim : {Dim::C, Dim::P}) {
        EXPECT_FALSE(op_of(graph, "l").may_split(dim)) << dim_letter(dim);
        EXPECT_TRUE(op_of(graph, "s").may_split(dim)) << dim_letter(dim);
    }
    EXPECT_TRUE(op_of(graph, "l").may_split(Dim::N));
    EXPECT_TRUE(op_of(graph, "l").may_split(Dim::K));
    EXPECT_EQ(op_of(graph, "l").split_limits(), (Extents{1, 8, 1, 1, 1, 1, 1}));
    EXPECT_EQ(op_of(graph, "s").split_limits(), (Extents{1, 12, 1, 4, 1, 1, 1}));
}

TEST(Normalization, ReadsItsGroup) {
    Graph graph = read("- {name: s, type: softmax, input: x, groups: 3}\n"
                       "- {name: l, type: layer_norm, input: x}\n"
                       "- {name: g, type: group_norm, input: i, groups: 2}\n"
                       "- {name: n, type: instance_norm, input: i, affine: false}\n"
                       "- {name: r, type: rms_norm, input: x}\n"
                       "- {name: a, type: lrn, input: i, size: 4}");
    const Operator& softmax = op_of(graph, "s");
    IterationBox corner = part(softmax, Dim::K, {5, 6});
    at(corner, Dim::P) = {1, 2};
    EXPECT_EQ(softmax.input_box(0, {1, 12, 4, 1}, corner), box({0, 1}, {4, 8}, {1, 2}, {0, 1}));
    EXPECT_EQ(softmax.vector_operations(softmax.extents), 5 * 48);
    EXPECT_EQ(softmax.bias_elements(), 0);

    const Operator& layer = op_of(graph, "l");
    EXPECT_EQ(layer.input_box(0, {1, 12, 4, 1}, corner), box({0, 1}, {0, 12}, {1, 2}, {0, 1}));
    EXPECT_EQ(layer.vector_operations(layer.extents), 7 * 48);
    EXPECT_EQ(layer.bias_elements(), 24) << "scale and shift";

    const Operator& group = op_of(graph, "g");
    EXPECT_EQ(group.input_box(0, {2, 6, 4, 5}, part(group, Dim::K, {1, 2})), box({0, 2}, {0, 3}, {0, 4}, {0, 5}));
    EXPECT_EQ(group.input_box(0, {2, 6, 4, 5}, part(group, Dim::P, {1, 2})), box({0, 2}, {0, 6}, {0, 4}, {0, 5}));
    EXPECT_EQ(group.vector_operations(group.extents), 7 * 240);

    const Operator& instance = op_of(graph, "n");
    EXPECT_EQ(instance.input_box(0, {2, 6, 4, 5}, part(instance, Dim::K, {1, 2})), box({0, 2}, {1, 2}, {0, 4}, {0, 5}));
    EXPECT_EQ(instance.bias_elements(), 0);
    EXPECT_EQ(op_of(graph, "r").bias_elements(), 12);
    EXPECT_EQ(op_of(graph, "r").vector_operations({1, 12, 1, 4, 1, 1, 1}), 4 * 48);

    const Operator& lrn = op_of(graph, "a");
    EXPECT_EQ(lrn.input_box(0, {2, 6, 4, 5}, part(lrn, Dim::K, {2, 3}))[1], (Range{1, 5})) << "one before, two after";
    EXPECT_EQ(lrn.input_box(0, {2, 6, 4, 5}, part(lrn, Dim::K, {5, 6}))[1], (Range{4, 6}));
    EXPECT_EQ(lrn.vector_operations(lrn.extents), (4 + 3) * 240);
}

TEST(Activation, ThoseWithParametersAndThoseThatMix) {
    Graph graph = read("- {name: b, type: batch_norm, input: i}\n"
                       "- {name: p, type: prelu, input: i}\n"
                       "- {name: r, type: rotary, input: x, heads: 3}\n"
                       "- {name: s, type: softplus, input: x}");
    EXPECT_EQ(op_of(graph, "b").bias_elements(), 12);
    EXPECT_EQ(op_of(graph, "b").vector_operations(op_of(graph, "b").extents), 2 * 240);
    EXPECT_EQ(op_of(graph, "p").bias_elements(), 6);
    const Operator& rotary = op_of(graph, "r");
    EXPECT_EQ(rotary.input_box(0, {1, 12, 4, 1}, part(rotary, Dim::K, {5, 6}))[1], (Range{4, 8}));
    EXPECT_EQ(rotary.vector_operations(rotary.extents), 3 * 48);
    EXPECT_EQ(op_of(graph, "s").vector_operations(op_of(graph, "s").extents), 48);
}

TEST(Embedding, LooksUpRowsOfATable) {
    Graph graph = read("- {name: e, type: embedding, input: ids, out_features: 16, entries: 1000}");
    const Operator& op = op_of(graph, "e");
    EXPECT_EQ(shape_of(graph, "e"), (TensorShape{1, 16, 4, 1}));
    EXPECT_EQ(op.weight_shape(), (TensorShape{16, 1000, 1, 1}));
    EXPECT_EQ(op.weight_box(part(op, Dim::K, {4, 8})), box({4, 8}, {0, 1000}, {0, 1}, {0, 1}));
    EXPECT_EQ(op.input_box(0, {1, 1, 4, 1}, part(op, Dim::P, {1, 2})), box({0, 1}, {0, 1}, {1, 2}, {0, 1}));
    EXPECT_EQ(op.macs(op.extents), 0);
    EXPECT_EQ(op.vector_operations(op.extents), 0);
    EXPECT_EQ(graph.parameters(), 16000);
}

TEST(Moves, ConcatAlongRowsAndSlices) {
    Graph graph = read("- {name: k, type: concat, inputs: [x, y], axis: rows}\n"
                       "- {name: s, type: slice, input: k, axis: rows, begin: 3, size: 5}\n"
                       "- {name: p, type: pad, input: i, padding: [1, 2, 0, 3]}");
    EXPECT_EQ(shape_of(graph, "k"), (TensorShape{1, 12, 10, 1}));
    const Operator& concat = op_of(graph, "k");
    EXPECT_EQ(concat.input_box(1, {1, 12, 6, 1}, part(concat, Dim::P, {2, 7}))[2], (Range{0, 3}));
    EXPECT_EQ(shape_of(graph, "s"), (TensorShape{1, 12, 5, 1}));
    const Operator& slice = op_of(graph, "s");
    EXPECT_EQ(slice.input_box(0, {1, 12, 10, 1}, part(slice, Dim::P, {1, 3}))[2], (Range{4, 6}));
    EXPECT_EQ(shape_of(graph, "p"), (TensorShape{2, 6, 5, 10}));
    const Operator& pad = op_of(graph, "p");
    EXPECT_EQ(pad.kind, OperatorKind::slice);
    EXPECT_EQ(pad.input_box(0, {2, 6, 4, 5}, part(pad, Dim::P, {0, 3}))[2], (Range{0, 2}));
    EXPECT_TRUE(pad.input_box(0, {2, 6, 4, 5}, part(pad, Dim::Q, {7, 10})).empty()) << "padding alone";
    EXPECT_EQ(pad.vector_operations(pad.extents), 0);
}

TEST(Moves, ReshapeIsAView) {
    // Rows and columns of an image become tokens: 4 x 5 = 20.
    Graph graph = read("- {name: r, type: reshape, input: i, shape: [6, 20, 1]}\n"
                       "- {name: f, type: reshape, input: i, shape: [120, 1, 1]}\n"
                       "- {name: o, type: reshape, input: i, shape: [8, 3, 5]}");
    const Operator& op = op_of(graph, "r");
    EXPECT_EQ(op.input_box(0, {2, 6, 4, 5}, part(op, Dim::P, {5, 15})), box({0, 2}, {0, 6}, {1, 3}, {0, 5}));
    EXPECT_EQ(op.input_box(0, {2, 6, 4, 5}, part(op, Dim::P, {6, 9})), box({0, 2}, {0, 6}, {1, 2}, {1, 4}));
    EXPECT_EQ(op.input_box(0, {2, 6, 4, 5}, part(op, Dim::P, {6, 12})), box({0, 2}, {0, 6}, {1, 3}, {0, 5}))
        << "the bounding box";
    const Operator& flat = op_of(graph, "f");
    EXPECT_EQ(flat.input_box(0, {2, 6, 4, 5}, part(flat, Dim::K, {40, 60})), box({0, 2}, {2, 3}, {0, 4}, {0, 5}));
    const Operator& odd = op_of(graph, "o"); // 24 rows of five: rows of eight channels, then of six
    EXPECT_EQ(odd.input_box(0, {2, 6, 4, 5}, part(odd, Dim::K, {0, 1})), box({0, 2}, {0, 1}, {0, 3}, {0, 5}));
    EXPECT_EQ(odd.input_box(0, {2, 6, 4, 5}, part(odd, Dim::K, {1, 2})), box({0, 2}, {0, 2}, {0, 4}, {0, 5}))
        << "rows 3, 4 and 5";
}

TEST(Moves, TransposeAndResize) {
    Graph graph = read("- {name: t, type: transpose, input: i, order: [columns, channels, rows]}\n"
                       "- {name: u, type: resize, input: i, scale: [2, 3]}");
    EXPECT_EQ(shape_of(graph, "t"), (TensorShape{2, 5, 6, 4}));
    const Operator& transpose = op_of(graph, "t");
    EXPECT_EQ(transpose.input_box(0, {2, 6, 4, 5}, part(transpose, Dim::K, {1, 2})),
              box({0, 2}, {0, 6}, {0, 4}, {1, 2}));
    EXPECT_EQ(transpose.input_box(0, {2, 6, 4, 5}, part(transpose, Dim::P, {3, 5})),
              box({0, 2}, {3, 5}, {0, 4}, {0, 5}));
    EXPECT_EQ(shape_of(graph, "u"), (TensorShape{2, 6, 8, 15}));
    const Operator& resize = op_of(graph, "u");
    IterationBox corner = part(resize, Dim::P, {3, 5});
    at(corner, Dim::Q) = {2, 4};
    EXPECT_EQ(resize.input_box(0, {2, 6, 4, 5}, corner), box({0, 2}, {0, 6}, {1, 3}, {0, 2}));
}

TEST(ElementwiseTypes, CountOneOperationLessThanInputs) {
    Graph graph = read("- {name: s, type: sub, inputs: [x, x]}\n- {name: m, type: max, inputs: [x, x, x]}\n"
                       "- {name: d, type: div, inputs: [x, x], activation: exp}");
    EXPECT_EQ(op_of(graph, "s").vector_operations({1, 12, 1, 4, 1, 1, 1}), 48);
    EXPECT_EQ(op_of(graph, "m").vector_operations({1, 12, 1, 4, 1, 1, 1}), 96);
    EXPECT_EQ(op_of(graph, "d").activation, "exp");
    EXPECT_EQ(op_of(graph, "d").kind, OperatorKind::elementwise);
}

TEST(ResidentInputs, AreCountedWhereTheyBelong) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\ninputs: {x: [1, 12, 1]}\n"
                                     "parameters: {position: [1, 12, 1]}\ncaches: {keys: [1, 12, 7]}\noperators:\n"
                                     "- {name: s, type: add, inputs: [x, position]}\n"
                                     "- {name: a, type: matmul, inputs: [s, keys, x], transpose: true}");
    EXPECT_EQ(graph.parameters(), 12);
    EXPECT_EQ(graph.weights(), 0);
    EXPECT_EQ(graph.cache_elements(), 84);
    EXPECT_EQ(graph.tensors[TensorId(0)].residence, Residence::host);
    EXPECT_EQ(graph.tensors[TensorId(1)].residence, Residence::parameter);
    EXPECT_EQ(graph.tensors[TensorId(2)].residence, Residence::cache);
    EXPECT_EQ(shape_of(graph, "a"), (TensorShape{1, 8, 1, 1}));
}

} // namespace
} // namespace arsia
