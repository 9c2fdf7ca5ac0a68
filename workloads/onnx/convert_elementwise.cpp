// Functions of each element, of one tensor or of several.
#include <algorithm>
#include <cmath>
#include <map>

#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

namespace {

/// Brings operands under one layout, that of the largest.
class Combination {
public:
    Combination(Context& context, const Node& node, std::vector<Layout> operands, const Dims& dims)
        : context_(context), node_(node), operands_(std::move(operands)) {
        for (Layout& operand : operands_)
            while (operand.rank() < dims.size()) operand = operand.with_axis(0);
        auto elements = [](const Layout& layout) { return elements_of(layout.dims()); };
        auto largest = std::max_element(operands_.begin(), operands_.end(),
                                        [&](const Layout& a, const Layout& b) { return elements(a) < elements(b); });
        leader_index_ = static_cast<std::size_t>(largest - operands_.begin());
        leader_ = *largest;
        base_ = leader_.base();
    }

    Layout run(const std::string& type) {
        extend_leader();
        for (int pass = 0; pass < 2; ++pass) // the first may split atoms of the leader, the second those of all
            for (Layout& operand : operands_) refine(operand);
        OperatorSpec spec;
        spec.type = type;
        for (std::size_t i = 0; i < operands_.size(); ++i)
            spec.inputs.push_back(i == leader_index_ ? base_ : fitted(operands_[i]));
        return leader_.rebased(context_.add(node_, spec), leader_.base_axes());
    }

private:
    /// Where another operand is longer than the leader, the result has an axis that the leader lacks.
    void extend_leader() {
        for (std::size_t axis = 0; axis < leader_.rank(); ++axis)
            for (const Layout& operand : operands_) {
                std::int64_t size = operand.dims()[axis];
                if (!leader_.axis(axis).empty() || size == 1) continue;
                std::size_t base_axis = column_axis;
                while (base_axis > batch_axis && !leader_.on_base(base_axis).empty()) --base_axis;
                if (base_axis == batch_axis)
                    throw Unsupported("its operands repeat each other along more axes than there are");
                std::vector<Atoms> axes = leader_.axes();
                BaseAxes base = leader_.base_axes();
                axes[axis] = base[base_axis] = {leader_.add_atom(size)};
                leader_.set_axes(std::move(axes), std::move(base));
            }
    }

    void refine(Layout& operand) {
        for (std::size_t axis = 0; axis < leader_.rank(); ++axis)
            if (!operand.axis(axis).empty() && !Layout::refine_together(leader_, axis, operand, axis))
                throw Unsupported("the axes of its operands cannot be matched");
    }

    /// Name of a tensor that holds the operand as the leader lies; axes of size 1 stay so.
    std::string fitted(Layout operand) {
        std::map<std::size_t, std::size_t> counterpart; // atom of the operand by atom of the leader
        for (std::size_t axis = 0; axis < leader_.rank(); ++axis)
            for (std::size_t i = 0; i < operand.axis(axis).size(); ++i)
                counterpart[leader_.axis(axis)[i]] = operand.axis(axis)[i];
        BaseAxes wanted;
        std::array<std::int64_t, 4> copies{1, 1, 1, 1};
        for (std::size_t base_axis = 0; base_axis < wanted.size(); ++base_axis) {
            std::int64_t lacking = 1;
            for (std::size_t atom : leader_.on_base(base_axis)) {
                auto found = counterpart.find(atom);
                if (found != counterpart.end()) {
                    wanted[base_axis].push_back(found->second);
                    copies[base_axis] = lacking;
                } else if (!wanted[base_axis].empty()) {
                    throw Unsupported("an operand is repeated inside an axis");
                } else {
                    lacking *= leader_.atom_size(atom);
                }
            }
        }
        if (copies[batch_axis] > 1) throw Unsupported("an operand is repeated inside the batch");
        std::string base = context_.arranged(node_, operand, wanted).base();
        for (std::size_t base_axis : {channel_axis, row_axis, column_axis})
            if (copies[base_axis] > 1) base = context_.repeated_tensor(node_, base, base_axis, copies[base_axis]);
        return base;
    }

