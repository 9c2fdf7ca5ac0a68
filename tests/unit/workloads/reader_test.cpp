// Reading a workload file: the least form, and the text of every error.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::error_of;
using test::file_with;
using test::op_of;
using test::operators_error;
using testing::Eq;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* tiny = R"(format: arsia-workload/1
name: tiny
element: 16 bit
inputs: {image: [1, 3, 224, 224]}          # N C H W
operators:
  - {name: conv1, type: conv, input: image, out_channels: 64, kernel: [7, 7], stride: [2, 2], padding: [3, 3]}
  - {name: pool1, type: pool, input: conv1, kernel: [3, 3], stride: [2, 2], padding: [1, 1]}
  - {name: sum1,  type: add,  inputs: [pool1, pool1]}
  - {name: fc,    type: linear, input: sum1, out_features: 1000}
)";

TEST(Reader, TheLeastForm) {
    Graph graph = read_workload_text(tiny);
    EXPECT_EQ(graph.name, "tiny");
    EXPECT_EQ(graph.element_bits, 16);
    ASSERT_EQ(graph.operators.size(), 4u);
    EXPECT_EQ(test::shape_of(graph, "conv1"), (TensorShape{1, 64, 112, 112}));
    EXPECT_EQ(test::shape_of(graph, "sum1"), (TensorShape{1, 64, 56, 56}));
    EXPECT_EQ(test::shape_of(graph, "fc"), (TensorShape{1, 1000, 1, 1}));
    EXPECT_EQ(graph.macs(), 64LL * 3 * 49 * 112 * 112 + 64LL * 56 * 56 * 1000);
    EXPECT_EQ(graph.weights(), 64 * 3 * 49 + 64 * 56 * 56 * 1000);
    EXPECT_EQ(graph.parameters(), graph.weights() + 64 + 1000);
    const Operator& sum = op_of(graph, "sum1");
    ASSERT_EQ(sum.inputs.size(), 2u);
    EXPECT_EQ(sum.inputs[0], sum.inputs[1]);
    EXPECT_EQ(graph.tensors[sum.inputs[0]].consumers.size(), 1u) << "one consumer, though it reads twice";
    EXPECT_FALSE(graph.output_of(sum).is_output);
    EXPECT_TRUE(graph.output_of(op_of(graph, "fc")).is_output);
    EXPECT_TRUE(graph.tensors[TensorId(0)].is_input());
}

TEST(Reader, OrderInTheFileIsFree) {
    Graph graph = test::read("- {name: b, type: relu, input: a}\n- {name: a, type: relu, input: x}");
    EXPECT_EQ(graph.operators[OperatorId(0)].name, "a");
    EXPECT_EQ(graph.operators[OperatorId(1)].name, "b");
}

TEST(Reader, SeveralInputsWithoutAPathBetween) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\ninputs: {a: [1, 3], b: [1, 5]}\noperators:\n"
                                     "- {name: f, type: linear, input: a, out_features: 2}\n"
                                     "- {name: g, type: linear, input: b, out_features: 2}\n");
    EXPECT_TRUE(graph.output_of(op_of(graph, "f")).is_output);
    EXPECT_TRUE(graph.output_of(op_of(graph, "g")).is_output);
}

TEST(Reader, OutputsCanBeNamed) {
    Graph graph = read_workload_text(file_with("- {name: a, type: relu, input: x}\n- {name: b, type: relu, input: a}\n"
                                               "outputs: [a, b]\n"));
    EXPECT_TRUE(graph.output_of(op_of(graph, "a")).is_output);
    EXPECT_TRUE(graph.output_of(op_of(graph, "b")).is_output);
    EXPECT_THAT(error_of(file_with("- {name: aa, type: relu, input: x}\noutputs: [ab]\n")),
                Eq("w.yaml:6: outputs: the workload gives back 'ab', which does not exist; did you mean 'aa'?; known: "
                   "x, aa"));
    EXPECT_THAT(error_of(file_with("- {name: a, type: relu, input: x}\noutputs: [a, a]\n")),
                Eq("w.yaml:6: outputs: output 'a' is named twice"));
    EXPECT_THAT(error_of(file_with("- {name: a, type: relu, input: x}\noutputs: [x]\n")),
                Eq("w.yaml:6: outputs: output 'x' is an input of the workload; nothing computes it"));
    EXPECT_THAT(error_of(file_with("- {name: a, type: relu, input: x}\noutputs: []\n")),
                HasSubstr("no output is named; without this key, all unread results are outputs"));
}

