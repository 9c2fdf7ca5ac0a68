#include "workloads/onnx/shapes.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "base/errors.h"
#include "workloads/graph_builder.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/checker.h>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>
#pragma GCC diagnostic pop

namespace arsia::onnx_import {

namespace {

const onnx::OpSchema* definition_of(const Node& node) {
    if (!node.is_standard()) return nullptr;
    return onnx::OpSchemaRegistry::Schema(node.type(), static_cast<int>(node.opset()), "");
}

struct Limits {
    const char* attribute;
    std::int64_t least;
    std::int64_t most;
};

/// The library divides by some of these without looking, and all enter products here.
constexpr Limits limited_attributes[] = {
    {"kernel_shape", 1, largest_size}, {"strides", 1, largest_size}, {"dilations", 1, largest_size},
    {"pads", 0, largest_size},         {"group", 1, largest_size},   {"blocksize", 1, 65536},
    {"hidden_size", 1, largest_size},  {"output_padding", 0, 65536}, {"split", 0, largest_size},
};

void check_attributes(const Node& node) {
    for (const Limits& limits : limited_attributes) {
        // Pad takes negative sizes, which crop.
        bool crops = node.type() == "Pad" && std::string(limits.attribute) == "pads";
        std::int64_t least = crops ? -largest_size : limits.least;
        std::vector<std::int64_t> numbers = node.integers(limits.attribute);
        if (numbers.empty() && node.has(limits.attribute)) numbers = {node.integer(limits.attribute, least)};
        for (std::int64_t number : numbers)
            if (number < least || number > limits.most)
                throw InputError(fmt::format("attribute '{}' is {}; it must be from {} to {}", limits.attribute, number,
                                             least, limits.most));
    }
}

/// The library takes for granted that kernels have as many axes as what they slide over.
void check_ranks(const Node& node, const std::vector<const Value*>& inputs) {
    bool conv = node.type().find("Conv") != std::string::npos;
    bool pool = node.type().find("Pool") != std::string::npos;
    if ((!conv && !pool) || inputs.empty() || !inputs[0]) return;
    std::size_t rank = inputs[0]->rank();
    if (rank < 3) throw InputError(fmt::format("its input {} has no spatial axis", to_string(inputs[0]->dims)));
    std::size_t weights = node.type() == "QLinearConv" ? 3 : 1;
    if (conv && weights < inputs.size() && inputs[weights] && inputs[weights]->rank() != rank)
        throw InputError(fmt::format("its weights {} have not as many axes as its input {}",
                                     to_string(inputs[weights]->dims), to_string(inputs[0]->dims)));
    for (const char* attribute : {"kernel_shape", "strides", "dilations", "pads"}) {
        std::size_t axes = (rank - 2) * (std::string(attribute) == "pads" ? 2 : 1);
        if (node.has(attribute) && node.integers(attribute).size() != axes)
            throw InputError(fmt::format("attribute '{}' has {} numbers; it must have {}", attribute,
                                         node.integers(attribute).size(), axes));
    }
}

/// The first line, without what the library says of its own source.
std::string plain(const std::string& reason) {
    std::string out = reason.substr(0, reason.find('\n'));
    for (const char* prefix : {"[ShapeInferenceError] ", "[TypeInferenceError] "})
        if (out.rfind(prefix, 0) == 0) out = out.substr(std::string(prefix).size());
    return out;
}

onnx::TypeProto to_proto(const Value& value) {
    onnx::TypeProto out;
    out.mutable_tensor_type()->set_elem_type(value.element_type);
    onnx::TensorShapeProto* shape = out.mutable_tensor_type()->mutable_shape();
    for (std::int64_t size : value.dims) shape->add_dim()->set_dim_value(size);
    return out;
}

std::optional<KnownType> from_proto(const onnx::TypeProto& type) {
    if (!type.has_tensor_type() || !type.tensor_type().has_shape()) return std::nullopt;
    KnownType out;
    out.element_type = type.tensor_type().elem_type();
    for (const auto& dim : type.tensor_type().shape().dim()) {
        if (!dim.has_dim_value()) return std::nullopt;
        out.dims.push_back(dim.dim_value());
    }
    return out;
}

std::vector<std::optional<KnownType>> run_inference(const onnx::OpSchema& definition, onnx::NodeProto& proto,
                                                    const std::vector<const Value*>& inputs) {
    std::unordered_map<std::string, onnx::TypeProto> types;
    std::unordered_map<std::string, onnx::TypeProto*> type_by_name;
    std::unordered_map<std::string, onnx::TensorProto> contents;
    std::unordered_map<std::string, const onnx::TensorProto*> contents_by_name;
    for (const Value* value : inputs) {
        if (!value || !types.emplace(value->name, to_proto(*value)).second) continue;
        type_by_name[value->name] = &types[value->name];
        if (!value->constant || !value->constant->has_contents()) continue;
        contents[value->name] = value->constant->to_proto();
        contents_by_name[value->name] = &contents[value->name];
    }
    onnx::shape_inference::InferenceContextImpl context(proto, type_by_name, contents_by_name, {});
    definition.GetTypeAndShapeInferenceFunction()(context);
    std::vector<std::optional<KnownType>> out;
    for (const onnx::TypeProto& type : context.allOutputTypes_) out.push_back(from_proto(type));
    return out;
}

} // namespace

bool has_definition(const Node& node) { return definition_of(node) != nullptr; }

std::vector<std::optional<KnownType>> infer_types(const Node& node, const std::vector<const Value*>& inputs) {
    std::vector<std::optional<KnownType>> nothing(node.outputs.size());
    const onnx::OpSchema* definition = definition_of(node);
    if (!definition) return nothing;
    check_attributes(node);
    check_ranks(node, inputs);
    onnx::NodeProto proto = node.proto(); // inference wants one that it may change
    try {
        definition->Verify(proto);
        if (!definition->has_type_and_shape_inference_function()) return nothing;
        return run_inference(*definition, proto, inputs);
    } catch (const std::exception& error) {
        throw InputError(plain(error.what()));
    }
}

} // namespace arsia::onnx_import
