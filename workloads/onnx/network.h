// An ONNX graph whose shapes are all known: nodes in order of execution over values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workloads/onnx/constant.h"

namespace arsia::onnx_import {

constexpr std::size_t no_value = SIZE_MAX;
constexpr std::size_t no_node = SIZE_MAX;

struct Value {
    std::string name;
    std::string shown_name; ///< of constants that nodes make: the node's
    int element_type = 0;
    Dims dims;
    std::shared_ptr<const Constant> constant; ///< set: known before the network runs
    std::size_t producer = no_node;           ///< none: an input or initialiser
    std::vector<std::size_t> readers;         ///< nodes, one entry for each reading input
    bool is_output = false;

    std::size_t rank() const { return dims.size(); }
};

/// A node with its attributes, as the operator sets 7 to 17 define them.
class Node {
public:
    Node(const onnx::NodeProto& proto, std::size_t index, std::int64_t opset);

    const std::string& type() const { return proto_->op_type(); }
    bool is_standard() const { return proto_->domain().empty() || proto_->domain() == "ai.onnx"; }
    const std::string& name() const { return name_; } ///< that of its first result if the file gives none
    std::size_t index() const { return index_; }
    std::int64_t opset() const { return opset_; }
    std::string described() const; ///< `Conv 'conv1'`
    std::string path() const;      ///< `graph.node[7]`
    const onnx::NodeProto& proto() const { return *proto_; }

    bool has(const std::string& attribute) const { return find(attribute) != nullptr; }
    std::int64_t integer(const std::string& attribute, std::int64_t fallback) const;
    double real(const std::string& attribute, double fallback) const;
    std::string text(const std::string& attribute, const std::string& fallback) const;
    std::vector<std::int64_t> integers(const std::string& attribute) const; ///< empty if not given

    std::vector<std::size_t> inputs;  ///< values; no_value where an optional one is left out
    std::vector<std::size_t> outputs; ///< likewise

private:
    const onnx::AttributeProto* find(const std::string& attribute) const;

    const onnx::NodeProto* proto_;
    std::string name_;
    std::size_t index_;
    std::int64_t opset_;
};

struct Network {
    std::vector<Value> values;
    std::vector<Node> nodes; ///< those that results depend on and that are no constants
    std::vector<std::size_t> inputs;
    std::vector<std::size_t> outputs;

    bool has_input(const Node& node, std::size_t index) const {
        return index < node.inputs.size() && node.inputs[index] != no_value;
    }
    /// Must be there.
    const Value& input(const Node& node, std::size_t index) const { return values[node.inputs[index]]; }
    const Value& output(const Node& node, std::size_t index) const { return values[node.outputs[index]]; }
    /// Whether a result is given and something reads it.
    bool uses_output(const Node& node, std::size_t index) const;
    /// The constant that is an input; null if there is no such input or it is no constant.
    const Constant* constant(const Node& node, std::size_t index) const;
};

} // namespace arsia::onnx_import
