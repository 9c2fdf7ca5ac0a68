// Random platforms, traffic and computations for properties of the simulated machine.
#pragma once

#include <rapidcheck.h>

#include "tests/support/test_platform.h"

namespace arsia::testing {

/// A connected platform of 2 to 6 accelerators: a two-way line in random order, and a few more links.
inline TestPlatform random_platform(TimePs largest_latency = 200 * ns) {
    TestPlatform on(*rc::gen::element<Bytes>(100, 1000, 4096));
    int nodes = *rc::gen::inRange(2, 7);
    auto bandwidth = [] { return Bandwidth{std::uint64_t(*rc::gen::inRange(1, 40)) * 500'000'000}; };
    auto latency = [&] { return *rc::gen::inRange<TimePs>(0, largest_latency + 1); };
    for (int i = 0; i < nodes; ++i) {
        Memory memory{1 << 30, bandwidth(), *rc::gen::element<TimePs>(0, 7 * ns)};
        on.accelerator(memory, {*rc::gen::inRange(1, 5), *rc::gen::element<TimePs>(0, 13 * ns)});
    }
    auto two_way = [&](int a, int b) {
        Bandwidth speed = bandwidth();
        TimePs delay = latency();
        on.link(NodeId(static_cast<std::size_t>(a)), NodeId(static_cast<std::size_t>(b)), speed, delay);
        on.link(NodeId(static_cast<std::size_t>(b)), NodeId(static_cast<std::size_t>(a)), speed, delay);
    };
    for (int i = 1; i < nodes; ++i) two_way(i - 1, i);
    for (int extra = *rc::gen::inRange(0, 4); extra > 0 && nodes > 2; --extra) {
        int a = *rc::gen::inRange(0, nodes), b = *rc::gen::inRange(0, nodes);
        if (a != b) two_way(a, b);
    }
    return on;
}

inline NodeId random_node(const TestPlatform& on) {
    return NodeId(*rc::gen::inRange<std::size_t>(0, on.platform.nodes.size()));
}

inline Task random_transfer(const TestPlatform& on) {
    TimePs start = *rc::gen::element<TimePs>(0, 0, 500 * ns, 1234 * ns);
    return transfer(random_node(on), random_node(on), *rc::gen::inRange<Bytes>(0, 20'000), start);
}

inline std::shared_ptr<const TilePlan> random_tiles() {
    return tiles(*rc::gen::inRange(1, 6), *rc::gen::inRange(1, 5), *rc::gen::inRange<Bytes>(0, 3000),
                 *rc::gen::inRange<Cycles>(1, 2000), *rc::gen::inRange<Bytes>(0, 3000));
}

/// Hundreds or thousands of tiles, in phases of several kinds of steps: equal tiles go round in circles.
inline std::shared_ptr<const TilePlan> many_tiles() {
    auto plan = std::make_shared<TilePlan>();
    plan->clock = {*rc::gen::element<std::uint64_t>(1'000'000'000, 300'000'000, 7'000'000'000)};
    auto count = [](std::int64_t most) { return *rc::gen::inRange<std::int64_t>(1, most + 1); };
    auto bytes = [] { return *rc::gen::element<Bytes>(0, 1, 7, 100, 999, 4096, 9001); };
    for (std::int64_t phases = count(3); phases > 0; --phases) {
        bool long_steps = *rc::gen::arbitrary<bool>();
        TilePhase phase;
        phase.repeat = count(long_steps ? 6 : 300);
        for (std::int64_t steps = count(3); steps > 0; --steps)
            phase.steps.push_back({count(long_steps ? 300 : 5), bytes(), bytes(), *rc::gen::inRange<Cycles>(1, 3000)});
        phase.store_bytes = bytes();
        plan->phases.push_back(phase);
    }
    plan->add_up();
    return plan;
}

/// Transfers, computations and joins with random dependencies on earlier tasks: always finishes.
inline Program random_program(const TestPlatform& on) {
    Program program;
    int tasks = *rc::gen::inRange(1, 40);
    for (int i = 0; i < tasks; ++i) {
        int kind = *rc::gen::inRange(0, 8);
        TaskId id;
        if (kind < 5)
            id = program.add(random_transfer(on));
        else if (kind < 7)
            id = program.add(compute(random_node(on), program.add_plan(random_tiles())));
        else
            id = program.add({TaskKind::join});
        for (int edges = *rc::gen::inRange(0, 3); edges > 0 && i > 0; --edges)
            program.depend(id, TaskId(*rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(i))));
    }
    return program;
}

} // namespace arsia::testing
