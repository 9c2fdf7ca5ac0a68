#include "sim/simulator.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <systemc>

#include "base/overflow.h"
#include "sim/machine.h"
#include "sim/stuck_report.h"
#include "sim/task_graph.h"

// Every program that links SystemC's library must define this entry; ours start at main.
int sc_main(int, char**) { return 0; }

namespace arsia {

/// Executes a program on the machine: tasks become ready, start on their engines, end, and release others.
struct Simulator::Impl final : private MachineListener {
    Impl(const Platform& on, const AcceleratorFactory& models) : platform(on) {
        if (sc_core::sc_find_object("machine") != nullptr)
            throw std::logic_error(
                "only one arsia::Simulator may exist at a time in a process: SystemC has one kernel");
        machine = std::make_unique<Machine>("machine", platform, static_cast<MachineListener&>(*this), models);
    }
    ~Impl() override {
        machine.reset();
        // A fresh kernel for the next simulator: modules cannot be added once a simulation has run.
        sc_core::sc_get_curr_simcontext()->reset();
    }

    const RunResult& run(const Program& next, const RunOptions& options) {
        observer = options.observer;
        graph_of_operators = options.graph;
        try {
            load_and_run(next, options);
        } catch (const OverflowError& error) {
            throw error.about(running());
        }
        collect();
        return result;
    }

private:
    void load_and_run(const Program& next, const RunOptions& options) {
        load(next);
        machine->set_skip(options.skip);
        result.link_bins = BusyBins();
        if (options.watch_links) result.link_bins.start(platform.links.size());
        machine->watch_links(options.watch_links ? &result.link_bins : nullptr);
        machine->agenda().run(options.skip, machine->has_models());
        if (ended != graph.runs()) throw IllegalError(stuck_report(platform, next, state_of(), graph_of_operators));
    }

    void load(const Program& next) {
        program = &next;
        std::size_t tasks = next.tasks().size();
        machine->clear();
        result.tasks.assign(tasks, {});
        ready.assign(tasks, false);
        freed.assign(platform.nodes.size(), {});
        ended = 0;
        open_runs.assign(tasks / RunObserver::block_tasks + 1, 0);
        for (TaskId id : ids_of(next.tasks())) {
            const Task& task = next.task(id);
            check(id, task);
            if (uses_engine(task.kind)) machine->engine(task.node)->order().push_back(id);
            open_runs[id.value() / RunObserver::block_tasks] += static_cast<std::uint64_t>(task.repeat);
        }
        if (observer) observer->run_begins(next, result.tasks);
        graph.build(next);
        later_starts.clear();
        graph.begin([&](TaskId id) {
            if (next.task(id).not_before > 0)
                later_starts.push_back({next.task(id).not_before, id});
            else
                dispatch(id);
        });
        std::sort(later_starts.begin(), later_starts.end(), [](const LaterStart& a, const LaterStart& b) {
            return std::tie(b.at, b.task) < std::tie(a.at, a.task);
        });
        put_next_start();
        drain();
    }

    void put_next_start() {
        if (later_starts.empty()) return;
        machine->agenda().at(later_starts.back().at, EventKind::timer, later_starts.back().task.value());
    }

    static bool uses_engine(TaskKind kind) {
        return kind == TaskKind::compute || kind == TaskKind::reduce || kind == TaskKind::reconfigure;
    }

    void check(TaskId id, const Task& task) const {
        auto fail = [&](const char* why) {
            throw InputError(fmt::format("task {} ({}): {}", id.value(), name_of(task.kind), why));
        };
        if (task.kind == TaskKind::join) return;
        if (!platform.nodes.contains(task.node)) fail("its node is not on the platform");
        if (uses_engine(task.kind) && !machine->engine(task.node)) fail("its node has no compute engine");
        if (task.kind != TaskKind::transfer) return;
        if (!platform.nodes.contains(task.destination)) fail("its destination is not on the platform");
        if (!machine->dma(task.node) || !machine->memory(task.destination)) fail("a switch cannot send or receive");
        if (task.bytes < 0) fail("its bytes are negative");
    }

