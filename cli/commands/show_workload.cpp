#include <fmt/format.h>

#include "cli/commands/show.h"
#include "cli/describe.h"
#include "cli/table.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

std::vector<std::string> names_of(const Graph& graph, const std::vector<TensorId>& tensors) {
    std::vector<std::string> out;
    for (TensorId tensor : tensors) out.push_back(graph.tensors[tensor].name);
    return out;
}

Json extents_object(const Extents& extents) {
    Json out = Json::object();
    for (Dim dim : all_dims) out[std::string(1, dim_letter(dim))] = at(extents, dim);
    return out;
}

Json operator_object(const Graph& graph, const Operator& op) {
    return {{"name", op.name},
            {"type", op.type},
            {"kind", name_of(op.kind)},
            {"inputs", names_of(graph, op.inputs)},
            {"output_shape", graph.output_of(op).shape},
            {"extents", extents_object(op.extents)},
            {"groups", op.groups},
            {"activation", op.activation},
            {"macs", op.macs(op.extents)},
            {"weights", op.weight_elements()}};
}

Json graph_object(const Graph& graph) {
    Json inputs = Json::object(), outputs = Json::object(), operators = Json::array();
    Json parameters = Json::object(), caches = Json::object();
    for (const Tensor& tensor : graph.tensors) {
        if (tensor.is_input()) {
            Json* place = &inputs;
            if (tensor.residence == Residence::parameter) place = &parameters;
            if (tensor.residence == Residence::cache) place = &caches;
            (*place)[tensor.name] = tensor.shape;
        }
        if (tensor.is_output) outputs[tensor.name] = tensor.shape;
    }
    for (const Operator& op : graph.operators) operators.push_back(operator_object(graph, op));
    return {{"name", graph.name},
            {"digest", graph.digest()},
            {"element_bits", graph.element_bits},
            {"inputs", inputs},
            {"outputs", outputs},
            {"operators", operators},
            {"macs", graph.macs()},
            {"weights", graph.weights()},
            {"parameters", graph.parameters()},
            {"parameter_tensors", parameters},
            {"caches", caches},
            {"cache_elements", graph.cache_elements()}};
}

std::string joined_shape(const TensorShape& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

const char* place_of(const Tensor& input) {
    switch (input.residence) {
    case Residence::host: return "input";
    case Residence::parameter: return "parameter";
    case Residence::cache: return "cache";
    }
    return "";
}

std::string graph_text(const Graph& graph) {
    std::string out =
        fmt::format("workload  {}: {}, {} MACs, {} weights ({} with biases), {} bit elements\n", graph.name,
                    counted(graph.operators.size(), "operator"), format_count(static_cast<double>(graph.macs())),
                    format_count(static_cast<double>(graph.weights())),
                    format_count(static_cast<double>(graph.parameters())), graph.element_bits);
    for (const Tensor& tensor : graph.tensors)
        if (tensor.is_input())
            out += fmt::format("{:<9} {} {} (N C H W)\n", place_of(tensor), tensor.name, joined_shape(tensor.shape));
    Table table({"operator", "type", "inputs", "K x C x P x Q", "output N C H W", ">MACs", ">weights"});
    for (const Operator& op : graph.operators)
        table.row({op.name, op.type, fmt::format("{}", fmt::join(names_of(graph, op.inputs), ", ")), shape_text(op),
                   joined_shape(graph.output_of(op).shape),
                   op.multiplies() ? format_count(static_cast<double>(op.macs(op.extents))) : "-",
                   op.has_weights ? format_count(static_cast<double>(op.weight_elements())) : "-"});
    return out + table.text();
}

} // namespace

void show_workload(const std::string& name, Console& console) {
    Graph graph = read_workload(name);
    console.print(graph_text(graph));
    console.result(graph_object(graph));
}

} // namespace arsia
