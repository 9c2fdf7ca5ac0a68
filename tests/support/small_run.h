// A run made by hand: three nodes in a row, a program of a few tasks, and the times they would have.
#pragma once

#include <memory>

#include "sim/simulator.h"

namespace arsia::testing {

/// host -- a -- b, 8 Gb/s (1 ns a byte) and 100 ns each way; memories of 16 GB/s without latency; no set-up.
struct RowOfThree {
    Platform platform;
    NodeId host, a, b;
    LinkId host_a, a_host, a_b, b_a;

    explicit RowOfThree(Bytes burst = 100) {
        platform.name = "row";
        platform.burst = burst;
        host = add_node("host", NodeKind::host);
        a = add_node("a", NodeKind::accelerator);
        b = add_node("b", NodeKind::accelerator);
        platform.nodes[a].forwards = true;
        host_a = add_link(host, a);
        a_host = add_link(a, host);
        a_b = add_link(a, b);
        b_a = add_link(b, a);
    }
    NodeId add_node(const char* name, NodeKind kind) {
        Node node;
        node.name = name;
        node.kind = kind;
        node.memory = {1 << 20, Bandwidth{128'000'000'000}, 0};
        return platform.nodes.push_back(node);
    }
    LinkId add_link(NodeId from, NodeId to, std::uint64_t bits_per_second = 8'000'000'000, TimePs latency = 100'000) {
        Link link;
        link.name = platform.nodes[from].name + "->" + platform.nodes[to].name;
        link.from = from;
        link.to = to;
        link.bandwidth = {bits_per_second};
        link.latency = latency;
        return platform.links.push_back(link);
    }
};

/// A plan of `cycles` at 1 GHz (1 ns each) that does `macs` and reads and writes `bytes`.
inline std::shared_ptr<const TilePlan> plan_of(Cycles cycles, std::int64_t macs = 0, Bytes bytes = 0) {
    auto plan = std::make_shared<TilePlan>();
    plan->clock = {1'000'000'000};
    plan->phases = {{1, {{1, bytes / 2, 0, cycles}}, bytes - bytes / 2}};
    plan->add_up();
    plan->macs = macs;
    return plan;
}

inline Task compute_on(NodeId node, PlanId plan, OperatorId op = {}) {
    Task task;
    task.kind = TaskKind::compute;
    task.node = node;
    task.plan = plan;
    task.op = op;
    return task;
}

inline Task transfer_of(NodeId from, NodeId to, Bytes bytes, Purpose purpose = Purpose::activation) {
    Task task;
    task.kind = TaskKind::transfer;
    task.purpose = purpose;
    task.node = from;
    task.destination = to;
    task.bytes = bytes;
    return task;
}

/// Input to `a`, a convolution there, its result on to `b`, a pooling there, the output to the host; a buffer each on
/// `a` and `b`. Two transfers took 50 ns and 20 ns longer than alone.
struct SmallRun : RowOfThree {
    Program program;
    RunResult result;
    TaskId input, conv, move, pool, output;

    SmallRun() {
        platform.nodes[a].dma.setup = 10'000;
        PlanId conv_plan = program.add_plan(plan_of(700, 5000, 300));
        PlanId pool_plan = program.add_plan(plan_of(100, 0, 80));
        input = program.add(transfer_of(host, a, 250, Purpose::input));
        conv = program.add(compute_on(a, conv_plan, OperatorId(0)));
        move = program.add(transfer_of(a, b, 200));
        pool = program.add(compute_on(b, pool_plan, OperatorId(1)));
        output = program.add(transfer_of(b, host, 40, Purpose::output));
        program.depend(conv, input);
        program.depend(move, conv);
        program.depend(pool, move);
        program.depend(output, pool);
        program.add_buffer({a, 300, input, {conv, move}});
        program.add_buffer({b, 200, move, {pool}});
        program.add_buffer({b, 64, TaskId(), {}});

        // Alone: input 250 + 100 ns; move 10 + 200 + 100 ns; output 2·40 + 2·100 ns.
        result.tasks.resize(5);
        result.tasks[input] = {0, 0, 400'000, TaskId()};
        result.tasks[conv] = {400'000, 400'000, 1'150'000, input};
        result.tasks[move] = {1'150'000, 1'150'000, 1'460'000, conv};
        result.tasks[pool] = {1'460'000, 1'460'000, 1'560'000, move};
        result.tasks[output] = {1'560'000, 1'560'000, 1'860'000, pool};
        result.latency = 1'860'000;
        result.links.resize(platform.links.size());
        result.links[host_a] = {250, 250'000, 50'000};
        result.links[a_b] = {200, 200'000, 0};
        result.links[b_a] = {40, 40'000, 20'000};
        result.links[a_host] = {40, 40'000, 0};
        result.nodes.resize(platform.nodes.size());
        result.nodes[host] = {0, 18'125, 290};
        result.nodes[a] = {750'000, 46'875, 750};
        result.nodes[b] = {100'000, 20'000, 320};
        result.link_bins.start(platform.links.size());
        result.link_bins.add(host_a, 50'000, 300'000);
        result.link_bins.add(a_b, 1'160'000, 1'360'000);
        result.link_bins.add(b_a, 1'580'000, 1'620'000);
        result.link_bins.add(a_host, 1'720'000, 1'760'000);
        result.link_bins.finish(result.latency);
        result.events = 42;
    }
};

} // namespace arsia::testing
