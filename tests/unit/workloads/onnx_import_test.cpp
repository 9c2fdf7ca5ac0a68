// What each ONNX operator becomes. Expectations are lines of the workload file that importing writes.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/onnx_model.h"
#include "workloads/reader.h"

namespace arsia::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string image = "(float[1,8,16,16] x, float[12,8,3,3] w) => (float[1] r) ";
const std::string tokens = "(float[1,32,64] x, float[64,48] w, float[48] wb) => (float[1] r) ";

ImportOptions unfused() {
    ImportOptions out;
    out.fuse = false;
    return out;
}

/// `name = Constant` of 64-bit integers.
std::string integers(const std::string& name, const std::string& values, int count) {
    return fmt::format("{} = Constant <value = int64[{}] {{{}}}> () ", name, count, values);
}

std::string number(const std::string& name, const std::string& value) {
    return fmt::format("{} = Constant <value = float {{{}}}> () ", name, value);
}

TEST(OnnxImport, Convolutions) {
    EXPECT_THAT(
        imported_operators(image + "{ r = Conv <strides = [2,2], pads = [0,1,2,1], dilations = [2,1]> (x, w) }"),
        ElementsAre("r, type: conv, input: x, out_channels: 12, kernel: 3, stride: 2, dilation: [2, 1], "
                    "padding: [0, 1, 2, 1], bias: false"));
    // 8 positions of stride 2: (8 − 1)·2 + 3 − 16 = 1 of padding.
    EXPECT_THAT(imported_operators(image + "{ r = Conv <auto_pad = \"SAME_UPPER\", strides = [2,2]> (x, w) }"),
                ElementsAre(HasSubstr("padding: [0, 0, 1, 1]")));
    EXPECT_THAT(imported_operators(image + "{ r = Conv <auto_pad = \"SAME_LOWER\", strides = [2,2]> (x, w) }"),
                ElementsAre(HasSubstr("padding: [1, 1, 0, 0]")));
    EXPECT_THAT(imported_operators(image + "{ r = Conv <auto_pad = \"VALID\"> (x, w) }"),
                ElementsAre("r, type: conv, input: x, out_channels: 12, kernel: 3, bias: false"));
    EXPECT_THAT(imported_operators("(float[1,8,16] x, float[12,2,3] w, float[12] wb) => (float[1] r) "
                                   "{ r = Conv <group = 4> (x, w, wb) }"),
                ElementsAre("r, type: conv, input: x, out_channels: 12, kernel: [3, 1], groups: 4"));
}

TEST(OnnxImport, Pools) {
    EXPECT_THAT(
        imported_operators(image + "{ r = MaxPool <kernel_shape = [3,2], strides = [2,2], ceil_mode = 1> (x) }"),
        ElementsAre("r, type: pool, input: x, kernel: [3, 2], stride: 2, ceil: true"));
    EXPECT_THAT(imported_operators(image + "{ r = AveragePool <kernel_shape = [3,3], pads = [1,1,1,1]> (x) }"),
                ElementsAre("r, type: pool, mode: avg, input: x, kernel: 3, padding: 1"));
    EXPECT_THAT(imported_operators(image + "{ r = GlobalAveragePool (x) }"),
                ElementsAre("r, type: global_avg_pool, input: x"));
    EXPECT_THAT(imported_operators(image + "{ r = GlobalMaxPool (x) }"),
                ElementsAre("r, type: pool, input: x, kernel: 16"));
    EXPECT_THAT(imported_operators(image + "{ r = ReduceMean <axes = [2,3], keepdims = 0> (x) }"),
                ElementsAre("r, type: global_avg_pool, input: x"));
    EXPECT_THAT(imported_operators(tokens + "{ r = ReduceMean <axes = [1], keepdims = 0> (x) }"),
                ElementsAre("r, type: global_avg_pool, input: x"))
        << "the mean over tokens";
}

