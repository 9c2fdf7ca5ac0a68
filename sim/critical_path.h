// Why a run took as long as it did: the chain of tasks from the last one back, and the latency split without remainder.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/simulator.h"

namespace arsia {

/// One task on the path, and the stretch of the run that it accounts for. Steps are in order of time; each begins where
/// the one before ended; together they cover 0 … latency. A stretch without a task is a wait for a `not_before`.
struct PathStep {
    TaskId task; ///< not valid: waiting
    TimePs begin = 0;
    TimePs end = 0;
};

/// From the last task to end back through what each was blocked by (TaskTimes::blocked_by).
std::vector<PathStep> critical_path(const Program& program, const RunResult& result);

/// The latency by cause, along the critical path; the parts sum to the latency exactly.
struct Breakdown {
    TimePs compute = 0;         ///< cycles of the tile plans (at most each task's duration)
    TimePs memory = 0;          ///< the rest of compute and reduce tasks: waiting for local memory, fill and drain
    TimePs network = 0;         ///< transfers, as long as they would take alone, over links as they were at the start
    TimePs dma_setup = 0;       ///< descriptors' set-up
    TimePs contention = 0;      ///< transfers, what they took longer than alone
    TimePs reconfiguration = 0; ///< loading designs
    TimePs waiting = 0;         ///< nothing on the path ran
    IdVector<LinkId, TimePs> network_by_link; ///< `network` by the slowest link of each transfer's route; same sum

    TimePs sum() const { return compute + memory + network + dma_setup + contention + reconfiguration + waiting; }
};

/// The named parts; they sum to the latency.
std::vector<std::pair<std::string, TimePs>> parts_of(const Breakdown& breakdown);

Breakdown breakdown(const Platform& platform, const Program& program, const RunResult& result);
/// The same, of a critical path that is known.
Breakdown breakdown(const Platform& platform, const Program& program, const std::vector<PathStep>& path);

/// Time of a transfer that has everything to itself: set-up, Σ over hops of one burst's serialisation and latency, the
/// other bursts at the slowest stage, memory latencies. A lower bound of what the simulator gives, and exact where the
/// platform is idle and both memories are at least as fast as the links at their side.
TimePs uncontended_time(const Platform& platform, NodeId source, NodeId destination, Bytes bytes);
/// The same over another route than the platform's own.
TimePs uncontended_time(const Platform& platform, const Route& route, NodeId source, NodeId destination, Bytes bytes);

} // namespace arsia
