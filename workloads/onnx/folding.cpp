#include "workloads/onnx/folding.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "workloads/onnx/arithmetic.h"
#include "workloads/onnx/axes.h"

namespace arsia::onnx_import {

namespace {

using Integers = Constant::Integers;
using Reals = Constant::Reals;
using Result = std::optional<Constant>;

/// Contents of the result as a list of elements of the inputs: result element i is element `from[i]` of input `of[i]`.
struct Picked {
    std::vector<std::size_t> of;
    std::vector<std::size_t> from;
};

std::size_t count_of(const Dims& dims) { return static_cast<std::size_t>(elements_of(dims)); }

Dims strides_of(const Dims& dims) {
    Dims out(dims.size(), 1);
    for (std::size_t i = dims.size(); i-- > 1;) out[i - 1] = out[i] * dims[i];
    return out;
}

Dims position_of(std::size_t index, const Dims& dims) {
    Dims out(dims.size(), 0);
    for (std::size_t i = dims.size(); i-- > 0;) {
        out[i] = static_cast<std::int64_t>(index) % dims[i];
        index /= static_cast<std::size_t>(dims[i]);
    }
    return out;
}

/// Index of the element that a position of a larger, broadcast tensor stands for.
std::size_t broadcast_index(const Dims& position, const Dims& dims) {
    Dims strides = strides_of(dims);
    std::int64_t out = 0;
    for (std::size_t i = 0; i < dims.size(); ++i)
        if (dims[i] != 1) out += strides[i] * position[position.size() - dims.size() + i];
    return static_cast<std::size_t>(out);
}

class Folding {
public:
    Folding(const Node& node, const std::vector<const Value*>& inputs, const KnownType& type)
        : node_(node), inputs_(inputs), type_(type) {}

    Result run();

private:
    const Constant* constant(std::size_t index) const {
        return index < inputs_.size() && inputs_[index] ? inputs_[index]->constant.get() : nullptr;
    }
    const Integers* integers(std::size_t index) const {
        return constant(index) ? constant(index)->integers() : nullptr;
    }
    /// An attribute of old operator sets, an input of new ones.
    std::optional<Integers> attribute_or_input(const std::string& name, std::size_t index) const {
        if (node_.has(name)) return node_.integers(name);
        if (const Integers* found = integers(index)) return *found;
        return std::nullopt;
    }

    template <class Values>
    Result made(Values values) const {
        return Constant(type_.element_type, type_.dims, std::move(values));
    }
    Result pick(const Picked& picked) const;
    /// Same elements in the same order.
    Result same() const;
    Result cast() const;
    Result filled() const;
    Result range() const;
    Result gather() const;
    Result concat() const;
    Result slice() const;
    Result transpose() const;
    Result repeat() const; ///< Expand, Tile
    Result where() const;
    Result unary() const;
    Result binary() const;
    Result reduce() const;

