// Operators of known shape, built by hand, and designs by file text.
#pragma once

#include <string>

#include "models/design.h"
#include "workloads/graph.h"

namespace arsia {

/// Square kernel, equal stride, padding and dilation in both directions. `c`: input channels of one group.
struct ConvShape {
    std::int64_t n = 1, k = 1, c = 1, p = 1, q = 1, kernel = 1;
    std::int64_t stride = 1, padding = 0, dilation = 1, groups = 1;
};

inline Operator windowed(OperatorKind kind, const ConvShape& shape) {
    Operator op;
    op.name = "layer";
    op.type = name_of(kind);
    op.kind = kind;
    op.inputs = {TensorId(0)};
    op.output = TensorId(1);
    op.extents = {shape.n, shape.k, shape.c, shape.p, shape.q, shape.kernel, shape.kernel};
    op.window.stride_h = op.window.stride_w = shape.stride;
    op.window.dilation_h = op.window.dilation_w = shape.dilation;
    op.window.pad_top = op.window.pad_left = op.window.pad_bottom = op.window.pad_right = shape.padding;
    op.groups = shape.groups;
    op.has_weights = kind == OperatorKind::conv || kind == OperatorKind::linear || kind == OperatorKind::lstm;
    return op;
}

inline Operator conv(const ConvShape& shape) { return windowed(OperatorKind::conv, shape); }

/// `side`: rows and columns of the input that the kernel covers.
inline Operator linear(std::int64_t n, std::int64_t features, std::int64_t channels, std::int64_t side = 1) {
    return windowed(OperatorKind::linear, {n, features, channels, 1, 1, side});
}

inline Operator pool(const ConvShape& shape) {
    ConvShape per_channel = shape;
    per_channel.c = 1;
    per_channel.groups = shape.k;
    return windowed(OperatorKind::pool, per_channel);
}

/// A dense layer at each of `rows` positions.
inline Operator dense(std::int64_t n, std::int64_t features, std::int64_t channels, std::int64_t rows) {
    return windowed(OperatorKind::linear, {n, features, channels, rows, 1, 1});
}

/// Product of two activations: `rows` x `depth` by `depth` x `columns` in each head.
inline Operator matmul(std::int64_t n, std::int64_t heads, std::int64_t rows, std::int64_t depth,
                       std::int64_t columns) {
    Operator op = windowed(OperatorKind::matmul, {n, heads * columns, depth, rows, 1, 1});
    op.groups = heads;
    op.inputs = {TensorId(0), TensorId(0)};
    return op;
}

inline Operator recurrent(std::int64_t n, std::int64_t hidden, std::int64_t channels, std::int64_t steps,
                          std::int64_t gates = 4) {
    Operator op = windowed(OperatorKind::lstm, {n, hidden, channels + hidden, steps, 1, 1});
    op.gates = gates;
    return op;
}

/// Element-wise operator, activation or concatenation of `inputs` tensors.
inline Operator elements(OperatorKind kind, std::int64_t n, std::int64_t channels, std::int64_t rows,
                         std::int64_t columns, std::size_t inputs) {
    Operator op = windowed(kind, {n, channels, 1, rows, columns});
    op.groups = channels;
    op.inputs.assign(inputs, TensorId(0));
    return op;
}

/// A design file of the given kind; `parameters` are the lines of its kind.
inline std::string design_file(const std::string& model, const std::string& parameters) {
    return "format: arsia-design/1\nname: test\nmodel: " + model + "\nclock: 200 MHz\n" +
           "vector: {width: 16, tile: 4096}\n" + parameters;
}

inline TilePlan plan_whole(const Design& design, const Operator& op) { return design.plan(op, op.extents, 16); }

} // namespace arsia