TEST(OnnxImport, PaddingGoesIntoTheWindowThatReadsIt) {
    const std::string nodes = "{ " + integers("p", "0,0,1,2,0,0,1,2", 8) + "q = Pad (x, p) ";
    EXPECT_THAT(imported_operators(image + nodes + "r = Conv <pads = [0,0,1,0]> (q, w) }"),
                ElementsAre(HasSubstr("input: x, out_channels: 12, kernel: 3, padding: [1, 2, 2, 2]")));
    EXPECT_THAT(imported_operators(image + nodes + "r = Relu (q) }"),
                ElementsAre("q, type: pad, input: x, padding: [1, 2]", "r, type: relu, input: q"));
    EXPECT_THAT(imported_operators(
                    image + "{ q = Pad <pads = [0,0,1,1,0,0,1,1], mode = \"reflect\"> (x) r = Conv (q, w) }", 10),
                ElementsAre("q, type: pad, input: x, padding: 1", HasSubstr("type: conv, input: q")))
        << "a border that is not zero must be made";
}

TEST(OnnxImport, Resizing) {
    const std::string scales = "{ s = Constant <value = float[4] {1.0, 1.0, ";
    EXPECT_THAT(imported_operators(image + scales + "2.0, 3.0}> () r = Resize (x, , s) }"),
                ElementsAre("r, type: resize, input: x, scale: [2, 3]"));
    EXPECT_THAT(imported_operators(image + scales + "0.5, 0.5}> () r = Resize (x, , s) }"),
                ElementsAre("r, type: pool, input: x, kernel: 1, stride: 2"));
    EXPECT_THAT(imported_operators(image + "{ r = Upsample <scales = [1.0, 1.0, 2.0, 2.0]> (x) }", 7),
                ElementsAre("r, type: resize, input: x, scale: 2"));
    EXPECT_THAT(import_error(onnx_bytes(image + scales + "1.5, 1.5}> () r = Resize (x, , s) }")),
                HasSubstr("Resize 'r': it resizes 1x8x16x16 to 1x8x24x24; only whole factors are modelled"));
}

TEST(OnnxImport, DenseLayers) {
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[10,128] w, float[10] wb) => (float[1] r) "
                                   "{ f = Flatten (x) r = Gemm <transB = 1> (f, w, wb) }"),
                ElementsAre("r, type: linear, input: x, out_features: 10"));
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[128,10] w) => (float[1] r) "
                                   "{ t = Transpose <perm = [0,2,3,1]> (x) f = Flatten (t) r = MatMul (f, w) }"),
                ElementsAre("r, type: linear, input: x, out_features: 10, bias: false"))
        << "another order of what is summed up is another order of the weights";
    EXPECT_THAT(imported_operators(tokens + "{ m = MatMul (x, w) r = Add (m, wb) }"),
                ElementsAre("m, type: linear, input: x, out_features: 48, flatten: false"));
    EXPECT_THAT(imported_operators(tokens + "{ m = MatMul (x, w) r = Add (m, wb) }", 13, unfused()),
                ElementsAre("m, type: linear, input: x, out_features: 48, flatten: false, bias: false",
                            "r, type: batch_norm, input: m"));
    EXPECT_THAT(imported_operators("(float[1,64] x) => (float[1] r) { " + integers("s", "10, 64", 2) +
                                   "w = ConstantOfShape (s) t = Transpose (w) r = MatMul (x, t) }"),
                ElementsAre("r, type: linear, input: x, out_features: 10, bias: false"))
        << "weights that nodes compute from constants";
}

TEST(OnnxImport, ProductsOfActivationsReadTheirOperandsWhereTheyLie) {
    EXPECT_THAT(imported_operators("(float[1,32,64] x, float[1,32,64] z) => (float[1] r) "
                                   "{ t = Transpose <perm = [0,2,1]> (z) r = MatMul (x, t) }"),
                ElementsAre("r, type: matmul, inputs: [x, z], transpose: true"));
    EXPECT_THAT(imported_operators("(float[1,32,64] x, float[1,64,16] z) => (float[1] r) { r = MatMul (x, z) }"),
                ElementsAre("r, type: matmul, inputs: [x, z]"));
    EXPECT_THAT(imported("(float[1,4,32,16] x, float[1,4,16,32] z) => (float[1] r) { r = MatMul (x, z) }"),
                ElementsAre("inputs:", "  x: [1, 64, 32, 1]", "  z: [1, 128, 16, 1]",
                            "operators:", "  - {name: r, type: matmul, inputs: [x, z], heads: 4}", "outputs: [r]"));
    EXPECT_THAT(imported("(float[1,4,32,16] x, float[4,16,8] w) => (float[1] r) { r = MatMul (x, w) }"),
                ElementsAre("inputs:", "  x: [1, 64, 32, 1]", "parameters:", "  w: [1, 32, 16, 1]",
                            "operators:", "  - {name: r, type: matmul, inputs: [x, w], heads: 4}", "outputs: [r]"))
        << "weights of their own for each head";
    EXPECT_THAT(
        imported_operators("(float[1,4,32,16] x, float[1,1,16,32] z) => (float[1] r) { r = MatMul (x, z) }"),
        ElementsAre("r.repeat, type: concat, inputs: [z, z, z, z]", "r, type: matmul, inputs: [x, r.repeat], heads: 4"))
        << "heads that share keys";
}