    const Node& node_;
    const std::vector<const Value*>& inputs_;
    const KnownType& type_;
};

Result Folding::pick(const Picked& picked) const {
    std::vector<Integers> whole;
    std::vector<Reals> real;
    bool all_integers = true;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        whole.push_back(integers(i) ? *integers(i) : Integers());
        real.push_back(constant(i) ? constant(i)->as_reals() : Reals());
    }
    for (std::size_t i = 0; i < picked.of.size(); ++i) {
        if (picked.from[i] >= real[picked.of[i]].size()) return std::nullopt;
        all_integers = all_integers && picked.from[i] < whole[picked.of[i]].size();
    }
    Integers whole_out;
    Reals real_out;
    for (std::size_t i = 0; i < picked.of.size(); ++i) {
        if (all_integers)
            whole_out.push_back(whole[picked.of[i]][picked.from[i]]);
        else
            real_out.push_back(real[picked.of[i]][picked.from[i]]);
    }
    if (all_integers) return made(std::move(whole_out));
    return made(std::move(real_out));
}

Result Folding::same() const {
    if (!constant(0)) return std::nullopt;
    if (const Integers* values = integers(0)) return made(*values);
    return made(constant(0)->as_reals());
}

Result Folding::cast() const {
    if (!constant(0)) return std::nullopt;
    if (!is_integral(type_.element_type)) return made(constant(0)->as_reals());
    if (const Integers* values = integers(0)) return made(*values);
    Integers out;
    for (double value : constant(0)->as_reals()) {
        if (!(std::abs(value) < 9e18)) return std::nullopt;
        out.push_back(static_cast<std::int64_t>(value));
    }
    return made(std::move(out));
}

Result Folding::filled() const {
    std::size_t count = count_of(type_.dims);
    for (const onnx::AttributeProto& attribute : node_.proto().attribute())
        if (attribute.name() == "value" && attribute.has_t()) {
            Constant value = Constant::of(attribute.t());
            if (const Integers* found = value.integers(); found && found->size() == 1)
                return made(Integers(count, found->front()));
            if (std::optional<double> found = value.scalar()) return made(Reals(count, *found));
            return std::nullopt;
        }
    return made(Reals(count, 0.0));
}

Result Folding::range() const {
    if (integers(0) && integers(2) && integers(0)->size() == 1 && integers(2)->size() == 1) {
        Integers out;
        for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
            std::int64_t value = 0;
            if (__builtin_mul_overflow(static_cast<std::int64_t>(i), integers(2)->front(), &value) ||
                __builtin_add_overflow(value, integers(0)->front(), &value))
                return std::nullopt;
            out.push_back(value);
        }
        return made(std::move(out));
    }
    return std::nullopt; // of reals: no shape is one
}

Result Folding::gather() const {
    const Integers* indices = integers(1);
    if (!indices || !constant(0)) return std::nullopt;
    const Dims& dims = constant(0)->dims();
    std::optional<std::size_t> axis = axis_of(node_.integer("axis", 0), dims.size());
    if (!axis) return std::nullopt;
    std::int64_t length = dims[*axis];
    std::int64_t inner = elements_of(Dims(dims.begin() + static_cast<std::ptrdiff_t>(*axis) + 1, dims.end()));
    std::int64_t outer = elements_of(Dims(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(*axis)));
    Picked out;
    for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t index : *indices) {
            if (index < 0) index += length;
            if (index < 0 || index >= length) return std::nullopt;
            for (std::int64_t i = 0; i < inner; ++i) {
                out.of.push_back(0);
                out.from.push_back(static_cast<std::size_t>((o * length + index) * inner + i));
            }
        }
    return pick(out);
}

Result Folding::concat() const {
    std::optional<std::size_t> axis = axis_of(node_.integer("axis", 0), type_.dims.size());
    if (!axis) return std::nullopt;
    Picked out;
    for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
        Dims position = position_of(i, type_.dims);
        std::size_t input = 0;
        while (input < inputs_.size() && constant(input) && constant(input)->dims().size() == position.size() &&
               position[*axis] >= constant(input)->dims()[*axis])
            position[*axis] -= constant(input++)->dims()[*axis];
        if (input == inputs_.size() || !constant(input) || constant(input)->dims().size() != position.size())
            return std::nullopt;
        out.of.push_back(input);
        out.from.push_back(broadcast_index(position, constant(input)->dims()));
    }
    return pick(out);
}

Result Folding::slice() const {
    if (!constant(0)) return std::nullopt;
    const Dims& dims = constant(0)->dims();
    std::optional<Integers> starts = attribute_or_input("starts", 1), ends = attribute_or_input("ends", 2);
    std::optional<Integers> axes = attribute_or_input("axes", 3), steps = attribute_or_input("steps", 4);
    if (!starts || !ends || starts->size() != ends->size()) return std::nullopt;
    if (!axes) {
        axes = Integers(starts->size());
        std::iota(axes->begin(), axes->end(), 0);
    }
    if (!steps) steps = Integers(starts->size(), 1);
    if (axes->size() != starts->size() || steps->size() != starts->size()) return std::nullopt;
    std::vector<SliceRange> ranges;
    for (std::int64_t length : dims) ranges.push_back({0, length, 1});
    for (std::size_t i = 0; i < starts->size(); ++i) {
        std::optional<std::size_t> axis = axis_of((*axes)[i], dims.size());
        if (!axis || (*steps)[i] == 0) return std::nullopt;
        ranges[*axis] = slice_range((*starts)[i], (*ends)[i], (*steps)[i], dims[*axis]);
    }
    Dims sizes;
    for (const SliceRange& range : ranges) sizes.push_back(range.size);
    if (sizes != type_.dims) return std::nullopt;
    Picked out;
    Dims strides = strides_of(dims);
    for (std::size_t i = 0; i < count_of(sizes); ++i) {
        Dims position = position_of(i, sizes);
        std::int64_t from = 0;
        for (std::size_t axis = 0; axis < dims.size(); ++axis)
            from += strides[axis] * (ranges[axis].begin + position[axis] * ranges[axis].step);
        out.of.push_back(0);
        out.from.push_back(static_cast<std::size_t>(from));
    }
    return pick(out);
}

