// Normalisations over channels, planes or neighbours.
#include <algorithm>

#include "workloads/onnx/axes.h"
#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

namespace {

Atoms positions_of(const Layout& layout) {
    Atoms out = layout.on_base(row_axis);
    out.insert(out.end(), layout.on_base(column_axis).begin(), layout.on_base(column_axis).end());
    return out;
}

/// The rest of `whole` if it ends with `end`; nothing else.
std::optional<Atoms> before(const Atoms& whole, const Atoms& end) {
    Atoms rest = difference(whole, end);
    bool is_end = rest.size() + end.size() == whole.size() && std::equal(rest.begin(), rest.end(), whole.begin());
    return is_end ? std::optional(rest) : std::nullopt;
}

/// A layout in which the channels are `rest`-major groups of `mixed`; moved if it must be.
Layout with_mixed_channels(Context& context, const Node& node, const Layout& layout, const Atoms& mixed) {
    if (before(layout.on_base(channel_axis), mixed)) return layout;
    if (same_atoms(layout.on_base(channel_axis), mixed)) return layout; // their order does not matter
    Atoms positions;
    for (std::size_t axis : {channel_axis, row_axis, column_axis})
        for (std::size_t atom : difference(layout.on_base(axis), mixed)) positions.push_back(atom);
    return context.arranged(node, layout, {difference(layout.on_base(batch_axis), mixed), mixed, positions, {}});
}

Layout normalize(Context& context, const Node& node, const Layout& layout, OperatorSpec spec) {
    spec.inputs = {layout.base()};
    return layout.rebased(context.add(node, spec), layout.base_axes());
}

} // namespace

void convert_batch_norm(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    if (layout.rank() < 2) throw Unsupported("its input has no channels");
    bool on_channels = true;
    for (std::size_t atom : layout.axis(1)) on_channels = on_channels && layout.base_axis_of(atom) == channel_axis;
    if (!on_channels) layout = context.feature_map(node, 0);
    context.give(node, 0, unary(context, node, layout, "batch_norm", {true, true, true}));
}

void convert_instance_norm(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    Atoms plane = atoms_of(layout, 2, layout.rank());
    Atoms channels = difference(layout.on_base(channel_axis), layout.axis(1));
    Atoms wanted = channels;
    for (std::size_t atom : positions_of(layout)) wanted.push_back(atom);
    OperatorSpec spec;
    // Groups of channels as GroupNormalization is exported: [N, groups, rest].
    bool grouped = before(layout.on_base(channel_axis), channels).has_value() && same_atoms(plane, wanted);
    if (!grouped) {
        layout = context.feature_map(node, 0);
        channels.clear();
    }
    spec.type = channels.empty() ? "instance_norm" : "group_norm";
    spec.groups = channels.empty() ? 1 : layout.dims()[1];
    spec.affine = channels.empty(); // of a group, scale and shift follow channel by channel
    context.give(node, 0, normalize(context, node, layout, spec));
}

Layout normalized(Context& context, const Node& node, const Layout& in, std::size_t axis, const std::string& type,
                  bool affine) {
    Atoms mixed = atoms_of(in, axis, in.rank());
    OperatorSpec spec;
    spec.type = type;
    spec.affine = affine;
    Atoms sample = in.on_base(channel_axis);
    for (std::size_t atom : positions_of(in)) sample.push_back(atom);
    Layout layout = in;
    if (same_atoms(mixed, sample) && !positions_of(in).empty())
        spec.type = "group_norm"; // over all of a sample
    else
        layout = with_mixed_channels(context, node, in, mixed);
    if (spec.type != "group_norm") spec.groups = layout.size_of(difference(layout.on_base(channel_axis), mixed));
    return normalize(context, node, layout, spec);
}

void convert_layer_norm(Context& context, const Node& node) {
    if (context.network().uses_output(node, 1) || context.network().uses_output(node, 2))
        throw Unsupported("the mean and deviation that it gives are not modelled");
    Layout layout = context.operand(node, 0);
    std::optional<std::size_t> axis = axis_of(node.integer("axis", -1), layout.rank());
    if (!axis) throw Unsupported("its axis does not exist");
    context.give(node, 0, normalized(context, node, layout, *axis, "layer_norm", true));
}

void convert_softmax(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    bool one_axis = node.opset() >= 13; // before, over all axes from `axis` on
    std::optional<std::size_t> axis = axis_of(node.integer("axis", one_axis ? -1 : 1), layout.rank());
    if (!axis) throw Unsupported("its axis does not exist");
    Atoms mixed = atoms_of(layout, *axis, one_axis ? *axis + 1 : layout.rank());
    if (!difference(mixed, layout.on_base(batch_axis)).empty() || mixed.empty())
        layout = with_mixed_channels(context, node, layout, mixed);
    else
        throw Unsupported("it compares samples");
    OperatorSpec spec;
    spec.type = "softmax";
    spec.groups = layout.size_of(difference(layout.on_base(channel_axis), mixed));
    context.give(node, 0, normalize(context, node, layout, spec));
}

void convert_lrn(Context& context, const Node& node) {
    OperatorSpec spec;
    spec.type = "lrn";
    spec.neighbours = node.integer("size", 1);
    context.give(node, 0, normalize(context, node, context.feature_map(node, 0), spec));
}

} // namespace arsia::onnx_import
