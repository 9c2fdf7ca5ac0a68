// Recording a run while it goes on.
#pragma once

#include <memory>
#include <string>

#include "sim/recorder/run_file.h"

namespace arsia {

/// To be handed to the simulator as RunOptions::observer (of a run with watch_links) and finished after the run.
///
/// A thread of its own makes the tables, compresses them and writes them, block by block as tasks end, while the
/// simulation goes on; only this thread touches HDF5 meanwhile. It holds a block at a time: a run of any length is
/// recorded in the same memory beside the program and its times, which the simulator holds anyway, and the steps of
/// the critical path.
class RunRecorder final : public RunObserver {
public:
    /// Throws InputError if the file cannot be made. `graph` may be nullptr: no operators.
    RunRecorder(const std::string& path, const Platform& platform, const Graph* graph);
    /// Without finish() nothing is left of the file.
    ~RunRecorder() override;

    void run_begins(const Program& program, const IdVector<TaskId, TaskTimes>& times) override;
    void block_ended(std::size_t block) override;

    /// Waits until all tasks are in the file: from here on the program and the times that were observed may go.
    void run_ended();
    /// Completes the file and gives it its name. Throws InputError with the path and the reason if anything of it
    /// could not be written.
    void finish(const RunRecord& record);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace arsia
