// Convolutions, pools, padding and resizing: operators on feature maps [N, C, rows] or [N, C, rows, columns].
#include <algorithm>

#include <fmt/format.h>

#include "workloads/onnx/axes.h"
#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

namespace {

/// Kernel, stride, dilation and padding of one spatial axis.
struct AxisWindow {
    std::int64_t kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
    std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
};

std::int64_t at_or(const Dims& list, std::size_t index, std::int64_t fallback) {
    return index < list.size() ? list[index] : fallback;
}

std::vector<AxisWindow> windows_of(const Node& node, const Dims& kernel, const Value& in, const Value& out) {
    std::size_t axes = in.rank() - 2;
    Dims strides = node.integers("strides"), dilations = node.integers("dilations"), pads = node.integers("pads");
    std::string automatic = node.text("auto_pad", "NOTSET");
    if (kernel.size() != axes) throw Unsupported("its kernel has not as many axes as its input");
    std::vector<AxisWindow> windows;
    for (std::size_t i = 0; i < axes; ++i) {
        AxisWindow w{kernel[i], at_or(strides, i, 1), at_or(dilations, i, 1), at_or(pads, i, 0),
                     at_or(pads, i + axes, 0)};
        if (automatic == "VALID") w.before = w.after = 0;
        if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
            std::int64_t total =
                std::max<std::int64_t>((out.dims[i + 2] - 1) * w.stride + w.reach() - in.dims[i + 2], 0);
            w.before = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
            w.after = total - w.before;
        }
        windows.push_back(w);
    }
    windows.resize(2); // one spatial axis: rows; columns are 1
    return windows;
}

void set_windows(OperatorSpec& spec, const std::vector<AxisWindow>& windows) {
    const AxisWindow &h = windows[0], &w = windows[1];
    spec.kernel_h = h.kernel;
    spec.kernel_w = w.kernel;
    spec.window = {h.stride, w.stride, h.dilation, w.dilation, h.before, w.before, h.after, w.after};
}

void require_feature_map(const Value& in) {
    if (in.rank() != 3 && in.rank() != 4)
        throw Unsupported(fmt::format("its input {} has {} spatial axes; one or two are modelled", to_string(in.dims),
                                      static_cast<std::int64_t>(in.rank()) - 2));
}

} // namespace

void convert_conv(Context& context, const Node& node) {
    const Network& network = context.network();
    const Value &in = network.input(node, 0), &out = network.output(node, 0), &weights = network.input(node, 1);
    require_feature_map(in);
    if (!weights.constant) throw Unsupported("its weights are computed while the network runs");
    OperatorSpec spec;
    spec.type = "conv";
    spec.out_features = weights.dims[0];
    spec.groups = node.integer("group", 1);
    spec.bias = network.has_input(node, 2);
    set_windows(spec, windows_of(node, Dims(weights.dims.begin() + 2, weights.dims.end()), in, out));
    spec.inputs = {context.feature_map(node, 0).base()};
    context.give(node, 0, Context::new_feature_map(context.add(node, spec), out.dims));
}

void convert_pool(Context& context, const Node& node) {
    const Network& network = context.network();
    const Value &in = network.input(node, 0), &out = network.output(node, 0);
    require_feature_map(in);
    if (network.uses_output(node, 1)) throw Unsupported("the indices that it gives are not modelled");
    std::vector<AxisWindow> windows = windows_of(node, node.integers("kernel_shape"), in, out);
    OperatorSpec spec;
    spec.type = node.type() == "MaxPool" ? "max_pool" : "avg_pool";
    spec.ceil_mode = node.integer("ceil_mode", 0) != 0;
    for (std::size_t i = 0; i + 2 < in.rank(); ++i) {
        AxisWindow& w = windows[i];
        std::int64_t room = in.dims[i + 2] + w.before + w.after - w.reach();
        std::int64_t here = spec.ceil_mode ? (room + w.stride - 1) / w.stride + 1 : room / w.stride + 1;
        bool begins_behind = (here - 1) * w.stride >= in.dims[i + 2] + w.before;
        if (here == out.dims[i + 2] && !(spec.ceil_mode && begins_behind)) continue;
        // Rounded in another way than here: padding that gives as many positions says it exactly.
        spec.ceil_mode = false;
        for (std::size_t j = 0; j + 2 < in.rank(); ++j)
            windows[j].after = std::max<std::int64_t>(
                (out.dims[j + 2] - 1) * windows[j].stride + windows[j].reach() - in.dims[j + 2] - windows[j].before, 0);
        break;
    }
    set_windows(spec, windows);
    spec.inputs = {context.feature_map(node, 0).base()};
    context.give(node, 0, Context::new_feature_map(context.add(node, spec), out.dims));
}

