// Types and shapes of one node's results, by the inference of the onnx library.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/onnx/constant.h"
#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

/// What is known of an input: null for one that is left out.
struct KnownType {
    int element_type = 0;
    Dims dims;
};

/// Types of the node's results; nothing for one whose shape cannot be told. Inputs that are constants with contents are
/// read as well (shapes, axes, …). Throws InputError with a plain reason if the node does not keep to its operator's
/// definition or its inputs do not fit.
std::vector<std::optional<KnownType>> infer_types(const Node& node, const std::vector<const Value*>& inputs);

/// Whether the onnx library knows such an operator.
bool has_definition(const Node& node);

} // namespace arsia::onnx_import