Result Folding::transpose() const {
    if (!constant(0)) return std::nullopt;
    const Dims& dims = constant(0)->dims();
    Integers order = node_.integers("perm");
    if (order.empty())
        for (std::size_t i = dims.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
    if (order.size() != dims.size() || type_.dims.size() != dims.size()) return std::nullopt;
    Dims strides = strides_of(dims);
    Picked out;
    for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
        Dims position = position_of(i, type_.dims);
        std::int64_t from = 0;
        for (std::size_t axis = 0; axis < dims.size(); ++axis) {
            std::optional<std::size_t> source = axis_of(order[axis], dims.size());
            if (!source) return std::nullopt;
            from += strides[*source] * position[axis];
        }
        out.of.push_back(0);
        out.from.push_back(static_cast<std::size_t>(from));
    }
    return pick(out);
}

Result Folding::repeat() const {
    if (!constant(0) || constant(0)->elements() == 0 || constant(0)->dims().size() > type_.dims.size())
        return std::nullopt;
    Dims dims = constant(0)->dims();
    dims.insert(dims.begin(), type_.dims.size() - dims.size(), 1);
    Dims strides = strides_of(dims);
    Picked out;
    for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
        Dims position = position_of(i, type_.dims);
        std::int64_t from = 0;
        for (std::size_t axis = 0; axis < dims.size(); ++axis) from += strides[axis] * (position[axis] % dims[axis]);
        out.of.push_back(0);
        out.from.push_back(static_cast<std::size_t>(from));
    }
    return pick(out);
}

Result Folding::where() const {
    const Integers* condition = integers(0);
    if (!condition || !constant(1) || !constant(2)) return std::nullopt;
    Picked out;
    for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
        Dims position = position_of(i, type_.dims);
        std::size_t chosen = (*condition)[broadcast_index(position, constant(0)->dims())] != 0 ? 1 : 2;
        out.of.push_back(chosen);
        out.from.push_back(broadcast_index(position, constant(chosen)->dims()));
    }
    return pick(out);
}

Result Folding::unary() const {
    UnaryFunction function = unary_function(node_.type());
    if (!function || !constant(0)) return std::nullopt;
    Reals values = constant(0)->as_reals();
    for (double& value : values) value = function(value);
    if (!is_integral(type_.element_type)) return made(std::move(values));
    Integers out;
    for (double value : values) {
        if (!(std::abs(value) < 9e15)) return std::nullopt; // not exact as a real
        out.push_back(static_cast<std::int64_t>(value));
    }
    return made(std::move(out));
}

Result Folding::binary() const {
    if (inputs_.size() != 2 || !constant(0) || !constant(1)) return std::nullopt;
    const Integers *a = integers(0), *b = integers(1);
    Reals real_a = constant(0)->as_reals(), real_b = constant(1)->as_reals();
    Integers whole;
    Reals real;
    for (std::size_t i = 0; i < count_of(type_.dims); ++i) {
        Dims position = position_of(i, type_.dims);
        std::size_t at_a = broadcast_index(position, constant(0)->dims());
        std::size_t at_b = broadcast_index(position, constant(1)->dims());
        if (at_a >= real_a.size() || at_b >= real_b.size()) return std::nullopt;
        if (a && b) {
            std::optional<std::int64_t> value = of_integers(node_.type(), (*a)[at_a], (*b)[at_b]);
            if (!value) return std::nullopt;
            whole.push_back(*value);
        } else {
            std::optional<double> value = of_reals(node_.type(), real_a[at_a], real_b[at_b]);
            if (!value) return std::nullopt;
            real.push_back(*value);
        }
    }
    if (a && b) return made(std::move(whole));
    return made(std::move(real));
}

