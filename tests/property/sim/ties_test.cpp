// What a task waited for is a matter of times and of the program, not of the order in which events of one instant run.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/critical_path.h"
#include "tests/property/sim/random_traffic.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

/// Accelerators that are all alike, each linked to all others: very much ends at the same time.
TestPlatform even_platform() {
    TestPlatform on(*rc::gen::element<Bytes>(0, 1000));
    auto nodes = *rc::gen::inRange<std::size_t>(2, 5);
    TimePs setup = *rc::gen::element<TimePs>(0, 10 * ns);
    for (std::size_t i = 0; i < nodes; ++i)
        on.accelerator({1 << 30, {800'000'000'000}, 0}, {*rc::gen::inRange(1, 4), setup});
    for (std::size_t a = 0; a < nodes; ++a)
        for (std::size_t b = a + 1; b < nodes; ++b)
            for (auto [from, to] : {std::pair{a, b}, std::pair{b, a}})
                on.link(NodeId(from), NodeId(to), {8'000'000'000}, 0);
    return on;
}

/// Few sizes, many edges, joins, transfers of nothing.
Program even_program(const TestPlatform& on) {
    Program program;
    PlanId plan = program.add_plan(tiles(1, 1, 0, 1000, 0));
    int tasks = *rc::gen::inRange(1, 60);
    for (int i = 0; i < tasks; ++i) {
        int kind = *rc::gen::inRange(0, 6);
        TaskId id;
        if (kind < 3)
            id = program.add(transfer(random_node(on), random_node(on), *rc::gen::element<Bytes>(0, 1000, 1000, 2000),
                                      *rc::gen::element<TimePs>(0, 0, 0, 1000 * ns)));
        else if (kind < 5)
            id = program.add(compute(random_node(on), plan));
        else
            id = program.add({TaskKind::join});
        for (int edges = *rc::gen::inRange(0, 5); edges > 0 && i > 0; --edges)
            program.depend(id, TaskId(*rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(i))));
    }
    return program;
}

/// The rule, from times alone.
void check_rule(const Program& program, const RunResult& result) {
    IdVector<TaskId, TaskId> last(program.tasks().size());
    for (const Program::Edge& edge : program.edges()) {
        TimePs end = result.tasks[edge.before].end;
        TaskId& known = last[edge.after];
        TimePs latest = known.valid() ? result.tasks[known].end : -1;
        if (end > latest || (end == latest && edge.before < known)) known = edge.before;
    }
    for (TaskId id : ids_of(program.tasks())) {
        const TaskTimes& times = result.tasks[id];
        if (times.start == times.ready) { // neither engine nor channel was waited for
            bool by_itself = last[id].valid() && result.tasks[last[id]].end < program.task(id).not_before;
            RC_ASSERT(times.blocked_by == (by_itself ? TaskId() : last[id]));
            continue;
        }
        RC_ASSERT(times.blocked_by.valid());
        RC_ASSERT(result.tasks[times.blocked_by].end == times.start);
        RC_ASSERT(program.task(times.blocked_by).node == program.task(id).node);
        if (program.task(id).kind != TaskKind::transfer) continue;
        for (TaskId other : ids_of(program.tasks())) {
            if (!(other < times.blocked_by) || program.task(other).kind != TaskKind::transfer) continue;
            bool freed = program.task(other).node == program.task(id).node && result.tasks[other].end == times.start &&
                         result.tasks[other].start < times.start;
            RC_ASSERT(!freed);
        }
    }
}

bool same_waits(const RunResult& a, const RunResult& b) {
    for (TaskId id : ids_of(a.tasks))
        if (a.tasks[id].blocked_by != b.tasks[id].blocked_by) return false;
    return true;
}

bool same_path(const std::vector<PathStep>& a, const std::vector<PathStep>& b) {
    auto same = [](const PathStep& x, const PathStep& y) {
        return x.task == y.task && x.begin == y.begin && x.end == y.end;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

void check_both_ways(const TestPlatform& on, const Program& program) {
    Simulator simulator(on.platform);
    RunResult quick = simulator.run(program, {true});
    RunResult slow = simulator.run(program, {false});
    RC_ASSERT(same_waits(quick, slow));
    RC_ASSERT(same_path(critical_path(program, quick), critical_path(program, slow)));
    check_rule(program, quick);
}

} // namespace

RC_GTEST_PROP(Ties, AreBrokenByTheProgramWhereAllIsAlike, ()) {
    TestPlatform on = even_platform();
    check_both_ways(on, even_program(on));
}

RC_GTEST_PROP(Ties, AreBrokenByTheProgramOnRandomPlatforms, ()) {
    TestPlatform on = random_platform();
    check_both_ways(on, random_program(on));
}
