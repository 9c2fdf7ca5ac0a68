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

/// Axis in 0 … rank − 1 of one that may count from the end; nothing if there is none such.
std::optional<std::size_t> axis_of(std::int64_t axis, std::size_t rank);

/// One axis of a Slice: `size` elements from `begin`, every `step`-th, step ≠ 0.
struct SliceRange {
    std::int64_t begin = 0;
    std::int64_t size = 0;
    std::int64_t step = 1;
};
/// As numpy cuts: starts and ends may lie outside or count from the end.
SliceRange slice_range(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t length);

} // namespace arsia::onnx_import
