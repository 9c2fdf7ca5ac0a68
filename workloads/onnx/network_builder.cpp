#include "workloads/onnx/network_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/suggest.h"
#include "workloads/graph_builder.h"
#include "workloads/onnx/folding.h"
#include "workloads/onnx/shapes.h"

namespace arsia::onnx_import {

namespace {

constexpr std::int64_t oldest_opset = 7;
constexpr std::int64_t newest_opset = 17;

std::string unknown_domain(const Node& node) { return node.is_standard() ? "" : node.proto().domain() + "."; }

} // namespace

NetworkBuilder::NetworkBuilder(const onnx::ModelProto& model, const ImportOptions& options, Predicate knows,
                               Problems& problems)
    : model_(model), graph_(model.graph()), options_(options), knows_(std::move(knows)), problems_(problems) {}

Network NetworkBuilder::build() {
    if (graph_.node_size() == 0) problems_.add(0, "graph", "the model has no nodes; is it an ONNX model?");
    opset_ = read_opset();
    problems_.throw_if_any();
    read_constants();
    read_inputs();
    problems_.throw_if_any();
    std::vector<bool> needed = needed_nodes();
    for (int i = 0; i < graph_.node_size(); ++i)
        if (needed[static_cast<std::size_t>(i)]) add_node(graph_.node(i), static_cast<std::size_t>(i));
    report_unknown();
    read_outputs();
    problems_.throw_if_any();
    prune();
    return std::move(network_);
}

std::int64_t NetworkBuilder::read_opset() const {
    for (const onnx::OperatorSetIdProto& import : model_.opset_import()) {
        if (!import.domain().empty() && import.domain() != "ai.onnx") continue;
        if (import.version() < oldest_opset || import.version() > newest_opset)
            problems_.add(0, "opset_import",
                          fmt::format("the model uses operator set {}; legal: {} to {}", import.version(), oldest_opset,
                                      newest_opset));
        return import.version();
    }
    problems_.add(0, "opset_import", "the model names no operator set");
    return newest_opset;
}

std::size_t NetworkBuilder::add_value(Value value, const std::string& path) {
    std::size_t index = network_.values.size();
    if (!by_name_.emplace(value.name, index).second)
        problems_.add(0, path, fmt::format("there are two values called '{}'", value.name));
    network_.values.push_back(std::move(value));
    return index;
}

void NetworkBuilder::read_constants() {
    for (int i = 0; i < graph_.initializer_size(); ++i) {
        const onnx::TensorProto& tensor = graph_.initializer(i);
        Value value;
        value.name = value.shown_name = tensor.name();
        value.element_type = tensor.data_type();
        value.constant = std::make_shared<Constant>(Constant::of(tensor));
        value.dims = value.constant->dims();
        for (std::int64_t size : value.dims)
            if (size < 0 || size > largest_size)
                problems_.add(0, fmt::format("graph.initializer[{}]", i),
                              fmt::format("'{}' has a size of {}", value.name, size));
        add_value(std::move(value), fmt::format("graph.initializer[{}]", i));
    }
}

Dims NetworkBuilder::input_dims(const std::string& name, const onnx::TypeProto& type) {
    Dims out;
    for (int axis = 0; axis < type.tensor_type().shape().dim_size(); ++axis) {
        const auto& dim = type.tensor_type().shape().dim(axis);
        if (dim.has_dim_value() && dim.dim_value() > 0) {
            out.push_back(dim.dim_value());
            continue;
        }
        std::string dimension = dim.dim_param().empty() ? fmt::format("{}.{}", name, axis) : dim.dim_param();
        dimension_names_.insert(dimension);
        auto given = options_.dimensions.find(dimension);
        if (given != options_.dimensions.end()) {
            out.push_back(given->second);
        } else {
            // The first one is the batch, which is set for all inputs together.
            if (axis > 0)
                problems_.add(
                    0, "graph.input",
                    fmt::format("input '{}': the size of dimension '{}' is open; set it with 'arsia import --dim {}=N'",
                                name, dimension, dimension));
            out.push_back(1);
        }
    }
    for (std::int64_t size : out)
        if (size > largest_size)
            problems_.add(
                0, "graph.input",
                fmt::format("input '{}': {} is out of range; sizes must be from 1 to {}", name, size, largest_size));
    return out;
}

void NetworkBuilder::read_inputs() {
    for (int i = 0; i < graph_.input_size(); ++i) {
        const onnx::ValueInfoProto& input = graph_.input(i);
        if (by_name_.count(input.name()) != 0) continue; // older files list initialisers here too
        std::string path = fmt::format("graph.input[{}]", i);
        if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape()) {
            problems_.add(0, path, fmt::format("input '{}' is no tensor with a shape", input.name()));
            continue;
        }
        Value value;
        value.name = value.shown_name = input.name();
        value.element_type = input.type().tensor_type().elem_type();
        value.dims = input_dims(input.name(), input.type());
        network_.inputs.push_back(add_value(std::move(value), path));
    }
    check_dimension_names();
}

