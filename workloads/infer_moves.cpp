// Shapes of operators that only move: concat, slice, pad, reshape, transpose, resize.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workloads/inference.h"

namespace arsia {

void Inference::concat() {
    expect_inputs(2, SIZE_MAX);
    if (!sound_) return;
    Operator& op = out_.op;
    op.axis = spec_.axis;
    TensorShape whole = shape(0);
    whole[op.axis] = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        for (std::size_t axis = 0; axis < whole.size(); ++axis)
            if (axis != op.axis && shape(i)[axis] != whole[axis])
                return problem("inputs", fmt::format("inputs {} and {} do not fit: {} and {} {}; all but the {} "
                                                     "must be equal",
                                                     described(0), described(i), whole[axis], shape(i)[axis],
                                                     axis_words[axis], axis_words[op.axis]));
        op.offsets.push_back(whole[op.axis]);
        whole[op.axis] += shape(i)[op.axis];
        if (!positive(axis_words[op.axis], whole[op.axis])) return;
    }
    one_channel_each(whole);
}

void Inference::slice() {
    expect_inputs(1, 1);
    if (!sound_) return;
    TensorShape part = shape(0);
    std::int64_t there = part[spec_.axis];
    if (spec_.begin < 0 || spec_.size < 1 || spec_.begin >= there || spec_.size > there - spec_.begin)
        return problem("size", fmt::format("{} {} from {} on are not inside the input's {} (input {})", spec_.size,
                                           axis_words[spec_.axis], spec_.begin, there, described(0)));
    part[spec_.axis] = spec_.size;
    out_.op.origin[spec_.axis] = spec_.begin;
    one_channel_each(part);
}

void Inference::pad() {
    expect_inputs(1, 1);
    check_padding();
    if (!sound_) return;
    const Window& w = spec_.window;
    out_.op.origin = {0, 0, -w.pad_top, -w.pad_left};
    const TensorShape& in = shape(0);
    one_channel_each({in[0], in[1], in[2] + w.pad_top + w.pad_bottom, in[3] + w.pad_left + w.pad_right});
}

void Inference::reshape() {
    expect_inputs(1, 1);
    if (!sound_) return;
    if (spec_.shape.size() != 3)
        return problem("shape", fmt::format("the shape has {} sizes; legal: [channels, rows, columns] of one sample",
                                            spec_.shape.size()));
    for (std::int64_t size : spec_.shape)
        if (!positive("shape", size)) return;
    const TensorShape& in = shape(0);
    TensorShape to{in[0], spec_.shape[0], spec_.shape[1], spec_.shape[2]};
    auto elements = [](const TensorShape& of) { return static_cast<__int128>(of[1]) * of[2] * of[3]; };
    if (elements(to) != elements(in))
        return problem("shape", fmt::format("{}x{}x{} has not as many elements as a sample of the input {}", to[1],
                                            to[2], to[3], described(0)));
    one_channel_each(to);
}

void Inference::transpose() {
    expect_inputs(1, 1);
    if (!sound_) return;
    std::vector<std::size_t> sorted = spec_.order;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != std::vector<std::size_t>{1, 2, 3})
        return problem("order", "the order must name channels, rows and columns, each once");
    TensorShape to = shape(0);
    for (std::size_t axis = 1; axis < to.size(); ++axis) {
        out_.op.order[axis] = spec_.order[axis - 1];
        to[axis] = shape(0)[spec_.order[axis - 1]];
    }
    one_channel_each(to);
}

void Inference::resize() {
    expect_inputs(1, 1);
    for (std::int64_t scale : {spec_.scale_h, spec_.scale_w})
        if (!positive("scale", scale)) break;
    if (!sound_) return;
    const TensorShape& in = shape(0);
    if (in[2] > largest_size / spec_.scale_h || in[3] > largest_size / spec_.scale_w)
        return problem("scale", fmt::format("the output would have more than {} rows or columns (input {})",
                                            largest_size, described(0)));
    out_.op.scale_h = spec_.scale_h;
    out_.op.scale_w = spec_.scale_w;
    one_channel_each({in[0], in[1], in[2] * spec_.scale_h, in[3] * spec_.scale_w});
}

} // namespace arsia
