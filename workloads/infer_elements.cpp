// Shapes of windows, and of operators that give one element for each of their input's: pool, elementwise, activation,
// normalization.
#include <algorithm>

#include <fmt/format.h>

#include "workloads/inference.h"

namespace arsia {

void Inference::check_window() {
    const Window& w = spec_.window;
    for (std::int64_t size : {spec_.kernel_h, spec_.kernel_w})
        if (!positive("kernel", size)) break;
    for (std::int64_t size : {w.stride_h, w.stride_w})
        if (!positive("stride", size)) break;
    for (std::int64_t size : {w.dilation_h, w.dilation_w})
        if (!positive("dilation", size)) break;
    check_padding();
}

void Inference::check_padding() {
    const Window& w = spec_.window;
    for (std::int64_t size : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
        if (size >= 0 && size <= largest_size) continue;
        problem("padding", fmt::format("padding is {}; it must be from 0 to {}", size, largest_size));
        break;
    }
}

std::int64_t Inference::window_positions(std::int64_t size, std::int64_t kernel, std::int64_t stride,
                                         std::int64_t dilation, std::int64_t pad_before, std::int64_t pad_after) const {
    std::int64_t room = size + pad_before + pad_after - ((kernel - 1) * dilation + 1);
    if (room < 0) return 0;
    if (!spec_.ceil_mode) return room / stride + 1;
    std::int64_t positions = divide_up(room, stride) + 1;
    // A window that would begin behind the input, in the padding after it, is left out.
    if ((positions - 1) * stride >= size + pad_before) --positions;
    return positions;
}

void Inference::slide_window(std::int64_t kernel_h, std::int64_t kernel_w) {
    const Window& w = out_.op.window;
    const TensorShape& in = shape(0);
    extent(Dim::N) = in[0];
    extent(Dim::R) = kernel_h;
    extent(Dim::S) = kernel_w;
    std::int64_t rows = window_positions(in[2], kernel_h, w.stride_h, w.dilation_h, w.pad_top, w.pad_bottom);
    std::int64_t columns = window_positions(in[3], kernel_w, w.stride_w, w.dilation_w, w.pad_left, w.pad_right);
    if (rows == 0 || columns == 0) {
        bool dilated = w.dilation_h > 1 || w.dilation_w > 1;
        std::string spread = dilated ? fmt::format(", dilated to {}x{},", (kernel_h - 1) * w.dilation_h + 1,
                                                   (kernel_w - 1) * w.dilation_w + 1)
                                     : "";
        problem("kernel",
                fmt::format("kernel {}x{}{} is larger than its padded input {}x{} (input {})", kernel_h, kernel_w,
                            spread, in[2] + w.pad_top + w.pad_bottom, in[3] + w.pad_left + w.pad_right, described(0)));
        return;
    }
    extent(Dim::P) = rows;
    extent(Dim::Q) = columns;
    out_.output = {in[0], extent(Dim::K), rows, columns};
}

void Inference::pool() {
    expect_inputs(1, 1);
    bool global = spec_.type == "global_avg_pool";
    if (!global) check_window();
    if (!sound_) return;
    Operator& op = out_.op;
    extent(Dim::K) = shape(0)[1];
    op.groups = shape(0)[1];
    if (global) return slide_window(shape(0)[2], shape(0)[3]);
    op.window = spec_.window;
    const Window& w = spec_.window;
    // A window wholly in the padding has no maximum and no mean.
    std::int64_t reach_h = (spec_.kernel_h - 1) * w.dilation_h + 1;
    std::int64_t reach_w = (spec_.kernel_w - 1) * w.dilation_w + 1;
    if (std::max(w.pad_top, w.pad_bottom) >= reach_h || std::max(w.pad_left, w.pad_right) >= reach_w)
        return problem("padding", fmt::format("padding [{}, {}, {}, {}] must be smaller than the kernel {}x{}",
                                              w.pad_top, w.pad_left, w.pad_bottom, w.pad_right, reach_h, reach_w));
    slide_window(spec_.kernel_h, spec_.kernel_w);
}

void Inference::elementwise() {
    bool two = spec_.type == "sub" || spec_.type == "div" || spec_.type == "pow";
    expect_inputs(2, two ? 2 : SIZE_MAX);
    if (!sound_) return;
    TensorShape whole = shape(0);
    for (std::size_t i = 1; i < inputs_.size(); ++i)
        for (std::size_t axis = 0; axis < whole.size(); ++axis) {
            std::int64_t here = shape(i)[axis];
            if (here != whole[axis] && here != 1 && whole[axis] != 1)
                return problem("inputs", fmt::format("inputs {} and {} do not fit: {} and {} {}; sizes must be equal, "
                                                     "or 1 to be repeated",
                                                     described(0), described(i), whole[axis], here, axis_words[axis]));
            whole[axis] = std::max(whole[axis], here);
        }
    one_channel_each(whole);
}

void Inference::mix_channels_of(std::int64_t groups, const char* key) {
    one_step_each(shape(0));
    out_.op.groups = groups;
    if (!positive(key, groups) || shape(0)[1] % groups == 0) return;
    problem(key,
            fmt::format("{} channels are not divisible by {} {} (input {})", shape(0)[1], groups, key, described(0)));
}

void Inference::activation() {
    expect_inputs(1, 1);
    if (!sound_) return;
    one_channel_each(shape(0));
    if (spec_.type == "prelu") out_.op.affine_parameters = 1;
    if (spec_.type == "batch_norm") out_.op.affine_parameters = spec_.affine ? 2 : 0;
    if (spec_.type != "rotary") return;
    mix_channels_of(spec_.groups, "heads");
    out_.op.mixing = Mixing::channels;
}

void Inference::normalization() {
    expect_inputs(1, 1);
    if (!sound_) return;
    Operator& op = out_.op;
    if (spec_.type == "lrn") {
        if (!positive("size", spec_.neighbours)) return;
        one_channel_each(shape(0));
        op.mixing = Mixing::neighbours;
        op.neighbours = spec_.neighbours;
        return;
    }
    bool each_channel = spec_.type == "instance_norm";
    bool planes = each_channel || spec_.type == "group_norm";
    op.mixing = planes ? Mixing::planes : Mixing::channels;
    mix_channels_of(each_channel ? shape(0)[1] : spec_.groups, "groups");
    if (spec_.type == "softmax" || !spec_.affine) return;
    op.affine_parameters = spec_.type == "rms_norm" ? 1 : 2;
}

} // namespace arsia