void NetworkBuilder::check_dimension_names() {
    std::vector<std::string> known(dimension_names_.begin(), dimension_names_.end());
    for (const auto& [name, size] : options_.dimensions)
        if (dimension_names_.count(name) == 0)
            problems_.add(0, "",
                          fmt::format("--dim {}: no input has an open dimension of this name{}; there are: {}", name,
                                      did_you_mean(name, known), known.empty() ? "none" : name_list(known)));
}

std::vector<bool> NetworkBuilder::needed_nodes() {
    std::unordered_map<std::string, int> producer;
    for (int i = 0; i < graph_.node_size(); ++i)
        for (const std::string& output : graph_.node(i).output())
            if (!output.empty() && !producer.emplace(output, i).second)
                problems_.add(0, fmt::format("graph.node[{}]", i),
                              fmt::format("there are two values called '{}'", output));
    std::vector<bool> needed(static_cast<std::size_t>(graph_.node_size()), false);
    std::vector<int> open;
    auto need = [&](const std::string& value) {
        auto found = producer.find(value);
        if (value.empty() || found == producer.end() || needed[static_cast<std::size_t>(found->second)]) return;
        needed[static_cast<std::size_t>(found->second)] = true;
        open.push_back(found->second);
    };
    for (const onnx::ValueInfoProto& output : graph_.output()) need(output.name());
    while (!open.empty()) {
        int node = open.back();
        open.pop_back();
        for (const std::string& input : graph_.node(node).input()) need(input);
    }
    return needed;
}

bool NetworkBuilder::resolve_inputs(Node& node) {
    bool sound = true;
    for (const std::string& name : node.proto().input()) {
        auto found = by_name_.find(name);
        if (name.empty() || unresolved_.count(name) != 0) {
            node.inputs.push_back(no_value);
        } else if (found != by_name_.end()) {
            node.inputs.push_back(found->second);
        } else {
            problems_.add(0, node.path(),
                          fmt::format("{} reads '{}', which no input, initialiser or earlier node gives",
                                      node.described(), name));
            sound = false;
        }
    }
    return sound;
}

void NetworkBuilder::note_unknown(const Node& node) {
    std::string type = unknown_domain(node) + node.type();
    auto found = std::find_if(unknown_.begin(), unknown_.end(), [&](const Unknown& u) { return u.type == type; });
    if (found == unknown_.end()) found = unknown_.insert(unknown_.end(), {type, {}});
    found->names.push_back(node.name());
}

void NetworkBuilder::cut(Node& node) {
    for (std::size_t input : node.inputs)
        if (input != no_value && !network_.values[input].constant) cut_ends_.push_back(input);
    for (const std::string& output : node.proto().output()) unresolved_.insert(output);
}

void NetworkBuilder::add_node(const onnx::NodeProto& proto, std::size_t index) {
    Node node(proto, index, opset_);
    bool depends_on_unknown = false;
    for (const std::string& name : proto.input())
        depends_on_unknown = depends_on_unknown || unresolved_.count(name) != 0;
    if (!resolve_inputs(node)) {
        for (const std::string& output : proto.output()) unresolved_.insert(output);
        return;
    }
    bool constant = node.is_standard() && has_definition(node) && !depends_on_unknown;
    for (std::size_t input : node.inputs) constant = constant && (input == no_value || network_.values[input].constant);
    bool of_shape = node.is_standard() && (node.type() == "Shape" || node.type() == "Size");
    bool known = constant || of_shape || knows_(node);
    if (!known) note_unknown(node);
    if (depends_on_unknown || (!known && options_.unknown != UnknownOperators::elementwise)) return cut(node);
    infer(std::move(node));
}