TEST(Reader, UnknownOperatorIsNotFound) { EXPECT_FALSE(read_workload_text(tiny).find_operator("conv9").valid()); }

TEST(Reader, DanglingInput) {
    EXPECT_EQ(operators_error("- {name: conv1, type: relu, input: x}\n- {name: b, type: relu, input: conv2}"),
              "w.yaml:6: operators[1].input: relu 'b' reads 'conv2', which does not exist; did you mean 'conv1'?; "
              "known: x, conv1, b");
    EXPECT_EQ(operators_error("- {name: s, type: add, inputs: [x, somewhere]}"),
              "w.yaml:5: operators[0].inputs: add 's' reads 'somewhere', which does not exist; known: x, s");
}

TEST(Reader, CyclesAreNamed) {
    EXPECT_EQ(operators_error("- {name: a, type: add, inputs: [x, c]}\n- {name: b, type: relu, input: a}\n"
                              "- {name: c, type: relu, input: b}\n- {name: d, type: relu, input: c}"),
              "w.yaml:5: operators[0]: operators form a cycle, each needs the one before: a -> b -> c -> a");
    EXPECT_EQ(operators_error("- {name: a, type: relu, input: a}"),
              "w.yaml:5: operators[0]: operators form a cycle, each needs the one before: a -> a");
}

TEST(Reader, EveryCycleIsReported) {
    std::string error = operators_error("- {name: a, type: relu, input: b}\n- {name: b, type: relu, input: a}\n"
                                        "- {name: c, type: relu, input: d}\n- {name: d, type: relu, input: c}");
    EXPECT_THAT(error, HasSubstr("a -> b -> a"));
    EXPECT_THAT(error, HasSubstr("c -> d -> c"));
}

TEST(Reader, NamesAreUnique) {
    EXPECT_EQ(operators_error("- {name: a, type: relu, input: x}\n- {name: a, type: tanh, input: x}"),
              "w.yaml:6: operators[1]: the name 'a' is taken by another operator (line 5)");
    EXPECT_EQ(operators_error("- {name: x, type: relu, input: x}"),
              "w.yaml:5: operators[0]: the name 'x' is taken by an input (line 3)");
    EXPECT_EQ(operators_error("- {name: '', type: relu, input: x}\n- {name: b, type: relu, input: x}"),
              "w.yaml:5: operators[0].name: the name is empty");
}

TEST(Reader, NamesHoldNoControlCharacters) {
    const std::string holds = " holds the control character U+0000, which a name cannot";
    EXPECT_EQ(operators_error("- {name: \"a\\0b\", type: relu, input: x}"),
              "w.yaml:5: operators[0].name: the name 'a\\x00b'" + holds);
    EXPECT_EQ(error_of("format: arsia-workload/1\nname: \"t\\0\"\ninputs: {x: [1, 3]}\n"
                       "operators: [{name: a, type: relu, input: x}]"),
              "w.yaml:2: name: the name 't\\x00'" + holds);
    EXPECT_EQ(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 3], \"y\\0\": [1, 3]}\n"
                       "operators: [{name: a, type: relu, input: x}]"),
              "w.yaml:3: inputs.y\\x00: the name 'y\\x00'" + holds);
    EXPECT_EQ(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 3]}\n"
                       "blocks: {b: {inputs: [in], operators: [{name: r, type: relu, input: in}]}}\n"
                       "operators: [{name: \"u\\0\", block: b, repeat: 3, input: x}]"),
              "w.yaml:5: operators[0].name: the name 'u\\x00'" + holds);
}

