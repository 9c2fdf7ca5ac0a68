// Shapes of operators with multiply-accumulates or a table: conv, linear, matmul, lstm, embedding.
#include <fmt/format.h>

#include "workloads/inference.h"

namespace arsia {

void Inference::conv() {
    expect_inputs(1, 1);
    positive("out_channels", spec_.out_features);
    positive("groups", spec_.groups);
    check_window();
    if (!sound_) return;
    std::int64_t channels = shape(0)[1];
    if (channels % spec_.groups != 0)
        problem("groups", fmt::format("{} input channels are not divisible by {} groups (input {})", channels,
                                      spec_.groups, described(0)));
    if (spec_.out_features % spec_.groups != 0)
        problem("groups",
                fmt::format("{} output channels are not divisible by {} groups", spec_.out_features, spec_.groups));
    if (!sound_) return;
    Operator& op = out_.op;
    op.groups = spec_.groups;
    op.window = spec_.window;
    op.has_weights = true;
    op.has_bias = spec_.bias;
    extent(Dim::K) = spec_.out_features;
    extent(Dim::C) = channels / spec_.groups;
    slide_window(spec_.kernel_h, spec_.kernel_w);
}

void Inference::linear() {
    expect_inputs(1, 1);
    positive("out_features", spec_.out_features);
    if (!sound_) return;
    Operator& op = out_.op;
    op.has_weights = true;
    op.has_bias = spec_.bias;
    extent(Dim::K) = spec_.out_features;
    extent(Dim::C) = shape(0)[1];
    if (spec_.flatten)
        slide_window(shape(0)[2], shape(0)[3]);
    else
        slide_window(1, 1);
}

void Inference::check_heads(std::size_t input) {
    if (shape(input)[1] % spec_.groups == 0) return;
    problem("heads", fmt::format("{} channels are not divisible by {} heads (input {})", shape(input)[1], spec_.groups,
                                 described(input)));
}

void Inference::check_sequence(std::size_t input) {
    if (shape(input)[3] == 1) return;
    problem(inputs_.size() == 1 ? "input" : "inputs",
            fmt::format("input {} has {} columns; a sequence has its steps as rows, in one column", described(input),
                        shape(input)[3]));
}

void Inference::matmul() {
    expect_inputs(2, SIZE_MAX);
    positive("heads", spec_.groups);
    if (!sound_) return;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        check_sequence(i);
        check_heads(i);
        if (shape(i)[0] != shape(0)[0])
            problem("inputs", fmt::format("inputs {} and {} do not fit: batches of {} and {}", described(0),
                                          described(i), shape(0)[0], shape(i)[0]));
        if (i > 1 && shape(i)[1] != shape(1)[1])
            problem("inputs", fmt::format("inputs {} and {} do not fit: {} and {} channels; they are one operand, row "
                                          "after row",
                                          described(1), described(i), shape(1)[1], shape(i)[1]));
    }
    if (!sound_) return;
    Operator& op = out_.op;
    op.groups = spec_.groups;
    op.transposed = spec_.transpose;
    std::int64_t rows = 0;
    op.row_offsets.push_back(0);
    for (std::size_t i = 1; i < inputs_.size(); ++i) {
        op.row_offsets.push_back(rows);
        if (__builtin_add_overflow(rows, shape(i)[2], &rows)) rows = INT64_MAX;
    }
    std::int64_t depth = shape(0)[1] / spec_.groups;
    std::int64_t other_depth = spec_.transpose ? shape(1)[1] / spec_.groups : rows;
    const char* wanted = spec_.transpose ? "channels a head" : "rows (of all second operands)";
    if (depth != other_depth)
        return problem("inputs", fmt::format("inputs {} and {} do not fit: {} channels a head and {} {}", described(0),
                                             described(1), depth, other_depth, wanted));
    if (rows > largest_size / spec_.groups)
        return problem("inputs",
                       fmt::format("{} heads of {} rows are more than {} channels", spec_.groups, rows, largest_size));
    extent(Dim::N) = shape(0)[0];
    extent(Dim::K) = spec_.transpose ? spec_.groups * rows : shape(1)[1];
    extent(Dim::C) = depth;
    extent(Dim::P) = shape(0)[2];
    out_.output = {extent(Dim::N), extent(Dim::K), extent(Dim::P), 1};
}

void Inference::lstm() {
    expect_inputs(1, 1);
    positive("out_features", spec_.out_features);
    if (!sound_) return;
    check_sequence(0);
    if (!sound_) return;
    Operator& op = out_.op;
    op.gates = spec_.type == "lstm" ? 4 : spec_.type == "gru" ? 3 : 1;
    op.sequence = spec_.sequence;
    op.has_weights = true;
    op.has_bias = spec_.bias;
    extent(Dim::N) = shape(0)[0];
    extent(Dim::K) = spec_.out_features;
    extent(Dim::C) = shape(0)[1] + spec_.out_features;
    extent(Dim::P) = shape(0)[2];
    out_.output = {shape(0)[0], spec_.out_features, spec_.sequence ? shape(0)[2] : 1, 1};
}

void Inference::embedding() {
    expect_inputs(1, 1);
    positive("out_features", spec_.out_features);
    positive("entries", spec_.entries);
    if (!sound_) return;
    if (shape(0)[1] != 1)
        return problem("input", fmt::format("input {} has {} channels; an embedding looks up one number at each place",
                                            described(0), shape(0)[1]));
    out_.op.has_weights = true;
    out_.op.entries = spec_.entries;
    one_step_each({shape(0)[0], spec_.out_features, shape(0)[2], shape(0)[3]});
}

} // namespace arsia
