// Energy of a run, by cause.
#pragma once

#include <map>
#include <string>

#include "sim/simulator.h"

namespace arsia {

struct Energy {
    double compute_j = 0; ///< MACs
    double memory_j = 0;  ///< bytes of local memory read and written
    double link_j = 0;    ///< bytes moved over links
    double static_j = 0;  ///< static power of the accelerators' designs over the latency

    double total_j() const { return compute_j + memory_j + link_j + static_j; }
};

/// `design_of`: design loaded on each node; nullptr where there is none (hosts, switches, idle accelerators).
Energy energy_of(const Platform& platform, const Program& program, const RunResult& result,
                 const IdVector<NodeId, const Design*>& design_of);

} // namespace arsia