TEST(OnnxImport, ConstantOperandsAreFoldedOrBecomeParameters) {
    const std::string graph = "(float[1,8,16,16] x, float[8,1,1] w, float[16] wc) => (float[1] r) ";
    EXPECT_THAT(imported_operators(graph + "{ a = Mul (x, w) r = Add (a, w) }"),
                ElementsAre("a, type: batch_norm, input: x"));
    EXPECT_THAT(imported_operators(graph + "{ a = Mul (x, w) r = Add (a, w) }", 13, unfused()),
                ElementsAre("a, type: batch_norm, input: x", "r, type: batch_norm, input: a"));
    EXPECT_THAT(imported_operators(graph + "{ " + number("c", "2.0") + "a = Mul (x, c) r = Add (a, c) }"),
                ElementsAre("a, type: scale, input: x"));
    EXPECT_THAT(imported_operators(graph + "{ " + number("c", "1.0") + "a = Mul (x, c) r = Relu (a) }"),
                ElementsAre("r, type: relu, input: x"))
        << "a factor of one";
    EXPECT_THAT(imported(graph + "{ r = Mul (x, wc) }"),
                ElementsAre("inputs:", "  x: [1, 8, 16, 16]", "parameters:", "  wc: [1, 1, 1, 16]",
                            "operators:", "  - {name: r, type: mul, inputs: [x, wc]}", "outputs: [r]"));
}

TEST(OnnxImport, OperandsOfUnequalShapesAreRepeated) {
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[1,8,1,1] z) => (float[1] r) { r = Mul (x, z) }"),
                ElementsAre("r, type: mul, inputs: [x, z]"));
    EXPECT_THAT(imported_operators("(float[1,8,1,4] x, float[1,8,4,1] z) => (float[1] r) { r = Sub (x, z) }"),
                ElementsAre("r, type: sub, inputs: [x, z]"));
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[1,8,4,4] u, float[1,8,4,4] z) => (float[1] r) "
                                   "{ a = Sum (x, u, z) r = Max (a, x) }"),
                ElementsAre("a, type: add, inputs: [x, u, z]", "r, type: max, inputs: [a, x]"));
}

TEST(OnnxImport, ActivationsAreFusedOnce) {
    EXPECT_THAT(imported_operators(image + "{ a = Conv (x, w) r = LeakyRelu (a) }"),
                ElementsAre(HasSubstr("bias: false, activation: leaky_relu")));
    EXPECT_THAT(imported_operators(image + "{ a = Conv (x, w) b = Relu (a) r = Tanh (b) }"),
                ElementsAre(HasSubstr("activation: relu"), "r, type: tanh, input: a"));
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[8,8,1,1] w) => (float[1] r) "
                                   "{ a = Conv (x, w) b = Relu (a) r = Add (a, b) }"),
                ElementsAre(StartsWith("a, type: conv"), "b, type: relu, input: a", "r, type: add, inputs: [a, b]"))
        << "what two read stays as it is";
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x, float[8,8,1,1] w) => (float[1] a, float[1] r) "
                                   "{ a = Conv (x, w) r = Relu (a) }"),
                ElementsAre(StartsWith("a, type: conv"), "r, type: relu, input: a"))
        << "a result of the network stays as it is";
    EXPECT_THAT(
        imported_operators(image + "{ " + number("c", "0.0") + number("d", "6.0") + "a = Clip (x, c, d) r = Neg (a) }"),
        ElementsAre("a, type: relu6, input: x", "r, type: scale, input: a"));
    EXPECT_THAT(imported_operators(image + "{ r = Clip <min = 0.0> (x) }", 10), ElementsAre("r, type: relu, input: x"));
    EXPECT_THAT(imported_operators(image + "{ r = Clip <min = -1.0, max = 1.0> (x) }", 10),
                ElementsAre("r, type: clip, input: x"));
}