    /// `before`, which the task depends on, has ended now. Of several that end at one instant the one with the lowest
    /// id counts, whichever event came first.
    void release(TaskId id, TaskId before) {
        TimePs now = machine->agenda().now();
        TaskTimes& times = result.tasks[id];
        bool first = !times.blocked_by.valid() || times.ready < now;
        if (!first && times.blocked_by < before) return;
        times.ready = now;
        times.blocked_by = before;
    }

    /// All that the task depends on has ended.
    void become_ready(TaskId id) {
        TimePs now = machine->agenda().now();
        const Task& task = program->task(id);
        if (task.not_before > now) {
            result.tasks[id].blocked_by = TaskId();
            machine->agenda().at(task.not_before, EventKind::timer, id.value());
        } else {
            dispatch(id);
        }
    }

    void dispatch(TaskId id) {
        TimePs now = machine->agenda().now();
        const Task& task = program->task(id);
        TaskTimes& times = result.tasks[id];
        times.ready = times.start = now;
        if (task.kind == TaskKind::join) {
            end_now(id);
        } else if (task.kind == TaskKind::transfer) {
            machine->dma(task.node)->submit(
                {task.priority, now, {task.node, task.destination, task.bytes, id, task.priority}, task.accumulate});
        } else {
            ready[id] = true;
            start_if_next(task.node, id);
        }
    }

    void start_if_next(NodeId node, TaskId id) {
        ComputeEngine& engine = *machine->engine(node);
        if (!ready[id] || !engine.can_start(id)) return;
        TaskTimes& times = result.tasks[id];
        times.start = machine->agenda().now();
        if (times.start > times.ready) times.blocked_by = engine.previous();
        try {
            engine.start(id, program->task(id), *program);
        } catch (const OverflowError& error) {
            throw error.about(label(id));
        }
    }

    /// The task has ended; its successors are released by drain(), so that chains of joins do not nest.
    void end_now(TaskId id) {
        result.tasks[id].end = machine->agenda().now();
        ++ended;
        if (observer && --open_runs[id.value() / RunObserver::block_tasks] == 0)
            observer->block_ended(id.value() / RunObserver::block_tasks);
        just_ended.push_back(id);
    }

    void drain() {
        while (!just_ended.empty()) {
            TaskId id = just_ended.back();
            just_ended.pop_back();
            graph.ended(
                id, [&](TaskId successor) { release(successor, id); },
                [&](TaskId successor) {
                    if (program->task(successor).repeat > 1) result.tasks[successor].blocked_by = id;
                    become_ready(successor);
                });
        }
    }

    void engine_finished(NodeId node) {
        ComputeEngine& engine = *machine->engine(node);
        end_now(engine.finish());
        if (engine.next().valid()) start_if_next(node, engine.next());
        drain();
    }

    void timer_expired(TaskId id) override {
        if (!later_starts.empty() && later_starts.back().task == id) {
            later_starts.pop_back();
            put_next_start();
        }
        const Task& task = program->task(id);
        if (uses_engine(task.kind) && machine->engine(task.node)->busy() &&
            machine->engine(task.node)->current() == id) {
            engine_finished(task.node);
        } else {
            dispatch(id);
            drain();
        }
    }
    void tiles_ended(NodeId node) override { engine_finished(node); }
    /// Of several transfers that free a channel at one instant the one with the lowest id counts. Those that begin and
    /// end at that instant were not what anybody waited for.
    void note_free_channel(TaskId id) {
        TimePs now = machine->agenda().now();
        Freed& last = freed[program->task(id).node];
        if (result.tasks[id].start == now) return;
        if (last.by.valid() && last.at == now && last.by < id) return;
        last = {now, id};
    }
    void transfer_started(const DmaEngine::Started& started) override {
        TaskTimes& times = result.tasks[started.key.task];
        times.start = machine->agenda().now();
        if (started.waited) times.blocked_by = freed[program->task(started.key.task).node].by;
    }
    void transfer_ended(TaskId id) override {
        note_free_channel(id);
        end_now(id);
        drain();
    }

