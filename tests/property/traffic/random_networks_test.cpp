// What must hold for random traffic on random generated networks, the whole way from the topology's text and the
// transfers' file.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/critical_path.h"
#include "traffic/patterns.h"
#include "traffic/transfers_file.h"

using namespace arsia;

namespace {

std::string random_link() {
    return fmt::format("{{bandwidth: {} Gbps, latency: {} ns}}", *rc::gen::inRange(1, 100), *rc::gen::inRange(0, 800));
}

/// Every kind of generator, and groups of some inside others.
std::string random_generator(bool nested = false) {
    std::string link = random_link();
    auto count = [](int least, int most) { return *rc::gen::inRange(least, most + 1); };
    switch (*rc::gen::inRange(0, nested ? 4 : 9)) {
    case 0: return fmt::format("{{kind: ring, count: {}, link: {}}}", count(2, 7), link);
    case 1: return fmt::format("{{kind: line, count: {}, link: {}}}", count(2, 6), link);
    case 2: return fmt::format("{{kind: switch, count: {}, link: {}}}", count(2, 8), link);
    case 3: return fmt::format("{{kind: fully_connected, count: {}, link: {}}}", count(2, 6), link);
    case 4: return fmt::format("{{kind: mesh, dims: [{}, {}], link: {}}}", count(1, 4), count(2, 4), link);
    case 5: return fmt::format("{{kind: torus, dims: [{}, {}, 2], link: {}}}", count(2, 4), count(1, 3), link);
    case 6: return fmt::format("{{kind: fat_tree, switch_ports: 4, count: {}, link: {}}}", count(2, 16), link);
    case 7:
        return fmt::format("{{kind: dragonfly, groups: {}, routers: 2, hosts: {}, link: {}, global_link: {}}}",
                           count(2, 4), count(1, 2), link, random_link());
    default:
        return fmt::format("{{kind: groups, inside: {}, between: {}}}", random_generator(true), random_generator(true));
    }
}

Platform random_platform() {
    std::string memory = fmt::format("{{capacity: 1 GiB, bandwidth: {} GB/s, latency: {} ns}}",
                                     *rc::gen::inRange(1, 200), *rc::gen::element(0, 30));
    return read_topology_text(
        fmt::format("format: arsia-topology/1\nname: random\ngenerate: {}\n"
                    "accelerator: {{memory: {}, dma: {{channels: {}, setup: {} ns}}}}\nburst: {}\n",
                    random_generator(), memory, *rc::gen::inRange(1, 6), *rc::gen::element(0, 40),
                    *rc::gen::element<std::string>("1 kB", "4 KiB", "700 B", "message")));
}

Traffic random_demands(const Platform& platform) {
    TrafficOptions options;
    options.count = *rc::gen::inRange<std::uint64_t>(1, 60);
    options.seed = *rc::gen::arbitrary<std::uint64_t>();
    options.least_bytes = *rc::gen::element<Bytes>(0, 1, 5000);
    options.most_bytes = options.least_bytes + *rc::gen::element<Bytes>(0, 1000, 40'000);
    options.latest_start = *rc::gen::element<TimePs>(0, 2'000'000, 20'000'000);
    return random_traffic(platform, (*rc::gen::elementOf(traffic_patterns())).name, options);
}

std::string as_csv(const Platform& platform, const Traffic& traffic) {
    std::string out = "source,destination,bytes,start\n";
    for (const Demand& demand : traffic)
        out += fmt::format("{},{},{} B,{} ps\n", platform.nodes[demand.source].name,
                           platform.nodes[demand.destination].name, demand.bytes, demand.start);
    return out;
}

std::string as_yaml(const Platform& platform, const Traffic& traffic) {
    std::string out = "format: arsia-transfers/1\ntransfers:\n";
    for (const Demand& demand : traffic)
        out += fmt::format("  - {{source: {}, destination: {}, bytes: {} B, start: {} ps}}\n",
                           platform.nodes[demand.source].name, platform.nodes[demand.destination].name, demand.bytes,
                           demand.start);
    return out;
}

} // namespace

RC_GTEST_PROP(Traffic, AFileSaysWhatWasWrittenIntoIt, ()) {
    Platform platform = random_platform();
    Traffic traffic = random_demands(platform);
    RC_ASSERT(read_transfers_csv(as_csv(platform, traffic), "t.csv", platform) == traffic);
    RC_ASSERT(read_transfers_yaml(as_yaml(platform, traffic), "t.yaml", platform) == traffic);
}

RC_GTEST_PROP(Traffic, AllBytesArriveOnceWithinWhatLinksCarry, ()) {
    Platform platform = random_platform();
    Traffic traffic = random_demands(platform);
    Program program = program_of(traffic);
    Simulator simulator(platform);
    const RunResult& result = simulator.run(program);
    IdVector<LinkId, Bytes> over(platform.links.size(), 0);
    IdVector<LinkId, TimePs> first(platform.links.size(), result.latency), last(platform.links.size(), 0);
    IdVector<NodeId, Bytes> through(platform.nodes.size(), 0);
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        const Demand& demand = traffic[i];
        const TaskTimes& times = result.tasks[TaskId(i)];
        RC_ASSERT(times.ready == demand.start);
        RC_ASSERT(times.start >= demand.start);
        RC_ASSERT(times.end - times.start >=
                  uncontended_time(platform, demand.source, demand.destination, demand.bytes));
        through[demand.source] += demand.bytes;
        through[demand.destination] += demand.bytes;
        for (LinkId link : platform.route(demand.source, demand.destination)) {
            over[link] += demand.bytes;
            first[link] = std::min(first[link], times.start);
            last[link] = std::max(last[link], times.end);
        }
    }
    for (LinkId link : ids_of(over)) {
        RC_ASSERT(result.links[link].bytes == over[link]);
        RC_ASSERT(result.links[link].queueing >= 0);
        if (over[link] == 0) continue;
        // Busy no longer than it was in use, and no shorter than its bytes take: never above 100 %.
        RC_ASSERT(result.links[link].busy <= last[link] - first[link]);
        RC_ASSERT(result.links[link].busy >= transfer_time(over[link], platform.links[link].bandwidth));
    }
    for (NodeId node : ids_of(through)) RC_ASSERT(result.nodes[node].memory_bytes == through[node]);
}

