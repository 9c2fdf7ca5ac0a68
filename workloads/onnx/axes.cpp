#include "workloads/onnx/axes.h"

#include <algorithm>

namespace arsia::onnx_import {

std::optional<std::size_t> axis_of(std::int64_t axis, std::size_t rank) {
    auto size = static_cast<std::int64_t>(rank);
    if (axis < -size || axis >= size) return std::nullopt;
    return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

SliceRange slice_range(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t length) {
    auto placed = [&](std::int64_t at) { return at < 0 ? std::max(at, -length - 1) + length : at; };
    step = std::max(step, -INT64_MAX); // can be negated
    std::int64_t least = step > 0 ? 0 : -1, most = step > 0 ? length : length - 1;
    start = std::clamp(placed(start), std::min(least + (step > 0 ? 0 : 1), most), most);
    end = std::clamp(placed(end), least, most);
    SliceRange out{start, 0, step};
    if (step > 0 && end > start) out.size = (end - start - 1) / step + 1;
    if (step < 0 && start > end) out.size = (start - end - 1) / -step + 1;
    return out;
}

} // namespace arsia::onnx_import
