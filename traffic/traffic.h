// Raw traffic: transfers that somebody asks for at stated times, without a workload behind them.
#pragma once

#include <vector>

#include "sim/program.h"
#include "topologies/platform.h"

namespace arsia {

/// One transfer that is asked for.
struct Demand {
    NodeId source, destination;
    Bytes bytes = 0;
    TimePs start = 0; ///< not before; later if all DMA channels of the source are taken

    friend bool operator==(const Demand& a, const Demand& b) {
        return a.source == b.source && a.destination == b.destination && a.bytes == b.bytes && a.start == b.start;
    }
};

using Traffic = std::vector<Demand>;

/// Task i is transfer i; none waits for another.
Program program_of(const Traffic& traffic);

/// Sum of all bytes. Throws InputError beyond 2^63.
Bytes total_bytes(const Traffic& traffic);

} // namespace arsia
