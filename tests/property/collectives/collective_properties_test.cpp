// Every collective delivers what its definition says, whatever the sizes, the ranks and the order of events.
#include <algorithm>
#include <numeric>
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/random.h"
#include "collectives/ideal.h"
#include "collectives/pattern.h"
#include "sim/simulator.h"
#include "tests/support/collective_data.h"
#include "tests/support/collective_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

using Operation = CollectiveOperation;
using Algorithm = CollectiveAlgorithm;

struct Drawn {
    Platform platform;
    CollectiveSpec spec;
};

/// Even draws from a seed of rapidcheck's, whose own ranges begin small.
class Dice {
public:
    Dice() : random_(*rc::gen::arbitrary<std::uint64_t>()) {}
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_.below(count)); }
    int between(int least, int end) { return least + static_cast<int>(below(static_cast<std::size_t>(end - least))); }
    bool flip() { return below(2) == 1; }
    template <class T>
    T pick(const std::vector<T>& items) {
        return items[below(items.size())];
    }

private:
    Random random_;
};

std::string random_grid(Dice& dice, bool powers_of_two) {
    auto size = [&] { return powers_of_two ? dice.pick(std::vector<int>{2, 4}) : dice.between(1, 4); };
    int a = size(), b = size(), c = dice.between(1, 3);
    if (a * b * c < 2) c = 2;
    return fmt::format("kind: {}, dims: [{}, {}, {}]", dice.flip() ? "mesh" : "torus", a, b, c);
}

std::string random_groups(Dice& dice, bool powers_of_two) {
    int inside = powers_of_two ? 4 : dice.between(2, 5), groups = powers_of_two ? 2 : dice.between(2, 4);
    return fmt::format("kind: groups, inside: {{kind: switch, count: {}, link: {{bandwidth: 10 GB/s}}}}, "
                       "between: {{kind: ring, count: {}, link: {{bandwidth: 1 GB/s}}}}",
                       inside, groups);
}

/// A legal collective on a small platform.
Drawn draw(Dice& dice) {
    Drawn out;
    CollectiveSpec& spec = out.spec;
    const OperationInfo& operation = dice.pick(collective_operations());
    spec.operation = operation.id;
    spec.algorithm = dice.pick(operation.algorithms);
    bool hierarchical = spec.algorithm == Algorithm::hierarchical;
    std::vector<Algorithm> along = {Algorithm::ring, Algorithm::ring_both, Algorithm::direct};
    if (operation.has(Algorithm::halving_doubling)) along.push_back(Algorithm::halving_doubling);
    if (operation.id == Operation::broadcast) along.push_back(Algorithm::double_binary_tree);
    spec.dimension_algorithm = dice.pick(along);
    bool powers = (hierarchical ? spec.dimension_algorithm : spec.algorithm) == Algorithm::halving_doubling;
    if (hierarchical)
        out.platform = collective_platform(dice.flip() ? random_grid(dice, powers) : random_groups(dice, powers));
    else
        out.platform = collective_platform(
            fmt::format("kind: ring, count: {}", powers ? dice.pick(std::vector<int>{2, 4, 8}) : dice.between(2, 9)));
    spec.ranks = out.platform.accelerators();
    std::size_t n = spec.ranks.size();
    for (std::size_t i = n; i > 1; --i) std::swap(spec.ranks[i - 1], spec.ranks[dice.below(i)]);
    spec.root = dice.below(n);
    // Whole slices, sizes that do not divide, fewer bytes than ranks.
    auto even = static_cast<Bytes>(n) * 8;
    spec.bytes = dice.pick(std::vector<Bytes>{even, 2 * even, even + 1, even + 5, 3, 1});
    spec.chunks = dice.between(1, 4);
    spec.completion = dice.flip();
    bool takes_slices = spec.operation == Operation::reduce_scatter || spec.operation == Operation::all_gather;
    if (takes_slices && dice.flip()) {
        for (std::size_t rank = 0; rank < n; ++rank)
            spec.slices.push_back(dice.pick(std::vector<Bytes>{0, 1, 2, 3, 9}));
        spec.slices[dice.below(n)] = 7;
    }
    spec.repeats = dice.flip();
    if (spec.operation == Operation::send_receive && dice.flip()) spec.pairs = {{0, n - 1}, {n - 1, 0}};
    return out;
}

RC_GTEST_PROP(Collective, DeliversEveryContributionOnce, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    CollectiveData data(drawn.platform, drawn.spec, [&](std::size_t count) { return dice.below(count); });
    std::string problem = data.run();
    RC_TAG(fmt::format("{} by {}", info_of(drawn.spec.operation).name, info_of(drawn.spec.algorithm).name));
    const CollectiveSpec& spec = drawn.spec;
    if (!problem.empty())
        RC_FAIL(fmt::format("{} by {} ({}) of {} bytes on {} ranks, {} chunks, root {}: {}",
                            info_of(spec.operation).name, info_of(spec.algorithm).name,
                            info_of(spec.dimension_algorithm).name, spec.bytes, spec.ranks.size(), spec.chunks,
                            spec.root, problem));
}

