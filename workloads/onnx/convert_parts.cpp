// Parts of tensors, and tensors put together.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "workloads/onnx/axes.h"
#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

namespace {

std::size_t axis_or_refuse(std::int64_t axis, std::size_t rank) {
    std::optional<std::size_t> found = axis_of(axis, rank);
    if (!found) throw Unsupported(fmt::format("axis {} does not exist", axis));
    return *found;
}

/// An attribute of old operator sets, an input of new ones; nothing if not given.
std::optional<Dims> numbers(Context& context, const Node& node, const char* attribute, std::size_t input) {
    if (node.has(attribute)) return node.integers(attribute);
    if (!context.network().has_input(node, input)) return std::nullopt;
    const Constant* given = context.network().constant(node, input);
    if (!given || !given->integers())
        throw Unsupported(fmt::format("its '{}' depend on data that are computed while the network runs", attribute));
    return *given->integers();
}

/// Every `step`-th of rows or columns: a pool that looks at one of them.
Layout thinned(Context& context, const Node& node, const Layout& layout, std::size_t axis, std::int64_t step) {
    bool columns = layout.axis(axis) == layout.on_base(column_axis);
    if (!columns && layout.axis(axis) != layout.on_base(row_axis))
        throw Unsupported("it takes every so many elements of an axis that is neither rows nor columns");
    OperatorSpec spec;
    spec.type = "max_pool";
    spec.inputs = {layout.base()};
    (columns ? spec.window.stride_w : spec.window.stride_h) = step;
    std::int64_t size = (layout.dims()[axis] - 1) / step + 1;
    return layout.with_replaced(context.add(node, spec), axis, columns ? column_axis : row_axis, size);
}

} // namespace

void convert_concat(Context& context, const Node& node) {
    const Network& network = context.network();
    const Dims& dims = network.output(node, 0).dims;
    std::size_t axis = axis_or_refuse(node.integer("axis", 0), dims.size());
    std::vector<Layout> operands;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) operands.push_back(context.operand(node, i));
    if (operands.size() == 1) return context.give(node, 0, operands.front());
    // The largest activation stays where it is.
    std::size_t leader = 0;
    auto weight = [&](std::size_t i) {
        return std::make_pair(network.constant(node, i) == nullptr, elements_of(network.input(node, i).dims));
    };
    for (std::size_t i = 1; i < operands.size(); ++i)
        if (weight(i) > weight(leader)) leader = i;
    for (int pass = 0; pass < 2; ++pass)
        for (Layout& operand : operands)
            for (std::size_t other = 0; other < dims.size(); ++other)
                if (other != axis && !Layout::refine_together(operands[leader], other, operand, other))
                    throw Unsupported("the axes of its inputs cannot be matched");
    // A base axis that the axis has to itself.
    const Layout& first = operands[leader];
    Atoms along = first.axis(axis);
    std::size_t base_axis = along.empty() ? batch_axis : first.base_axis_of(along.front());
    if (along.empty())
        for (std::size_t candidate : {channel_axis, column_axis, row_axis})
            if (first.on_base(candidate).empty()) base_axis = candidate;
    if (base_axis == batch_axis) throw Unsupported("it joins samples, or there is no free axis to join along");
    BaseAxes others;
    for (std::size_t base = 0; base < others.size(); ++base) others[base] = difference(first.on_base(base), along);
    if (!others[base_axis].empty()) { // they make room
        std::size_t room = base_axis;
        for (std::size_t candidate : {channel_axis, column_axis, row_axis})
            if (candidate != base_axis && others[candidate].empty()) room = candidate;
        if (room == base_axis) {
            room = base_axis == channel_axis ? row_axis : channel_axis;
            others[room].insert(others[room].end(), others[base_axis].begin(), others[base_axis].end());
        } else {
            others[room] = others[base_axis];
        }
        others[base_axis].clear();
    }
    OperatorSpec spec;
    spec.type = "concat";
    spec.axis = base_axis;
    for (const Layout& operand : operands) {
        BaseAxes wanted;
        for (std::size_t base = 0; base < wanted.size(); ++base)
            for (std::size_t atom : others[base])
                for (std::size_t other = 0; other < dims.size(); ++other)
                    for (std::size_t i = 0; i < first.axis(other).size(); ++i)
                        if (first.axis(other)[i] == atom) wanted[base].push_back(operand.axis(other)[i]);
        wanted[base_axis] = operand.axis(axis);
        spec.inputs.push_back(context.arranged(node, operand, wanted).base());
    }
    BaseAxes base = others;
    base[base_axis] = along;
    Layout out = first.rebased("", base);
    context.give(node, 0, out.with_replaced(context.add(node, spec), axis, base_axis, dims[axis]));
}