TEST(OnnxImport, FunctionsThatExportersSpellOut) {
    auto types = [](const std::string& nodes) {
        return imported_operators("(float[1,32,64] x) => (float[1] r) { " + nodes + " }");
    };
    EXPECT_THAT(types("a = Sigmoid (x) r = Mul (x, a)"), ElementsAre("r, type: silu, input: x"));
    EXPECT_THAT(types("a = Softplus (x) b = Tanh (a) r = Mul (x, b)"), ElementsAre("r, type: mish, input: x"));
    EXPECT_THAT(types(number("c", "3.0") + number("l", "0.0") + number("h", "6.0") +
                      "a = Add (x, c) b = Clip (a, l, h) d = Mul (x, b) r = Div (d, h)"),
                ElementsAre("r, type: hardswish, input: x"));
    EXPECT_THAT(types(number("c", "1.41") + number("o", "1.0") + number("h", "0.5") +
                      "a = Div (x, c) b = Erf (a) d = Add (b, o) e = Mul (x, h) r = Mul (e, d)"),
                ElementsAre("r, type: gelu, input: x"));
    EXPECT_THAT(types(number("t", "3.0") + number("c", "0.04") + number("o", "1.0") + number("h", "0.5") +
                      "a = Pow (x, t) b = Mul (a, c) d = Add (x, b) e = Mul (d, c) f = Tanh (e) g = Add (f, o) "
                      "i = Mul (x, g) r = Mul (i, h)"),
                ElementsAre("r, type: gelu, input: x"));
    // What only looks alike.
    EXPECT_THAT(types("a = Tanh (x) r = Mul (x, a)"),
                ElementsAre("a, type: tanh, input: x", "r, type: mul, inputs: [x, a]"));
    EXPECT_THAT(types("a = Relu (x) b = Sigmoid (x) r = Mul (a, b)"), testing::SizeIs(3));
}

TEST(OnnxImport, NormalisationsThatExportersSpellOut) {
    const std::string graph = "(float[1,32,64] x, float[64] w) => (float[1] r) { " + number("e", "0.001");
    const std::string layer = "m = ReduceMean <axes = [-1]> (x) s = Sub (x, m) q = Mul (s, s) "
                              "v = ReduceMean <axes = [-1]> (q) a = Add (v, e) t = Sqrt (a) d = Div (s, t) ";
    EXPECT_THAT(imported_operators(graph + layer + "k = Mul (d, w) r = Add (k, w) }"),
                ElementsAre("d, type: layer_norm, input: x"));
    EXPECT_THAT(imported_operators(graph + layer + "r = Relu (d) }"),
                ElementsAre("d, type: layer_norm, input: x, affine: false, activation: relu"));
    EXPECT_THAT(imported_operators(graph + layer + "r = Mul (d, v) }"), testing::SizeIs(testing::Gt(3u)))
        << "the variance is read elsewhere too";
    EXPECT_THAT(imported_operators(graph + "q = Mul (x, x) v = ReduceMean <axes = [-1]> (q) a = Add (v, e) "
                                           "t = Sqrt (a) i = Reciprocal (t) d = Mul (x, i) r = Mul (d, w) }"),
                ElementsAre("d, type: rms_norm, input: x"));
}

TEST(OnnxImport, Normalisations) {
    const std::string graph = "(float[1,8,16,16] x, float[8] w) => (float[1] r) ";
    EXPECT_THAT(imported_operators(graph + "{ r = BatchNormalization (x, w, w, w, w) }"),
                ElementsAre("r, type: batch_norm, input: x"));
    EXPECT_THAT(imported_operators(graph + "{ r = LRN <size = 5> (x) }"),
                ElementsAre("r, type: lrn, input: x, size: 5"));
    EXPECT_THAT(imported_operators(graph + "{ r = InstanceNormalization (x, w, w) }"),
                ElementsAre("r, type: instance_norm, input: x"));
    EXPECT_THAT(
        imported_operators(graph + "{ t = Transpose <perm = [0,2,3,1]> (x) r = LayerNormalization (t, w) }", 17),
        ElementsAre("r, type: layer_norm, input: x"))
        << "channels stay where they are";
    EXPECT_THAT(imported_operators(graph + "{ r = Softmax <axis = 1> (x) }"),
                ElementsAre("r, type: softmax, input: x"));
    EXPECT_THAT(imported_operators(graph + "{ r = Softmax <axis = 2> (x) }"),
                ElementsAre("r.transpose, type: transpose, input: x, order: [rows, channels, columns]",
                            "r.reshape, type: reshape, input: r.transpose, shape: [16, 128, 1]",
                            "r, type: softmax, input: r.reshape"));
    // Over channels, rows and columns before operator set 13.
    EXPECT_THAT(imported_operators("(float[1,8,1,1] x) => (float[1] r) { r = Softmax (x) }", 11),
                ElementsAre("r, type: softmax, input: x"));
    EXPECT_THAT(imported_operators("(float[1,8,6,6] x, float[8,1,1] w, float[4] wo) => (float[1] r) { " +
                                   integers("s", "0, 4, -1", 3) + integers("t", "1, 8, 6, 6", 4) +
                                   "a = Reshape (x, s) b = InstanceNormalization (a, wo, wo) c = Reshape (b, t) "
                                   "d = Mul (c, w) r = Add (d, w) }"),
                ElementsAre("b, type: group_norm, input: x, groups: 4"));
}

