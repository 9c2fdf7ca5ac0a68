#include "sim/stuck_report.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace arsia {

namespace {

/// For every task that has not ended: what keeps it from starting.
class Waits {
public:
    Waits(const Platform& platform, const Program& program, const TaskStates& states, const Graph* graph)
        : platform_(platform), program_(program), states_(states), graph_(graph), of_(program.tasks().size()) {
        for (const Program::Edge& edge : program.edges())
            if (waits(edge.after) && states[edge.before] != TaskState::ended) of_[edge.after].push_back(edge.before);
        IdVector<NodeId, TaskId> head(platform.nodes.size());
        for (TaskId id : ids_of(program.tasks())) {
            const Task& task = program.task(id);
            bool on_engine = task.kind != TaskKind::transfer && task.kind != TaskKind::join;
            if (!on_engine || states[id] == TaskState::ended) continue;
            if (!head[task.node].valid())
                head[task.node] = id;
            else if (states[id] == TaskState::ready)
                of_[id].push_back(head[task.node]); // its turn on the engine comes after
        }
    }

    bool waits(TaskId id) const { return states_[id] != TaskState::ended; }
    const std::vector<TaskId>& of(TaskId id) const { return of_[id]; }

    std::string label(TaskId id) const { return task_label(platform_, program_, id, graph_); }

    /// Tasks that wait for each other in a ring, starting anywhere; empty if there is none.
    std::vector<TaskId> cycle() const {
        enum class Mark : char { fresh, open, closed };
        IdVector<TaskId, Mark> marks(program_.tasks().size(), Mark::fresh);
        for (TaskId root : ids_of(program_.tasks())) {
            if (!waits(root) || marks[root] != Mark::fresh) continue;
            std::vector<std::pair<TaskId, std::size_t>> path{{root, 0}};
            marks[root] = Mark::open;
            while (!path.empty()) {
                auto& [id, next] = path.back();
                if (next == of_[id].size()) {
                    marks[id] = Mark::closed;
                    path.pop_back();
                    continue;
                }
                TaskId before = of_[id][next++];
                if (marks[before] == Mark::open) return cut(path, before);
                if (marks[before] != Mark::fresh) continue;
                marks[before] = Mark::open;
                path.emplace_back(before, 0);
            }
        }
        return {};
    }

private:
    static std::vector<TaskId> cut(const std::vector<std::pair<TaskId, std::size_t>>& path, TaskId from) {
        std::vector<TaskId> out;
        bool inside = false;
        for (const auto& [id, next] : path) {
            inside = inside || id == from;
            if (inside) out.push_back(id);
        }
        return out;
    }

    const Platform& platform_;
    const Program& program_;
    const TaskStates& states_;
    const Graph* graph_;
    IdVector<TaskId, std::vector<TaskId>> of_;
};

} // namespace

std::string task_label(const Platform& platform, const Program& program, TaskId id, const Graph* graph) {
    const Task& task = program.task(id);
    std::string out = fmt::format("{} {}", name_of(task.kind), id.value());
    if (task.op.valid())
        out += graph ? fmt::format(" of operator {}", graph->operators[task.op].name)
                     : fmt::format(" of operator {}", task.op.value());
    if (task.kind == TaskKind::transfer)
        out += fmt::format(" from {} to {}", platform.nodes[task.node].name, platform.nodes[task.destination].name);
    else if (task.kind != TaskKind::join)
        out += fmt::format(" on {}", platform.nodes[task.node].name);
    return out;
}

std::string stuck_report(const Platform& platform, const Program& program, const TaskStates& states,
                         const Graph* graph) {
    Waits waits(platform, program, states, graph);
    std::size_t count = 0;
    std::string lines;
    constexpr std::size_t most = 8;
    for (TaskId id : ids_of(program.tasks())) {
        if (!waits.waits(id)) continue;
        if (++count > most) continue;
        lines += "\n  " + waits.label(id) + " waits for ";
        const std::vector<TaskId>& before = waits.of(id);
        for (std::size_t i = 0; i < before.size() && i < 3; ++i) lines += (i ? ", " : "") + waits.label(before[i]);
        if (before.size() > 3) lines += fmt::format(" and {} more", before.size() - 3);
        if (before.empty()) lines += "nothing that is known";
    }
    if (count > most) lines += fmt::format("\n  and {} more", count - most);
    std::string out =
        fmt::format("the program cannot finish: {} of {} tasks wait{}", count, program.tasks().size(), lines);
    std::vector<TaskId> cycle = waits.cycle();
    if (!cycle.empty()) {
        out += "\n  they wait in a cycle:";
        for (std::size_t i = 0; i < cycle.size() && i < most; ++i) out += (i ? " -> " : " ") + waits.label(cycle[i]);
        if (cycle.size() <= most) out += " -> " + waits.label(cycle.front());
    }
    return out;
}

} // namespace arsia