    Context& context_;
    const Node& node_;
    std::vector<Layout> operands_;
    std::size_t leader_index_ = 0;
    Layout leader_{std::string()};
    std::string base_; ///< of the leader
};

/// How a constant operand lies relative to the other.
struct ConstantOperand {
    bool scalar = false;
    bool per_channel = false;
};

ConstantOperand examine(const Layout& layout, const Dims& constant) {
    ConstantOperand out{elements_of(constant) == 1, true};
    Dims dims = layout.dims();
    if (constant.size() > dims.size()) out.per_channel = false;
    for (std::size_t i = 0; i < constant.size() && out.per_channel; ++i) {
        if (constant[i] == 1) continue;
        std::size_t axis = dims.size() - constant.size() + i;
        bool on_channels = constant[i] == dims[axis];
        for (std::size_t atom : layout.axis(axis))
            on_channels = on_channels && layout.base_axis_of(atom) == channel_axis;
        out.per_channel = on_channels;
    }
    return out;
}

/// A constant as a parameter that lies as `like` does, where it has more than one element.
Layout parameter_like(Context& context, const Layout& like, const Value& constant) {
    Layout out(std::string{});
    std::map<std::size_t, std::size_t> made;
    Dims dims = like.dims();
    std::vector<Atoms> axes(dims.size());
    for (std::size_t i = 0; i < constant.dims.size(); ++i) {
        std::size_t axis = dims.size() - constant.dims.size() + i;
        if (constant.dims[i] == 1) continue;
        for (std::size_t atom : like.axis(axis)) axes[axis].push_back(made[atom] = out.add_atom(like.atom_size(atom)));
    }
    BaseAxes base;
    for (std::size_t base_axis = 0; base_axis < base.size(); ++base_axis)
        for (std::size_t atom : like.on_base(base_axis))
            if (made.count(atom) != 0) base[base_axis].push_back(made[atom]);
    if (!base[batch_axis].empty()) throw Unsupported("a constant differs from sample to sample");
    out.set_axes(axes, base);
    return out.rebased(context.add_parameter(constant.shown_name, out.base_shape()), base);
}

/// Whether softmax is all that comes behind: what is added then is a mask, applied as softmax reads.
bool only_softmax_reads(const Network& network, const Node& node) {
    const Value& out = network.output(node, 0);
    return !out.is_output && out.readers.size() == 1 && network.nodes[out.readers.front()].type() == "Softmax";
}

bool changes_nothing(const std::string& type, const Constant& constant) {
    std::optional<double> value = constant.scalar();
    if (!value) return false;
    if (type == "Add" || type == "Sub" || type == "Sum") return *value == 0;
    return (type == "Mul" || type == "Div") && *value == 1;
}

/// Types of operators with several inputs, by those of ONNX; comparisons count as one operation an element.
const std::string& combined_type(const std::string& type) {
    static const std::map<std::string, std::string> types = {
        {"Add", "add"},
        {"Sum", "add"},
        {"Mean", "add"},
        {"Sub", "sub"},
        {"Mul", "mul"},
        {"Div", "div"},
        {"Max", "max"},
        {"Min", "min"},
        {"Or", "max"},
        {"And", "mul"},
        {"Pow", "pow"},
        {"Where", "mul"},
        {"Equal", "sub"},
        {"Less", "sub"},
        {"Greater", "sub"},
        {"LessOrEqual", "sub"},
        {"GreaterOrEqual", "sub"},
    };
    return types.at(type);
}

/// One activation and a constant.
Layout with_constant(Context& context, const Node& node, const Layout& in, const Value& constant, bool constant_first) {
    const std::string& type = node.type();
    const Dims& dims = context.network().output(node, 0).dims;
    if (in.dims() == dims && changes_nothing(type, *constant.constant) && !(constant_first && type != "Add")) return in;
    ConstantOperand operand = examine(in, constant.dims);
    bool adds = type == "Add" || type == "Sub" || type == "Sum";
    bool linear = adds || type == "Mul" || (type == "Div" && !constant_first);
    Layout layout = in;
    while (layout.rank() < dims.size()) layout = layout.with_axis(0);
    if (operand.scalar && !linear)
        return unary(context, node, layout, type == "Max" || type == "Min" ? "clip" : "scale");
    if (linear && (operand.scalar || operand.per_channel))
        return unary(context, node, layout, operand.scalar ? "scale" : "batch_norm", {true, adds, !operand.scalar});
    if (type == "Add" && only_softmax_reads(context.network(), node)) {
        context.note("constant masks before a softmax are part of it");
        return layout;
    }
    if (layout.dims() != dims)
        return combined(context, node, combined_type(type), {layout, context.operand(node, constant_first ? 0 : 1)},
                        dims);
    return combined(context, node, combined_type(type), {layout, parameter_like(context, layout, constant)}, dims);
}

} // namespace

Layout combined(Context& context, const Node& node, const std::string& type, std::vector<Layout> operands,
                const Dims& dims) {
    return Combination(context, node, std::move(operands), dims).run(type);
}

Layout unary(Context& context, const Node& node, const Layout& layout, const std::string& type, Affine affine) {
    OperatorSpec spec;
    spec.type = type;
    spec.inputs = {layout.base()};
    return layout.rebased(context.add(node, spec, "", affine), layout.base_axes());
}