TEST(OnnxImport, ChannelShuffle) {
    EXPECT_THAT(imported_operators("(float[1,12,5,5] x, float[12,12,1,1] w) => (float[1] r) { " +
                                   integers("s", "1, 3, 4, 5, 5", 5) + integers("t", "1, 12, 5, 5", 4) +
                                   "a = Reshape (x, s) b = Transpose <perm = [0,2,1,3,4]> (a) c = Reshape (b, t) "
                                   "r = Conv (c, w) }"),
                ElementsAre("r.reshape, type: reshape, input: x, shape: [3, 4, 25]",
                            "r.transpose, type: transpose, input: r.reshape, order: [rows, channels, columns]",
                            "r.reshape_1, type: reshape, input: r.transpose, shape: [12, 5, 5]",
                            "r, type: conv, input: r.reshape_1, out_channels: 12, kernel: 1, bias: false"));
}

TEST(OnnxImport, PartsOfTensors) {
    EXPECT_THAT(imported_operators("(float[1,8,4,4] x) => (float[1] r, float[1] q) { r, q = Split <axis = 1> (x) }"),
                ElementsAre("r.slice, type: slice, input: x, begin: 0, size: 4",
                            "r.slice_1, type: slice, input: x, begin: 4, size: 4"));
    EXPECT_THAT(
        imported_operators("(float[1,8,4,4] x) => (float[1] q) { r, q = Split <axis = 1, split = [2, 6]> (x) }", 11),
        ElementsAre("r.slice, type: slice, input: x, begin: 2, size: 6"))
        << "the part that nobody reads is not made";
    EXPECT_THAT(imported_operators(image + "{ " + integers("b", "1", 1) + integers("e", "9", 1) +
                                   integers("a", "2", 1) + integers("s", "2", 1) + "r = Slice (x, b, e, a, s) }"),
                ElementsAre("r.slice, type: slice, input: x, axis: rows, begin: 1, size: 7",
                            "r, type: pool, input: r.slice, kernel: 1, stride: [2, 1]"));
    EXPECT_THAT(imported_operators(tokens + "{ " + integers("i", "0", 1) + "r = Gather <axis = 1> (x, i) }"),
                ElementsAre("r.slice, type: slice, input: x, axis: rows, begin: 0, size: 1"));
    EXPECT_THAT(imported_operators("(int64[1,32] x, float[1000,64] w) => (float[1] r) { r = Gather (w, x) }"),
                ElementsAre("r, type: embedding, input: x, out_features: 64, entries: 1000"));
}

TEST(OnnxImport, Concatenations) {
    EXPECT_THAT(
        imported_operators("(float[1,8,4,4] x, float[1,8,2,4] z) => (float[1] r) { r = Concat <axis = 2> (x, z) }"),
        ElementsAre("r, type: concat, inputs: [x, z], axis: rows"));
    EXPECT_THAT(imported("(float[1,8,14,14] x, float[1,1,8] w, float[8,8,1,1] wk) => (float[1] r) { " +
                         integers("s", "1, 8, 196", 3) +
                         "c = Conv (x, wk) a = Reshape (c, s) t = Transpose <perm = [0,2,1]> (a) "
                         "r = Concat <axis = 1> (w, t) }"),
                ElementsAre("inputs:", "  x: [1, 8, 14, 14]", "parameters:", "  w: [1, 8, 1, 1]",
                            "operators:", StartsWith("  - {name: c, type: conv"),
                            "  - {name: r.reshape, type: reshape, input: c, shape: [8, 196, 1]}",
                            "  - {name: r, type: concat, inputs: [w, r.reshape], axis: rows}", "outputs: [r]"))
        << "the class token of a vision transformer";
}

