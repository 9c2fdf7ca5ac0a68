// What must hold for every platform and program.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/errors.h"
#include "sim/critical_path.h"
#include "tests/property/sim/random_traffic.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

bool same_times(const RunResult& a, const RunResult& b) {
    for (TaskId id : ids_of(a.tasks))
        if (a.tasks[id].ready != b.tasks[id].ready || a.tasks[id].start != b.tasks[id].start ||
            a.tasks[id].end != b.tasks[id].end)
            return false;
    return a.latency == b.latency;
}

bool same_use_of_nodes(const RunResult& a, const RunResult& b) {
    for (NodeId node : ids_of(a.nodes))
        if (a.nodes[node].memory_busy != b.nodes[node].memory_busy ||
            a.nodes[node].memory_bytes != b.nodes[node].memory_bytes ||
            a.nodes[node].compute_busy != b.nodes[node].compute_busy)
            return false;
    return true;
}

} // namespace

RC_GTEST_PROP(Machine, SkippingChangesNoTimestamp, ()) {
    TestPlatform on = random_platform();
    Program program = random_program(on);
    Simulator simulator(on.platform);
    RunResult quick = simulator.run(program, {true});
    RunResult slow = simulator.run(program, {false});
    RC_ASSERT(same_times(quick, slow));
    RC_ASSERT(same_use_of_nodes(quick, slow));
    for (LinkId link : ids_of(quick.links)) RC_ASSERT(quick.links[link].queueing == slow.links[link].queueing);
    RC_ASSERT(quick.events <= slow.events);
}

// Rounds of equal tiles are added up; transfers that come at any moment see what each tile did to the memory.
RC_GTEST_PROP(Machine, SkippingRoundsOfTilesChangesNoTimestamp, ()) {
    TestPlatform on = random_platform();
    for (Node& node : on.platform.nodes) node.memory.latency = *rc::gen::element<TimePs>(0, 7 * ns, 400 * ns, 3 * us);
    Program program;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
        program.add(compute(random_node(on), program.add_plan(many_tiles())));
    for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
        Task task = random_transfer(on);
        task.not_before = *rc::gen::inRange<TimePs>(0, 2'000 * us);
        program.add(task);
    }
    Simulator simulator(on.platform);
    RunResult quick = simulator.run(program, {true});
    RunResult slow = simulator.run(program, {false});
    RC_ASSERT(same_times(quick, slow));
    RC_ASSERT(same_use_of_nodes(quick, slow));
}

RC_GTEST_PROP(Machine, EveryByteArrivesOnceAndNoLinkIsOverloaded, ()) {
    TestPlatform on = random_platform();
    Program program = random_program(on);
    Simulator simulator(on.platform);
    const RunResult& result = simulator.run(program);
    IdVector<LinkId, Bytes> expected(on.platform.links.size(), 0);
    IdVector<NodeId, Bytes> memory(on.platform.nodes.size(), 0);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        const TaskTimes& times = result.tasks[id];
        RC_ASSERT(times.ready <= times.start);
        RC_ASSERT(times.start <= times.end);
        RC_ASSERT(times.start >= task.not_before);
        if (task.kind == TaskKind::compute) memory[task.node] += program.plan(task.plan).memory_bytes();
        if (task.kind != TaskKind::transfer) continue;
        memory[task.node] += task.bytes;
        memory[task.destination] += task.bytes;
        for (LinkId link : on.platform.route(task.node, task.destination)) expected[link] += task.bytes;
        RC_ASSERT(times.end - times.start >= uncontended_time(on.platform, task.node, task.destination, task.bytes));
    }
    for (const Program::Edge& edge : program.edges())
        RC_ASSERT(result.tasks[edge.before].end <= result.tasks[edge.after].ready);
    for (LinkId link : ids_of(expected)) {
        RC_ASSERT(result.links[link].bytes == expected[link]);
        RC_ASSERT(result.links[link].busy <= result.latency);
        RC_ASSERT(result.links[link].queueing >= 0);
    }
    for (NodeId node : ids_of(memory)) {
        RC_ASSERT(result.nodes[node].memory_bytes == memory[node]);
        RC_ASSERT(result.nodes[node].memory_busy <= result.latency);
    }
}

