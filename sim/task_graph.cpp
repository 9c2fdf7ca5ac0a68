#include "sim/task_graph.h"

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

static void check_repeats(const Program& program) {
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.repeat < 1) throw InputError(fmt::format("task {} runs {} times", id.value(), task.repeat));
        if (task.repeat > 1 && task.kind != TaskKind::transfer && task.kind != TaskKind::join)
            throw InputError(
                fmt::format("task {} ({}): only transfers and joins can be repeated", id.value(), name_of(task.kind)));
    }
    for (const Program::Edge& edge : program.edges()) {
        std::int64_t given = std::int64_t(program.task(edge.before).repeat) + edge.delay;
        if (edge.delay != Program::Edge::whole && given < program.task(edge.after).repeat)
            throw InputError(fmt::format("task {} runs {} times, but waits each time for task {}, which runs {} times",
                                         edge.after.value(), program.task(edge.after).repeat, edge.before.value(),
                                         program.task(edge.before).repeat));
    }
}

void TaskGraph::build(const Program& program) {
    check_repeats(program);
    const std::vector<Program::Edge>& edges = program.edges();
    tasks_.assign(program.tasks().size(), {});
    tokens_.assign(edges.size(), 0);
    outs_.resize(edges.size());
    ins_.clear();
    runs_ = 0;
    for (TaskId id : ids_of(tasks_)) {
        tasks_[id].repeat = static_cast<std::uint32_t>(program.task(id).repeat);
        runs_ += tasks_[id].repeat;
    }
    std::size_t into_repeated = 0;
    for (const Program::Edge& edge : edges) {
        ++tasks_[edge.before].last_out;
        if (tasks_[edge.after].repeat > 1) {
            ++tasks_[edge.after].last_in;
            ++into_repeated;
        }
    }
    std::uint32_t out = 0, in = 0;
    for (State& state : tasks_) {
        std::uint32_t outs = state.last_out, ins = state.last_in;
        state.first_out = state.last_out = out;
        state.first_in = state.last_in = in;
        out += outs;
        in += ins;
    }
    ins_.resize(into_repeated);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        const Program::Edge& edge = edges[i];
        bool whole = edge.delay == Program::Edge::whole;
        outs_[tasks_[edge.before].last_out++] = {edge.after, i, whole};
        State& after = tasks_[edge.after];
        if (after.repeat > 1) ins_[after.last_in++] = i;
        if (!whole) tokens_[i] = static_cast<std::uint32_t>(edge.delay);
        if (tokens_[i] == 0) ++after.missing;
    }
}

} // namespace arsia
