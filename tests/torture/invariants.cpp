#include "tests/torture/invariants.h"

#include <stdexcept>

#include <fmt/format.h>

#include "sim/critical_path.h"
#include "sim/energy.h"
#include "sim/platform_in_time.h"
#include "sim/recorder/run_data.h"

namespace arsia::torture {

namespace {

template <class... Parts>
void require(bool holds, fmt::format_string<Parts...> text, Parts&&... parts) {
    if (!holds) throw std::logic_error(fmt::format(text, std::forward<Parts>(parts)...));
}

bool on_engine(const Task& task) { return task.kind != TaskKind::transfer && task.kind != TaskKind::join; }

} // namespace

void check_tasks(const Program& program, const RunResult& result) {
    TimePs last = 0;
    IdVector<NodeId, TimePs> engine_end;
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        const TaskTimes& times = result.tasks[id];
        require(0 <= times.ready && times.ready <= times.start && times.start <= times.end,
                "task {}: ready at {}, started at {}, ended at {}", id.value(), times.ready, times.start, times.end);
        require(times.start >= task.not_before, "task {} started before it may", id.value());
        last = std::max(last, times.end);
        if (!on_engine(task)) continue;
        while (engine_end.size() <= task.node.value()) engine_end.push_back(0);
        require(times.start >= engine_end[task.node], "task {} began before the one ahead of it on its engine ended",
                id.value());
        engine_end[task.node] = times.end;
    }
    for (const Program::Edge& edge : program.edges())
        require(edge.delay != Program::Edge::whole || result.tasks[edge.after].start >= result.tasks[edge.before].end,
                "task {} did not wait for task {}", edge.after.value(), edge.before.value());
    require(last == result.latency, "the last task ends at {}, the run at {}", last, result.latency);
}

void check_conservation(const Scenario& scenario, const Program& program, const RunResult& result) {
    const Platform& platform = scenario.platform;
    bool fails = false;
    for (const LinkEvent& event : platform.link_events) fails = fails || event.bandwidth.bits_per_second == 0;
    PlatformInTime in_time(platform);
    IdVector<LinkId, Bytes> expected(platform.links.size(), 0);
    IdVector<OperatorId, std::int64_t> macs(scenario.graph.operators.size(), 0);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind == TaskKind::compute) macs[task.op] += program.plan(task.plan).macs;
        if (task.kind != TaskKind::transfer) continue;
        for (LinkId link : platform.route(task.node, task.destination)) expected[link] += task.bytes;
        TimePs least = fails ? 0
                             : in_time.uncontended_time(in_time.at(result.tasks[id].start), task.node, task.destination,
                                                        task.bytes);
        require(result.tasks[id].end - result.tasks[id].start >= least, "transfer {} took {} ps, less than {} alone",
                id.value(), result.tasks[id].end - result.tasks[id].start, least);
    }
    for (LinkId link : ids_of(platform.links)) {
        const LinkUse& use = result.links[link];
        const std::string& name = platform.links[link].name;
        require(fails || use.bytes == expected[link], "link {}: {} bytes, not {}", name, use.bytes, expected[link]);
        require(use.busy <= result.latency, "link {}: busy longer than the run", name);
        require(use.busy >= transfer_time(use.bytes, platform.links[link].bandwidth), "link {}: faster than it is",
                name);
        require(use.queueing >= 0, "link {}: negative queueing", name);
    }
    for (NodeId node : ids_of(platform.nodes)) {
        const NodeUse& use = result.nodes[node];
        if (platform.nodes[node].kind == NodeKind::switch_node) continue;
        require(use.compute_busy <= result.latency && use.memory_busy <= result.latency, "node {}: busy too long",
                platform.nodes[node].name);
        require(use.memory_busy >= transfer_time(use.memory_bytes, platform.nodes[node].memory.bandwidth),
                "memory of {}: faster than it is", platform.nodes[node].name);
    }
    for (OperatorId op : ids_of(scenario.graph.operators)) {
        std::int64_t all = scenario.graph.operators[op].macs(scenario.graph.operators[op].extents);
        require(macs[op] == all * scenario.stream.requests, "{}: {} multiply-accumulates, not {} for each request",
                scenario.graph.operators[op].name, macs[op], all);
    }
}