namespace {

/// A pool over all rows and columns.
std::string add_global_pool(Context& context, const Node& node, const Layout& in, bool mean) {
    TensorShape shape = in.base_shape();
    OperatorSpec spec;
    spec.type = mean ? "global_avg_pool" : "max_pool";
    if (!mean) {
        spec.kernel_h = shape[row_axis];
        spec.kernel_w = shape[column_axis];
    }
    spec.inputs = {in.base()};
    return context.add(node, spec);
}

} // namespace

void convert_global_pool(Context& context, const Node& node) {
    require_feature_map(context.network().input(node, 0));
    std::string base = add_global_pool(context, node, context.feature_map(node, 0), node.type() == "GlobalAveragePool");
    context.give(node, 0, Context::new_feature_map(base, context.network().output(node, 0).dims));
}

void convert_reduce(Context& context, const Node& node) {
    const Network& network = context.network();
    Layout layout = context.operand(node, 0);
    Dims axes = node.integers("axes");
    if (network.has_input(node, 1)) {
        const Constant* given = network.constant(node, 1);
        if (!given || !given->integers()) throw Unsupported("its axes are not constant");
        axes = *given->integers();
    }
    bool none = axes.empty() && node.integer("noop_with_empty_axes", 0) != 0;
    std::vector<bool> reduced(layout.rank(), axes.empty() && !none);
    for (std::int64_t axis : axes)
        if (std::optional<std::size_t> found = axis_of(axis, layout.rank())) reduced[*found] = true;
    Atoms gone;
    std::vector<Atoms> left;
    for (std::size_t axis = 0; axis < layout.rank(); ++axis) {
        if (!reduced[axis]) {
            left.push_back(layout.axis(axis));
            continue;
        }
        gone.insert(gone.end(), layout.axis(axis).begin(), layout.axis(axis).end());
        if (node.integer("keepdims", 1) != 0) left.emplace_back();
    }
    BaseAxes base = layout.base_axes();
    Atoms positions = base[row_axis];
    positions.insert(positions.end(), base[column_axis].begin(), base[column_axis].end());
    if (gone.empty()) {
        layout.set_axes(std::move(left), base);
        return context.give(node, 0, layout);
    }
    if (!same_atoms(gone, positions)) {
        Atoms others;
        for (std::size_t axis : {channel_axis, row_axis, column_axis})
            for (std::size_t atom : difference(base[axis], gone)) others.push_back(atom);
        layout = context.arranged(node, layout, {difference(base[batch_axis], gone), others, gone, {}});
    }
    bool mean = node.type() == "ReduceMean" || node.type() == "ReduceSum";
    Layout out = layout.rebased(add_global_pool(context, node, layout, mean),
                                {layout.on_base(batch_axis), layout.on_base(channel_axis), {}, {}});
    out.set_axes(std::move(left), out.base_axes());
    context.give(node, 0, std::move(out));
}