RC_GTEST_PROP(Traffic, SkippingChangesNothing, ()) {
    Platform platform = random_platform();
    Program program = program_of(random_demands(platform));
    Simulator simulator(platform);
    RunResult quick = simulator.run(program, {true});
    const RunResult& slow = simulator.run(program, {false});
    RC_ASSERT(quick.latency == slow.latency);
    for (TaskId id : ids_of(quick.tasks)) {
        RC_ASSERT(quick.tasks[id].start == slow.tasks[id].start);
        RC_ASSERT(quick.tasks[id].end == slow.tasks[id].end);
    }
    for (LinkId link : ids_of(quick.links)) {
        RC_ASSERT(quick.links[link].busy == slow.links[link].busy);
        RC_ASSERT(quick.links[link].queueing == slow.links[link].queueing);
    }
}

RC_GTEST_PROP(Traffic, FinishTimesDoNotDependOnTheOrderInTheFile, ()) {
    Platform platform = random_platform();
    Traffic listed = random_demands(platform), reversed(listed.rbegin(), listed.rend());
    auto finishes = [&](const Traffic& traffic, const RunResult& result) {
        // Equal transfers may swap their times.
        std::multiset<std::array<std::int64_t, 5>> out;
        for (std::size_t i = 0; i < traffic.size(); ++i)
            out.insert({traffic[i].source.value(), traffic[i].destination.value(), traffic[i].bytes, traffic[i].start,
                        result.tasks[TaskId(i)].end});
        return out;
    };
    Program one = program_of(listed), other = program_of(reversed);
    Simulator simulator(platform);
    auto first = finishes(listed, simulator.run(one));
    RC_ASSERT(first == finishes(reversed, simulator.run(other)));
}

RC_GTEST_PROP(Traffic, OneAtATimeEachTakesItsTimeAlone, ()) {
    Platform platform = random_platform();
    for (Node& node : platform.nodes) node.memory.bandwidth = {1'000'000'000'000}; // faster than any link
    Program program;
    TaskId before;
    for (const Demand& demand : random_demands(platform)) {
        Task task;
        task.kind = TaskKind::transfer;
        task.node = demand.source;
        task.destination = demand.destination;
        task.bytes = demand.bytes;
        TaskId id = program.add(task);
        if (before.valid()) program.depend(id, before);
        before = id;
    }
    Simulator simulator(platform);
    const RunResult& result = simulator.run(program);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        RC_ASSERT(result.tasks[id].end - result.tasks[id].start ==
                  uncontended_time(platform, task.node, task.destination, task.bytes));
    }
}