void convert_split(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    std::size_t axis = axis_or_refuse(node.integer("axis", 0), layout.rank());
    std::int64_t begin = 0;
    std::optional<Dims> sizes = numbers(context, node, "split", 1);
    std::int64_t whole = layout.dims()[axis];
    auto count = static_cast<std::int64_t>(node.outputs.size());
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (sizes && i >= sizes->size()) throw Unsupported("it has more results than sizes");
        std::int64_t size = sizes ? (*sizes)[i] : whole / count;
        if (size < 1 || size > whole - begin) throw Unsupported("its sizes are not those of its input");
        if (context.network().uses_output(node, i))
            context.give(node, i, context.part(node, layout, axis, begin, size));
        begin += size;
    }
}

void convert_slice(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    std::optional<Dims> starts = numbers(context, node, "starts", 1), ends = numbers(context, node, "ends", 2);
    std::optional<Dims> axes = numbers(context, node, "axes", 3), steps = numbers(context, node, "steps", 4);
    if (!starts || !ends) throw Unsupported("it does not say from where to where");
    if (!axes) {
        axes = Dims(starts->size());
        std::iota(axes->begin(), axes->end(), 0);
    }
    if (!steps) steps = Dims(starts->size(), 1);
    if (ends->size() != starts->size() || axes->size() != starts->size() || steps->size() != starts->size())
        throw Unsupported("its starts, ends, axes and steps are not equally many");
    for (std::size_t i = 0; i < starts->size(); ++i) {
        std::size_t axis = axis_or_refuse((*axes)[i], layout.rank());
        std::int64_t step = (*steps)[i];
        if (step < 1) throw Unsupported("it goes backwards");
        SliceRange range = slice_range((*starts)[i], (*ends)[i], step, layout.dims()[axis]);
        if (range.size < 1) throw Unsupported("it takes nothing");
        std::int64_t reach = (range.size - 1) * step + 1;
        if (range.begin != 0 || (step == 1 && reach != layout.dims()[axis]))
            layout = context.part(node, layout, axis, range.begin, std::min(reach, layout.dims()[axis] - range.begin));
        if (step > 1 && layout.dims()[axis] > 1) layout = thinned(context, node, layout, axis, step);
    }
    context.give(node, 0, context.reshaped(node, layout, context.network().output(node, 0).dims));
}

void convert_gather(Context& context, const Node& node) {
    const Network& network = context.network();
    const Value &table = network.input(node, 0), &indices = network.input(node, 1);
    std::size_t axis = axis_or_refuse(node.integer("axis", 0), table.rank());
    if (table.constant && !indices.constant) {
        if (table.rank() != 2 || axis != 0) throw Unsupported("only look-ups of rows of a table are modelled");
        Layout in = context.operand(node, 1);
        Atoms positions = difference(atoms_of(in, 0, in.rank()), in.on_base(batch_axis));
        BaseAxes wanted{in.on_base(batch_axis), {}, positions, {}};
        if (in.on_base(channel_axis).empty()) wanted = in.base_axes();
        in = context.arranged(node, in, wanted);
        OperatorSpec spec;
        spec.type = "embedding";
        spec.out_features = table.dims[1];
        spec.entries = table.dims[0];
        spec.inputs = {in.base()};
        std::string base = context.add(node, spec);
        return context.give(node, 0,
                            in.with_axis(in.rank()).with_replaced(base, in.rank(), channel_axis, table.dims[1]));
    }
    if (!indices.constant || !indices.constant->integers())
        throw Unsupported("the indices that it takes are computed while the network runs");
    Layout layout = context.operand(node, 0);
    Dims taken = *indices.constant->integers();
    for (std::int64_t& index : taken) {
        if (index < 0) index += table.dims[axis];
        if (index < 0 || index >= table.dims[axis]) throw Unsupported("an index lies outside its axis");
    }
    for (std::size_t i = 1; i < taken.size(); ++i)
        if (taken[i] != taken[i - 1] + 1) throw Unsupported("the elements that it takes do not lie side by side");
    if (taken.empty()) throw Unsupported("it takes nothing");
    Layout out = context.part(node, layout, axis, taken.front(), static_cast<std::int64_t>(taken.size()));
    context.give(node, 0, context.reshaped(node, out, network.output(node, 0).dims));
}

void convert_expand(Context& context, const Node& node) {
    Layout layout = context.operand(node, 0);
    const Dims& dims = context.network().output(node, 0).dims;
    while (layout.rank() < dims.size()) layout = layout.with_axis(0);
    for (std::size_t axis = 0; axis < dims.size(); ++axis)
        layout = context.repeated(node, layout, axis, dims[axis] / layout.dims()[axis]);
    context.give(node, 0, layout);
}

} // namespace arsia::onnx_import
