// Runs the points of a sweep by workers and keeps what comes of them.
#pragma once

#include <functional>
#include <string>

#include "mapper/evaluation/workers.h"
#include "sim/recorder/sweep_file.h"
#include "sweep/spec.h"

namespace arsia {

/// The record of a sweep of which no point has run.
SweepRecord empty_record(const SweepSpec& spec);

/// The points of an earlier run of the same sweep, from its file. Throws InputError that says what differs if the file
/// is of another sweep, or a point would be another now.
SweepRecord resumed_record(const SweepSpec& spec, const std::string& file);

/// What a worker does with the number of a point, and the mapping of the first one if it keeps that.
Reply point_reply(const SweepSpec& spec);

/// Hands the points that are pending to workers, one at a time to each. `point_done` is told the number of each point
/// that ends, and at least every 50 ms asked (with no number) whether to go on. A worker that dies fails its point.
/// What a point is does not depend on the workers. Returns false if it was told to stop.
using GoOn = std::function<bool()>;
bool run_points(const SweepSpec& spec, SweepRecord& record, Workers& workers,
                const std::function<void(std::size_t)>& point_done, const GoOn& go_on);

} // namespace arsia
