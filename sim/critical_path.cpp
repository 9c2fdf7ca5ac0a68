#include "sim/critical_path.h"

#include <algorithm>
#include <stdexcept>

#include "sim/platform_in_time.h"

namespace arsia {

namespace {

/// Task that ended last; of several the one added last, which is where joins of everything stand.
TaskId last_task(const RunResult& result) {
    for (std::size_t i = result.tasks.size(); i-- > 0;)
        if (result.tasks[TaskId(i)].end == result.latency) return TaskId(i);
    return {};
}

/// The slowest link of a route, where a transfer that is alone spends its time; the first of equals.
LinkId slowest_link(const Platform& platform, const Route& route) {
    return *std::min_element(route.begin(), route.end(), [&](LinkId a, LinkId b) {
        return platform.links[a].bandwidth < platform.links[b].bandwidth;
    });
}

void add_transfer(const PlatformInTime& in_time, const Task& task, const PathStep& step, Breakdown& parts) {
    std::size_t stretch = in_time.at(step.begin);
    const Platform& platform = in_time.platform(stretch);
    TimePs duration = step.end - step.begin;
    TimePs setup = std::min(duration, platform.nodes[task.node].dma.setup);
    TimePs alone = in_time.uncontended_time(stretch, task.node, task.destination, task.bytes);
    TimePs moving = std::min(duration, std::max(alone, setup)) - setup;
    parts.dma_setup += setup;
    parts.contention += duration - setup - moving;
    const Route& route = in_time.route(stretch, task.node, task.destination);
    if (route.empty()) { // a copy inside one memory
        parts.memory += moving;
        return;
    }
    parts.network += moving;
    parts.network_by_link[slowest_link(platform, route)] += moving;
}

/// How bursts of one transfer leave one stage of its pipeline after another. All bursts but the last are equal, so
/// that two bursts say everything: the last full one, and the last one.
class BurstPipeline {
public:
    BurstPipeline(Bytes bytes, Bytes burst)
        : burst_(burst == 0 ? bytes : std::min(burst, bytes)), before_last_((bytes - 1) / burst_),
          last_(bytes - before_last_ * burst_) {}

    /// Next stage: a link or memory of this rate, reached one latency after the stage before. Full burst i leaves
    /// stage j at Σ_{k≤j} service + i·max_{k≤j} service; the last waits for that burst and for its own arrival.
    void stage(Bandwidth rate, TimePs latency) {
        TimePs service = transfer_time(burst_, rate);
        slowest_ = std::max(slowest_, service);
        first_end_ += latency + service;
        TimePs free = 0;
        if (before_last_ > 0) {
            TimePs following = checked_multiply(before_last_ - 1, slowest_, "the time of a transfer");
            free = checked_add(first_end_, following, "the time of a transfer");
        }
        last_end_ = std::max(free, last_end_ + latency) + transfer_time(last_, rate);
    }
    TimePs end() const { return last_end_; }
    std::int64_t bursts() const { return before_last_ + 1; }

private:
    Bytes burst_;
    std::int64_t before_last_; ///< full bursts before the last one
    Bytes last_;
    TimePs slowest_ = 0;
    TimePs first_end_ = 0; ///< when the first full burst leaves the stage
    TimePs last_end_ = 0;
};

/// The slower of a link and the memory at its end; a node without memory does not slow it.
Bandwidth slower(Bandwidth link, const Memory& memory) {
    return memory.bandwidth.bits_per_second == 0 ? link : std::min(link, memory.bandwidth);
}

} // namespace

std::vector<PathStep> critical_path(const Program& program, const RunResult& result) {
    std::vector<PathStep> path;
    TimePs cursor = result.latency;
    TaskId task = last_task(result);
    while (task.valid()) {
        if (path.size() > 2 * program.tasks().size()) throw std::logic_error("tasks block each other in a circle");
        const TaskTimes& times = result.tasks[task];
        TimePs end = std::min(cursor, times.end);
        TimePs begin = std::min(end, times.start);
        if (end < cursor) path.push_back({TaskId(), end, cursor});
        path.push_back({task, begin, end});
        cursor = begin;
        task = times.blocked_by;
    }
    if (cursor > 0) path.push_back({TaskId(), 0, cursor});
    std::reverse(path.begin(), path.end());
    return path;
}

std::vector<std::pair<std::string, TimePs>> parts_of(const Breakdown& breakdown) {
    return {{"compute", breakdown.compute},       {"memory", breakdown.memory},
            {"network", breakdown.network},       {"dma_setup", breakdown.dma_setup},
            {"contention", breakdown.contention}, {"reconfiguration", breakdown.reconfiguration},
            {"waiting", breakdown.waiting}};
}

Breakdown breakdown(const Platform& platform, const Program& program, const RunResult& result) {
    return breakdown(platform, program, critical_path(program, result));
}

Breakdown breakdown(const Platform& platform, const Program& program, const std::vector<PathStep>& path) {
    PlatformInTime in_time(platform);
    Breakdown parts;
    parts.network_by_link.assign(platform.links.size(), 0);
    for (const PathStep& step : path) {
        TimePs duration = step.end - step.begin;
        if (!step.task.valid()) {
            parts.waiting += duration;
            continue;
        }
        const Task& task = program.task(step.task);
        switch (task.kind) {
        case TaskKind::compute:
        case TaskKind::reduce: {
            const TilePlan& plan = program.plan(task.plan);
            TimePs computing = std::min(duration, cycles_time(plan.compute_cycles, plan.clock));
            parts.compute += computing;
            parts.memory += duration - computing;
            break;
        }
        case TaskKind::transfer: add_transfer(in_time, task, step, parts); break;
        case TaskKind::reconfigure: parts.reconfiguration += duration; break;
        case TaskKind::join: parts.waiting += duration; break;
        }
    }
    return parts;
}

TimePs uncontended_time(const Platform& platform, NodeId source, NodeId destination, Bytes bytes) {
    static const Route nowhere;
    return uncontended_time(platform, bytes == 0 ? nowhere : platform.route(source, destination), source, destination,
                            bytes);
}

TimePs uncontended_time(const Platform& platform, const Route& route, NodeId source, NodeId destination, Bytes bytes) {
    const Node& from = platform.nodes[source];
    const Node& to = platform.nodes[destination];
    if (bytes == 0) return from.dma.setup;
    BurstPipeline pipeline(bytes, platform.burst);
    if (route.empty()) {
        // One memory reads and writes every burst. Its latency after a read is hidden by the other bursts, if any.
        pipeline.stage(from.memory.bandwidth, 0);
        std::int64_t latencies = pipeline.bursts() == 1 ? 2 : 1;
        return from.dma.setup + latencies * from.memory.latency +
               checked_multiply(2, pipeline.end(), "the time of a transfer");
    }
    TimePs arrival = 0; // latency from the link before
    for (std::size_t hop = 0; hop < route.size(); ++hop) {
        const Link& link = platform.links[route[hop]];
        // Memories are read and written while the burst is on the first and the last link.
        Bandwidth rate = link.bandwidth;
        if (hop == 0) rate = slower(rate, from.memory);
        if (hop + 1 == route.size()) rate = slower(rate, to.memory);
        pipeline.stage(rate, arrival);
        arrival = link.latency;
    }
    TimePs latencies = from.dma.setup + from.memory.latency + arrival + to.memory.latency;
    return checked_add(latencies, pipeline.end(), "the time of a transfer");
}

} // namespace arsia
