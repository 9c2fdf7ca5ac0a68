// Dense layers, and products of two activations.
#include <fmt/format.h>

#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

namespace {

/// A dense layer along the last axis. Over all of a sample, or at each position over the channels; the order of the
/// elements that are summed up is that of the weights and moves nothing.
Layout dense(Context& context, const Node& node, const Layout& in, std::int64_t out_features, bool bias) {
    std::size_t last = in.rank() - 1;
    const Atoms depth = in.axis(last);
    const BaseAxes& base = in.base_axes();
    Atoms sample = base[channel_axis];
    for (std::size_t axis : {row_axis, column_axis}) sample.insert(sample.end(), base[axis].begin(), base[axis].end());
    OperatorSpec spec;
    spec.type = "linear";
    spec.out_features = out_features;
    spec.bias = bias;
    Layout layout = in;
    spec.flatten = same_atoms(depth, sample);
    if (!spec.flatten && !same_atoms(depth, base[channel_axis])) {
        Atoms positions = difference(difference(atoms_of(in, 0, last), base[batch_axis]), depth);
        layout = context.arranged(node, in, {base[batch_axis], depth, positions, {}});
        spec.flatten = false;
    }
    spec.inputs = {layout.base()};
    std::string name = context.add(node, spec);
    if (spec.flatten) { // nothing is left of rows and columns
        std::vector<Atoms> axes = layout.axes();
        axes[last].clear();
        layout.set_axes(axes, {layout.on_base(batch_axis), {}, {}, {}});
    }
    return layout.with_replaced(name, last, channel_axis, out_features);
}

Layout swapped_last(const Layout& layout) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < layout.rank(); ++i) order.push_back(i);
    std::swap(order[order.size() - 2], order.back());
    return layout.transposed(order);
}

/// Product of two activations, a [batch…, m, k] and b [batch…, k, n]: batch axes are samples or heads.
class BatchedProduct {
public:
    BatchedProduct(Context& context, const Node& node, Layout a, Layout b)
        : context_(context), node_(node), a_(std::move(a)), b_(std::move(b)) {
        while (a_.rank() < b_.rank()) a_ = a_.with_axis(0);
        while (b_.rank() < a_.rank()) b_ = b_.with_axis(0);
        batch_ = a_.rank() - 2;
    }

    Layout run() {
        match_batch();
        if (!Layout::refine_together(a_, batch_ + 1, b_, batch_))
            throw Unsupported("the axes that it sums over cannot be matched");
        heads_a_ = heads_of(a_);
        heads_b_ = heads_of(b_);
        // a·b, or (bᵀ·aᵀ)ᵀ; the second operand with its depth as channels or as rows. What lies as it should is read
        // where it is.
        BaseAxes a_rows = axes_of(a_, heads_a_, batch_ + 1, batch_);
        BaseAxes a_columns = axes_of(a_, heads_a_, batch_, batch_ + 1);
        BaseAxes b_rows = axes_of(b_, heads_b_, batch_ + 1, batch_);
        BaseAxes b_columns = axes_of(b_, heads_b_, batch_, batch_ + 1);
        struct Choice {
            const BaseAxes *a, *b;
            bool swapped, transpose;
        };
        const Choice choices[] = {{&a_rows, &b_columns, false, true},
                                  {&a_rows, &b_rows, false, false},
                                  {&a_rows, &b_columns, true, true},
                                  {&a_columns, &b_columns, true, false}};
        const Choice* best = nullptr;
        int least = 3;
        for (const Choice& choice : choices) {
            int moves = (a_.base_axes() == *choice.a ? 0 : 1) + (b_.base_axes() == *choice.b ? 0 : 1);
            if (moves >= least) continue;
            best = &choice;
            least = moves;
        }
        std::string a = context_.arranged(node_, a_, *best->a).base();
        std::string b = context_.arranged(node_, b_, *best->b).base();
        OperatorSpec spec;
        spec.type = "matmul";
        spec.inputs = best->swapped ? std::vector<std::string>{b, a} : std::vector<std::string>{a, b};
        spec.groups = a_.size_of(heads_a_);
        spec.transpose = best->transpose;
        return result(context_.add(node_, spec), best->swapped);
    }

private:
    /// Batch axes of both get the same atoms.
    void match_batch() {
        for (std::size_t axis = 0; axis < batch_; ++axis) {
            std::int64_t size_a = a_.dims()[axis], size_b = b_.dims()[axis];
            if (size_a == 1 && size_b > 1) a_ = context_.repeated(node_, a_, axis, size_b, true);
            if (size_b == 1 && size_a > 1) b_ = context_.repeated(node_, b_, axis, size_a, true);
            if (!Layout::refine_together(a_, axis, b_, axis)) throw Unsupported("its batch axes cannot be matched");
        }
        for (std::size_t axis = 0; axis < batch_; ++axis)
            for (std::size_t i = 0; i < a_.axis(axis).size(); ++i)
                if ((a_.base_axis_of(a_.axis(axis)[i]) == batch_axis) !=
                    (b_.base_axis_of(b_.axis(axis)[i]) == batch_axis))
                    throw Unsupported("the samples of its operands are not on the same axis");
    }