    std::string label(TaskId id) const { return task_label(platform, *program, id, graph_of_operators); }

    /// The tasks that run, with what the transfers among them carry; the first few by name.
    std::string running() const {
        constexpr std::size_t most = 3;
        std::size_t count = 0;
        std::string out;
        for (TaskId id : ids_of(program->tasks())) {
            const Task& task = program->task(id);
            bool on_engine = uses_engine(task.kind);
            if (task.kind == TaskKind::join || graph.has_ended(id) || graph.waits(id)) continue;
            if (on_engine && machine->engine(task.node)->current() != id) continue;
            if (++count > most) continue;
            out += (count > 1 ? ", " : "") + label(id);
            if (!on_engine) out += fmt::format(" ({})", format_bytes(static_cast<double>(task.bytes)));
        }
        if (count > most) out += fmt::format(" and {} more", count - most);
        return out.empty() ? "at the start" : "during " + out;
    }

    TaskStates state_of() const {
        TaskStates states(program->tasks().size(), TaskState::waiting);
        for (TaskId id : ids_of(states))
            if (graph.has_ended(id))
                states[id] = TaskState::ended;
            else if (!graph.waits(id))
                states[id] = TaskState::ready;
        return states;
    }

    void collect() {
        result.latency = 0;
        for (const TaskTimes& times : result.tasks) result.latency = std::max(result.latency, times.end);
        result.links.assign(platform.links.size(), {});
        for (LinkId link : ids_of(platform.links)) result.links[link] = use_of(link);
        result.nodes.assign(platform.nodes.size(), {});
        for (NodeId node : ids_of(platform.nodes)) {
            NodeUse& use = result.nodes[node];
            if (ComputeEngine* engine = machine->engine(node)) use.compute_busy = engine->busy_time();
            if (LocalMemory* memory = machine->memory(node)) {
                use.memory_busy = memory->busy();
                use.memory_bytes = memory->bytes();
            }
        }
        result.events = machine->agenda().events();
        result.link_bins.finish(result.latency);
    }

    LinkUse use_of(LinkId link) const {
        try {
            return machine->link_use(link);
        } catch (const OverflowError& error) {
            throw error.about("link " + platform.links[link].name);
        }
    }

    const Platform& platform;
    std::unique_ptr<Machine> machine;
    const Program* program = nullptr;
    TaskGraph graph;
    /// The end of a transfer.
    struct Freed {
        TimePs at = 0;
        TaskId by;
    };
    /// A task that waits for nothing but its time.
    struct LaterStart {
        TimePs at;
        TaskId task;
    };
    /// Latest first. Only the next one is in the agenda, which is fast as long as little is in it.
    std::vector<LaterStart> later_starts;
    IdVector<NodeId, Freed> freed; ///< the last DMA channel that came free
    IdVector<TaskId, char> ready;  ///< engine tasks whose dependencies have ended
    std::vector<TaskId> just_ended;
    std::uint64_t ended = 0; ///< runs
    RunObserver* observer = nullptr;
    const Graph* graph_of_operators = nullptr; ///< for errors; nullptr: none
    std::vector<std::uint64_t> open_runs; ///< by block of tasks: runs that have not ended; only if someone observes
    RunResult result;
};

Simulator::Simulator(const Platform& platform, const AcceleratorFactory& models)
    : impl_(std::make_unique<Impl>(platform, models)) {}
Simulator::~Simulator() = default;

const RunResult& Simulator::run(const Program& program, const RunOptions& options) {
    return impl_->run(program, options);
}

} // namespace arsia
