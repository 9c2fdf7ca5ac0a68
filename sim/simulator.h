// Runs programs on a platform. The platform is elaborated once and runs one program after another; the result of a
// program does not depend on what ran before it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/accelerator_model.h"
#include "sim/busy_bins.h"
#include "sim/program.h"
#include "topologies/platform.h"

namespace arsia {

/// When a task ran and what it waited for last.
struct TaskTimes {
    TimePs ready = 0; ///< all it depends on had ended
    TimePs start = 0; ///< it got its engine or DMA channel
    TimePs end = 0;
    /// The task whose end let it start: the last dependency to end, or the one that held its engine or channel before.
    /// Of several that ended at that instant the one with the lowest id. Not valid: it started at time 0 (or at its own
    /// not_before).
    TaskId blocked_by;
};

/// Use of one link over a run.
struct LinkUse {
    Bytes bytes = 0;
    TimePs busy = 0;     ///< time with a burst on the link
    TimePs queueing = 0; ///< sum over bursts of the time waited for the link
};

/// Use of one node over a run.
struct NodeUse {
    TimePs compute_busy = 0; ///< engine had a task
    TimePs memory_busy = 0;  ///< memory served an access
    Bytes memory_bytes = 0;  ///< read and written, tiles and DMA
};

struct RunResult {
    TimePs latency = 0; ///< end of the last task
    IdVector<TaskId, TaskTimes> tasks;
    IdVector<LinkId, LinkUse> links;
    IdVector<NodeId, NodeUse> nodes;
    BusyBins link_bins;       ///< only if links were watched
    std::uint64_t events = 0; ///< events the agenda handled
};

/// Told how far a run has come, in blocks of tasks whose ids follow each other.
class RunObserver {
public:
    static constexpr std::size_t block_tasks = 32 * 1024;

    virtual ~RunObserver() = default;
    /// `times` are those of the result, which are not moved until the run has ended.
    virtual void run_begins(const Program& program, const IdVector<TaskId, TaskTimes>& times) = 0;
    /// Tasks block·block_tasks … (as far as there are any) have ended; their times do not change any more.
    virtual void block_ended(std::size_t block) = 0;
};

struct RunOptions {
    /// Advance undisturbed tiles inside one event. Off: every tile access is an event of the kernel. Same result.
    bool skip = true;
    /// Keep how busy each link was over time; a run file needs it.
    bool watch_links = false;
    RunObserver* observer = nullptr; ///< nullptr: nobody
    /// Whose operators the program's tasks belong to: errors then name them. nullptr: errors number them.
    const Graph* graph = nullptr;
};

/// One platform, elaborated into SystemC modules. At most one simulator may exist at a time in a process, since SystemC
/// has one kernel a process (std::logic_error otherwise); it may be destroyed and another made.
class Simulator {
public:
    /// `models`: makes accelerators that are not arsia's own (sim/accelerator_model.h), during elaboration.
    explicit Simulator(const Platform& platform, const AcceleratorFactory& models = {});
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Runs the program from time 0 to its end. Throws IllegalError that names the tasks that wait, and for what, if
    /// it cannot finish; InputError if a transfer has no route, or if a time or sum of bytes does not fit in 63 bits,
    /// with the tasks that ran then. The simulator is usable afterwards either way. The reference stays valid until the
    /// next run.
    const RunResult& run(const Program& program, const RunOptions& options = {});

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Largest sum of live buffers at each node over the run, bytes.
IdVector<NodeId, Bytes> peak_memory(const Platform& platform, const Program& program, const RunResult& result);

} // namespace arsia
