#include "sim/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sim/platform_in_time.h"

namespace arsia {

namespace {

constexpr double agreement_share = 0.05;
constexpr std::int64_t factor = 2;

template <class IdType>
bool has(const std::vector<IdType>& ids, IdType id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// How long steps of the critical path would take on the faster platform.
class Predictor {
public:
    Predictor(const Platform& platform, const Program& program, const RunResult& result, const ComputeTimes& compute,
              const SpeedUp& what)
        : program_(program), result_(result), compute_(compute), faster_(faster(platform, what)), in_time_(platform),
          faster_in_time_(faster_), quick_link_(platform.links.size(), false),
          quick_memory_(platform.nodes.size(), false), quick_engine_(platform.nodes.size(), false),
          quick_dma_(platform.nodes.size(), false) {
        for (LinkId id : what.links) quick_link_[id] = true;
        for (NodeId id : what.memories) quick_memory_[id] = true;
        for (NodeId id : what.engines) quick_engine_[id] = true;
        for (NodeId id : what.dmas) quick_dma_[id] = true;
    }

    double duration(const PathStep& step) const {
        auto now = static_cast<double>(step.end - step.begin);
        if (!step.task.valid() || now == 0) return now;
        const Task& task = program_.task(step.task);
        if (task.kind == TaskKind::transfer) return transfer(task, step.begin, now);
        return task.plan.valid() ? compute(step.task, now) : now;
    }

private:
    double transfer(const Task& task, TimePs start, double now) const {
        std::size_t stretch = in_time_.at(start);
        const Route& route = in_time_.route(stretch, task.node, task.destination);
        bool concerned = quick_memory_[task.node] || quick_memory_[task.destination] || quick_dma_[task.node] ||
                         std::any_of(route.begin(), route.end(), [&](LinkId id) { return quick_link_[id]; });
        if (!concerned) return now;
        auto before = static_cast<double>(in_time_.uncontended_time(stretch, task.node, task.destination, task.bytes));
        auto after =
            static_cast<double>(faster_in_time_.uncontended_time(stretch, task.node, task.destination, task.bytes));
        if (now <= before) return before > 0 ? now * after / before : now;
        double busiest = 0, busiest_after = 0;
        auto stage = [&](TimePs busy, bool quick) {
            busiest = std::max(busiest, static_cast<double>(busy));
            busiest_after = std::max(busiest_after, static_cast<double>(busy) / (quick ? factor : 1));
        };
        for (LinkId id : route) stage(result_.links[id].busy, quick_link_[id]);
        for (NodeId id : {task.node, task.destination}) stage(result_.nodes[id].memory_busy, quick_memory_[id]);
        return after + (now - before) * (busiest > 0 ? busiest_after / busiest : 1);
    }

    double compute(TaskId id, double now) const {
        const Task& task = program_.task(id);
        bool memory = quick_memory_[task.node], engine = quick_engine_[task.node];
        if (!memory && !engine) return now;
        const ComputeTimes::Times& alone = compute_.of(id);
        auto before = static_cast<double>(alone.now);
        auto after = static_cast<double>(memory ? alone.quick_memory : alone.quick_engine);
        if (now <= before) return before > 0 ? now * after / before : now;
        return after + (now - before) / (memory ? factor : 1);
    }

    const Program& program_;
    const RunResult& result_;
    const ComputeTimes& compute_;
    Platform faster_;
    PlatformInTime in_time_, faster_in_time_;
    IdVector<LinkId, char> quick_link_;
    IdVector<NodeId, char> quick_memory_, quick_engine_, quick_dma_;
};

/// What a step spends its time on, in words.
std::string cause_of(const PlatformInTime& in_time, const Program& program, const PathStep& step) {
    std::size_t stretch = in_time.at(step.begin);
    const Platform& platform = in_time.platform(stretch);
    if (!step.task.valid()) return "waiting for a start time";
    const Task& task = program.task(step.task);
    if (task.kind == TaskKind::join) return "waiting";
    const std::string& node = platform.nodes[task.node].name;
    if (task.kind == TaskKind::reconfigure) return "reconfiguration of " + node;
    if (task.kind != TaskKind::transfer) {
        const TilePlan& plan = program.plan(task.plan);
        TimePs computing = cycles_time(plan.compute_cycles, plan.clock);
        return (2 * computing >= step.end - step.begin ? "compute on " : "memory of ") + node;
    }
    const Route& route = in_time.route(stretch, task.node, task.destination);
    if (route.empty()) return "memory of " + node;
    LinkId slowest = *std::min_element(route.begin(), route.end(), [&](LinkId a, LinkId b) {
        return platform.links[a].bandwidth < platform.links[b].bandwidth;
    });
    return "link " + platform.links[slowest].name;
}

/// The cause that takes more time than expected, by most.
std::string largest_surplus(const std::map<std::string, double>& expected, const std::map<std::string, double>& found) {
    std::string out;
    double most = 0;
    for (const auto& [cause, time] : found) {
        auto before = expected.find(cause);
        double surplus = time - (before == expected.end() ? 0 : before->second);
        if (surplus <= most) continue;
        most = surplus;
        out = cause;
    }
    return out;
}

} // namespace

const char* name_of(Agreement agreement) {
    switch (agreement) {
    case Agreement::agrees: return "agrees";
    case Agreement::moved: return "moved";
    case Agreement::waits: return "waits";
    }
    return "";
}

std::vector<SpeedUp> speed_ups(const Platform& platform) {
    SpeedUp links, host_links, memories, engines, dmas;
    std::vector<SpeedUp> single;
    auto group = [](SpeedUp& what, const char* kind, const char* name) {
        what.kind = kind;
        what.name = name;
        what.is_group = true;
    };
    group(links, "links", "all links");
    group(host_links, "links", "links of hosts");
    group(memories, "memory", "all memories");
    group(engines, "compute", "all compute engines");
    group(dmas, "dma", "all DMA set-ups");
    for (LinkId id : ids_of(platform.links)) {
        const Link& link = platform.links[id];
        links.links.push_back(id);
        if (platform.nodes[link.from].kind == NodeKind::host || platform.nodes[link.to].kind == NodeKind::host)
            host_links.links.push_back(id);
        single.push_back({"links", link.name, {id}, {}, {}, {}});
    }
    for (NodeId id : ids_of(platform.nodes)) {
        const Node& node = platform.nodes[id];
        if (node.kind == NodeKind::switch_node) continue;
        memories.memories.push_back(id);
        single.push_back({"memory", node.name, {}, {id}, {}, {}});
        dmas.dmas.push_back(id);
        if (node.kind != NodeKind::accelerator) continue;
        engines.engines.push_back(id);
        single.push_back({"compute", node.name, {}, {}, {id}, {}});
    }
    std::vector<SpeedUp> out = {links};
    if (!host_links.links.empty() && host_links.links.size() < links.links.size()) out.push_back(host_links);
    for (const SpeedUp& each : {memories, engines, dmas}) out.push_back(each);
    out.insert(out.end(), single.begin(), single.end());
    return out;
}

Platform faster(const Platform& platform, const SpeedUp& what) {
    Platform out = platform;
    for (LinkId id : what.links) out.links[id].bandwidth.bits_per_second *= factor;
    for (LinkEvent& event : out.link_events)
        if (has(what.links, event.link)) event.bandwidth.bits_per_second *= factor;
    for (NodeId id : what.memories) out.nodes[id].memory.bandwidth.bits_per_second *= factor;
    for (NodeId id : what.dmas) out.nodes[id].dma.setup /= factor;
    return out;
}

Program faster(const Program& program, const SpeedUp& what) {
    if (what.engines.empty()) return program;
    Program out;
    std::map<PlanId, PlanId> quick; // of plans that faster engines use
    for (const auto& plan : program.plans()) out.add_plan(plan);
    for (Task task : program.tasks()) {
        if (task.plan.valid() && has(what.engines, task.node)) {
            auto [entry, added] = quick.emplace(task.plan, PlanId());
            if (added) {
                auto plan = std::make_shared<TilePlan>(program.plan(task.plan));
                plan->clock.hertz *= factor;
                entry->second = out.add_plan(std::move(plan));
            }
            task.plan = entry->second;
        }
        out.add(task);
    }
    for (const Program::Edge& edge : program.edges())
        if (edge.delay == Program::Edge::whole)
            out.depend(edge.after, edge.before);
        else
            out.depend_each(edge.after, edge.before, edge.delay);
    for (const Buffer& buffer : program.buffers()) out.add_buffer(buffer);
    return out;
}

ComputeTimes::ComputeTimes(const Platform& platform, const Program& program, const std::vector<PathStep>& path) {
    Program alone;
    for (const auto& plan : program.plans()) alone.add_plan(plan);
    std::vector<TaskId> tasks;
    SpeedUp memories, engines;
    for (const PathStep& step : path) {
        if (!step.task.valid() || !program.task(step.task).plan.valid()) continue;
        const Task& task = program.task(step.task);
        Task copy;
        copy.kind = task.kind;
        copy.node = task.node;
        copy.plan = task.plan;
        TaskId id = alone.add(copy);
        if (!tasks.empty()) alone.depend(id, TaskId(id.value() - 1));
        tasks.push_back(step.task);
        if (!has(engines.engines, task.node)) engines.engines.push_back(task.node);
    }
    memories.memories = engines.engines;
    auto time = [&](const SpeedUp& what, TimePs Times::*member) {
        Platform quick = faster(platform, what);
        quick.link_events.clear();
        Simulator simulator(quick);
        const RunResult& result = simulator.run(faster(alone, what));
        for (std::size_t i = 0; i < tasks.size(); ++i)
            times_[tasks[i]].*member = result.tasks[TaskId(i)].end - result.tasks[TaskId(i)].start;
    };
    time({}, &Times::now);
    time(memories, &Times::quick_memory);
    time(engines, &Times::quick_engine);
}

SensitivityStudy::SensitivityStudy(const Platform& platform, const Program& program, const RunResult& result)
    : platform_(platform), program_(program), result_(result), path_(critical_path(program, result)),
      compute_(platform, program, path_) {}

std::vector<PredictedSpeedUp> SensitivityStudy::promising(std::size_t most) const {
    std::vector<PredictedSpeedUp> groups, single;
    for (SpeedUp& what : speed_ups(platform_)) {
        Predictor predictor(platform_, program_, result_, compute_, what);
        double sum = 0;
        for (const PathStep& step : path_) sum += predictor.duration(step);
        auto predicted = static_cast<TimePs>(std::llround(sum));
        if (predicted < result_.latency) (what.is_group ? groups : single).push_back({std::move(what), predicted});
    }
    auto saves_more = [](const PredictedSpeedUp& a, const PredictedSpeedUp& b) { return a.predicted < b.predicted; };
    std::stable_sort(groups.begin(), groups.end(), saves_more);
    std::stable_sort(single.begin(), single.end(), saves_more);
    single.resize(std::min(single.size(), most));
    groups.insert(groups.end(), single.begin(), single.end());
    return groups;
}

Sensitivity SensitivityStudy::confirm(const PredictedSpeedUp& speed_up) const {
    Platform quick = faster(platform_, speed_up.what);
    Program changed = faster(program_, speed_up.what);
    Simulator simulator(quick);
    const RunResult& again = simulator.run(changed);

    Sensitivity out{speed_up.what.kind,
                    speed_up.what.name,
                    factor * (result_.latency - speed_up.predicted),
                    speed_up.predicted,
                    again.latency,
                    Agreement::agrees,
                    ""};
    auto difference = static_cast<double>(std::abs(out.predicted - out.confirmed));
    if (difference <= agreement_share * static_cast<double>(out.confirmed)) return out;

    Predictor predictor(platform_, program_, result_, compute_, speed_up.what);
    PlatformInTime in_time(platform_), quick_in_time(quick);
    std::map<std::string, double> expected, found;
    std::set<TaskId> before;
    for (const PathStep& step : path_) {
        expected[cause_of(in_time, program_, step)] += predictor.duration(step);
        before.insert(step.task);
    }
    double elsewhere = 0; // time of tasks that were not on the path
    for (const PathStep& step : critical_path(changed, again)) {
        auto time = static_cast<double>(step.end - step.begin);
        found[cause_of(quick_in_time, changed, step)] += time;
        if (before.count(step.task) == 0) elsewhere += time;
    }
    bool moved = elsewhere > agreement_share * static_cast<double>(out.confirmed);
    out.agreement = moved ? Agreement::moved : Agreement::waits;
    out.limited_by = largest_surplus(expected, found);
    return out;
}

} // namespace arsia
