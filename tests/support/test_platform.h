// Platforms built in a few words, for tests of the simulated machine.
#pragma once

#include <string>

#include "sim/simulator.h"

namespace arsia::testing {

constexpr TimePs ns = 1000;
constexpr TimePs us = 1000 * ns;

/// 8 Gb/s is one byte a nanosecond: times can be read off the bytes.
constexpr Bandwidth byte_a_ns{8'000'000'000};
/// So fast that a megabyte takes less than a picosecond more than nothing: a memory that is never in the way.
constexpr Bandwidth ample{std::uint64_t(8'000'000'000'000'000'000ULL)};

struct TestPlatform {
    Platform platform;

    explicit TestPlatform(Bytes burst = 1000) {
        platform.name = "test";
        platform.burst = burst;
    }
    NodeId accelerator(Memory memory = {1 << 30, ample, 0}, Dma dma = {8, 0}) {
        Node node;
        node.name = "acc" + std::to_string(platform.nodes.size());
        node.memory = memory;
        node.dma = dma;
        node.forwards = true;
        return platform.nodes.push_back(node);
    }
    NodeId switch_node() {
        Node node;
        node.name = "switch" + std::to_string(platform.nodes.size());
        node.kind = NodeKind::switch_node;
        node.forwards = true;
        return platform.nodes.push_back(node);
    }
    LinkId link(NodeId from, NodeId to, Bandwidth bandwidth = byte_a_ns, TimePs latency = 0) {
        Link link;
        link.name =
            platform.nodes[from].name + "->" + platform.nodes[to].name + "#" + std::to_string(platform.links.size());
        link.from = from;
        link.to = to;
        link.bandwidth = bandwidth;
        link.latency = latency;
        return platform.links.push_back(link);
    }
    /// acc0 → acc1 → … → acc`hops`.
    static TestPlatform line(int hops, Bytes burst, Bandwidth bandwidth = byte_a_ns, TimePs latency = 0) {
        TestPlatform out(burst);
        NodeId last = out.accelerator();
        for (int i = 0; i < hops; ++i) {
            NodeId next = out.accelerator();
            out.link(last, next, bandwidth, latency);
            last = next;
        }
        return out;
    }
};

inline Task transfer(NodeId source, NodeId destination, Bytes bytes, TimePs not_before = 0) {
    Task task;
    task.kind = TaskKind::transfer;
    task.node = source;
    task.destination = destination;
    task.bytes = bytes;
    task.not_before = not_before;
    return task;
}

inline Task compute(NodeId node, PlanId plan) {
    Task task;
    task.kind = TaskKind::compute;
    task.node = node;
    task.plan = plan;
    return task;
}

/// `outputs` output tiles of `steps` tiles each at 1 GHz: a cycle is a nanosecond.
inline std::shared_ptr<const TilePlan> tiles(std::int64_t outputs, std::int64_t steps, Bytes load, Cycles cycles,
                                             Bytes store) {
    auto plan = std::make_shared<TilePlan>();
    plan->clock = {1'000'000'000};
    plan->phases.push_back({outputs, {{steps, load, 0, cycles}}, store});
    plan->add_up();
    return plan;
}

} // namespace arsia::testing
