// The place of a user's own accelerator in the platform: a SystemC model that runs compute tasks instead of arsia's
// tile engine. Everything around it (DMA, memories, links, the order of tasks) stays arsia's.
#pragma once

#include <functional>
#include <memory>

#include "sim/program.h"

namespace arsia {

/// One compute task on one accelerator.
struct ComputeJob {
    TaskId task;
    OperatorId op;        ///< that the shard belongs to; not valid in programs without operators
    const TilePlan& plan; ///< of the design that the mapping chose: MACs, bytes, cycles; valid until the job ends
};

/// Ends the job: `delay` from the kernel's present time on, as the delay that a loosely timed b_transport returns. To
/// be called once a job, from any process or from start() itself. The platform goes on with the task's successors then;
/// 0 counts as 1 ps, so that nothing depends on the order in which the kernel runs the processes of one instant.
using EndJob = std::function<void(TimePs delay)>;

/// Runs the compute tasks of one accelerator, one after the other, in program order. A model is made during
/// elaboration, so it may own SystemC modules, sockets, threads and clocks. The kernel's clock is the platform's. A
/// program that fails is given up once its jobs have ended, so that the next one finds the model idle.
class AcceleratorModel {
public:
    virtual ~AcceleratorModel() = default;
    /// Called at the moment at which the task starts, from a method process: it must not wait, but may notify events.
    virtual void start(const ComputeJob& job, EndJob end) = 0;
};

/// Makes the model of an accelerator; a null pointer leaves it to arsia's own engine.
using AcceleratorFactory = std::function<std::unique_ptr<AcceleratorModel>(NodeId id, const Node& node)>;

} // namespace arsia
