// The course of a run in equal bins of time: how busy each link was, how full each memory.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/simulator.h"

namespace arsia {

/// 0 … latency cut into at most `most` bins, none shorter than 1 ps (but for a run that takes no time).
class TimeBins {
public:
    explicit TimeBins(TimePs latency, std::int64_t most = 256);

    std::size_t count() const { return edges_.size() - 1; }
    TimePs begin(std::size_t bin) const { return edges_[bin]; }
    TimePs end(std::size_t bin) const { return edges_[bin + 1]; }
    TimePs width(std::size_t bin) const { return end(bin) - begin(bin); }
    /// The bin that holds the instant; the last one for the end of the run.
    std::size_t at(TimePs time) const;
    /// count() + 1 instants.
    const std::vector<TimePs>& edges() const { return edges_; }

private:
    std::vector<TimePs> edges_;
};

/// Fraction of each bin in which each link was busy, link by link; `edges` gets the bins' edges.
std::vector<double> link_utilization(const Platform& platform, const RunResult& result, std::vector<TimePs>& edges);

/// Largest sum of live buffers of each node in each bin, node by node, in bytes.
std::vector<Bytes> memory_occupancy(const Platform& platform, const Program& program, const RunResult& result,
                                    const TimeBins& bins);

} // namespace arsia
