// Blocks and repeats of workload files.
#include <gmock/gmock.h>

#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::error_of;
using test::op_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// The block's definition is on lines 4 to 10, the operators begin on line 12.
std::string with_block(const std::string& operators, const std::string& block_lines = "") {
    return R"(format: arsia-workload/1
name: t
inputs: {x: [1, 4, 8, 8]}
blocks:
  basic:
    inputs: [in]
    parameters: {channels, kernel: 3}
    operators:
      - {name: conv, type: conv, input: in, out_channels: $channels, kernel: $kernel, padding: 1}
      - {name: add, type: add, inputs: [conv, in]}
)" + block_lines +
           "operators:\n" + operators;
}

std::vector<std::string> names(const Graph& graph) {
    std::vector<std::string> out;
    for (const Operator& op : graph.operators) out.push_back(op.name);
    return out;
}

std::vector<std::string> inputs(const Graph& graph, const std::string& name) {
    std::vector<std::string> out;
    for (TensorId id : op_of(graph, name).inputs) out.push_back(graph.tensors[id].name);
    return out;
}

TEST(Blocks, AUseIsNamedAndItsResultHasItsName) {
    Graph graph = read_workload_text(with_block("- {name: a, block: basic, input: x, channels: 4}\n"
                                                "- {name: r, type: relu, input: a}\n"
                                                "- {name: s, type: relu, input: a.conv}\n"));
    EXPECT_THAT(names(graph), ElementsAre("a.conv", "a.add", "r", "s"));
    EXPECT_THAT(inputs(graph, "a.add"), ElementsAre("a.conv", "x"));
    EXPECT_THAT(inputs(graph, "r"), ElementsAre("a.add"));
    EXPECT_THAT(inputs(graph, "s"), ElementsAre("a.conv"));
}

TEST(Blocks, RepetitionsAreNumberedAndChained) {
    Graph graph = read_workload_text(with_block("- {name: a, block: basic, repeat: 3, input: x, channels: 4}\n"
                                                "- {name: r, type: relu, input: a}\n"));
    EXPECT_THAT(names(graph), ElementsAre("a.0.conv", "a.0.add", "a.1.conv", "a.1.add", "a.2.conv", "a.2.add", "r"));
    EXPECT_THAT(inputs(graph, "a.0.add"), ElementsAre("a.0.conv", "x"));
    EXPECT_THAT(inputs(graph, "a.2.add"), ElementsAre("a.2.conv", "a.1.add"));
    EXPECT_THAT(inputs(graph, "r"), ElementsAre("a.2.add"));
}

TEST(Blocks, DefaultsAndLists) {
    Graph graph = read_workload_text(with_block("- {name: a, block: basic, input: x, channels: 4}\n"));
    EXPECT_EQ(at(op_of(graph, "a.conv").extents, Dim::R), 3);
    std::string text =
        with_block("- {name: a, block: line, input: x, channels: 4, k: 5}\n",
                   "  line:\n    inputs: [in]\n    parameters: {channels, k}\n    operators:\n"
                   "    - {name: one, type: conv, input: in, out_channels: $channels, kernel: [1, $k]}\n");
    EXPECT_EQ(op_of(read_workload_text(text), "a.one").extents, (Extents{1, 4, 4, 8, 4, 1, 5}));
}

TEST(Blocks, NestedWithParametersHandedOn) {
    Graph graph = read_workload_text(
        with_block("- {name: s, block: stage, input: x, channels: 4, more: 2}\n- {name: r, type: relu, input: s}",
                   "  stage:\n    inputs: [in]\n    parameters: {channels, more}\n    operators:\n"
                   "    - {name: 0, block: basic, input: in, channels: $channels}\n"
                   "    - {block: basic, repeat: $more, first: 1, input: 0, channels: $channels}\n"));
    EXPECT_THAT(names(graph), ElementsAre("s.0.conv", "s.0.add", "s.1.conv", "s.1.add", "s.2.conv", "s.2.add", "r"));
    EXPECT_THAT(inputs(graph, "s.1.conv"), ElementsAre("s.0.add"));
    EXPECT_THAT(inputs(graph, "r"), ElementsAre("s.2.add"));
}