    Atoms heads_of(const Layout& layout) const {
        return difference(atoms_of(layout, 0, batch_), layout.on_base(batch_axis));
    }

    /// Heads and one axis as channels, the other as rows.
    static BaseAxes axes_of(const Layout& layout, const Atoms& heads, std::size_t channels, std::size_t rows) {
        BaseAxes out{layout.on_base(batch_axis), heads, layout.axis(rows), {}};
        out[channel_axis].insert(out[channel_axis].end(), layout.axis(channels).begin(), layout.axis(channels).end());
        return out;
    }

    Layout result(const std::string& base, bool swapped) const {
        Layout out(base);
        std::vector<Atoms> axes(batch_ + 2);
        BaseAxes on_base;
        for (std::size_t axis = 0; axis < batch_; ++axis)
            for (std::size_t atom : a_.axis(axis)) {
                std::size_t made = out.add_atom(a_.atom_size(atom));
                axes[axis].push_back(made);
                on_base[a_.base_axis_of(atom) == batch_axis ? batch_axis : channel_axis].push_back(made);
            }
        auto add = [&](std::size_t axis, std::size_t base_axis, std::int64_t size) {
            if (size == 1) return;
            axes[axis] = {out.add_atom(size)};
            on_base[base_axis].push_back(axes[axis].front());
        };
        add(batch_, swapped ? channel_axis : row_axis, a_.dims()[batch_]);
        add(batch_ + 1, swapped ? row_axis : channel_axis, b_.dims()[batch_ + 1]);
        out.set_axes(std::move(axes), std::move(on_base));
        return out;
    }

    Context& context_;
    const Node& node_;
    Layout a_, b_;
    std::size_t batch_ = 0; ///< number of batch axes
    Atoms heads_a_, heads_b_;
};

bool is_matrix(const Value& value) {
    return value.rank() >= 2 && elements_of(Dims(value.dims.begin(), value.dims.end() - 2)) == 1;
}

} // namespace

void convert_gemm(Context& context, const Node& node) {
    const Network& network = context.network();
    bool bias_is_constant = network.constant(node, 2) != nullptr;
    Layout a = context.operand(node, 0);
    if (node.integer("transA", 0) != 0) a = swapped_last(a);
    bool transposed = node.integer("transB", 0) != 0;
    const Value& b = network.input(node, 1);
    Layout out(std::string{});
    if (b.constant) {
        out = dense(context, node, a, transposed ? b.dims[0] : b.dims[1], bias_is_constant);
    } else {
        Layout layout_b = context.operand(node, 1);
        out = BatchedProduct(context, node, a, transposed ? swapped_last(layout_b) : layout_b).run();
    }
    bool added = network.has_input(node, 2) && (!bias_is_constant || !b.constant);
    if (added) out = combined(context, node, "add", {out, context.operand(node, 2)}, network.output(node, 0).dims);
    context.give(node, 0, std::move(out));
}

void convert_matmul(Context& context, const Node& node) {
    const Network& network = context.network();
    const Value &a = network.input(node, 0), &b = network.input(node, 1);
    if (a.rank() == 0 || b.rank() == 0) throw Unsupported("a scalar has no axis to sum over");
    const Dims& dims = network.output(node, 0).dims;
    if (!a.constant && b.constant && (b.rank() == 1 || is_matrix(b))) {
        Layout out = dense(context, node, context.operand(node, 0), b.rank() == 1 ? 1 : b.dims.back(), false);
        while (out.rank() < dims.size()) out = out.with_axis(0); // batch axes of the weights, all 1
        return context.give(node, 0, context.reshaped(node, out, dims));
    }
    if (a.constant && !b.constant && is_matrix(a) && b.rank() >= 2) {
        Layout out = dense(context, node, swapped_last(context.operand(node, 1)), a.dims[a.rank() - 2], false);
        return context.give(node, 0, context.reshaped(node, swapped_last(out), dims));
    }
    Layout layout_a = context.operand(node, 0), layout_b = context.operand(node, 1);
    if (a.rank() == 1) layout_a = layout_a.with_axis(0);
    if (b.rank() == 1) layout_b = layout_b.with_axis(1);
    context.give(node, 0, context.reshaped(node, BatchedProduct(context, node, layout_a, layout_b).run(), dims));
}

} // namespace arsia::onnx_import
