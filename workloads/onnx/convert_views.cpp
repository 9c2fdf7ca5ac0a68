// Nodes whose result holds the elements of its input, in the same or another order.
#include "workloads/onnx/axes.h"
#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

void convert_identity(Context& context, const Node& node) { context.give(node, 0, context.operand(node, 0)); }

void convert_reshape(Context& context, const Node& node) {
    context.give(node, 0, context.reshaped(node, context.operand(node, 0), context.network().output(node, 0).dims));
}

void convert_transpose(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    std::vector<std::size_t> order;
    for (std::int64_t axis : node.integers("perm")) {
        std::optional<std::size_t> found = axis_of(axis, layout.rank());
        if (found) order.push_back(*found);
    }
    if (!node.has("perm"))
        for (std::size_t axis = layout.rank(); axis-- > 0;) order.push_back(axis);
    if (order.size() != layout.rank()) throw Unsupported("its order is no permutation of the axes");
    context.give(node, 0, layout.transposed(order));
}

void convert_depth_to_space(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    Dims dims = layout.dims();
    if (dims.size() != 4) throw Unsupported("its input is no feature map");
    std::int64_t block = node.integer("blocksize", 1);
    const Dims& out = context.network().output(node, 0).dims;
    if (node.type() == "SpaceToDepth") {
        layout = context.reshaped(node, layout, {dims[0], dims[1], out[2], block, out[3], block});
        layout = layout.transposed({0, 3, 5, 1, 2, 4});
    } else if (node.text("mode", "DCR") == "DCR") {
        layout = context.reshaped(node, layout, {dims[0], block, block, out[1], dims[2], dims[3]});
        layout = layout.transposed({0, 3, 4, 1, 5, 2});
    } else {
        layout = context.reshaped(node, layout, {dims[0], out[1], block, block, dims[2], dims[3]});
        layout = layout.transposed({0, 1, 4, 2, 5, 3});
    }
    context.give(node, 0, context.reshaped(node, layout, out));
}

} // namespace arsia::onnx_import
