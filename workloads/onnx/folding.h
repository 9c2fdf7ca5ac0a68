// Contents of results that depend on constants only, as far as shapes, axes and sizes need them.
#pragma once

#include <optional>
#include <vector>

#include "workloads/onnx/constant.h"
#include "workloads/onnx/network.h"
#include "workloads/onnx/shapes.h"

namespace arsia::onnx_import {

/// The node's results. `inputs` are constants (null: left out), but for Shape and Size, which need a known shape only.
/// A result without contents is one whose numbers are not needed: too large, or made by an operator that no shape
/// computation uses. `types` as inferred.
std::vector<std::optional<Constant>> fold(const Node& node, const std::vector<const Value*>& inputs,
                                          const std::vector<std::optional<KnownType>>& types);

} // namespace arsia::onnx_import
