// What to say of a program that cannot finish: the tasks that wait, and for what.
#pragma once

#include <string>

#include "sim/program.h"

namespace arsia {

enum class TaskState : std::uint8_t { waiting, ready, ended };
using TaskStates = IdVector<TaskId, TaskState>;

/// `transfer 3 of operator conv1 from host to acc0`; operators by number without a graph.
std::string task_label(const Platform& platform, const Program& program, TaskId id, const Graph* graph = nullptr);

/// Names up to eight waiting tasks, with the tasks or engine each waits for, and a cycle of waits if there is one.
std::string stuck_report(const Platform& platform, const Program& program, const TaskStates& states,
                         const Graph* graph = nullptr);

} // namespace arsia