void convert_unary(Context& context, const Node& node) {
    static const std::map<std::string, std::string> types = {
        {"Relu", "relu"},
        {"LeakyRelu", "leaky_relu"},
        {"PRelu", "prelu"},
        {"Elu", "elu"},
        {"Selu", "elu"},
        {"Celu", "elu"},
        {"Sigmoid", "sigmoid"},
        {"Tanh", "tanh"},
        {"Erf", "erf"},
        {"Exp", "exp"},
        {"Log", "exp"},
        {"Sin", "exp"},
        {"Cos", "exp"},
        {"Sqrt", "sqrt"},
        {"Softplus", "softplus"},
        {"HardSwish", "hardswish"},
        {"HardSigmoid", "hardsigmoid"},
        {"ThresholdedRelu", "relu"},
        {"Softsign", "sigmoid"},
    };
    auto found = types.find(node.type());
    // The rest is one operation an element: sign, rounding, reciprocal, negation.
    std::string type = found == types.end() ? "scale" : found->second;
    context.give(node, 0, unary(context, node, context.operand(node, 0), type));
}

void convert_clip(Context& context, const Node& node) {
    const Network& network = context.network();
    auto limit = [&](const char* attribute, std::size_t index, double open) {
        if (node.has(attribute)) return node.real(attribute, open);
        const Constant* given = network.constant(node, index);
        return given ? given->scalar().value_or(open) : open;
    };
    double least = limit("min", 1, -INFINITY), most = limit("max", 2, INFINITY);
    bool unlimited = most > 1e30;
    std::string type = least == 0 && most == 6 ? "relu6" : least == 0 && unlimited ? "relu" : "clip";
    context.give(node, 0, unary(context, node, context.operand(node, 0), type));
}

void convert_elementwise(Context& context, const Node& node) {
    const Network& network = context.network();
    const Dims& dims = network.output(node, 0).dims;
    std::vector<Layout> activations;
    std::vector<std::size_t> constants;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (network.constant(node, i))
            constants.push_back(i);
        else
            activations.push_back(context.operand(node, i));
    }
    if (activations.size() == 1 && constants.empty()) return context.give(node, 0, activations.front());
    if (activations.size() == 1 && constants.size() == 1)
        return context.give(node, 0,
                            with_constant(context, node, activations.front(), network.input(node, constants.front()),
                                          constants.front() == 0));
    for (std::size_t i : constants) activations.push_back(context.operand(node, i));
    context.give(node, 0, combined(context, node, combined_type(node.type()), std::move(activations), dims));
}

void convert_pow(Context& context, const Node& node) {
    const Constant* exponent = context.network().constant(node, 1);
    const Dims& dims = context.network().output(node, 0).dims;
    std::optional<double> value = exponent ? exponent->scalar() : std::nullopt;
    if (context.network().constant(node, 0) || !value)
        return context.give(node, 0,
                            combined(context, node, "pow", {context.operand(node, 0), context.operand(node, 1)}, dims));
    Layout layout = context.operand(node, 0);
    if (*value == 2 || *value == 3) { // as products
        OperatorSpec spec;
        spec.type = "mul";
        spec.inputs.assign(static_cast<std::size_t>(*value), layout.base());
        return context.give(node, 0, layout.rebased(context.add(node, spec), layout.base_axes()));
    }
    context.give(node, 0, unary(context, node, layout, *value == 0.5 ? "sqrt" : "exp"));
}

void convert_where(Context& context, const Node& node) {
    const Network& network = context.network();
    std::vector<Layout> activations;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (!network.constant(node, i)) activations.push_back(context.operand(node, i));
    if (activations.size() == 1 && activations.front().dims() == network.output(node, 0).dims) {
        if (only_softmax_reads(network, node)) {
            context.note("constant masks before a softmax are part of it");
            return context.give(node, 0, activations.front());
        }
        return context.give(node, 0, unary(context, node, activations.front(), "scale"));
    }
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (network.constant(node, i) && elements_of(network.input(node, i).dims) > 1)
            activations.push_back(context.operand(node, i));
    context.give(node, 0, combined(context, node, "mul", std::move(activations), network.output(node, 0).dims));
}

void convert_as_elementwise(Context& context, const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == no_value || context.network().constant(node, i)) continue;
        Layout out = unary(context, node, context.operand(node, i), "identity");
        for (std::size_t output = 0; output < node.outputs.size(); ++output) context.give(node, output, out);
        return;
    }
    throw Unsupported("it has no input");
}

} // namespace arsia::onnx_import
