// Axes and ranges as ONNX counts them: from the beginning or from the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace arsia::onnx_import {

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
