#include "sim/critical_path.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/small_run.h"

namespace arsia {
namespace {

using testing::compute_on;
using testing::plan_of;
using testing::RowOfThree;
using testing::transfer_of;

int pick(int least, int most) { return *rc::gen::inRange(least, most + 1); }

/// A random DAG on the row of three, scheduled task by task as early as dependencies and compute engines allow.
struct RandomRun : RowOfThree {
    Program program;
    RunResult result;

    RandomRun() {
        platform.nodes[a].dma.setup = pick(0, 3) * 1000;
        int count = pick(0, 40);
        IdVector<NodeId, TaskId> engine_user(3);
        for (int i = 0; i < count; ++i) {
            TaskId id = program.add(random_task());
            const Task& task = program.task(id);
            TaskTimes times;
            times.ready = times.start = task.not_before;
            for (int edges = i == 0 ? 0 : pick(0, 3); edges > 0; --edges) {
                TaskId before(static_cast<std::size_t>(pick(0, i - 1)));
                program.depend(id, before);
                wait_for(before, times);
            }
            times.ready = times.start;
            bool uses_engine = task.kind != TaskKind::transfer && task.kind != TaskKind::join;
            if (uses_engine && engine_user[task.node].valid()) wait_for(engine_user[task.node], times);
            if (uses_engine) engine_user[task.node] = id;
            times.end = times.start + least_duration(task) + pick(0, 2) * 700;
            if (task.kind == TaskKind::join) times.end = times.start;
            result.tasks.push_back(times);
            result.latency = std::max(result.latency, times.end);
        }
    }

private:
    Task random_task() {
        auto node = [] { return NodeId(static_cast<std::size_t>(pick(0, 2))); };
        int kind = pick(0, 4);
        Task task;
        if (kind == 0) task = compute_on(node(), program.add_plan(plan_of(pick(1, 2000))));
        if (kind == 1) task = transfer_of(node(), node(), pick(0, 1000));
        if (kind == 2) {
            task = compute_on(node(), program.add_plan(plan_of(pick(1, 50))));
            task.kind = TaskKind::reduce;
        }
        if (kind == 3) {
            task.kind = TaskKind::reconfigure;
            task.node = node();
            task.duration = pick(0, 100'000);
        }
        task.not_before = pick(0, 9) == 0 ? pick(0, 3'000'000) : 0;
        return task;
    }
    void wait_for(TaskId before, TaskTimes& times) const {
        TimePs end = result.tasks[before].end;
        if (end < times.start || (end == times.start && times.blocked_by.valid())) return;
        if (end == 0) return;
        times.start = end;
        times.blocked_by = before;
    }
    TimePs least_duration(const Task& task) const {
        if (task.kind == TaskKind::transfer) return uncontended_time(platform, task.node, task.destination, task.bytes);
        if (task.kind == TaskKind::reconfigure) return task.duration;
        if (task.kind == TaskKind::join) return 0;
        const TilePlan& plan = program.plan(task.plan);
        return cycles_time(plan.compute_cycles, plan.clock);
    }
};

RC_GTEST_PROP(CriticalPath, CoversTheLatencyWithoutGap, ()) {
    RandomRun run;
    std::vector<PathStep> path = critical_path(run.program, run.result);
    TimePs at = 0;
    for (const PathStep& step : path) {
        RC_ASSERT(step.begin == at);
        RC_ASSERT(step.end >= step.begin);
        if (step.task.valid()) {
            RC_ASSERT(step.begin == run.result.tasks[step.task].start);
            RC_ASSERT(step.end == run.result.tasks[step.task].end);
        }
        at = step.end;
    }
    RC_ASSERT(at == run.result.latency);
}

RC_GTEST_PROP(Breakdown, SumsToTheLatency, ()) {
    RandomRun run;
    Breakdown parts = breakdown(run.platform, run.program, run.result);
    RC_ASSERT(parts.sum() == run.result.latency);
    TimePs by_link = 0;
    for (TimePs time : parts.network_by_link) by_link += time;
    RC_ASSERT(by_link == parts.network);
    for (TimePs part : {parts.compute, parts.memory, parts.network, parts.dma_setup, parts.contention,
                        parts.reconfiguration, parts.waiting}) {
        RC_ASSERT(part >= 0);
    }
}

/// The recurrence of a pipeline, burst by burst: burst i ends at stage j one service after it has come there and
/// burst i − 1 has left.
TimePs burst_by_burst(const Platform& platform, Bytes bytes) {
    Bytes burst = platform.burst == 0 ? bytes : platform.burst;
    std::vector<TimePs> stage_free(platform.links.size(), 0);
    TimePs end = 0;
    for (Bytes sent = 0; sent < bytes; sent += burst) {
        Bytes size = std::min(burst, bytes - sent);
        TimePs at = 0;
        for (std::size_t hop = 0; hop < stage_free.size(); ++hop) {
            const Link& link = platform.links[LinkId(hop)];
            TimePs service = transfer_time(size, link.bandwidth);
            if (hop == 0) service = std::max(service, transfer_time(size, platform.nodes[NodeId(0)].memory.bandwidth));
            if (hop + 1 == stage_free.size()) {
                service = std::max(service, transfer_time(size, platform.nodes[NodeId(hop + 1)].memory.bandwidth));
            }
            stage_free[hop] = std::max(stage_free[hop], at) + service;
            at = stage_free[hop] + link.latency;
        }
        end = at;
    }
    return end;
}

RC_GTEST_PROP(UncontendedTime, EqualsTheBurstByBurstRecurrence, ()) {
    RowOfThree row;
    Platform platform;
    platform.burst = pick(0, 5) * 37;
    auto hops = static_cast<std::size_t>(pick(1, 6));
    auto rate = [] { return Bandwidth{static_cast<std::uint64_t>(pick(1, 9)) * 700'000'001}; };
    for (std::size_t i = 0; i <= hops; ++i) {
        Node node = row.platform.nodes[row.a];
        node.name = "n" + std::to_string(i);
        node.memory.bandwidth = rate();
        platform.nodes.push_back(node);
    }
    for (std::size_t i = 0; i < hops; ++i) {
        Link link = row.platform.links[row.host_a];
        link.from = NodeId(i);
        link.to = NodeId(i + 1);
        link.bandwidth = rate();
        link.latency = pick(0, 3) * 777;
        platform.links.push_back(link);
    }
    Bytes bytes = pick(1, 2000);
    RC_ASSERT(uncontended_time(platform, NodeId(0), NodeId(hops), bytes) == burst_by_burst(platform, bytes));
}

} // namespace
} // namespace arsia