TEST(Blocks, SeveralInputsAndANamedOutput) {
    Graph graph = read_workload_text(
        with_block("- {name: y, type: relu, input: x}\n- {name: j, block: join, repeat: 2, inputs: [x, y]}\n"
                   "- {name: r, type: relu, input: j}\n",
                   "  join:\n    inputs: [left, right]\n    operators:\n"
                   "    - {name: sum, type: add, inputs: [left, right]}\n"
                   "    - {name: side, type: relu, input: sum}\n    output: sum\n"));
    EXPECT_THAT(inputs(graph, "j.0.sum"), ElementsAre("x", "y"));
    EXPECT_THAT(inputs(graph, "j.1.sum"), ElementsAre("j.0.sum", "y")) << "only the first input is chained";
    EXPECT_THAT(inputs(graph, "r"), ElementsAre("j.1.sum"));
}

TEST(Blocks, NamesInsideAreTheBlocksOwn) {
    EXPECT_THAT(error_of(with_block("- {name: y, type: relu, input: x}\n- {name: b, block: outer, input: y}\n",
                                    "  outer:\n    inputs: [in]\n    operators:\n"
                                    "    - {name: r, type: relu, input: y}\n")),
                HasSubstr("w.yaml:14: blocks.outer.operators[0].input: relu 'b.r' reads 'b.y', which does not exist"));
}

TEST(Blocks, AMillionRepetitionsAreOneLine) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\ninputs: {x: [1, 1]}\nblocks:\n  b:\n"
                                     "    inputs: [in]\n    operators: [{name: r, type: relu, input: in}]\n"
                                     "operators: [{name: a, block: b, repeat: 20000, input: x}]");
    EXPECT_EQ(graph.operators.size(), 20000u);
    EXPECT_THAT(inputs(graph, "a.19999.r"), ElementsAre("a.19998.r"));
}

TEST(Blocks, AWrongTemplateIsReportedOnce) {
    EXPECT_EQ(error_of(with_block("- {name: a, block: b, repeat: 5, input: x}\n",
                                  "  b:\n    inputs: [in]\n    operators:\n"
                                  "    - {name: r, type: relu, input: in, knob: 1}\n")),
              "w.yaml:14: blocks.b.operators[0].knob: unknown key 'knob'; legal: block, input, inputs, name, type");
}

TEST(Blocks, AWrongArgumentIsReportedWhereItIsWritten) {
    EXPECT_EQ(error_of(with_block("- {name: a, block: basic, input: x, channels: -4}\n")),
              "w.yaml:12: operators[0].channels: -4 is out of range; it must be from 1 to 2147483647");
    EXPECT_THAT(error_of(with_block("- {name: a, block: basic, input: x, channels: 5}\n")),
                HasSubstr("w.yaml:10: blocks.basic.operators[1].inputs: add 'a.add': inputs 'a.conv' (1x5x8x8) and "
                          "'x' (1x4x8x8) do not fit: 5 and 4 channels"));
}

struct Bad {
    const char* operators;
    const char* block_lines;
    const char* message;
};

class BadBlocks : public testing::TestWithParam<Bad> {};