/// Bytes that leave a rank in all, wherever no hierarchy sends data by way of others.
Bytes bytes_of(const CollectiveSpec& spec) {
    auto n = static_cast<Bytes>(spec.ranks.size());
    Bytes s = spec.bytes;
    if (!spec.slices.empty()) return (n - 1) * std::accumulate(spec.slices.begin(), spec.slices.end(), Bytes(0));
    bool ring = spec.algorithm == Algorithm::ring || spec.algorithm == Algorithm::ring_both;
    switch (spec.operation) {
    case Operation::all_reduce: return 2 * (n - 1) * s;
    case Operation::reduce_scatter:
    case Operation::broadcast: return (n - 1) * s;
    case Operation::all_gather: return n * (n - 1) * s;
    case Operation::all_to_all: return ring ? n * (n - 1) / 2 * s : (n - 1) * s;
    case Operation::gather: return ring ? n * (n - 1) / 2 * s : (n - 1) * s;
    default: return -1; // uneven slices go different ways
    }
}

RC_GTEST_PROP(Collective, MovesTheBytesOfItsFormula, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    RC_PRE(drawn.spec.algorithm != Algorithm::hierarchical);
    Bytes expected = bytes_of(drawn.spec);
    RC_PRE(expected >= 0);
    Program program;
    append_collective(program, drawn.platform, drawn.spec);
    Bytes sum = 0, on_links = 0, over_hops = 0;
    for (const Task& task : program.tasks()) {
        if (task.kind != TaskKind::transfer) continue;
        sum += task.bytes * task.repeat;
        auto hops = static_cast<Bytes>(drawn.platform.route(task.node, task.destination).size());
        over_hops += hops * task.bytes * task.repeat;
    }
    RC_ASSERT(sum == expected);
    Simulator simulator(drawn.platform);
    for (const LinkUse& use : simulator.run(program).links) on_links += use.bytes;
    RC_ASSERT(on_links == over_hops);
}

RC_GTEST_PROP(Collective, TakesTheSameTimeUnrolled, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    Program program;
    append_collective(program, drawn.platform, drawn.spec);
    Simulator simulator(drawn.platform);
    TimePs latency = simulator.run(program).latency;
    RC_ASSERT(simulator.run(program.unrolled()).latency == latency);
}

RC_GTEST_PROP(Collective, IsNeverFasterThanIdeal, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    Program program;
    append_collective(program, drawn.platform, drawn.spec);
    Simulator simulator(drawn.platform);
    RC_ASSERT(simulator.run(program).latency >= ideal_time(drawn.platform, drawn.spec));
}

/// What a task of a collective is, apart from its number.
using Message = std::tuple<std::uint32_t, std::uint32_t, Bytes, bool, std::int32_t>;

std::vector<Message> messages_of(const Program& program) {
    std::vector<Message> out;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer)
            out.emplace_back(task.node.value(), task.destination.value(), task.bytes, task.accumulate, task.priority);
    std::sort(out.begin(), out.end());
    return out;
}

// Whatever nodes and sizes a pattern was made with, it gives the program of append_collective for others.
RC_GTEST_PROP(CollectivePattern, GivesTheSameMessagesAndTimesAsTheCollective, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    CollectiveSpec& spec = drawn.spec;
    RC_PRE(spec.operation == Operation::reduce_scatter || spec.operation == Operation::all_gather);
    spec.chunks = 1;
    spec.repeats = false;
    spec.completion = false;
    CollectiveSpec other = spec;
    if (spec.algorithm != Algorithm::hierarchical) std::reverse(other.ranks.begin(), other.ranks.end());
    CollectivePattern pattern(drawn.platform, other);

    Program expected, made;
    MoveLog log;
    append_collective(expected, drawn.platform, spec, {}, &log);
    std::vector<Bytes> bytes;
    for (std::size_t lane = 0; lane < pattern.lanes(); ++lane)
        for (std::size_t rank = 0; rank < spec.ranks.size(); ++rank)
            bytes.push_back(lane < log.slice_bytes.size() ? log.slice_bytes[lane][rank] : 0);
    std::vector<TaskId> tasks, before(spec.ranks.size());
    Task like;
    like.purpose = spec.purpose;
    pattern.append(made, like, spec.ranks, bytes, before, tasks);
    RC_ASSERT(messages_of(made) == messages_of(expected));

    Simulator simulator(drawn.platform);
    TimePs latency = simulator.run(expected).latency;
    const RunResult& result = simulator.run(made);
    RC_ASSERT(result.latency == latency);
    // A rank is done when its last end is; nothing of the collective ends later than all of them.
    TimePs last = 0;
    for (std::size_t rank = 0; rank < spec.ranks.size(); ++rank)
        pattern.each_end(rank, before, tasks, [&](TaskId task) { last = std::max(last, result.tasks[task].end); });
    RC_ASSERT(last == latency);
    for (const CollectivePattern::Step& step : pattern.steps()) {
        if (step.join) continue;
        RC_ASSERT(step.pieces > 0u);
        RC_ASSERT(step.from != step.to);
    }
}

// Where all nodes are alike it does not matter which one has which rank.
RC_GTEST_PROP(Collective, DoesNotDependOnTheNamesOfRanks, ()) {
    Dice dice;
    Drawn drawn = draw(dice);
    RC_PRE(drawn.spec.algorithm != Algorithm::hierarchical);
    std::size_t n = drawn.spec.ranks.size();
    Platform platform = collective_platform(fmt::format("kind: fully_connected, count: {}", n));
    auto time = [&] {
        Program program;
        append_collective(program, platform, drawn.spec);
        Simulator simulator(platform);
        return simulator.run(program).latency;
    };
    TimePs shuffled = time();
    drawn.spec.ranks = platform.accelerators();
    // Accesses of one instant to a memory take a picosecond each, in the order of the nodes.
    RC_ASSERT(std::abs(time() - shuffled) <= 64);
}

} // namespace
