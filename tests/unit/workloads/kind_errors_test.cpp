// Texts of what does not fit, for the kinds of transformers, recurrent and further convolutional networks.
#include "tests/unit/workloads/support.h"

namespace arsia {
namespace {

using test::error_of;

struct Bad {
    const char* entry;
    const char* message; ///< after `w.yaml:5: operators[0]`
};

class BadKinds : public testing::TestWithParam<Bad> {};

TEST_P(BadKinds, SayWhatDoesNotFit) {
    EXPECT_EQ(error_of(std::string("format: arsia-workload/1\nname: t\n"
                                   "inputs: {x: [1, 12, 4], y: [1, 10, 6], b: [2, 12, 4], i: [1, 6, 4, 5]}\n"
                                   "operators:\n- ") +
                       GetParam().entry),
              std::string("w.yaml:5: operators[0]") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadKinds,
    testing::Values(
        Bad{"{name: m, type: matmul, inputs: [x, y], transpose: true}",
            ".inputs: matmul 'm': inputs 'x' (1x12x4x1) and 'y' (1x10x6x1) do not fit: 12 channels a head and 10 "
            "channels a head"},
        Bad{"{name: m, type: matmul, inputs: [x, y]}",
            ".inputs: matmul 'm': inputs 'x' (1x12x4x1) and 'y' (1x10x6x1) do not fit: 12 channels a head and 6 rows "
            "(of all second operands)"},
        Bad{"{name: m, type: matmul, inputs: [x, x], heads: 5}",
            ".heads: matmul 'm': 12 channels are not divisible by 5 heads (input 'x' (1x12x4x1))"},
        Bad{"{name: m, type: matmul, inputs: [x, b], transpose: true}",
            ".inputs: matmul 'm': inputs 'x' (1x12x4x1) and 'b' (2x12x4x1) do not fit: batches of 1 and 2"},
        Bad{"{name: m, type: matmul, inputs: [x, x, y], transpose: true}",
            ".inputs: matmul 'm': inputs 'x' (1x12x4x1) and 'y' (1x10x6x1) do not fit: 12 and 10 channels; they are "
            "one operand, row after row"},
        Bad{"{name: m, type: matmul, inputs: [x, i]}",
            ".inputs: matmul 'm': input 'i' (1x6x4x5) has 5 columns; a sequence has its steps as rows, in one column"},
        Bad{"{name: m, type: matmul, input: x}", ": matmul 'm': takes at least 2 inputs, found 1"},
        Bad{"{name: l, type: lstm, input: i, out_features: 4}",
            ".input: lstm 'l': input 'i' (1x6x4x5) has 5 columns; a sequence has its steps as rows, in one column"},
        Bad{"{name: l, type: gru, input: x}", ": missing key 'out_features'; a gru needs it"},
        Bad{"{name: e, type: embedding, input: x, out_features: 4, entries: 9}",
            ".input: embedding 'e': input 'x' (1x12x4x1) has 12 channels; an embedding looks up one number at each "
            "place"},
        Bad{"{name: s, type: softmax, input: x, groups: 5}",
            ".groups: softmax 's': 12 channels are not divisible by 5 groups (input 'x' (1x12x4x1))"},
        Bad{"{name: r, type: rotary, input: x, heads: 5}",
            ".heads: rotary 'r': 12 channels are not divisible by 5 heads (input 'x' (1x12x4x1))"},
        Bad{"{name: g, type: group_norm, input: i}", ": missing key 'groups'; a group_norm needs it"},
        Bad{"{name: l, type: lrn, input: i}", ": missing key 'size'; a lrn needs it"},
        Bad{"{name: s, type: sub, inputs: [x, x, x]}", ": sub 's': takes 2 inputs, found 3"},
        Bad{"{name: k, type: concat, inputs: [x, y], axis: rows}",
            ".inputs: concat 'k': inputs 'x' (1x12x4x1) and 'y' (1x10x6x1) do not fit: 12 and 10 channels; all but the "
            "rows must be equal"},
        Bad{"{name: k, type: concat, inputs: [x, x], axis: row}",
            ".axis: 'row' is unknown; did you mean 'rows'?; legal: channels, rows, columns"},
        Bad{"{name: s, type: slice, input: x, begin: 10, size: 3}",
            ".size: slice 's': 3 channels from 10 on are not inside the input's 12 (input 'x' (1x12x4x1))"},
        Bad{"{name: s, type: slice, input: x, axis: rows, begin: 4, size: 1}",
            ".size: slice 's': 1 rows from 4 on are not inside the input's 4 (input 'x' (1x12x4x1))"},
        Bad{"{name: p, type: pad, input: x}", ": missing key 'padding'; a pad needs it"},
        Bad{"{name: r, type: reshape, input: i, shape: [6, 21, 1]}",
            ".shape: reshape 'r': 6x21x1 has not as many elements as a sample of the input 'i' (1x6x4x5)"},
        Bad{"{name: r, type: reshape, input: i, shape: [6, 20]}",
            ".shape: reshape 'r': the shape has 2 sizes; legal: [channels, rows, columns] of one sample"},
        Bad{"{name: t, type: transpose, input: i, order: [rows, rows, columns]}",
            ".order: transpose 't': the order must name channels, rows and columns, each once"},
        Bad{"{name: t, type: transpose, input: i, order: [rows, col, channels]}",
            ".order[1]: 'col' is unknown; did you mean 'columns'?; legal: channels, rows, columns"},
        Bad{"{name: u, type: resize, input: i, scale: 2147483647}",
            ".scale: resize 'u': the output would have more than 2147483647 rows or columns (input 'i' (1x6x4x5))"},
        Bad{"{name: l, type: linear, input: x, out_features: 4, activation: rotary}",
            ".activation: 'rotary' is unknown; legal: relu, relu6, leaky_relu, elu, sigmoid, tanh, gelu, silu, "
            "hardswish, hardsigmoid, softplus, mish, erf, exp, sqrt, clip, scale, identity"},
        Bad{"{name: r, type: relu, input: x, heads: 2}",
            ".heads: unknown key 'heads'; legal: block, input, inputs, name, type"}));

TEST(KindSizes, OverflowIsReported) {
    auto error = [](const std::string& inputs, const std::string& entry) {
        return error_of("format: arsia-workload/1\nname: t\ninputs: {" + inputs + "}\noperators:\n- " + entry);
    };
    EXPECT_EQ(
        error("x: [1, 2147483647, 1], y: [1, 2147483647, 1]",
              "{name: m, type: matmul, inputs: [x, y, y], heads: 2147483647, transpose: true}"),
        "w.yaml:5: operators[0].inputs: matmul 'm': 2147483647 heads of 2 rows are more than 2147483647 channels");
    EXPECT_EQ(error("x: [1, 1000000000, 1]", "{name: l, type: lstm, input: x, out_features: 2000000000}"),
              "w.yaml:5: operators[0]: lstm 'l' has 2^63 or more steps\n"
              "w.yaml:5: operators[0]: lstm 'l': its weights have 2^63 or more bits");
    EXPECT_EQ(error("x: [1, 1, 1]", "{name: e, type: embedding, input: x, out_features: 2000000000, entries: "
                                    "2000000000}"),
              "w.yaml:5: operators[0]: embedding 'e': its weights have 2^63 or more bits");
    EXPECT_EQ(error("x: [2000000000, 1000000000]", "{name: s, type: softmax, input: x}"),
              "w.yaml:3: inputs.x: input 'x' has 2^63 or more bits\n"
              "w.yaml:5: operators[0]: softmax 's' has 2^63 or more steps\n"
              "w.yaml:5: operators[0]: softmax 's': its output 2000000000x1000000000x1x1 has 2^63 or more bits");
}

} // namespace
} // namespace arsia