void convert_pad(Context& context, const Node& node) {
    const Network& network = context.network();
    Layout layout = context.operand(node, 0);
    Dims pads = node.integers("pads");
    if (network.has_input(node, 1)) {
        const Constant* given = network.constant(node, 1);
        if (!given || !given->integers()) throw Unsupported("its padding is not constant");
        pads = *given->integers();
    }
    std::size_t rank = layout.rank();
    if (pads.size() != 2 * rank) throw Unsupported("its padding has not two numbers an axis");
    BaseAxes wanted = layout.base_axes();
    std::vector<std::size_t> padded;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if (pads[axis] < 0 || pads[axis + rank] < 0) throw Unsupported("it crops (negative padding)");
        if (pads[axis] != 0 || pads[axis + rank] != 0) padded.push_back(axis);
    }
    if (padded.empty()) return context.give(node, 0, layout);
    if (padded.size() > 2) throw Unsupported("it pads more than rows and columns");
    // Each padded axis has rows or columns to itself.
    bool in_place = true;
    for (std::size_t axis : padded) {
        bool alone = layout.axis(axis) == layout.on_base(row_axis) || layout.axis(axis) == layout.on_base(column_axis);
        in_place = in_place && alone && !layout.axis(axis).empty();
    }
    if (!in_place) {
        Atoms rows = layout.axis(padded.front());
        Atoms columns = padded.size() == 2 ? layout.axis(padded[1]) : Atoms();
        Atoms channels;
        for (std::size_t base : {channel_axis, row_axis, column_axis})
            for (std::size_t atom : difference(difference(layout.on_base(base), rows), columns))
                channels.push_back(atom);
        wanted = {layout.on_base(batch_axis), channels, rows, columns};
        layout = context.arranged(node, layout, wanted);
    }
    OperatorSpec spec;
    spec.type = "pad";
    spec.inputs = {layout.base()};
    std::vector<std::size_t> on; // base axis of each padded axis
    for (std::size_t axis : padded) {
        bool columns = !in_place ? axis != padded.front() : layout.axis(axis) == layout.on_base(column_axis);
        on.push_back(columns ? column_axis : row_axis);
        (columns ? spec.window.pad_left : spec.window.pad_top) = pads[axis];
        (columns ? spec.window.pad_right : spec.window.pad_bottom) = pads[axis + rank];
    }
    Layout out = layout;
    std::string base = context.add(node, spec);
    const Constant* value = network.constant(node, 2);
    bool zero = node.text("mode", "constant") == "constant" && node.real("value", 0) == 0 &&
                (!network.has_input(node, 2) || (value && value->scalar() == 0.0));
    context.draft().operators.back().zero_padding = zero;
    for (std::size_t i = 0; i < padded.size(); ++i)
        out = out.with_replaced(base, padded[i], on[i], network.output(node, 0).dims[padded[i]]);
    context.give(node, 0, std::move(out));
}

void convert_resize(Context& context, const Node& node) {
    const Value &in = context.network().input(node, 0), &out = context.network().output(node, 0);
    require_feature_map(in);
    Layout layout = context.feature_map(node, 0);
    std::int64_t up[2] = {1, 1}, down[2] = {1, 1};
    if (in.dims[0] != out.dims[0] || in.dims[1] != out.dims[1])
        throw Unsupported("it resizes other axes than rows and columns");
    for (std::size_t i = 2; i < in.rank(); ++i) {
        if (out.dims[i] % in.dims[i] == 0)
            up[i - 2] = out.dims[i] / in.dims[i];
        else if (in.dims[i] % out.dims[i] == 0)
            down[i - 2] = in.dims[i] / out.dims[i];
        else
            throw Unsupported(fmt::format("it resizes {} to {}; only whole factors are modelled", to_string(in.dims),
                                          to_string(out.dims)));
    }
    std::string base = layout.base();
    if (down[0] > 1 || down[1] > 1) { // every so many elements: a pool that looks at one of them
        OperatorSpec spec;
        spec.type = "max_pool";
        spec.inputs = {base};
        spec.window.stride_h = down[0];
        spec.window.stride_w = down[1];
        base = context.add(node, spec, up[0] > 1 || up[1] > 1 ? ".down" : "");
    }
    if (up[0] > 1 || up[1] > 1) {
        OperatorSpec spec;
        spec.type = "resize";
        spec.inputs = {base};
        spec.scale_h = up[0];
        spec.scale_w = up[1];
        base = context.add(node, spec);
    }
    context.give(node, 0, Context::new_feature_map(base, out.dims));
}

} // namespace arsia::onnx_import
