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
    case OperatorKind::matmul: return "matmul";
    case OperatorKind::lstm: return "lstm";
    case OperatorKind::normalization: return "normalization";
    case OperatorKind::embedding: return "embedding";
    case OperatorKind::slice: return "slice";
    case OperatorKind::reshape: return "reshape";
    case OperatorKind::transpose: return "transpose";
    case OperatorKind::resize: return "resize";
    }
    return "";
}

namespace {

std::int64_t volume_of(const Extents& part) {
    std::int64_t out = 1;
    for (std::int64_t size : part) out *= size;
    return out;
}

/// Of an element of a normalisation: passes over the group for its sums, and what is done with them.
std::int64_t normalization_operations(const Operator& op) {
    if (op.type == "softmax") return 5;                            // maximum, subtract, exponential, sum, divide
    if (op.type == "rms_norm") return 4;                           // square, sum, divide, scale
    if (op.mixing == Mixing::neighbours) return op.neighbours + 3; // sum of squares; scale, power, divide
    return 7;                                                      // sum; subtract, square, sum; divide, scale, shift
}

std::int64_t activation_operations(const Operator& op) {
    if (op.type == "batch_norm") return 2; // scale, shift
    if (op.type == "rotary") return 3;     // two products and their sum
    return 1;
}

} // namespace

bool Operator::multiplies() const {
    return kind == OperatorKind::conv || kind == OperatorKind::linear || kind == OperatorKind::matmul ||
           kind == OperatorKind::lstm;
}

std::int64_t Operator::macs(const Extents& part) const { return multiplies() ? gates * volume_of(part) : 0; }

std::int64_t Operator::operations_per_element(std::int64_t taps) const {
    switch (kind) {
    case OperatorKind::pool: return taps;
    case OperatorKind::elementwise: return static_cast<std::int64_t>(inputs.size()) - 1;
    case OperatorKind::activation: return activation_operations(*this);
    case OperatorKind::normalization: return normalization_operations(*this);
    case OperatorKind::conv:
    case OperatorKind::linear:
    case OperatorKind::matmul:
    case OperatorKind::lstm:
    case OperatorKind::concat:
    case OperatorKind::embedding:
    case OperatorKind::slice:
    case OperatorKind::reshape:
    case OperatorKind::transpose:
    case OperatorKind::resize: return 0;
    }
    return 0;
}

std::int64_t Operator::vector_operations(const Extents& part) const {
    std::int64_t taps = at(part, Dim::R) * at(part, Dim::S);
    return taps == 0 ? 0 : volume_of(part) / taps * operations_per_element(taps);
}

TensorShape Operator::weight_shape() const {
    if (!has_weights) return {};
    if (kind == OperatorKind::embedding) return {at(extents, Dim::K), entries, 1, 1};
    return {gates * at(extents, Dim::K), at(extents, Dim::C), at(extents, Dim::R), at(extents, Dim::S)};
}

std::int64_t Operator::weight_elements() const {
    TensorShape shape = weight_shape();
    return shape[0] * shape[1] * shape[2] * shape[3];
}

std::int64_t Operator::bias_elements() const { return channel_parameters() * at(extents, Dim::K); }

bool Operator::may_split(Dim dim) const { return kind != OperatorKind::lstm || (dim != Dim::C && dim != Dim::P); }

Extents Operator::split_limits() const {
    Extents out = extents;
    for (Dim dim : all_dims)
        if (!may_split(dim)) at(out, dim) = 1;
    return out;
}

} // namespace arsia
