// The part of a run file that says what was run: /platform and /workload.
#pragma once

#include "sim/recorder/hdf5.h"
#include "topologies/platform.h"
#include "workloads/graph.h"

namespace arsia {

void write_platform(const hdf5::OutputGroup& group, const Platform& platform);
void write_workload(const hdf5::OutputGroup& group, const Graph& graph);

} // namespace arsia