TEST_P(BadBlocks, SayWhatIsWrong) {
    EXPECT_THAT(error_of(with_block(GetParam().operators, GetParam().block_lines)), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadBlocks,
    testing::Values(
        Bad{"- {name: a, block: basik, input: x}", "",
            "w.yaml:12: operators[0].block: unknown block 'basik'; did you mean 'basic'?; the file defines: basic"},
        Bad{"- {name: a, block: basic, input: x}", "",
            "w.yaml:12: operators[0]: missing key 'channels'; block 'basic' needs it"},
        Bad{"- {name: a, block: basic, input: x, channels: 4, chanels: 4}", "",
            "w.yaml:12: operators[0].chanels: unknown key 'chanels'; did you mean 'channels'?"},
        Bad{"- {name: a, block: basic, inputs: [x, x], channels: 4}", "",
            "w.yaml:12: operators[0]: block 'basic' takes 1 input (in), found 2"},
        Bad{"- {name: a, block: basic, input: y, channels: 4}", "",
            "w.yaml:12: operators[0].input: 'a.in' stands for 'y', which does not exist"},
        Bad{"- {name: a, block: basic, input: x, channels: 4, repeat: 0}", "",
            "w.yaml:12: operators[0].repeat: 0 is out of range; it must be from 1 to 10000000"},
        Bad{"- {name: a, block: basic, input: x, channels: 4, first: 1}", "",
            "operators[0].first: 'first' numbers repetitions; it needs 'repeat'"},
        Bad{"- {block: basic, input: x, channels: 4, repeat: 2}", "", "operators[0]: missing key 'name'"},
        Bad{"- {name: a, block: basic, input: x, channels: $size}", "",
            "w.yaml:12: operators[0].channels: '$size' stands outside a block; only blocks have parameters"},
        Bad{"- {name: a, block: p, input: x, size: 1}",
            "  p:\n    inputs: [in]\n    parameters: {size}\n    operators:\n"
            "    - {name: c, type: conv, input: in, out_channels: $sise, kernel: 1}\n",
            "w.yaml:15: blocks.p.operators[0].out_channels: block 'p' has no parameter 'sise'; did you mean 'size'?; "
            "its parameters: size"},
        Bad{"- {name: a, block: p, input: x}",
            "  p:\n    inputs: [in]\n    operators:\n    - {name: q, block: q, input: in}\n"
            "  q:\n    inputs: [in]\n    operators:\n    - {name: p, block: p, input: in}\n",
            "block 'p' contains itself: p -> q -> p"},
        Bad{"- {name: a, block: p, input: x}",
            "  p:\n    inputs: [in]\n    operators:\n    - {name: r, type: relu, input: in}\n    output: q\n",
            "blocks.p.output: 'a' stands for 'a.q', which does not exist; did you mean 'a.r'?"},
        Bad{"- {name: a, block: p, input: x, repeat: 1}",
            "  p:\n    inputs: [in]\n    parameters: {repeat}\n    operators:\n"
            "    - {name: r, type: relu, input: in}\n",
            "blocks.p.parameters.repeat: a parameter cannot be called 'repeat'; that key has a meaning already"},
        Bad{"- {name: r, type: relu, input: x}", "  p:\n    operators: []\n",
            "w.yaml:12: blocks.p: missing key 'inputs'"},
        Bad{"- {name: a, block: p}", "  p:\n    operators:\n    - {name: r, type: relu, input: in}\n",
            "operators[0]: missing key 'input' (or 'inputs' for several)"},
        Bad{"- {name: r, type: relu, input: x}", "  p:\n    inputs: [in]\n    operators: []\n",
            "blocks.p.operators: a block needs at least one operator"},
        Bad{"- {name: r, type: relu, input: x}", "  p:\n    input: [in]\n    operators: []\n",
            "blocks.p.input: unknown key 'input'; did you mean 'inputs'?"},
        Bad{"- {name: a, block: basic, input: x, channels: 4}\n- {name: a, type: relu, input: x}", "",
            "w.yaml:13: operators[1]: the name 'a' is taken by another operator (line 12)"}));

TEST(Blocks, ReadersOfAWrongUseAreNotReportedToo) {
    EXPECT_EQ(error_of(with_block("- {name: a, block: basic, input: x}\n- {name: r, type: relu, input: a}\n")),
              "w.yaml:12: operators[0]: missing key 'channels'; block 'basic' needs it");
    EXPECT_EQ(error_of(with_block("- {name: a, block: basik, input: x}\n- {name: r, type: relu, input: a}\n")),
              "w.yaml:12: operators[0].block: unknown block 'basik'; did you mean 'basic'?; the file defines: basic");
}

TEST(Blocks, GrowthIsBounded) {
    std::string blocks = "blocks:\n  b0:\n    inputs: [in]\n    operators: [{name: r, type: relu, input: in}]\n";
    for (int i = 1; i <= 33; ++i)
        blocks += "  b" + std::to_string(i) + ":\n    inputs: [in]\n    operators: [{name: n, block: b" +
                  std::to_string(i - 1) + ", input: in}]\n";
    EXPECT_THAT(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 1]}\n" + blocks +
                         "operators: [{name: a, block: b33, input: x}]"),
                HasSubstr("blocks are nested more than 32 deep"));
}