TEST(OnnxImport, RecurrentLayers) {
    const std::string two = "(float[10,2,64] x, float[2,256,64] w, float[2,256,64] wr) => (float[1] r) ";
    EXPECT_THAT(imported(two + "{ r = LSTM <hidden_size = 64, direction = \"bidirectional\"> (x, w, wr) }"),
                ElementsAre("inputs:", "  x: [2, 64, 10, 1]",
                            "operators:", "  - {name: r, type: lstm, input: x, out_features: 64, bias: false}",
                            "  - {name: r.reverse, type: lstm, input: x, out_features: 64, bias: false}",
                            "  - {name: r.both, type: concat, inputs: [r, r.reverse]}", "outputs: [r.both]"));
    const std::string one = "(float[10,2,64] x, float[1,192,64] w, float[1,192,64] wr, float[1,384] wb) => ";
    EXPECT_THAT(imported_operators(one + "(float[1] h) { a, h = GRU <hidden_size = 64> (x, w, wr, wb) }"),
                ElementsAre("a, type: gru, input: x, out_features: 64, sequence: false"));
    EXPECT_THAT(imported_operators(one + "(float[1] a, float[1] h) { a, h = GRU <hidden_size = 64> (x, w, wr, wb) }"),
                ElementsAre("a, type: gru, input: x, out_features: 64",
                            "a.last, type: slice, input: a, axis: rows, begin: 9, size: 1"));
}

TEST(OnnxImport, AttentionOverHeads) {
    EXPECT_THAT(imported_operators("(float[1,4,8,8] x, float[1,4,8,8] z, float[1,1,8,8] w) => (float[1] r) "
                                   "{ m = MatMul (x, z) a = Add (m, w) r = Softmax <axis = 3> (a) }"),
                ElementsAre("m, type: matmul, inputs: [x, z], heads: 4", "r, type: softmax, input: m, groups: 4"))
        << "a constant mask is part of the softmax";
}

TEST(OnnxImport, RotaryPositionEmbedding) {
    const std::string graph = "(float[1,32,64] x, float[1,1,32,16] wc, float[1,1,32,16] ws) => (float[1] r) { " +
                              integers("s", "1, 32, 4, 16", 4) + integers("z", "0", 1) + integers("h", "8", 1) +
                              integers("e", "16", 1) + integers("l", "3", 1) +
                              "p = Reshape (x, s) q = Transpose <perm = [0,2,1,3]> (p) a = Slice (q, z, h, l) "
                              "b = Slice (q, h, e, l) n = Neg (b) ";
    EXPECT_THAT(imported_operators(graph + "t = Concat <axis = -1> (n, a) c = Mul (q, wc) d = Mul (t, ws) "
                                           "r = Add (c, d) }"),
                ElementsAre("r, type: rotary, input: x, heads: 4"));
    EXPECT_THAT(imported_operators(graph + "t = Concat <axis = -1> (n, b) c = Mul (q, wc) d = Mul (t, ws) "
                                           "r = Add (c, d) }"),
                testing::SizeIs(testing::Gt(5u)))
        << "the same half twice is something else";
}

TEST(OnnxImport, ReshapesThatNoViewTellsMoveData) {
    EXPECT_THAT(imported_operators("(float[1,12,10] x) => (float[1] r) { " + integers("s", "1, 8, 15", 3) +
                                   "a = Reshape (x, s) r = Relu (a) }"),
                ElementsAre("a.transpose, type: transpose, input: x, order: [rows, channels, columns]",
                            "a.reshape_1, type: reshape, input: a.transpose, shape: [8, 15, 1]",
                            "r, type: relu, input: a.reshape_1"));
    EXPECT_THAT(import_error(onnx_bytes("(float[2,12,10] x, float[6,4] w) => (float[1] r) { " +
                                        integers("s", "40, 6", 2) + "a = Reshape (x, s) r = MatMul (a, w) }")),
                HasSubstr("so that samples cannot be told apart"));
}

