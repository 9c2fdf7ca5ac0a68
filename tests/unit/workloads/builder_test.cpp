// The builder as importers use it, and what a digest covers.
#include <set>

#include <gmock/gmock.h>

#include "tests/unit/workloads/support.h"
#include "workloads/graph_builder.h"

namespace arsia {
namespace {

using testing::HasSubstr;

OperatorSpec spec(const std::string& name, const std::string& type, const std::vector<std::string>& inputs) {
    OperatorSpec out;
    out.name = name;
    out.type = type;
    out.inputs = inputs;
    out.out_features = 4;
    return out;
}

std::string error_of(GraphBuilder& builder) {
    try {
        builder.finish();
    } catch (const InputError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}

TEST(GraphBuilder, AliasesLeadToTheirTensor) {
    Problems problems;
    GraphBuilder builder("g", 16, problems);
    builder.add_input("x", {1, 3, 8, 8});
    builder.add_alias("c", "b");
    builder.add_alias("b", "a");
    builder.add_operator(spec("a", "relu", {"x"}));
    builder.add_operator(spec("d", "tanh", {"c"}));
    builder.set_outputs({"c", "d"});
    Graph graph = builder.finish();
    ASSERT_EQ(graph.operators.size(), 2u);
    EXPECT_EQ(graph.operators[OperatorId(1)].inputs[0], graph.operators[OperatorId(0)].output);
    EXPECT_TRUE(graph.output_of(graph.operators[OperatorId(0)]).is_output);
}

TEST(GraphBuilder, AliasesThatLeadNowhere) {
    Problems problems;
    GraphBuilder builder("g", 16, problems);
    builder.add_input("x", {1, 3, 8, 8});
    builder.add_alias("a", "b");
    builder.add_alias("b", "a");
    builder.add_alias("c", "y");
    builder.add_operator(spec("d", "relu", {"a"}));
    builder.add_operator(spec("e", "relu", {"c"}));
    EXPECT_EQ(error_of(builder),
              "'a' stands for itself\n"
              "'c' stands for 'y', which does not exist; did you mean 'x'?; known: x, a, b, c, d, e");
}

TEST(GraphBuilder, UnknownTypesAndFusion) {
    Problems problems("m.onnx");
    GraphBuilder builder("g", 16, problems);
    builder.add_input("x", {1, 3, 8, 8});
    builder.add_operator(spec("a", "softmx", {"x"}));
    OperatorSpec fused = spec("b", "concat", {"x", "x"});
    fused.activation = "relu";
    builder.add_operator(fused);
    OperatorSpec odd = spec("c", "conv", {"x"});
    odd.activation = "step";
    builder.add_operator(odd);
    std::string error = error_of(builder);
    EXPECT_THAT(error,
                HasSubstr("m.onnx: 'a': unknown operator type 'softmx'; did you mean 'softmax'?; legal: conv, linear, "
                          "matmul, lstm"));
    EXPECT_THAT(error,
                HasSubstr("m.onnx: concat 'b': only conv, linear, matmul, element-wise operators of several inputs, "
                          "normalisations and batch_norm can have an activation fused"));
    EXPECT_THAT(error, HasSubstr("m.onnx: conv 'c': unknown activation 'step'"));
}

TEST(GraphBuilder, NumbersOutOfRange) {
    Problems problems;
    GraphBuilder builder("g", 16, problems);
    builder.add_input("x", {1, 3, 8, 8});
    OperatorSpec bad = spec("c", "conv", {"x"});
    bad.out_features = -1;
    bad.groups = 0;
    bad.kernel_w = 0;
    bad.window.stride_h = -2;
    bad.window.dilation_w = 0;
    bad.window.pad_left = -1;
    builder.add_operator(bad);
    EXPECT_EQ(error_of(builder), "conv 'c': out_channels is -1; it must be from 1 to 2147483647\n"
                                 "conv 'c': groups is 0; it must be from 1 to 2147483647\n"
                                 "conv 'c': kernel is 0; it must be from 1 to 2147483647\n"
                                 "conv 'c': stride is -2; it must be from 1 to 2147483647\n"
                                 "conv 'c': dilation is 0; it must be from 1 to 2147483647\n"
                                 "conv 'c': padding is -1; it must be from 0 to 2147483647");
}

TEST(GraphBuilder, NegativeInputSizes) {
    Problems problems;
    GraphBuilder builder("g", 16, problems);
    builder.add_input("x", {1, -3, 8, 8});
    builder.add_operator(spec("a", "relu", {"x"}));
    EXPECT_EQ(error_of(builder), "input 'x': -3 is out of range; sizes must be from 1 to 2147483647");
}

TEST(Digest, ChangesWithEverythingThatMatters) {
    const std::string base = "format: arsia-workload/1\nname: t\nelement: 16 bit\ninputs: {x: [1, 3, 8, 8]}\n"
                             "operators:\n"
                             "- {name: a, type: conv, input: x, out_channels: 4, kernel: 3, padding: 1}\n"
                             "- {name: b, type: relu, input: a}\n- {name: c, type: add, inputs: [a, b]}\n";
    std::string digest = read_workload_text(base).digest();
    EXPECT_EQ(digest.size(), 16u);
    EXPECT_EQ(read_workload_text(base).digest(), digest);
    auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = base;
        text.replace(text.find(from), from.size(), to);
        return read_workload_text(text).digest();
    };
    const std::pair<const char*, const char*> changes[] = {
        {"16 bit", "8 bit"},
        {"[1, 3, 8, 8]", "[2, 3, 8, 8]"},
        {"out_channels: 4", "out_channels: 8"},
        {"kernel: 3, padding: 1", "kernel: 5, padding: 2"},
        {"padding: 1", "padding: 1, stride: 2"},
        {"padding: 1", "padding: 1, bias: false"},
        {"padding: 1", "padding: [2, 1, 0, 1]"},
        {"kernel: 3, padding: 1", "kernel: 3, padding: 2, dilation: 2"},
        {"type: relu", "type: tanh"},
        {"type: add", "type: mul"},
        {"inputs: [a, b]", "inputs: [b, a]"},
        {"inputs: [a, b]", "inputs: [a, b, b]"},
        {"{name: c", "{name: d"},
        {"{x: [1, 3, 8, 8]}", "{x: [1, 3, 8, 8], y: [1, 3, 8, 8]}"},
    };
    std::set<std::string> digests{digest};
    for (const auto& [from, to] : changes) EXPECT_TRUE(digests.insert(changed(from, to)).second) << from << " " << to;
    EXPECT_TRUE(digests.insert(read_workload_text(base + "outputs: [a, c]\n").digest()).second);

    EXPECT_EQ(read_workload_text(base + "# a comment\n").digest(), digest);
    EXPECT_EQ(changed("kernel: 3", "kernel:  [3, 3]"), digest);
    EXPECT_EQ(changed("padding: 1", "padding: 1, groups: 1, activation: relu"), digest) << "fused activations are free";
}

// Mappings name the digest of their workload: one of a network that has not changed stays.
TEST(Digest, OfANetworkStays) {
    EXPECT_EQ(read_workload("resnet18").digest(), "0ed55af6abfe540a");
    EXPECT_EQ(read_workload("vgg16").digest(), "f5af75d76e753c82");
}

TEST(Digest, CoversTheAttributesOfEveryKind) {
    std::set<std::string> digests;
    auto digest_of = [](const std::string& entry, const std::string& resident) {
        return read_workload_text("format: arsia-workload/1\nname: t\n"
                                  "inputs: {x: [1, 12, 4], i: [1, 6, 4, 6], ids: [1, 1, 4]}\n" +
                                  resident + "operators:\n- " + entry)
            .digest();
    };
    for (const char* entry : {"{name: o, type: matmul, inputs: [x, x], transpose: true}",
                              "{name: o, type: matmul, inputs: [x, x], heads: 3, transpose: true}",
                              "{name: o, type: lstm, input: x, out_features: 8}",
                              "{name: o, type: gru, input: x, out_features: 8}",
                              "{name: o, type: lstm, input: x, out_features: 8, sequence: false}",
                              "{name: o, type: softmax, input: x}",
                              "{name: o, type: softmax, input: x, groups: 3}",
                              "{name: o, type: layer_norm, input: x}",
                              "{name: o, type: layer_norm, input: x, affine: false}",
                              "{name: o, type: lrn, input: i, size: 3}",
                              "{name: o, type: lrn, input: i, size: 5}",
                              "{name: o, type: rotary, input: x}",
                              "{name: o, type: rotary, input: x, heads: 2}",
                              "{name: o, type: embedding, input: ids, out_features: 8, entries: 9}",
                              "{name: o, type: embedding, input: ids, out_features: 8, entries: 10}",
                              "{name: o, type: concat, inputs: [i, i]}",
                              "{name: o, type: concat, inputs: [i, i], axis: rows}",
                              "{name: o, type: slice, input: x, begin: 0, size: 3}",
                              "{name: o, type: slice, input: x, begin: 1, size: 3}",
                              "{name: o, type: pad, input: i, padding: [1, 0, 0, 0]}",
                              "{name: o, type: pad, input: i, padding: [0, 0, 1, 0]}",
                              "{name: o, type: reshape, input: i, shape: [6, 24, 1]}",
                              "{name: o, type: reshape, input: i, shape: [24, 6, 1]}",
                              "{name: o, type: transpose, input: i, order: [channels, columns, rows]}",
                              "{name: o, type: transpose, input: i, order: [columns, rows, channels]}",
                              "{name: o, type: resize, input: i, scale: [1, 2]}",
                              "{name: o, type: resize, input: i, scale: [2, 1]}",
                              "{name: o, type: linear, input: i, out_features: 8}",
                              "{name: o, type: linear, input: i, out_features: 8, flatten: false}"}) {
        std::string digest = digest_of(entry, "");
        EXPECT_TRUE(digests.insert(digest).second) << entry;
        EXPECT_EQ(digest, digest_of(entry, ""));
    }
    const char* sum = "{name: o, type: add, inputs: [x, p]}";
    EXPECT_NE(digest_of(sum, "parameters: {p: [1, 12, 4]}\n"), digest_of(sum, "caches: {p: [1, 12, 4]}\n"));
}

} // namespace
} // namespace arsia
