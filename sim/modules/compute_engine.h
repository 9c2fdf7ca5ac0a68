// The compute engine of an accelerator: runs compute, reduce and reconfigure tasks in program order.
#pragma once

#include <memory>
#include <vector>

#include <systemc>

#include "sim/accelerator_model.h"
#include "sim/agenda.h"
#include "sim/modules/local_memory.h"
#include "sim/program.h"

namespace arsia {

/// One task at a time, in program order; a task that is ready waits for those before it. Compute and reduce tasks run
/// their tile plan against the local memory; a reconfiguration takes its time. With a model of the user's own, compute
/// tasks are left to that.
class ComputeEngine final : public sc_core::sc_module {
public:
    ComputeEngine(const sc_core::sc_module_name& name, NodeId id, LocalMemory& memory, Agenda& agenda);

    /// nullptr: none.
    void set_model(std::unique_ptr<AcceleratorModel> model) { model_ = std::move(model); }

    /// The engine's tasks of the program, to be filled in program order.
    std::vector<TaskId>& order() { return order_; }

    /// Whether the next task in order is `task` and the engine is free.
    bool can_start(TaskId task) const { return !busy_ && next_ < order_.size() && order_[next_] == task; }
    /// The next task in order; not valid if all have begun.
    TaskId next() const { return next_ < order_.size() ? order_[next_] : TaskId(); }
    bool busy() const { return busy_; }
    TaskId current() const { return current_; }
    /// The task that ran before the next one; not valid if none did.
    TaskId previous() const { return next_ > 0 ? order_[next_ - 1] : TaskId(); }

    void start(TaskId id, const Task& task, const Program& program);
    /// Hands the current task to the model. An event of its own, so that models are called by the kernel only.
    void start_job();
    /// The current task ends now; returns it.
    TaskId finish();
    TimePs busy_time() const { return busy_time_; }
    void clear();

private:
    std::unique_ptr<AcceleratorModel> model_;
    const Program* program_ = nullptr; ///< of the model's present job
    std::uint64_t job_ = 0;            ///< its number; counts up when it has ended or was given up
    NodeId id_;
    LocalMemory& memory_;
    Agenda& agenda_;
    std::vector<TaskId> order_;
    std::size_t next_ = 0;
    bool busy_ = false;
    TaskId current_;
    TimePs started_ = 0;
    TimePs busy_time_ = 0;
};

} // namespace arsia