TEST(OnnxImport, OnlyWhatResultsDependOnIsTaken) {
    EXPECT_THAT(imported("(float[1,8,4,4] x, float[1,8,4,4] z) => (float[1] q) "
                         "{ a = Tanh (z) s = Shape (a) b = NonZero (x) r = Reshape (x, s) q = Relu (r) }"),
                ElementsAre("inputs:", "  x: [1, 8, 4, 4]", "operators:", "  - {name: q, type: relu, input: x}",
                            "outputs: [q]"));
}

TEST(OnnxImport, NamesAreMadeUniqueAndPrintable) {
    onnx::ModelProto model;
    model.ParseFromString(onnx_bytes("(float[1,8,4,4] x) => (float[1] c) { a = Relu (x) b = Tanh (a) c = Erf (b) }"));
    for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) node.set_name("$twice \x01\x7f");
    ImportedModel found = import_onnx_bytes(model.SerializeAsString());
    std::vector<std::string> names;
    for (const OperatorSpec& spec : found.workload.operators) names.push_back(spec.name);
    EXPECT_THAT(names, ElementsAre("_$twice __", "_$twice ___1", "_$twice ___2"));
    Problems problems;
    EXPECT_EQ(read_workload_text(workload_text(found.workload, "")).digest(),
              build_graph(found.workload, problems).digest());
}

TEST(OnnxImport, NamesMustBeUtf8) {
    onnx::ModelProto model;
    model.ParseFromString(onnx_bytes("(float[1,8,4,4] x) => (float[1] b) { a = Relu (x) b = Tanh (a) }"));
    model.mutable_graph()->mutable_node(1)->set_name("tanh\xff");
    model.mutable_graph()->mutable_node(0)->set_input(0, "\xe9");
    model.mutable_graph()->mutable_input(0)->set_name("\xe9");
    EXPECT_EQ(import_error(model.SerializeAsString()),
              "model.onnx: graph.node[0].input: a name must be UTF-8 text; byte 1 of this one, 0xE9, is not\n"
              "model.onnx: graph.node[1].name: a name must be UTF-8 text; byte 5 of this one, 0xFF, is not\n"
              "model.onnx: graph.input[0].name: a name must be UTF-8 text; byte 1 of this one, 0xE9, is not");
}

TEST(OnnxImport, MalformedModelsAreRefusedWithTheNode) {
    EXPECT_THAT(import_error(onnx_bytes(image + "{ r = Conv <strides = [0,1]> (x, w) }")),
                HasSubstr("graph.node[0]: Conv 'r': attribute 'strides' is 0; it must be from 1 to 2147483647"));
    EXPECT_THAT(import_error(onnx_bytes(image + "{ r = Conv <strides = [1]> (x, w) }")),
                HasSubstr("attribute 'strides' has 1 numbers; it must have 2"));
    EXPECT_THAT(import_error(onnx_bytes("(float[1,8,4,4] x, float[8] w) => (float[1] r) { r = Conv (x, w) }")),
                HasSubstr("Conv 'r': its weights 8 have not as many axes as its input 1x8x4x4"));
    EXPECT_THAT(import_error(onnx_bytes(image + "{ r = Conv (x, missing) }")),
                HasSubstr("Conv 'r' reads 'missing', which no input, initialiser or earlier node gives"));
    EXPECT_THAT(import_error(onnx_bytes(image + "{ r = Relu (x) r = Tanh (x) }")),
                HasSubstr("there are two values called 'r'"));
    EXPECT_THAT(import_error(onnx_bytes(image + "{ q = Relu (x) }")), HasSubstr("nothing computes the output 'r'"));
    EXPECT_THAT(import_error(onnx_bytes(image + "{ r = Relu (x) }", 6)),
                HasSubstr("opset_import: the model uses operator set 6; legal: 7 to 17"));
    EXPECT_THAT(
        import_error(onnx_bytes("(float[1,8,4,4,4] x, float[8,8,1,1,1] w) => (float[1] r) { r = Conv (x, w) }")),
        HasSubstr("its input 1x8x4x4x4 has 3 spatial axes; one or two are modelled"));
    EXPECT_THAT(import_error(onnx_bytes("(float[1,8,4,4] x, float[1,8,1,1] z) => (float[1] r) { r = Conv (x, z) }")),
                HasSubstr("its weights are computed while the network runs"));
}

} // namespace
} // namespace arsia::test