void NetworkBuilder::infer(Node node) {
    std::vector<const Value*> inputs;
    bool constant = true;
    for (std::size_t input : node.inputs) {
        inputs.push_back(input == no_value ? nullptr : &network_.values[input]);
        constant = constant && (!inputs.back() || inputs.back()->constant);
    }
    constant = (constant && has_definition(node)) || node.type() == "Shape" || node.type() == "Size";
    std::vector<std::optional<KnownType>> types(static_cast<std::size_t>(node.proto().output_size()));
    if (constant || knows_(node)) {
        try {
            types = infer_types(node, inputs);
        } catch (const InputError& error) {
            problems_.add(0, node.path(), fmt::format("{}: {}", node.described(), error.problems().front().message));
            for (const std::string& output : node.proto().output()) unresolved_.insert(output);
            return;
        }
        types.resize(static_cast<std::size_t>(node.proto().output_size()));
    } else {
        for (const Value* input : inputs)
            if (input && !input->constant) {
                std::fill(types.begin(), types.end(), KnownType{input->element_type, input->dims});
                break;
            }
    }
    std::vector<std::optional<Constant>> folded;
    if (constant) folded = fold(node, inputs, types);
    std::size_t index = constant ? no_node : network_.nodes.size();
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string& name = node.proto().output(static_cast<int>(i));
        if (name.empty()) {
            node.outputs.push_back(no_value);
            continue;
        }
        bool legal = types[i].has_value();
        if (legal && !constant)
            legal = std::all_of(types[i]->dims.begin(), types[i]->dims.end(),
                                [](std::int64_t size) { return size >= 1 && size <= largest_size; });
        if (!legal) {
            // Only what is read needs a shape: optional results often have none.
            if (i == 0)
                problems_.add(0, node.path(),
                              types[i] ? fmt::format("{}: its result has the shape {}", node.described(),
                                                     to_string(types[i]->dims))
                                       : fmt::format("{}: the shape of its result depends on data and cannot be told",
                                                     node.described()));
            unresolved_.insert(name);
            node.outputs.push_back(no_value);
            continue;
        }
        Value value;
        value.name = name;
        value.element_type = types[i]->element_type;
        value.dims = types[i]->dims;
        value.producer = index;
        value.shown_name = constant && i == 0 ? node.name() : name;
        if (constant) value.constant = std::make_shared<Constant>(*folded[i]);
        node.outputs.push_back(add_value(std::move(value), node.path()));
    }
    if (constant) return;
    for (std::size_t input : node.inputs)
        if (input != no_value) network_.values[input].readers.push_back(index);
    network_.nodes.push_back(std::move(node));
}

void NetworkBuilder::report_unknown() {
    if (unknown_.empty()) return;
    std::string list;
    for (const Unknown& unknown : unknown_)
        list += fmt::format("{}{} ({}: {})", list.empty() ? "" : "; ", unknown.type, unknown.names.size(),
                            name_list(unknown.names, 8));
    if (options_.unknown == UnknownOperators::refuse)
        problems_.add(0, "graph.node",
                      fmt::format("operators that have no counterpart: {}; '--unknown elementwise' takes each for a "
                                  "function of every element, '--unknown cut' ends the network before them",
                                  list));
    else
        unknown_text_ = list;
}

void NetworkBuilder::read_outputs() {
    auto add = [&](std::size_t value) {
        if (network_.values[value].is_output || network_.values[value].constant) return;
        network_.values[value].is_output = true;
        network_.outputs.push_back(value);
    };
    for (const onnx::ValueInfoProto& output : graph_.output()) {
        auto found = by_name_.find(output.name());
        if (found != by_name_.end())
            add(found->second);
        else if (unresolved_.count(output.name()) == 0)
            problems_.add(0, "graph.output", fmt::format("nothing computes the output '{}'", output.name()));
    }
    if (options_.unknown == UnknownOperators::cut)
        for (std::size_t value : cut_ends_) add(value);
    if (network_.outputs.empty() && problems_.empty())
        problems_.add(0, "graph.output", "no output depends on an input");
}

void NetworkBuilder::prune() {
    std::vector<bool> needed(network_.nodes.size(), false);
    std::vector<std::size_t> open = network_.outputs;
    while (!open.empty()) {
        std::size_t producer = network_.values[open.back()].producer;
        open.pop_back();
        if (producer == no_node || needed[producer]) continue;
        needed[producer] = true;
        for (std::size_t input : network_.nodes[producer].inputs)
            if (input != no_value) open.push_back(input);
    }
    std::vector<Node> kept;
    for (Value& value : network_.values) value.readers.clear();
    for (std::size_t i = 0; i < needed.size(); ++i) {
        Node& node = network_.nodes[i];
        if (!needed[i]) continue;
        for (std::size_t input : node.inputs)
            if (input != no_value) network_.values[input].readers.push_back(kept.size());
        for (std::size_t output : node.outputs)
            if (output != no_value) network_.values[output].producer = kept.size();
        kept.push_back(std::move(node));
    }
    network_.nodes = std::move(kept);
    auto unread = [&](std::size_t input) { return network_.values[input].readers.empty(); };
    network_.inputs.erase(std::remove_if(network_.inputs.begin(), network_.inputs.end(), unread),
                          network_.inputs.end());
}

} // namespace arsia::onnx_import
