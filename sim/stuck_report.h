// What to say of a program that cannot finish: the tasks that wait, and for what.
#pragma once

#include <string>

#include "sim/program.h"

namespace arsia {

enum class TaskState : std::uint8_t { waiting, ready, ended };
using TaskStates = IdVector<TaskId, TaskState>;

/// Names up to eight waiting tasks, with the tasks or engine each waits for, and a cycle of waits if there is one.
std::string stuck_report(const Platform& platform, const Program& program, const TaskStates& states);

} // namespace arsia