RC_GTEST_PROP(Machine, FinishTimesDoNotDependOnTheOrderOfListing, ()) {
    TestPlatform on = random_platform();
    std::vector<Task> transfers;
    int count = *rc::gen::inRange(2, 20);
    for (int i = 0; i < count; ++i) transfers.push_back(random_transfer(on));
    std::vector<std::size_t> order(transfers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    Program listed, shuffled;
    for (const Task& task : transfers) listed.add(task);
    for (std::size_t i : order) shuffled.add(transfers[i]);
    // Transfers that are equal in all that they are may swap their times; compare what is there, sorted.
    auto finish_times = [](const Program& program, const RunResult& result) {
        std::vector<std::array<std::int64_t, 5>> out;
        for (TaskId id : ids_of(program.tasks())) {
            const Task& task = program.task(id);
            out.push_back(
                {task.node.value(), task.destination.value(), task.bytes, task.not_before, result.tasks[id].end});
        }
        std::sort(out.begin(), out.end());
        return out;
    };
    Simulator simulator(on.platform);
    auto first = finish_times(listed, simulator.run(listed));
    auto second = finish_times(shuffled, simulator.run(shuffled));
    RC_ASSERT(first == second);
}

// Rates at which a byte takes a whole, even number of picoseconds: nothing is rounded, so that no tie of arbitration
// flips and the times must be exactly half.
RC_GTEST_PROP(Machine, TwiceTheBandwidthHalvesTheTimesOfTraffic, ()) {
    TestPlatform on = random_platform(0);
    auto exact_rate = [] { return Bandwidth{std::uint64_t(*rc::gen::element(1, 2, 4, 5, 8, 10, 20)) * 1'000'000'000}; };
    for (Node& node : on.platform.nodes) {
        node.memory = {1 << 30, exact_rate(), 0};
        node.dma.setup = 0;
    }
    for (Link& link : on.platform.links) link.bandwidth = exact_rate();
    TestPlatform twice = on;
    for (Link& link : twice.platform.links) link.bandwidth.bits_per_second *= 2;
    for (Node& node : twice.platform.nodes) node.memory.bandwidth.bits_per_second *= 2;
    Program program;
    for (int i = *rc::gen::inRange(1, 15); i > 0; --i) {
        Task task = random_transfer(on);
        task.not_before = 0;
        program.add(task);
    }
    IdVector<TaskId, TaskTimes> slow;
    {
        Simulator simulator(on.platform);
        slow = simulator.run(program).tasks;
    }
    Simulator simulator(twice.platform);
    const RunResult& quick = simulator.run(program);
    for (TaskId id : ids_of(slow)) RC_ASSERT(slow[id].end == 2 * quick.tasks[id].end);
}

RC_GTEST_PROP(Machine, ComputeNeverBeatsItsCyclesOrItsBytes, ()) {
    TestPlatform on = random_platform();
    auto plan = random_tiles();
    Program program;
    NodeId node = random_node(on);
    TaskId task = program.add(compute(node, program.add_plan(plan)));
    Simulator simulator(on.platform);
    TimePs took = simulator.run(program).tasks[task].end;
    RC_ASSERT(took >= cycles_time(plan->compute_cycles, plan->clock));
    RC_ASSERT(took >= transfer_time(plan->memory_bytes(), on.platform.nodes[node].memory.bandwidth));
}

RC_GTEST_PROP(Machine, ARepeatedProgramRunsAsItsUnrolledForm, ()) {
    TestPlatform on = random_platform();
    Program program;
    int tasks = *rc::gen::inRange(1, 8);
    auto repeat = *rc::gen::inRange<std::int32_t>(1, 9);
    for (int i = 0; i < tasks; ++i) {
        Task task = random_transfer(on);
        task.accumulate = *rc::gen::arbitrary<bool>();
        task.repeat = repeat;
        TaskId id = program.add(task);
        for (int edges = *rc::gen::inRange(0, 3); edges > 0; --edges) {
            // Back edges need a delay, or nothing would begin.
            TaskId before(*rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(i) + 1));
            program.depend_each(id, before, *rc::gen::inRange(before == id ? 1 : 0, 4));
        }
    }
    TaskId end = program.add({TaskKind::join});
    for (std::size_t i = 0; i < static_cast<std::size_t>(tasks); ++i) program.depend(end, TaskId(i));
    Program plain = program.unrolled();
    RC_ASSERT(!plain.repeats());
    // Beside the tasks there may be joins of all runs of a task, for those that wait for it.
    auto works = std::count_if(plain.tasks().begin(), plain.tasks().end(),
                               [](const Task& task) { return task.kind != TaskKind::join; });
    RC_ASSERT(works == static_cast<std::int64_t>(tasks) * repeat);
    Simulator simulator(on.platform);
    RunResult compact = simulator.run(program);
    const RunResult& each = simulator.run(plain);
    RC_ASSERT(compact.latency == each.latency);
    for (LinkId link : ids_of(compact.links)) {
        RC_ASSERT(compact.links[link].bytes == each.links[link].bytes);
        RC_ASSERT(compact.links[link].queueing == each.links[link].queueing);
    }
}

RC_GTEST_PROP(Machine, FailingLinksLoseNothing, ()) {
    TestPlatform on = random_platform();
    for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
        LinkId link(*rc::gen::inRange<std::size_t>(0, on.platform.links.size()));
        Bandwidth slower{*rc::gen::element<std::uint64_t>(0, 0, 400'000'000)};
        on.platform.link_events.push_back({*rc::gen::inRange<TimePs>(0, 20 * us), link, slower});
    }
    Program program = random_program(on);
    Simulator simulator(on.platform);
    auto run = [&](bool skip, RunResult& result) -> std::string {
        try {
            result = simulator.run(program, {skip});
        } catch (const IllegalError& error) {
            return error.what();
        }
        return "";
    };
    RunResult quick, slow;
    std::string error = run(true, quick);
    RC_ASSERT(error == run(false, slow));
    RC_CLASSIFY(!error.empty(), "no route is left");
    if (!error.empty()) return;
    RC_ASSERT(same_times(quick, slow));
    IdVector<NodeId, Bytes> least(on.platform.nodes.size(), 0);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind == TaskKind::compute) least[task.node] += program.plan(task.plan).memory_bytes();
        if (task.kind != TaskKind::transfer) continue;
        least[task.node] += task.bytes;
        least[task.destination] += task.bytes;
    }
    for (NodeId node : ids_of(least)) RC_ASSERT(quick.nodes[node].memory_bytes >= least[node]);
    for (const LinkUse& use : quick.links) RC_ASSERT(use.queueing >= 0);
}
