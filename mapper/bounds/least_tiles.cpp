#include "mapper/bounds/least_tiles.h"

#include <algorithm>
#include <vector>

namespace arsia {

namespace {

/// Whether some output reads each index of an input axis.
bool reads_axis(std::int64_t size, std::int64_t outputs, std::int64_t kernel, std::int64_t stride,
                std::int64_t dilation, std::int64_t pad) {
    std::vector<bool> read(static_cast<std::size_t>(size), false);
    for (std::int64_t p = 0; p < outputs; ++p) {
        for (std::int64_t r = 0; r < kernel; ++r) {
            std::int64_t at = p * stride + r * dilation - pad;
            if (at >= 0 && at < size) read[static_cast<std::size_t>(at)] = true;
        }
    }
    return std::all_of(read.begin(), read.end(), [](bool one) { return one; });
}

bool has_window(const Operator& op) {
    return op.kind == OperatorKind::conv || op.kind == OperatorKind::linear || op.kind == OperatorKind::pool;
}

/// Rows or columns from the first to the last that the windows would read without padding.
std::int64_t unpadded(std::int64_t size, std::int64_t outputs, std::int64_t kernel, std::int64_t stride,
                      std::int64_t dilation, std::int64_t padding) {
    return std::clamp<std::int64_t>((outputs - 1) * stride + (kernel - 1) * dilation + 1 - padding, 1, size);
}

std::int64_t elements_read(const Operator& op, const TensorShape& shape) {
    if (!reads_all(op, shape)) return 0;
    std::int64_t all = 1;
    for (std::int64_t size : shape) all *= size;
    if (!has_window(op)) return all;
    const Window& window = op.window;
    std::int64_t rows = unpadded(shape[2], at(op.extents, Dim::P), at(op.extents, Dim::R), window.stride_h,
                                 window.dilation_h, window.pad_top + window.pad_bottom);
    std::int64_t columns = unpadded(shape[3], at(op.extents, Dim::Q), at(op.extents, Dim::S), window.stride_w,
                                    window.dilation_w, window.pad_left + window.pad_right);
    return all / shape[2] / shape[3] * rows * columns;
}

} // namespace

bool reads_all(const Operator& op, const TensorShape& shape) {
    if (op.kind == OperatorKind::slice) return op.input_box(0, shape, op.iteration_space()) == whole_box(shape);
    if (!has_window(op)) return true;
    const Window& window = op.window;
    return reads_axis(shape[2], at(op.extents, Dim::P), at(op.extents, Dim::R), window.stride_h, window.dilation_h,
                      window.pad_top) &&
           reads_axis(shape[3], at(op.extents, Dim::Q), at(op.extents, Dim::S), window.stride_w, window.dilation_w,
                      window.pad_left);
}

std::int64_t least_tile_elements(const Graph& graph, const Operator& op) {
    if (op.kind == OperatorKind::reshape) return 0;
    std::int64_t outputs = graph.output_of(op).elements();
    std::int64_t elements = outputs + (op.kind == OperatorKind::embedding ? outputs : op.weight_elements());
    for (TensorId input : op.inputs) elements += elements_read(op, graph.tensors[input].shape);
    return elements;
}

} // namespace arsia