TEST(Reader, UnknownTypesAndKeys) {
    EXPECT_THAT(operators_error("- {name: c, type: conf, input: x}"),
                Eq("w.yaml:5: operators[0].type: 'conf' is unknown; did you mean 'conv'?; legal: conv, linear, pool, "
                   "matmul, lstm, gru, rnn, max_pool, avg_pool, global_avg_pool, add, mul, sub, div, max, min, pow, "
                   "softmax, layer_norm, rms_norm, group_norm, instance_norm, lrn, embedding and 27 more"));
    EXPECT_THAT(operators_error("- {name: c, type: conv, input: x, out_channel: 4, kernel: 1}"),
                HasSubstr("w.yaml:5: operators[0].out_channel: unknown key 'out_channel'; did you mean "
                          "'out_channels'?; legal: activation, bias, block, dilation, groups, input, inputs, kernel"));
    EXPECT_THAT(operators_error("- {name: l, type: linear, input: x, out_features: 4, kernel: 1}"),
                HasSubstr("unknown key 'kernel'"));
    EXPECT_THAT(operators_error("- {name: r, type: relu, input: x, activation: relu}"),
                HasSubstr("unknown key 'activation'"));
    EXPECT_THAT(error_of("format: arsia-workload/1\nname: t\nelements: 16 bit\ninputs: {x: [1, 3]}\n"
                         "operators: [{name: r, type: relu, input: x}]"),
                Eq("w.yaml:3: elements: unknown key 'elements'; did you mean 'element'?; legal: blocks, caches, "
                   "element, format, inputs, name, operators, outputs, parameters"));
}

TEST(Reader, MissingKeys) {
    EXPECT_EQ(operators_error("- {name: c, type: conv, input: x}"),
              "w.yaml:5: operators[0]: missing key 'out_channels'; a conv needs it\n"
              "w.yaml:5: operators[0]: missing key 'kernel'; a conv needs it");
    EXPECT_EQ(operators_error("- {name: p, type: pool, input: x}"),
              "w.yaml:5: operators[0]: missing key 'kernel'; a pool needs it");
    EXPECT_EQ(operators_error("- {name: r, type: relu}"),
              "w.yaml:5: operators[0]: missing key 'input' (or 'inputs' for several)");
    EXPECT_EQ(operators_error("- {name: r, type: add, input: x, inputs: [x, x]}"),
              "w.yaml:5: operators[0].inputs: both 'input' and 'inputs' are given; one of them is enough");
    EXPECT_EQ(operators_error("- {type: relu, input: x}"), "w.yaml:5: operators[0]: missing key 'name'");
    EXPECT_EQ(operators_error("- {name: r, input: x}"), "w.yaml:5: operators[0]: missing key 'type'");
    EXPECT_EQ(error_of("format: arsia-workload/1\n"),
              "w.yaml:1: missing key 'name'\nw.yaml:1: missing key 'inputs'\nw.yaml:1: missing key 'operators'");
}

TEST(Reader, ThingsOfTheWrongForm) {
    EXPECT_THAT(operators_error("- conv\n"), StartsWith("w.yaml:5: operators[0]: expected a map, found 'conv'"));
    EXPECT_THAT(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 3]}\noperators: none"),
                StartsWith("w.yaml:4: operators: expected a list, found 'none'"));
    EXPECT_THAT(error_of("format: arsia-workload/2\nname: t\ninputs: {x: [1, 3]}\n"
                         "operators: [{name: r, type: relu, input: x}]"),
                Eq("w.yaml:1: format: format 'arsia-workload/2' is not understood; expected 'arsia-workload/1'"));
    EXPECT_THAT(error_of("operators: [{"), StartsWith("w.yaml:"));
    EXPECT_THAT(error_of("operators: [{"), HasSubstr("malformed YAML"));
    EXPECT_THAT(error_of("- a\n- b\n"), HasSubstr("expected a map at the top of the file, found a list"));
}

TEST(Reader, NoOperatorAndNoInput) {
    EXPECT_EQ(error_of("format: arsia-workload/1\nname: t\ninputs: {}\noperators: []"),
              "w.yaml: inputs: the workload has no input");
    EXPECT_EQ(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 2]}\noperators: []"),
              "w.yaml: operators: the workload has no operator");
}

