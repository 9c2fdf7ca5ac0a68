#include "workloads/onnx/patterns.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "workloads/onnx/axes.h"
#include "workloads/onnx/rotary_pattern.h"

namespace arsia::onnx_import {

namespace {

using NodeSet = std::unordered_set<std::size_t>;

class Matcher {
public:
    explicit Matcher(const Network& network) : network_(network) {}

    Patterns run() {
        for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
            const Node& node = network_.nodes[i];
            if (!node.is_standard()) continue;
            if (node.type() == "Sqrt") match_normalization(node);
            static const std::unordered_map<std::string, std::string> gates = {
                {"Erf", "gelu"},
                {"Tanh", "gelu"},
                {"Sigmoid", "silu"},
                {"Clip", "hardswish"},
                {"HardSigmoid", "hardswish"},
            };
            auto gate = gates.find(node.type());
            if (gate != gates.end()) match_gate(i, gate->second);
        }
        return std::move(found_);
    }

private:
    bool is_type(std::size_t node, const char* type) const {
        return node != no_node && network_.nodes[node].is_standard() && network_.nodes[node].type() == type;
    }
    std::size_t producer(std::size_t value) const { return network_.values[value].producer; }
    bool is_constant(std::size_t value) const {
        return value != no_value && network_.values[value].constant != nullptr;
    }
    bool is_number(std::size_t value) const {
        return is_constant(value) && elements_of(network_.values[value].dims) == 1;
    }
    /// The reader of a value that nothing else needs.
    std::size_t only_reader(std::size_t value) const {
        const Value& found = network_.values[value];
        return found.readers.size() == 1 && !found.is_output ? found.readers.front() : no_node;
    }
    bool has_one_result(const Node& node) const { return node.outputs.size() == 1 && node.outputs[0] != no_value; }

    /// Inputs of a node that are no constants; nothing if a constant is more than a number, or an input is left out.
    std::optional<std::vector<std::size_t>> operands(const Node& node) const {
        std::vector<std::size_t> out;
        for (std::size_t input : node.inputs) {
            if (input == no_value) return std::nullopt;
            if (!is_constant(input))
                out.push_back(input);
            else if (!is_number(input))
                return std::nullopt;
        }
        return out;
    }

    static bool is_elementwise(const Node& node) {
        static const std::unordered_set<std::string> types = {"Mul",      "Add",         "Sub", "Div",     "Pow",
                                                              "Softplus", "Tanh",        "Erf", "Sigmoid", "Clip",
                                                              "Relu",     "HardSigmoid", "Neg"};
        return node.is_standard() && types.count(node.type()) != 0;
    }

    bool scales(std::size_t node) const { return is_type(node, "Mul") || is_type(node, "Div"); }

    /// The one value that `start` is a function of, element by element: the nearest that several nodes read. Adds the
    /// nodes between.
    std::optional<std::size_t> origin(std::size_t start, NodeSet& nodes) const {
        std::optional<std::size_t> out;
        std::vector<std::size_t> open = {start};
        while (!open.empty()) {
            std::size_t value = open.back();
            open.pop_back();
            std::size_t made_by = producer(value);
            bool leaf = network_.values[value].readers.size() > 1 || made_by == no_node ||
                        !is_elementwise(network_.nodes[made_by]);
            std::optional<std::vector<std::size_t>> inputs;
            if (!leaf) inputs = operands(network_.nodes[made_by]);
            if (leaf || !inputs) {
                if (out && *out != value) return std::nullopt;
                out = value;
            } else {
                if (network_.values[value].is_output || nodes.size() > 16) return std::nullopt;
                nodes.insert(made_by);
                open.insert(open.end(), inputs->begin(), inputs->end());
            }
        }
        return out;
    }

    /// x times a function of x, with numbers anywhere between.
    void match_gate(std::size_t gate, std::string type) {
        const Node& node = network_.nodes[gate];
        if (!has_one_result(node) || node.inputs.empty() || node.inputs[0] == no_value) return;
        NodeSet nodes = {gate};
        std::optional<std::size_t> input = origin(node.inputs[0], nodes);
        if (!input || found_.members.count(gate) != 0) return;
        std::size_t before = nodes.size() - 1; // nodes between the value and the gate
        for (std::size_t member : nodes)
            if (is_type(member, "Softplus")) type = "mish";
        // A clip is half a gate only behind a sum, x · clip(x + 3) / 6; a tanh behind a polynomial or a softplus.
        if (node.type() == "Clip" && before == 0) return;
        if (node.type() == "Tanh" && type != "mish" && before < 3) return;
        bool joined = false;
        std::size_t last = gate;
        for (;;) {
            std::size_t next = only_reader(network_.nodes[last].outputs[0]);
            if (next == no_node || !is_elementwise(network_.nodes[next])) break;
            const Node& candidate = network_.nodes[next];
            std::optional<std::vector<std::size_t>> inputs = operands(candidate);
            if (!inputs || !has_one_result(candidate)) break;
            if (inputs->size() == 1) {
                if (joined && !scales(next)) break;
            } else {
                std::size_t other = (*inputs)[0] == network_.nodes[last].outputs[0] ? (*inputs)[1] : (*inputs)[0];
                NodeSet side;
                if (joined || inputs->size() != 2 || candidate.type() != "Mul") break;
                if (other != *input && (only_reader(other) != next || origin(other, side) != input)) break;
                if (!std::all_of(side.begin(), side.end(), [&](std::size_t member) { return scales(member); })) break;
                nodes.insert(side.begin(), side.end());
                joined = true;
            }
            nodes.insert(next);
            last = next;
        }
        if (joined) accept(nodes, last, {type, *input, 0});
    }

