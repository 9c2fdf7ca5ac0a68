#include "workloads/onnx/rotary_pattern.h"

#include <optional>
#include <utility>

#include "workloads/onnx/axes.h"

namespace arsia::onnx_import {

namespace {

class RotaryMatcher {
public:
    RotaryMatcher(const Network& network, Patterns& found) : network_(network), found_(found) {}

    void match(std::size_t last) {
        const Node& sum = network_.nodes[last];
        if (!is(last, "Add") || sum.inputs.size() != 2) return;
        for (std::size_t first : {0, 1}) {
            std::unordered_set<std::size_t> nodes;
            std::optional<std::size_t> straight = times_constant(sum.inputs[first], nodes);
            std::optional<std::size_t> turned = times_constant(sum.inputs[1 - first], nodes);
            if (!straight || !turned || turned_value(*turned, nodes) != straight || !closed(nodes, last)) continue;
            std::size_t rank = network_.values[*straight].rank();
            found_.members.insert(nodes.begin(), nodes.end());
            found_.by_last_node.emplace(last, Composite{"rotary", *straight, rank - 1});
            return;
        }
    }

private:
    bool is(std::size_t node, const char* type) const {
        return node != no_node && network_.nodes[node].is_standard() && network_.nodes[node].type() == type &&
               found_.members.count(node) == 0;
    }

    /// The other factor of a product with a constant of several numbers.
    std::optional<std::size_t> times_constant(std::size_t value, std::unordered_set<std::size_t>& nodes) const {
        std::size_t product = value == no_value ? no_node : network_.values[value].producer;
        if (!is(product, "Mul")) return std::nullopt;
        const Node& node = network_.nodes[product];
        for (std::size_t i : {0, 1}) {
            const Constant* angles = network_.constant(node, i);
            if (!angles || angles->elements() < 2 || network_.constant(node, 1 - i)) continue;
            nodes.insert(product);
            return node.inputs[1 - i];
        }
        return std::nullopt;
    }

    /// x, if the value is its second half, negative, before its first.
    std::optional<std::size_t> turned_value(std::size_t value, std::unordered_set<std::size_t>& nodes) const {
        std::size_t concat = network_.values[value].producer;
        if (!is(concat, "Concat") || network_.nodes[concat].inputs.size() != 2) return std::nullopt;
        const Node& node = network_.nodes[concat];
        if (axis_of(node.integer("axis", 0), network_.values[value].rank()) != network_.values[value].rank() - 1)
            return std::nullopt;
        std::size_t negative = network_.values[node.inputs[0]].producer;
        if (!is(negative, "Neg")) return std::nullopt;
        std::size_t second = network_.nodes[negative].inputs[0];
        std::optional<std::size_t> whole = half_of(second, nodes), other = half_of(node.inputs[1], nodes);
        if (!whole || whole != other || second == node.inputs[1]) return std::nullopt;
        nodes.insert({concat, negative});
        return whole;
    }

    std::optional<std::size_t> half_of(std::size_t value, std::unordered_set<std::size_t>& nodes) const {
        const Value& half = network_.values[value];
        if (!is(half.producer, "Slice") && !is(half.producer, "Split")) return std::nullopt;
        std::size_t whole = network_.nodes[half.producer].inputs[0];
        const Value& from = network_.values[whole];
        if (from.rank() == 0 || from.rank() != half.rank() || half.dims.back() * 2 != from.dims.back())
            return std::nullopt;
        nodes.insert(half.producer);
        return whole;
    }

    /// Whether nothing outside reads what is between.
    bool closed(const std::unordered_set<std::size_t>& nodes, std::size_t last) const {
        for (std::size_t node : nodes)
            for (std::size_t output : network_.nodes[node].outputs) {
                if (output == no_value) continue;
                if (network_.values[output].is_output) return false;
                for (std::size_t reader : network_.values[output].readers)
                    if (reader != last && nodes.count(reader) == 0) return false;
            }
        return true;
    }

    const Network& network_;
    Patterns& found_;
};

} // namespace

void find_rotary(const Network& network, Patterns& found) {
    RotaryMatcher matcher(network, found);
    for (std::size_t node = 0; node < network.nodes.size(); ++node) matcher.match(node);
}

} // namespace arsia::onnx_import
