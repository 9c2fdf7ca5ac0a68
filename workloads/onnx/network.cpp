#include "workloads/onnx/network.h"

#include <fmt/format.h>

namespace arsia::onnx_import {

Node::Node(const onnx::NodeProto& proto, std::size_t index, std::int64_t opset)
    : proto_(&proto), name_(proto.name()), index_(index), opset_(opset) {
    for (int i = 0; i < proto.output_size() && name_.empty(); ++i) name_ = proto.output(i);
    if (name_.empty()) name_ = fmt::format("{}_{}", proto.op_type(), index);
}

std::string Node::described() const { return fmt::format("{} '{}'", type(), name_); }

std::string Node::path() const { return fmt::format("graph.node[{}]", index_); }

const onnx::AttributeProto* Node::find(const std::string& attribute) const {
    for (const onnx::AttributeProto& candidate : proto_->attribute())
        if (candidate.name() == attribute) return &candidate;
    return nullptr;
}

std::int64_t Node::integer(const std::string& attribute, std::int64_t fallback) const {
    const onnx::AttributeProto* found = find(attribute);
    return found && found->has_i() ? found->i() : fallback;
}

double Node::real(const std::string& attribute, double fallback) const {
    const onnx::AttributeProto* found = find(attribute);
    return found && found->has_f() ? static_cast<double>(found->f()) : fallback;
}

std::string Node::text(const std::string& attribute, const std::string& fallback) const {
    const onnx::AttributeProto* found = find(attribute);
    return found && found->has_s() ? found->s() : fallback;
}

std::vector<std::int64_t> Node::integers(const std::string& attribute) const {
    const onnx::AttributeProto* found = find(attribute);
    if (!found) return {};
    return {found->ints().begin(), found->ints().end()};
}

bool Network::uses_output(const Node& node, std::size_t index) const {
    if (index >= node.outputs.size() || node.outputs[index] == no_value) return false;
    const Value& value = values[node.outputs[index]];
    return value.is_output || !value.readers.empty();
}

const Constant* Network::constant(const Node& node, std::size_t index) const {
    return has_input(node, index) ? input(node, index).constant.get() : nullptr;
}

} // namespace arsia::onnx_import
