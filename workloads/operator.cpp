#include "workloads/graph.h"

namespace arsia {

const char* name_of(OperatorKind kind) {
    switch (kind) {
    case OperatorKind::conv: return "conv";
    case OperatorKind::linear: return "linear";
    case OperatorKind::pool: return "pool";
    case OperatorKind::elementwise: return "elementwise";
    case OperatorKind::activation: return "activation";
    case OperatorKind::concat: return "concat";
    }
    return "";
}

namespace {

std::int64_t volume_of(const Extents& part) {
    std::int64_t out = 1;
    for (std::int64_t size : part) out *= size;
    return out;
}

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

/// Input channels that output channels `k` read with channels `c` of each group: exact inside one group, the bounding
/// range over several.
Range input_channels(const Operator& op, Range k, Range c) {
    std::int64_t outputs_per_group = at(op.extents, Dim::K) / op.groups;
    std::int64_t inputs_per_group = at(op.extents, Dim::C);
    std::int64_t first_group = k.begin / outputs_per_group;
    std::int64_t last_group = (k.end - 1) / outputs_per_group;
    return {first_group * inputs_per_group + c.begin, last_group * inputs_per_group + c.end};
}

} // namespace

std::int64_t Operator::macs(const Extents& part) const { return has_weights ? volume_of(part) : 0; }

std::int64_t Operator::vector_operations(const Extents& part) const {
    switch (kind) {
    case OperatorKind::conv:
    case OperatorKind::linear: return 0;
    case OperatorKind::elementwise: return volume_of(part) * static_cast<std::int64_t>(inputs.size() - 1);
    case OperatorKind::pool:
    case OperatorKind::activation:
    case OperatorKind::concat: return volume_of(part);
    }
    return 0;
}

TensorBox Operator::output_box(const IterationBox& part) const {
    if (part.empty()) return {};
    return {{at(part, Dim::N), at(part, Dim::K), at(part, Dim::P), at(part, Dim::Q)}};
}

TensorBox Operator::input_box(std::size_t index, const TensorShape& input_shape, const IterationBox& part) const {
    if (part.empty()) return {};
    TensorBox box = output_box(part);
    if (kind == OperatorKind::elementwise) {
        for (std::size_t axis = 0; axis < box.axes.size(); ++axis)
            if (input_shape[axis] == 1) box[axis] = {0, 1};
        return box;
    }
    if (kind == OperatorKind::concat) {
        std::int64_t offset = channel_offsets[index];
        box[1] = intersect({box[1].begin - offset, box[1].end - offset}, {0, input_shape[1]});
        return box.empty() ? TensorBox{} : box;
    }
    box[1] = input_channels(*this, at(part, Dim::K), at(part, Dim::C));
    box[2] = touched({window.stride_h, window.dilation_h, window.pad_top}, at(part, Dim::P), at(part, Dim::R),
                     input_shape[2]);
    box[3] = touched({window.stride_w, window.dilation_w, window.pad_left}, at(part, Dim::Q), at(part, Dim::S),
                     input_shape[3]);
    return box.empty() ? TensorBox{} : box;
}

TensorBox Operator::weight_box(const IterationBox& part) const {
    if (!has_weights || part.empty()) return {};
    return {{at(part, Dim::K), at(part, Dim::C), at(part, Dim::R), at(part, Dim::S)}};
}

TensorShape Operator::weight_shape() const {
    if (!has_weights) return {};
    return {at(extents, Dim::K), at(extents, Dim::C), at(extents, Dim::R), at(extents, Dim::S)};
}

std::int64_t Operator::weight_elements() const {
    TensorShape shape = weight_shape();
    return shape[0] * shape[1] * shape[2] * shape[3];
}

std::int64_t Operator::bias_elements() const { return has_bias ? at(extents, Dim::K) : 0; }

} // namespace arsia
