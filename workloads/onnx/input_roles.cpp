#include "workloads/onnx/input_roles.h"

#include <algorithm>
#include <unordered_set>

#include "workloads/onnx/axes.h"
#include "workloads/onnx/context.h"

namespace arsia::onnx_import {

namespace {

/// So deep is looked for a reader that says something.
constexpr int most_steps = 8;

using Roles = std::vector<std::size_t>;

bool one_of(const std::string& type, const std::unordered_set<std::string>& types) { return types.count(type) != 0; }

Roles roles_of(const Network& network, std::size_t value, int steps);

/// Roles that one reader asks for; empty if it does not care.
Roles asked(const Network& network, const Node& node, std::size_t value, int steps) {
    static const std::unordered_set<std::string> maps = {
        "Conv", "MaxPool", "AveragePool", "GlobalAveragePool",     "GlobalMaxPool", "BatchNormalization",
        "LRN",  "Resize",  "Upsample",    "InstanceNormalization", "DepthToSpace",  "SpaceToDepth"};
    static const std::unordered_set<std::string> same = {
        "Identity", "Dropout", "Cast", "Relu",           "Sigmoid",         "Tanh", "Add", "Mul", "Sub", "Div",
        "Clip",     "Concat",  "Pad",  "QuantizeLinear", "DequantizeLinear"};
    std::size_t rank = network.values[value].rank();
    const std::string& type = node.type();
    if (one_of(type, maps) && rank >= 3) {
        Roles out;
        for (std::size_t axis = 0; axis < rank; ++axis) out.push_back(std::min(axis, column_axis));
        return out;
    }
    if (one_of(type, {"LSTM", "GRU", "RNN"}) && rank == 3) {
        if (node.integer("layout", 0) != 0) return {batch_axis, row_axis, channel_axis};
        return {row_axis, batch_axis, channel_axis};
    }
    if (type == "Gather" && network.constant(node, 0) && rank == 2) return {batch_axis, row_axis};
    if (type == "Gather" && network.constant(node, 0) && rank == 1) return {row_axis};
    if (type == "MatMul" && rank >= 4) { // [N, heads, rows, depth]
        Roles out(rank, channel_axis);
        out[0] = batch_axis;
        out[rank - 2] = row_axis;
        return out;
    }
    if (steps == most_steps || node.outputs.empty() || node.outputs[0] == no_value) return {};
    if (type == "Transpose") {
        Roles behind = roles_of(network, node.outputs[0], steps + 1), out(rank);
        std::vector<std::int64_t> order = node.integers("perm");
        if (behind.size() != rank || order.size() != rank) return {};
        for (std::size_t axis = 0; axis < rank; ++axis) {
            std::optional<std::size_t> from = axis_of(order[axis], rank);
            if (!from) return {};
            out[*from] = behind[axis];
        }
        return out;
    }
    if (one_of(type, same) && network.output(node, 0).rank() == rank)
        return roles_of(network, node.outputs[0], steps + 1);
    return {};
}

Roles roles_of(const Network& network, std::size_t value, int steps) {
    constexpr std::size_t most_readers = 4; // the first few tell
    const std::vector<std::size_t>& readers = network.values[value].readers;
    for (std::size_t i = 0; i < readers.size() && i < most_readers; ++i) {
        Roles found = asked(network, network.nodes[readers[i]], value, steps);
        if (!found.empty()) return found;
    }
    return {};
}

} // namespace

std::vector<std::size_t> input_roles(const Network& network, std::size_t value) { return roles_of(network, value, 0); }

} // namespace arsia::onnx_import