    /// (x − mean(x)) / √(mean((x − mean(x))²) + ε), and x / √(mean(x²) + ε).
    void match_normalization(const Node& root) {
        NodeSet nodes = {producer(root.outputs[0])};
        std::size_t add = producer(root.inputs[0]);
        if (!is_type(add, "Add")) return;
        std::optional<std::vector<std::size_t>> added = operands(network_.nodes[add]);
        if (!added || added->size() != 1) return;
        std::size_t mean = producer(added->front());
        std::optional<std::size_t> axis = mean_axis(mean);
        if (!axis) return;
        std::size_t square = producer(network_.nodes[mean].inputs[0]);
        std::optional<std::size_t> squared = squared_value(square);
        if (!squared) return;
        nodes.insert({add, mean, square});
        std::size_t last = only_reader(root.outputs[0]);
        if (is_type(last, "Reciprocal") || (is_type(last, "Div") && is_number(network_.nodes[last].inputs[0]))) {
            nodes.insert(last);
            last = only_reader(network_.nodes[last].outputs[0]);
            if (!is_type(last, "Mul")) return;
        } else if (!is_type(last, "Div")) {
            return;
        }
        const Node& divide = network_.nodes[last];
        std::size_t numerator =
            is_type(producer(divide.inputs[0]), "Sqrt") || nodes.count(producer(divide.inputs[0])) != 0
                ? divide.inputs[1]
                : divide.inputs[0];
        std::optional<std::size_t> centred = centred_value(*squared, *axis, nodes);
        if (!centred) {
            if (numerator == *squared) accept(nodes, last, {"rms_norm", numerator, *axis});
            return;
        }
        // Older exporters subtract the mean twice.
        NodeSet again;
        if (numerator != *squared && centred_value(numerator, *axis, again) != centred) return;
        nodes.insert(again.begin(), again.end());
        accept(nodes, last, {"layer_norm", *centred, *axis});
    }

    /// First of the last axes that a ReduceMean takes together; nothing if it is none or takes others.
    std::optional<std::size_t> mean_axis(std::size_t node) const {
        if (!is_type(node, "ReduceMean")) return std::nullopt;
        const Node& mean = network_.nodes[node];
        if (mean.integer("keepdims", 1) == 0) return std::nullopt;
        std::size_t rank = network_.input(mean, 0).rank();
        std::vector<std::size_t> axes;
        for (std::int64_t axis : mean.integers("axes"))
            if (std::optional<std::size_t> found = axis_of(axis, rank)) axes.push_back(*found);
        std::sort(axes.begin(), axes.end());
        for (std::size_t i = 0; i < axes.size(); ++i)
            if (axes[i] != rank - axes.size() + i) return std::nullopt;
        return axes.empty() ? std::nullopt : std::optional(axes.front());
    }

    std::optional<std::size_t> squared_value(std::size_t node) const {
        if (is_type(node, "Pow") && !is_constant(network_.nodes[node].inputs[0])) {
            const Constant* exponent = network_.constant(network_.nodes[node], 1);
            if (exponent && exponent->scalar() == 2.0) return network_.nodes[node].inputs[0];
        }
        if (is_type(node, "Mul") && network_.nodes[node].inputs[0] == network_.nodes[node].inputs[1])
            return network_.nodes[node].inputs[0];
        return std::nullopt;
    }

    /// x, if the value is x − mean(x).
    std::optional<std::size_t> centred_value(std::size_t value, std::size_t axis, NodeSet& nodes) const {
        std::size_t subtract = producer(value);
        if (!is_type(subtract, "Sub")) return std::nullopt;
        std::size_t x = network_.nodes[subtract].inputs[0], mean = producer(network_.nodes[subtract].inputs[1]);
        if (mean_axis(mean) != axis || network_.nodes[mean].inputs[0] != x) return std::nullopt;
        nodes.insert({subtract, mean});
        return x;
    }

    /// Only if nothing outside reads what is between.
    void accept(const NodeSet& nodes, std::size_t last, Composite composite) {
        for (std::size_t member : nodes) {
            if (found_.members.count(member) != 0 || found_.by_last_node.count(member) != 0) return;
            for (std::size_t output : network_.nodes[member].outputs) {
                if (member == last || output == no_value) continue;
                const Value& value = network_.values[output];
                if (value.is_output) return;
                for (std::size_t reader : value.readers)
                    if (nodes.count(reader) == 0 && reader != last) return;
            }
        }
        for (std::size_t member : nodes)
            if (member != last) found_.members.insert(member);
        found_.by_last_node.emplace(last, std::move(composite));
    }

    const Network& network_;
    Patterns found_;
};

} // namespace

Patterns find_patterns(const Network& network) {
    Patterns found = Matcher(network).run();
    find_rotary(network, found);
    return found;
}

} // namespace arsia::onnx_import