/// Blocks b0 to b4, each of `repeat` times the next, and a use of the first on line 11.
std::string multiplied(const std::string& repeat, const std::string& use = "") {
    std::string blocks = "blocks:\n";
    for (int i = 0; i < 5; ++i)
        blocks += "  b" + std::to_string(i) + ": {inputs: [in], parameters: {n: 1}, operators: [{name: q, block: b" +
                  std::to_string(i + 1) + ", n: $n, repeat: " + repeat + ", input: in}]}\n";
    return "format: arsia-workload/1\nname: t\ninputs: {x: [1, 4]}\n" + blocks +
           "  b5: {inputs: [in], parameters: {n: 1}, operators: [{name: r, type: relu, input: in}]}\n"
           "operators: [{name: z, block: b0, input: x" +
           use + "}]";
}

TEST(Blocks, WhatMultipliesBeyondAllMeasureIsRefusedAtOnce) {
    const std::string refusal = "w.yaml:11: operators[0]: the workload has more than 10000000 operators";
    EXPECT_EQ(error_of(multiplied("1000")), refusal) << "10^15";
    EXPECT_EQ(error_of(multiplied("10000000")), refusal) << "10^35, which is no number of 64 bits";
    EXPECT_EQ(error_of(multiplied("$n", ", n: 1000")), refusal) << "the number is handed down";
    EXPECT_EQ(error_of(multiplied("0x3e8")), refusal) << "YAML has other ways to write a number";
    EXPECT_EQ(read_workload_text(multiplied("3")).operators.size(), 243u);
    EXPECT_EQ(read_workload_text(multiplied("$n", ", n: 2")).operators.size(), 32u);
}

TEST(Blocks, WhatMultipliesNamesWithoutOperatorsIsRefusedAtOnce) {
    const std::string refusal = "operators[0]: the workload has more than 10000000 operators";
    std::string misspelt = multiplied("1000");
    misspelt.replace(misspelt.find("operators", misspelt.find("b3:")), 9, "operars");
    EXPECT_THAT(error_of(misspelt), AllOf(HasSubstr(refusal), HasSubstr("did you mean 'operators'")));
    std::string inputs = "in0";
    for (int i = 1; i < 5000; ++i) inputs += ", in" + std::to_string(i);
    EXPECT_THAT(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 1]}\nblocks: {b: {inputs: [" + inputs +
                         "], operators: [{name: r, type: relu, input: in0}]}}\noperators: [{name: a, block: b, "
                         "repeat: 9000000, input: x}]"),
                HasSubstr(refusal));
}

TEST(Blocks, WhatUsesBlocksTwiceThirtyTimesOverIsRefusedAtOnce) {
    std::string blocks = "blocks:\n  b0: {inputs: [in], operators: [{name: r, type: relu, input: in}]}\n";
    for (int i = 1; i <= 30; ++i) {
        std::string inner = ", block: b" + std::to_string(i - 1) + ", input: in}";
        blocks +=
            "  b" + std::to_string(i) + ": {inputs: [in], operators: [{name: m" + inner + ", {name: n" + inner + "]}\n";
    }
    EXPECT_THAT(error_of("format: arsia-workload/1\nname: t\ninputs: {x: [1, 1]}\n" + blocks +
                         "operators: [{name: a, block: b30, input: x}]"),
                HasSubstr("operators[0]: the workload has more than 10000000 operators"));
}

} // namespace
} // namespace arsia
