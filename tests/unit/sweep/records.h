// Results of sweeps that were never run, for tests of what is said of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/recorder/sweep_file.h"

namespace arsia {

inline SweepAxis quantity_axis(const std::string& name, const std::string& noun, std::vector<double> numbers,
                               const std::string& unit = "") {
    SweepAxis axis;
    axis.name = axis.kind = name;
    axis.role = AxisRole::quantity;
    axis.noun = noun;
    axis.unit = unit.empty() ? "1" : unit;
    for (double number : numbers)
        axis.labels.push_back(std::to_string(static_cast<int>(number)) + (unit.empty() ? "" : " " + unit));
    axis.numbers = std::move(numbers);
    return axis;
}

inline SweepAxis named_axis(const std::string& name, AxisRole role, std::vector<std::string> labels) {
    SweepAxis axis;
    axis.name = axis.kind = name;
    axis.role = role;
    axis.labels = std::move(labels);
    return axis;
}

/// A point of so many microseconds, most of which go to one cause.
inline SweepPoint point_of(TimePs microseconds, std::size_t cause = 0, double energy_j = 0) {
    SweepPoint point;
    point.status = PointStatus::done;
    point.latency = microseconds * 1'000'000;
    point.energy_j = energy_j;
    point.breakdown[cause] = point.latency * 3 / 4;
    point.breakdown[cause == 0 ? 1 : 0] = point.latency - point.breakdown[cause];
    return point;
}

inline SweepPoint failed_point(const std::string& error) {
    SweepPoint point;
    point.status = PointStatus::failed;
    point.error = error;
    return point;
}

inline SweepRecord record_of(std::vector<SweepAxis> axes, std::vector<SweepPoint> points) {
    SweepRecord record;
    record.version = "0";
    record.name = "test";
    record.axes = std::move(axes);
    record.points = std::move(points);
    return record;
}

} // namespace arsia
