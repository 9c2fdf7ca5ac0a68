#include "mapper/bounds/shard_times.h"

#include <algorithm>
#include <limits>

namespace arsia {

namespace {

/// Tile times add up exactly as real numbers; the simulator rounds every one of them up.
double least_time(const TilePlan& plan, double memory_bytes_per_ps) {
    double compute = static_cast<double>(plan.compute_cycles) * 1e12 / static_cast<double>(plan.clock.hertz);
    if (memory_bytes_per_ps <= 0 || plan.phases.empty()) return compute;
    Bytes first = plan.phases.front().steps.empty() ? 0 : plan.phases.front().steps.front().load_bytes();
    Bytes last = plan.phases.back().store_bytes;
    return std::max(compute + static_cast<double>(first + last) / memory_bytes_per_ps,
                    static_cast<double>(plan.memory_bytes()) / memory_bytes_per_ps);
}

} // namespace

ShardTimes::ShardTimes(const Scenario& scenario) : scenario_(scenario) {
    for (NodeId node : scenario.accelerators) {
        double bandwidth = scenario.platform.nodes[node].memory.bandwidth.bytes_per_second() / 1e12;
        if (bandwidth == 0) {
            memory_bytes_per_ps_ = 0;
            return;
        }
        memory_bytes_per_ps_ = std::max(memory_bytes_per_ps_, bandwidth);
    }
}

double ShardTimes::of(const Design& design, OperatorId op, const Extents& shard) {
    auto [at, added] = known_.try_emplace({&design, op, shard}, 0);
    if (!added) return at->second;
    const Operator& work = scenario_.graph.operators[op];
    at->second = design.refusal(work)
                     ? std::numeric_limits<double>::infinity()
                     : least_time(design.plan(work, shard, scenario_.graph.element_bits), memory_bytes_per_ps_);
    return at->second;
}

} // namespace arsia
