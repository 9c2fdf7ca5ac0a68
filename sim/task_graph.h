// Which tasks wait for which: counts and successors, built once a program.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/program.h"

namespace arsia {

class TaskGraph {
public:
    void build(const Program& program);

    /// One dependency of the task has ended; true if it was the last.
    bool release(TaskId task) { return --pending_[task] == 0; }
    std::uint32_t pending(TaskId task) const { return pending_[task]; }

    struct Successors {
        const TaskId* first;
        const TaskId* last;
        const TaskId* begin() const { return first; }
        const TaskId* end() const { return last; }
    };
    Successors successors(TaskId task) const {
        const TaskId* data = successors_.data();
        return {data + first_[task.value()], data + first_[task.value() + 1]};
    }

private:
    IdVector<TaskId, std::uint32_t> pending_;
    std::vector<std::uint32_t> first_; ///< where a task's successors begin
    std::vector<TaskId> successors_;
};

} // namespace arsia
