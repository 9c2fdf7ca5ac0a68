// Looking at a sweep along one axis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/recorder/sweep_file.h"

namespace arsia {

/// What points of the sweep are compared by: ps, or joules for the measure energy. Lower is better.
double measured(const SweepRecord& record, const SweepPoint& point);
/// Whether a point has a result, and with it what the sweep measures: not the energy where a design of the mapping
/// states none, nor the period of a single request.
bool is_measured(const SweepRecord& record, const SweepPoint& point);

/// One point for each value of an axis, all other axes fixed, or taken where they are best.
struct Slice {
    std::vector<std::size_t> fixed;                 ///< axes that are fixed
    std::vector<std::size_t> at;                    ///< the value of each of those
    std::vector<std::optional<std::size_t>> points; ///< by value of the axis; nothing: none is measured
};

/// A slice for every combination of the fixed axes; on the others, the best point.
std::vector<Slice> slices_along(const SweepRecord& record, std::size_t axis, const std::vector<std::size_t>& fixed);

/// More slices than these are too many to be named one by one.
constexpr std::size_t most_slices = 4;

/// The same with a choice of what is fixed that makes no more than these: all other axes; else those of cases; else
/// none. `besides`: an axis that is fixed in any case, and last.
std::vector<Slice> readable_slices(const SweepRecord& record, std::size_t axis,
                                   std::optional<std::size_t> besides = std::nullopt);

/// All axes but one.
std::vector<std::size_t> axes_besides(const SweepRecord& record, std::size_t axis);

} // namespace arsia
