// What a part of an operator's iteration space reads and writes.
#include "workloads/graph.h"
#include "workloads/reshape_box.h"

namespace arsia {

namespace {

/// The sliding window along one axis: position i with tap t reads index i·stride + t·dilation − pad.
struct WindowAxis {
    std::int64_t stride;
    std::int64_t dilation;
    std::int64_t pad;

    std::int64_t index(std::int64_t position, std::int64_t tap) const {
        return position * stride + tap * dilation - pad;
    }
};

/// Least and greatest index in 0 … size−1 that any of the positions reads with any of the taps. With a stride above
/// the kernel the indices between may be unread.
Range touched(const WindowAxis& axis, Range positions, Range taps, std::int64_t size) {
    Range bounds{axis.index(positions.begin, taps.begin), axis.index(positions.end - 1, taps.end - 1) + 1};
    if (bounds.begin >= 0 && bounds.end <= size) return bounds;
    // At a border: the first and last position of each tap that fall inside the tensor.
    Range found{size, 0};
    for (std::int64_t tap = taps.begin; tap < taps.end; ++tap) {
        std::int64_t origin = axis.index(0, tap);
        if (origin >= size) continue;
        std::int64_t first = std::max(positions.begin, origin < 0 ? divide_up(-origin, axis.stride) : 0);
        std::int64_t last = std::min(positions.end - 1, (size - 1 - origin) / axis.stride);
        if (first > last) continue;
        found.begin = std::min(found.begin, origin + first * axis.stride);
        found.end = std::max(found.end, origin + last * axis.stride + 1);
    }
    return found;
}

/// Groups that output channels `k` belong to.
Range groups_of(const Operator& op, Range k) {
    std::int64_t outputs_per_group = at(op.extents, Dim::K) / op.groups;
    return {k.begin / outputs_per_group, (k.end - 1) / outputs_per_group + 1};
}

/// Input channels that output channels `k` read with channels `c` of each group: exact inside one group, the bounding
/// range over several.
Range input_channels(const Operator& op, Range k, Range c) {
    Range groups = groups_of(op, k);
    std::int64_t inputs_per_group = at(op.extents, Dim::C);
    return {groups.begin * inputs_per_group + c.begin, (groups.end - 1) * inputs_per_group + c.end};
}

Range shifted(Range range, std::int64_t by) { return {range.begin + by, range.end + by}; }

void window_box(const Operator& op, const TensorShape& shape, const IterationBox& part, TensorBox& box) {
    const Window& w = op.window;
    box[1] = input_channels(op, at(part, Dim::K), at(part, Dim::C));
    box[2] = touched({w.stride_h, w.dilation_h, w.pad_top}, at(part, Dim::P), at(part, Dim::R), shape[2]);
    box[3] = touched({w.stride_w, w.dilation_w, w.pad_left}, at(part, Dim::Q), at(part, Dim::S), shape[3]);
}

/// Bounding box of the rows and channels of one tensor that the second operand is made of, `rows` of all its rows.
void second_operand_box(const Operator& op, Range rows, const IterationBox& part, TensorBox& box) {
    Range k = at(part, Dim::K);
    box[3] = {0, 1};
    if (!op.transposed) {
        box[1] = k;
        box[2] = shifted(intersect(at(part, Dim::C), rows), -rows.begin);
        return;
    }
    // An output channel is a row of a head: the last rows of the first head, all of those between, the first of the
    // last head.
    std::int64_t head_rows = at(op.extents, Dim::K) / op.groups;
    Range read{rows.end, rows.begin}, heads{0, 0};
    Range all = groups_of(op, k);
    for (std::int64_t head : {all.begin, all.begin + 1, all.end - 2, all.end - 1}) {
        if (head < all.begin || head >= all.end) continue;
        Range own = intersect(shifted(k, -head * head_rows), rows);
        if (own.empty()) continue;
        heads =
            heads.empty() ? Range{head, head + 1} : Range{std::min(heads.begin, head), std::max(heads.end, head + 1)};
        read = {std::min(read.begin, own.begin), std::max(read.end, own.end)};
    }
    std::int64_t depth = at(op.extents, Dim::C);
    box[1] = {heads.begin * depth + at(part, Dim::C).begin, (heads.end - 1) * depth + at(part, Dim::C).end};
    box[2] = shifted(read, -rows.begin);
}

void matmul_box(const Operator& op, std::size_t index, const TensorShape& shape, const IterationBox& part,
                TensorBox& box) {
    if (index == 0)
        box[1] = input_channels(op, at(part, Dim::K), at(part, Dim::C));
    else
        second_operand_box(op, {op.row_offsets[index], op.row_offsets[index] + shape[2]}, part, box);
}

/// An activation or a normalisation.
void mixed_box(const Operator& op, const TensorShape& shape, TensorBox& box) {
    if (op.mixing == Mixing::neighbours) {
        // As many before a channel as after it; of an even number one more after it.
        std::int64_t before = (op.neighbours - 1) / 2;
        box[1] = intersect({box[1].begin - before, box[1].end + op.neighbours - 1 - before}, {0, shape[1]});
        return;
    }
    if (op.mixing == Mixing::none) return;
    Range groups = groups_of(op, box[1]);
    std::int64_t channels = at(op.extents, Dim::K) / op.groups;
    box[1] = {groups.begin * channels, groups.end * channels};
    if (op.mixing != Mixing::planes) return;
    box[2] = {0, shape[2]};
    box[3] = {0, shape[3]};
}

void broadcast_box(const TensorShape& shape, TensorBox& box) {
    for (std::size_t axis = 0; axis < box.axes.size(); ++axis)
        if (shape[axis] == 1) box[axis] = {0, 1};
}

void slice_box(const Operator& op, const TensorShape& shape, TensorBox& box) {
    for (std::size_t axis = 0; axis < box.axes.size(); ++axis)
        box[axis] = intersect(shifted(box[axis], op.origin[axis]), {0, shape[axis]});
}

TensorBox transposed_box(const Operator& op, const TensorBox& output) {
    TensorBox box;
    for (std::size_t axis = 0; axis < box.axes.size(); ++axis) box[op.order[axis]] = output[axis];
    return box;
}

Range scaled_down(Range range, std::int64_t scale) { return {range.begin / scale, (range.end - 1) / scale + 1}; }

} // namespace

TensorBox Operator::output_box(const IterationBox& part) const {
    if (part.empty()) return {};
    TensorBox box{{at(part, Dim::N), at(part, Dim::K), at(part, Dim::P), at(part, Dim::Q)}};
    if (kind == OperatorKind::lstm && !sequence) {
        if (box[2].end < at(extents, Dim::P)) return {};
        box[2] = {0, 1};
    }
    return box;
}

TensorBox Operator::input_box(std::size_t index, const TensorShape& input_shape, const IterationBox& part) const {
    if (part.empty()) return {};
    TensorBox box{{at(part, Dim::N), at(part, Dim::K), at(part, Dim::P), at(part, Dim::Q)}};
    switch (kind) {
    case OperatorKind::conv:
    case OperatorKind::linear:
    case OperatorKind::pool: window_box(*this, input_shape, part, box); break;
    case OperatorKind::elementwise: broadcast_box(input_shape, box); break;
    case OperatorKind::activation:
    case OperatorKind::normalization: mixed_box(*this, input_shape, box); break;
    case OperatorKind::matmul: matmul_box(*this, index, input_shape, part, box); break;
    case OperatorKind::lstm: box[1] = intersect(at(part, Dim::C), {0, input_shape[1]}); break;
    case OperatorKind::embedding: box[1] = {0, 1}; break;
    case OperatorKind::concat:
        box[axis] = intersect(shifted(box[axis], -offsets[index]), {0, input_shape[axis]});
        break;
    case OperatorKind::slice: slice_box(*this, input_shape, box); break;
    case OperatorKind::reshape:
        box = reshape_source(box, {at(extents, Dim::N), at(extents, Dim::K), at(extents, Dim::P), at(extents, Dim::Q)},
                             input_shape);
        break;
    case OperatorKind::transpose: box = transposed_box(*this, box); break;
    case OperatorKind::resize:
        box[2] = scaled_down(box[2], scale_h);
        box[3] = scaled_down(box[3], scale_w);
        break;
    }
    return box.empty() ? TensorBox{} : box;
}

TensorBox Operator::weight_box(const IterationBox& part) const {
    if (!has_weights || part.empty()) return {};
    Range k = at(part, Dim::K);
    if (kind == OperatorKind::embedding) return {{k, Range{0, entries}, Range{0, 1}, Range{0, 1}}};
    return {{Range{gates * k.begin, gates * k.end}, at(part, Dim::C), at(part, Dim::R), at(part, Dim::S)}};
}

} // namespace arsia