Result Folding::reduce() const {
    const Integers* values = integers(0);
    // Of shapes, whole lists only.
    if (!values || values->empty() || count_of(type_.dims) != 1) return std::nullopt;
    std::int64_t out = values->front();
    for (std::size_t i = 1; i < values->size(); ++i) {
        const char* step = node_.type() == "ReduceProd"  ? "Mul"
                           : node_.type() == "ReduceSum" ? "Add"
                           : node_.type() == "ReduceMin" ? "Min"
                                                         : "Max";
        std::optional<std::int64_t> next = of_integers(step, out, (*values)[i]);
        if (!next) return std::nullopt;
        out = *next;
    }
    return made(Integers{out});
}

Result Folding::run() {
    using Step = Result (Folding::*)() const;
    static const std::map<std::string, Step> steps = {
        {"Cast", &Folding::cast},           {"ConstantOfShape", &Folding::filled}, {"Range", &Folding::range},
        {"Gather", &Folding::gather},       {"Concat", &Folding::concat},          {"Slice", &Folding::slice},
        {"Transpose", &Folding::transpose}, {"Expand", &Folding::repeat},          {"Tile", &Folding::repeat},
        {"Where", &Folding::where},         {"Identity", &Folding::same},          {"Reshape", &Folding::same},
        {"Squeeze", &Folding::same},        {"Unsqueeze", &Folding::same},         {"Flatten", &Folding::same},
        {"ReduceProd", &Folding::reduce},   {"ReduceSum", &Folding::reduce},       {"ReduceMin", &Folding::reduce},
        {"ReduceMax", &Folding::reduce},
    };
    if (elements_of(type_.dims) > Constant::most_elements) return std::nullopt;
    auto found = steps.find(node_.type());
    if (found != steps.end()) return (this->*found->second)();
    if (Result out = unary()) return out;
    return binary();
}

/// Contents of a Constant node.
Constant of_constant_node(const Node& node, const KnownType& type) {
    for (const onnx::AttributeProto& attribute : node.proto().attribute()) {
        if (attribute.has_t()) return Constant::of(attribute.t());
        Integers ints(attribute.ints().begin(), attribute.ints().end());
        Reals floats(attribute.floats().begin(), attribute.floats().end());
        if (attribute.name() == "value_int") ints = {attribute.i()};
        if (attribute.name() == "value_float") floats = {static_cast<double>(attribute.f())};
        if (is_integral(type.element_type)) return Constant(type.element_type, type.dims, std::move(ints));
        return Constant(type.element_type, type.dims, std::move(floats));
    }
    return Constant(type.element_type, type.dims);
}

} // namespace

std::vector<std::optional<Constant>> fold(const Node& node, const std::vector<const Value*>& inputs,
                                          const std::vector<std::optional<KnownType>>& types) {
    std::vector<std::optional<Constant>> out(types.size());
    for (std::size_t i = 0; i < types.size(); ++i)
        if (types[i]) out[i] = Constant(types[i]->element_type, types[i]->dims);
    if (out.empty() || !out[0] || !node.is_standard()) return out;
    if (node.type() == "Constant") {
        out[0] = of_constant_node(node, *types[0]);
    } else if (node.type() == "Shape" && !inputs.empty() && inputs[0]) {
        const Dims& dims = inputs[0]->dims;
        auto rank = static_cast<std::int64_t>(dims.size());
        std::int64_t start = node.integer("start", 0), end = node.integer("end", rank);
        SliceRange part = slice_range(start, end, 1, rank);
        auto first = dims.begin() + part.begin;
        out[0] = Constant(types[0]->element_type, {part.size}, Integers(first, first + part.size));
    } else if (node.type() == "Size" && !inputs.empty() && inputs[0]) {
        out[0] = Constant(types[0]->element_type, {}, Integers{elements_of(inputs[0]->dims)});
    } else if (Result found = Folding(node, inputs, *types[0]).run()) {
        out[0] = std::move(found);
    }
    return out;
}

} // namespace arsia::onnx_import
