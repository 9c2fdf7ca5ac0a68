// What the points of a sweep say, in sentences. They are made from the numbers alone, so that the command, the file and
// the page say the same.
#pragma once

#include <string>
#include <vector>

#include "sim/recorder/sweep_file.h"

namespace arsia {

/// Nothing if no point is done.
std::vector<std::string> sweep_answers(const SweepRecord& record);

/// A step gains little if each doubling takes less than this share off the measure.
constexpr double little_gain = 0.05;

// Parts of the above.
/// How the measure goes along an axis of quantities, where that ends, and what bounds it where.
std::vector<std::string> trend_answers(const SweepRecord& record, std::size_t axis);
/// Which value of an axis of rivals wins, along each axis of quantities.
std::vector<std::string> winner_answers(const SweepRecord& record, std::size_t axis);
/// What the values of an axis of changes cost against the first.
std::vector<std::string> change_answers(const SweepRecord& record, std::size_t axis);

/// Points that no other one beats in both respects, by the first of them from low to high.
std::vector<std::size_t> pareto_front(const std::vector<double>& first, const std::vector<double>& second);

} // namespace arsia
