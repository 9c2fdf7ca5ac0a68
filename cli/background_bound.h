// The lower bound of a search, found by another process meanwhile.
#pragma once

#include <memory>

#include "mapper/bounds.h"
#include "mapper/evaluation/worker_processes.h"

namespace arsia {

/// Finds the highest lower bound of a scenario: in a process of its own from the beginning on, or here when it is
/// taken. A process, as workers are forked while it runs, which threads would not go well with.
class BackgroundBound {
public:
    /// `aside`: whether another process may be started for it. The scenario must stay until the bound is taken.
    BackgroundBound(const Scenario& scenario, BoundEffort effort, bool aside);

    /// Waits for it. If the other process dies, it is found here.
    Bound take();

private:
    const Scenario& scenario_;
    BoundEffort effort_;
    std::unique_ptr<WorkerProcesses> other_;
};

} // namespace arsia
