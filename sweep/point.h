// One point of a sweep: mapped or simulated.
#pragma once

#include <string>
#include <string_view>

#include "sim/recorder/sweep_file.h"
#include "sweep/spec.h"

namespace arsia {

/// Whether the point takes the mapping of the first point, and so has to wait for it.
bool keeps_mapping(const SweepSpec& spec, std::size_t point);

/// Runs a point in this process, which must not hold a Simulator. What goes wrong is recorded in the point. `kept`: the
/// first point's mapping (JSON) for one that keeps it; empty if there is none.
SweepPoint run_point(const SweepSpec& spec, std::size_t point, const std::string& kept = "");

/// Digest of all that a point depends on: arsia, workload, platform, designs, load, search or mapping. Empty if what it
/// names cannot be read. Of a point that keeps a mapping without that, which comes from the first point.
std::string point_digest(const SweepSpec& spec, std::size_t point);

// Points as bytes, for messages between processes.
std::string encode(const SweepPoint& point);
SweepPoint decode_point(std::string_view bytes);

} // namespace arsia