void check_path(const Scenario& scenario, const Program& program, const RunResult& result) {
    TimePs at = 0;
    for (const PathStep& step : critical_path(program, result)) {
        require(step.begin == at && step.end >= step.begin, "the critical path jumps from {} to {}", at, step.begin);
        at = step.end;
    }
    require(at == result.latency, "the critical path ends at {}, the run at {}", at, result.latency);
    Breakdown parts = breakdown(scenario.platform, program, result);
    require(parts.sum() == result.latency, "the breakdown sums to {}, not {}", parts.sum(), result.latency);
    for (const auto& [name, time] : parts_of(parts)) require(time >= 0, "the breakdown has {} ps of {}", time, name);
}

void check_same(const RunResult& a, const RunResult& b, Ties ties, const std::string& between) {
    require(a.latency == b.latency, "{}: latency {} and {}", between, a.latency, b.latency);
    auto end_of = [](const RunResult& result, TaskId id) { return id.valid() ? result.tasks[id].end : -1; };
    for (TaskId id : ids_of(a.tasks)) {
        const TaskTimes &x = a.tasks[id], &y = b.tasks[id];
        require(x.ready == y.ready && x.start == y.start && x.end == y.end,
                "{}: task {} ready at {}, from {} to {}, and ready at {}, from {} to {}", between, id.value(), x.ready,
                x.start, x.end, y.ready, y.start, y.end);
        bool tie = ties == Ties::may_differ && end_of(a, x.blocked_by) == end_of(b, y.blocked_by);
        require(x.blocked_by == y.blocked_by || tie, "{}: task {} after task {}, and after task {}", between,
                id.value(), x.blocked_by.value(), y.blocked_by.value());
    }
    for (LinkId id : ids_of(a.links))
        require(a.links[id].bytes == b.links[id].bytes && a.links[id].busy == b.links[id].busy &&
                    a.links[id].queueing == b.links[id].queueing,
                "{}: link {} differs", between, id.value());
    for (NodeId id : ids_of(a.nodes))
        require(a.nodes[id].compute_busy == b.nodes[id].compute_busy &&
                    a.nodes[id].memory_busy == b.nodes[id].memory_busy &&
                    a.nodes[id].memory_bytes == b.nodes[id].memory_bytes,
                "{}: node {} differs", between, id.value());
}

void check_run_file(const std::string& path, const Scenario& scenario, const Mapping& mapping, const Program& program,
                    const RunResult& result) {
    IdVector<NodeId, const Design*> designs = designs_of(scenario, mapping);
    RunRecord record{scenario.platform,
                     program,
                     result,
                     &scenario.graph,
                     "torture",
                     scenario.graph.name,
                     mapping_to_json(mapping, scenario),
                     energy_of(scenario.platform, program, result, designs),
                     std::nullopt,
                     designs};
    write_run_file(path, record);
    RunData read = read_run(path);
    require(read.summary.latency == result.latency, "run file: latency {}", read.summary.latency);
    require(read.summary.mapping_json == record.mapping_json, "run file: another mapping");
    require(read.tasks.size() == program.tasks().size(), "run file: {} tasks", read.tasks.size());
    Bytes sent = 0;
    for (TaskId id : ids_of(program.tasks())) {
        const RunData::Task& row = read.tasks[id.value()];
        const TaskTimes& times = result.tasks[id];
        require(row.kind == program.task(id).kind && row.ready == times.ready && row.start == times.start &&
                    row.end == times.end,
                "run file: task {} differs", id.value());
        if (row.kind == TaskKind::transfer) sent += row.bytes;
    }
    require(sent == read.summary.bytes_transferred, "run file: {} bytes, not {}", read.summary.bytes_transferred, sent);
    for (LinkId link : ids_of(scenario.platform.links)) {
        const RunData::Link& row = read.links[link.value()];
        const LinkUse& use = result.links[link];
        require(row.bytes == use.bytes && row.busy == use.busy && row.queueing == use.queueing,
                "run file: link {} differs", row.name);
    }
    require(read.link_bins.size() <= BusyBins::most_bins + 1, "run file: {} bins", read.link_bins.size() - 1);
    for (double share : read.utilization)
        require(share >= 0 && share <= 1 + 1e-9, "a link is busy for {} of a bin", share);
    TimePs sum = 0;
    for (const auto& [name, part] : read.breakdown) sum += part;
    require(sum == result.latency, "run file: the breakdown sums to {}", sum);
}

} // namespace arsia::torture
