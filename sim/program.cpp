#include "sim/program.h"

#include <algorithm>

namespace arsia {

const char* name_of(TaskKind kind) {
    switch (kind) {
    case TaskKind::compute: return "compute";
    case TaskKind::transfer: return "transfer";
    case TaskKind::reduce: return "reduce";
    case TaskKind::reconfigure: return "reconfigure";
    case TaskKind::join: return "join";
    }
    return "";
}

const char* name_of(Purpose purpose) {
    switch (purpose) {
    case Purpose::none: return "none";
    case Purpose::input: return "input";
    case Purpose::output: return "output";
    case Purpose::activation: return "activation";
    case Purpose::weights: return "weights";
    case Purpose::partial_sum: return "partial_sum";
    case Purpose::shared_shard: return "shared_shard";
    case Purpose::collective: return "collective";
    }
    return "";
}

void Program::clear() {
    tasks_.clear();
    edges_.clear();
    plans_.clear();
    buffers_.clear();
}

bool Program::repeats() const {
    return std::any_of(tasks_.begin(), tasks_.end(), [](const Task& task) { return task.repeat > 1; });
}

Program Program::unrolled() const {
    Program out;
    out.plans_ = plans_;
    std::int32_t longest = 0;
    for (const Task& task : tasks_) longest = std::max(longest, task.repeat);
    IdVector<TaskId, std::vector<TaskId>> runs(tasks_.size());
    for (std::int32_t run = 0; run < longest; ++run)
        for (TaskId id : ids_of(tasks_)) {
            if (run >= tasks_[id].repeat) continue;
            Task task = tasks_[id];
            task.repeat = 1;
            runs[id].push_back(out.add(task));
        }
    IdVector<TaskId, TaskId> ends(tasks_.size());
    for (const Edge& edge : edges_) {
        const std::vector<TaskId>&before = runs[edge.before], &after = runs[edge.after];
        if (edge.delay == Edge::whole) {
            if (before.size() > 1 && !ends[edge.before].valid()) {
                // One join for all who wait for the whole task: each with all runs would be a square of dependencies.
                ends[edge.before] = out.add(Task());
                for (TaskId last : before) out.depend(ends[edge.before], last);
            }
            TaskId last = before.size() > 1 ? ends[edge.before] : before.front();
            for (TaskId first : after) out.depend(first, last);
            continue;
        }
        for (std::size_t k = static_cast<std::size_t>(edge.delay); k < after.size(); ++k)
            out.depend(after[k], before[k - static_cast<std::size_t>(edge.delay)]);
    }
    for (Buffer buffer : buffers_) {
        if (buffer.first.valid()) buffer.first = runs[buffer.first].front();
        std::vector<TaskId> users;
        for (TaskId user : buffer.users) users.insert(users.end(), runs[user].begin(), runs[user].end());
        buffer.users = users;
        out.add_buffer(buffer);
    }
    return out;
}

std::shared_ptr<const TilePlan> reduction_plan(int operands, Bytes bytes, Bytes tile, Bytes width_bytes,
                                               Frequency clock) {
    auto plan = std::make_shared<TilePlan>();
    plan->clock = clock;
    auto phase = [&](std::int64_t repeat, Bytes size) {
        if (repeat == 0 || size == 0) return;
        TileStep step{1, size * operands, 0, std::max<Cycles>(1, divide_up(size * (operands - 1), width_bytes))};
        plan->phases.push_back({repeat, {step}, size});
    };
    phase(bytes / tile, tile);
    phase(1, bytes % tile);
    plan->add_up();
    return plan;
}

} // namespace arsia
