#include "collectives/schedule.h"

#include <algorithm>

namespace arsia {

Schedule::Schedule(Program& program, const CollectiveSpec& spec, std::vector<TaskId> ready, MoveLog* log,
                   std::size_t lane)
    : program_(program), spec_(spec), ready_(std::move(ready)), log_(log), lane_(lane) {
    ready_.resize(spec.ranks.size());
}

TaskId Schedule::add(const Message& message) {
    if (message.bytes == 0) return TaskId();
    return program_.add(task_of(message));
}

Task Schedule::task_of(const Message& message) const {
    Task task;
    task.kind = TaskKind::transfer;
    task.purpose = spec_.purpose;
    task.op = spec_.op;
    task.node = spec_.ranks[message.from];
    task.destination = spec_.ranks[message.to];
    task.bytes = message.bytes;
    task.accumulate = message.accumulate;
    task.repeat = message.runs;
    task.priority = message.order;
    return task;
}

TaskId Schedule::notice(std::size_t rank) {
    Message message;
    message.from = message.to = rank;
    return program_.add(task_of(message));
}

TaskId Schedule::send(const Message& message, const StagePiece& piece, const NumberSet& origins) {
    Message sized = message;
    sized.bytes = piece.bytes;
    TaskId task = add(sized);
    if (!task.valid()) return task;
    wait(task, ready_[message.from]);
    if (message.accumulate) wait(task, ready_[message.to]);
    log(task, 0, sized, piece.slices, origins);
    return task;
}

void Schedule::wait(TaskId task, TaskId before) {
    if (task.valid() && before.valid()) program_.depend(task, before);
}

void Schedule::wait_each(TaskId task, TaskId before, std::int32_t delay) {
    if (task.valid() && before.valid()) program_.depend_each(task, before, delay);
}

TaskId Schedule::join(std::vector<TaskId> tasks) {
    tasks.erase(std::remove_if(tasks.begin(), tasks.end(), [](TaskId task) { return !task.valid(); }), tasks.end());
    std::sort(tasks.begin(), tasks.end());
    tasks.erase(std::unique(tasks.begin(), tasks.end()), tasks.end());
    if (tasks.empty()) return TaskId();
    if (tasks.size() == 1) return tasks.front();
    Task join;
    join.op = spec_.op;
    TaskId all = program_.add(join);
    for (TaskId task : tasks) program_.depend(all, task);
    return all;
}

void Schedule::log(TaskId task, std::int32_t run, const Message& message, const NumberSet& slices,
                   const NumberSet& origins) {
    if (!log_) return;
    log_->moves.push_back({task, run, lane_, message.from, message.to, slices, origins, message.accumulate});
}

void Arrivals::settle(Schedule& schedule, bool sums) {
    for (std::size_t member = 0; member < stage_.size(); ++member) {
        std::vector<TaskId>& tasks = tasks_[member];
        bool came = std::any_of(tasks.begin(), tasks.end(), [](TaskId task) { return task.valid(); });
        std::size_t rank = stage_.members[member];
        if (came && !sums) tasks.push_back(schedule.ready(rank));
        if (came) schedule.set_ready(rank, schedule.join(std::move(tasks)));
        tasks.clear();
    }
}

} // namespace arsia
