#include "workloads/onnx/context.h"

#include <algorithm>

#include <fmt/format.h>

namespace arsia::onnx_import {

namespace {

/// More copies than this would be no network but a mistake.
constexpr std::int64_t most_copies = 4096;

/// Names are printed and written to files: only plain characters, and none that stands for a block's parameter.
std::string printable(const std::string& name) {
    std::string out;
    for (char c : name) out.push_back(c >= 0x20 && c < 0x7f ? c : '_');
    if (out.empty() || out.front() == '$') out.insert(out.begin(), '_');
    return out;
}

/// So that products of sizes fit.
void check_size(const Layout& layout) {
    if (elements_of(layout.dims()) >= std::int64_t{1} << 62) throw Unsupported("its input has 2^62 or more elements");
}

/// Usual places of the axes of a tensor that says nothing of them: [N, features], [N, tokens, features], [N, C, H, W].
std::vector<std::size_t> usual_roles(std::size_t rank) {
    if (rank <= 1) return std::vector<std::size_t>(rank, channel_axis);
    if (rank == 2) return {batch_axis, channel_axis};
    if (rank == 3) return {batch_axis, row_axis, channel_axis};
    std::vector<std::size_t> out(rank, row_axis);
    out[0] = batch_axis;
    out[1] = channel_axis;
    out.back() = column_axis;
    return out;
}

} // namespace

Atoms atoms_of(const Layout& layout, std::size_t first_axis, std::size_t last_axis) {
    Atoms out;
    for (std::size_t axis = first_axis; axis < last_axis; ++axis)
        out.insert(out.end(), layout.axis(axis).begin(), layout.axis(axis).end());
    return out;
}

bool same_atoms(Atoms a, Atoms b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

Atoms difference(const Atoms& atoms, const Atoms& without) {
    Atoms out;
    for (std::size_t atom : atoms)
        if (std::find(without.begin(), without.end(), atom) == without.end()) out.push_back(atom);
    return out;
}

std::string Context::unique(const std::string& name) {
    std::string wanted = printable(name), out = wanted;
    for (int i = 1; !names_.insert(out).second; ++i) out = fmt::format("{}_{}", wanted, i);
    return out;
}

std::string Context::add(const Node& node, OperatorSpec spec, const std::string& suffix, Affine affine) {
    spec.name = unique(node.name() + suffix);
    spec.path = node.path();
    draft_.operators.push_back({spec, affine, false});
    return spec.name;
}

std::string Context::add_parameter(const std::string& name, const TensorShape& shape) {
    std::string given = unique(name);
    draft_.inputs.push_back({given, shape, Residence::parameter});
    return given;
}

void Context::place_input(std::size_t value, const std::vector<std::size_t>& roles) {
    const Value& input = network_.values[value];
    std::string name = unique(input.name);
    Layout placed = Layout::placed(name, input.dims, roles.empty() ? usual_roles(input.rank()) : roles);
    draft_.inputs.push_back({name, placed.base_shape(), Residence::host});
    layouts_.emplace(value, std::move(placed));
}

Layout Context::operand(const Node& node, std::size_t index) {
    std::size_t value = node.inputs[index];
    auto found = layouts_.find(value);
    if (found != layouts_.end()) return found->second;
    const Value& constant = network_.values[value];
    // A parameter is the same for all samples.
    std::vector<std::size_t> roles = usual_roles(constant.rank());
    for (std::size_t& role : roles)
        if (role == batch_axis) role = channel_axis;
    Layout placed = Layout::placed("", constant.dims, roles);
    Layout out = placed.rebased(add_parameter(constant.shown_name, placed.base_shape()), placed.base_axes());
    layouts_.emplace(value, out);
    return out;
}

void Context::give(const Node& node, std::size_t output, Layout layout) {
    if (output < node.outputs.size() && node.outputs[output] != no_value)
        layouts_.insert_or_assign(node.outputs[output], std::move(layout));
}

void Context::note(const std::string& text) {
    if (std::find(draft_.notes.begin(), draft_.notes.end(), text) == draft_.notes.end()) draft_.notes.push_back(text);
}

static constexpr const char* batch_is_mixed =
    "it mixes the batch axis with others, so that samples cannot be told apart";

Layout Context::arranged(const Node& node, const Layout& layout, const BaseAxes& wanted) {
    if (layout.base_axes() == wanted) return layout;
    if (layout.on_base(batch_axis) != wanted[batch_axis]) throw Unsupported(batch_is_mixed);
    return moved(node, layout, wanted);
}

Layout Context::moved(const Node& node, const Layout& layout, const BaseAxes& wanted) {
    check_size(layout);
    std::string base = layout.base();
    TensorShape shape = layout.base_shape();
    auto reshape = [&](std::int64_t channels, std::int64_t rows, std::int64_t columns) {
        if (shape[1] == channels && shape[2] == rows && shape[3] == columns) return;
        OperatorSpec spec;
        spec.type = "reshape";
        spec.inputs = {base};
        spec.shape = {channels, rows, columns};
        base = add(node, spec, ".reshape");
        shape = {shape[0], channels, rows, columns};
    };
    Atoms at, to; // atoms of a sample as they lie in memory, and as they shall
    for (std::size_t axis : {channel_axis, row_axis, column_axis}) {
        at.insert(at.end(), layout.on_base(axis).begin(), layout.on_base(axis).end());
        to.insert(to.end(), wanted[axis].begin(), wanted[axis].end());
    }
    // From the front on, the run of atoms that shall come next is brought forward before those that lie between.
    for (std::size_t placed = 0; placed < to.size();) {
        std::size_t from = placed;
        while (from < at.size() && at[from] != to[placed]) ++from;
        // What is wanted is the batch axis, as where a product sums over it.
        if (from == at.size()) throw Unsupported(batch_is_mixed);
        if (from == placed) {
            ++placed;
            continue;
        }
        std::size_t run = 1;
        while (from + run < at.size() && placed + run < to.size() && at[from + run] == to[placed + run]) ++run;
        auto begin = at.begin() + static_cast<std::ptrdiff_t>(placed),
             middle = at.begin() + static_cast<std::ptrdiff_t>(from), end = middle + static_cast<std::ptrdiff_t>(run);
        // Where the run ends before the end, what follows it comes along: two axes are exchanged, the third stays.
        std::int64_t before = layout.size_of(Atoms(at.begin(), begin)), between = layout.size_of(Atoms(begin, middle));
        std::int64_t brought = layout.size_of(Atoms(middle, end)), after = layout.size_of(Atoms(end, at.end()));
        OperatorSpec spec;
        spec.type = "transpose";
        if (before == 1) {
            reshape(between, brought, after);
            spec.order = {row_axis, channel_axis, column_axis};
            std::rotate(begin, middle, end);
            shape = {shape[0], brought, between, after};
        } else {
            reshape(before, between, brought * after);
            spec.order = {channel_axis, column_axis, row_axis};
            std::rotate(begin, middle, at.end());
            shape = {shape[0], before, brought * after, between};
        }
        spec.inputs = {base};
        base = add(node, spec, ".transpose");
    }
    reshape(layout.size_of(wanted[1]), layout.size_of(wanted[2]), layout.size_of(wanted[3]));
    return layout.rebased(base, wanted);
}

Layout Context::reshaped(const Node& node, const Layout& layout, const Dims& dims) {
    if (std::optional<Layout> view = layout.reshaped(dims)) return *view;
    // The elements as they lie in the ONNX tensor, then cut anew.
    Atoms order = difference(atoms_of(layout, 0, layout.rank()), layout.on_base(batch_axis));
    std::int64_t batch = layout.base_shape()[batch_axis];
    Layout flat = arranged(node, layout, {layout.on_base(batch_axis), order, {}, {}});
    if (batch > 1 && (atoms_of(layout, 0, 1) != layout.on_base(batch_axis) || dims.empty() || dims[0] != batch))
        throw Unsupported("it mixes the batch axis with others, so that samples cannot be told apart");
    std::vector<std::size_t> roles;
    for (std::size_t axis = 0; axis < dims.size(); ++axis)
        roles.push_back(axis == 0 && batch == 1 && dims[0] > 1 ? channel_axis : std::min(axis, column_axis));
    Layout cut = Layout::placed("", dims, roles);
    TensorShape shape = cut.base_shape();
    OperatorSpec spec;
    spec.type = "reshape";
    spec.inputs = {flat.base()};
    spec.shape = {shape[1], shape[2], shape[3]};
    return cut.rebased(add(node, spec, ".reshape"), cut.base_axes());
}

Layout Context::part(const Node& node, const Layout& layout, std::size_t axis, std::int64_t begin, std::int64_t size) {
    if (begin == 0 && size == layout.dims()[axis]) return layout;
    check_size(layout);
    Atoms atoms = layout.axis(axis);
    std::size_t base_axis = layout.base_axis_of(atoms.front());
    if (base_axis == batch_axis) throw Unsupported("it takes a part of the batch axis");
    // The axis must be the outer part of one base axis, so that its part is one piece.
    BaseAxes wanted = layout.base_axes();
    for (Atoms& on_base : wanted) on_base = difference(on_base, atoms);
    wanted[base_axis].insert(wanted[base_axis].begin(), atoms.begin(), atoms.end());
    Layout from = arranged(node, layout, wanted);
    std::int64_t inner = from.size_of(difference(wanted[base_axis], atoms));
    OperatorSpec spec;
    spec.type = "slice";
    spec.inputs = {from.base()};
    spec.axis = base_axis;
    spec.begin = begin * inner;
    spec.size = size * inner;
    Layout out = from.rebased(add(node, spec, ".slice"), wanted);
    std::vector<Atoms> axes = out.axes();
    BaseAxes base_axes = wanted;
    base_axes[base_axis] = difference(wanted[base_axis], atoms);
    axes[axis].clear();
    if (size > 1) {
        std::size_t atom = out.add_atom(size);
        axes[axis] = {atom};
        base_axes[base_axis].insert(base_axes[base_axis].begin(), atom);
    }
    out.set_axes(std::move(axes), std::move(base_axes));
    return out;
}

std::string Context::repeated_tensor(const Node& node, const std::string& base, std::size_t base_axis,
                                     std::int64_t count) {
    if (count > most_copies) throw Unsupported(fmt::format("it makes {} copies of a tensor", count));
    std::string& made = repeated_[{base, base_axis, count}]; // layers that follow each other repeat the same mask
    if (!made.empty()) return made;
    OperatorSpec spec;
    spec.type = "concat";
    spec.axis = base_axis;
    spec.inputs.assign(static_cast<std::size_t>(count), base);
    return made = add(node, spec, ".repeat");
}

Layout Context::repeated(const Node& node, const Layout& layout, std::size_t axis, std::int64_t count, bool heads) {
    if (count == 1) return layout;
    std::size_t base_axis = channel_axis;
    if (!layout.axis(axis).empty())
        base_axis = layout.base_axis_of(layout.axis(axis).front());
    else if (!heads && layout.on_base(row_axis).empty())
        base_axis = row_axis;
    else if (!heads && layout.on_base(column_axis).empty())
        base_axis = column_axis;
    if (base_axis == batch_axis) throw Unsupported("it repeats the batch");
    Layout out = layout.rebased(repeated_tensor(node, layout.base(), base_axis, count), layout.base_axes());
    std::size_t atom = out.add_atom(count);
    std::vector<Atoms> axes = out.axes();
    BaseAxes base_axes = out.base_axes();
    axes[axis].insert(axes[axis].begin(), atom);
    base_axes[base_axis].insert(base_axes[base_axis].begin(), atom);
    out.set_axes(std::move(axes), std::move(base_axes));
    return out;
}

Layout Context::feature_map(const Node& node, std::size_t input) {
    Layout layout = operand(node, input);
    if (layout.rank() > 4) throw Unsupported("only one or two spatial axes are modelled");
    BaseAxes wanted;
    for (std::size_t axis = 0; axis < layout.rank(); ++axis) wanted[axis] = layout.axis(axis);
    return arranged(node, layout, wanted);
}

Layout Context::new_feature_map(const std::string& base, const Dims& dims) {
    std::vector<std::size_t> roles;
    for (std::size_t axis = 0; axis < dims.size(); ++axis) roles.push_back(axis);
    return Layout::placed(base, dims, roles);
}

} // namespace arsia::onnx_import