TEST(Reader, InputShapes) {
    auto with_shape = [](const std::string& shape) {
        return error_of("format: arsia-workload/1\nname: t\ninputs: {x: " + shape +
                        "}\noperators: [{name: r, type: relu, input: x}]");
    };
    const std::string legal = "; legal: [N, C, H, W], [N, C, steps] or [N, C]";
    EXPECT_EQ(with_shape("[1, 2, 3, 4, 5]"), "w.yaml:3: inputs.x: input 'x' has 5 sizes" + legal);
    EXPECT_EQ(with_shape("[1]"), "w.yaml:3: inputs.x: input 'x' has 1 size" + legal);
    EXPECT_EQ(with_shape("[1, 0, 8, 8]"), "w.yaml:3: inputs.x[1]: 0 is out of range; it must be from 1 to 2147483647");
    EXPECT_THAT(with_shape("8"), StartsWith("w.yaml:3: inputs.x: expected a list, found '8'"));
    EXPECT_EQ(with_shape("[2000000000, 2000000000, 3, 8]"),
              "w.yaml:3: inputs.x: input 'x' has 2^63 or more bits\n"
              "w.yaml:4: operators[0]: relu 'r' has 2^63 or more steps\n"
              "w.yaml:4: operators[0]: relu 'r': its output 2000000000x2000000000x3x8 has 2^63 or more bits");
}

TEST(Reader, ElementWidth) {
    auto with_element = [](const std::string& element) {
        return "format: arsia-workload/1\nname: t\nelement: " + element +
               "\ninputs: {x: [1, 3]}\noperators: [{name: r, type: relu, input: x}]";
    };
    EXPECT_EQ(read_workload_text(with_element("8 bit")).element_bits, 8);
    EXPECT_EQ(read_workload_text(with_element("4bit")).bytes_of(3), 2) << "12 bits";
    EXPECT_EQ(error_of(with_element("16")),
              "w.yaml:3: element: '16' is no element width; expected a whole number of bits, like '16 bit'");
    EXPECT_EQ(error_of(with_element("2 byte")),
              "w.yaml:3: element: '2 byte' is no element width; expected a whole number of bits, like '16 bit'");
    EXPECT_EQ(error_of(with_element("0 bit")), "w.yaml:3: element: '0 bit': an element has from 1 to 128 bits");
}

TEST(Reader, AllProblemsOfAFileAtOnceInOrderOfLine) {
    EXPECT_EQ(operators_error("- {name: a, type: conv, input: x, out_channels: 4, kernel: 9}\n"
                              "- {name: b, type: relu, input: nothing}\n"
                              "- {name: c, type: conv, input: a, out_channels: 0, kernel: 1, strid: 2}\n"),
              "w.yaml:5: operators[0].kernel: conv 'a': kernel 9x9 is larger than its padded input 8x8 (input 'x' "
              "(1x3x8x8))\n"
              "w.yaml:6: operators[1].input: relu 'b' reads 'nothing', which does not exist; known: x, a, b, c\n"
              "w.yaml:7: operators[2].out_channels: 0 is out of range; it must be from 1 to 2147483647\n"
              "w.yaml:7: operators[2].strid: unknown key 'strid'; did you mean 'stride'?; legal: activation, bias, "
              "block, dilation, groups, input, inputs, kernel, name, out_channels, padding, stride, type");
}

TEST(Reader, Files) {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / "arsia_reader_test";
    std::filesystem::create_directories(folder);
    auto message = [](const std::string& name) -> std::string {
        try {
            read_workload(name);
        } catch (const InputError& error) {
            return error.what();
        }
        return "read";
    };
    std::string file = (folder / "t.yaml").string();
    std::ofstream(file) << tiny;
    EXPECT_EQ(message(file), "read");
    EXPECT_EQ(message((folder / "none.yaml").string()), (folder / "none.yaml").string() + ": no such workload file");
    EXPECT_THAT(message("resnet43"), StartsWith("unknown workload 'resnet43'; did you mean 'resnet34'?; the catalog "
                                                "has: alexnet, "));
    std::string onnx = (folder / "m.onnx").string();
    std::ofstream{onnx} << "x";
    EXPECT_THAT(message(onnx), StartsWith(onnx + ": is no ONNX model"));
    std::ofstream(file) << "name: 1\n";
    EXPECT_THAT(message(file), StartsWith(file + ":1: missing key 'format'"));
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace arsia
