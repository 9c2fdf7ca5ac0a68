// Small scenarios and mappings for tests of the mapper: one byte an element, a design with one tile a shard.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapper/lowering.h"
#include "mapper/scenario.h"
#include "workloads/reader.h"

namespace arsia::testing {

/// One tile a shard, a cycle a multiply-accumulate or vector operation, at 1 GHz.
class OneTileDesign : public Design {
public:
    explicit OneTileDesign(std::string design_name = "one_tile") {
        name = std::move(design_name);
        kind = "test";
        clock = {1'000'000'000};
        element_bits = 8;
        multipliers = 1;
        vector_width = 4;
        reconfiguration = 5'000'000;
    }
    std::string refused; ///< type of operator that it cannot run

    std::optional<std::string> refusal(const Operator& op) const override {
        if (op.type == refused) return "no " + refused + " here";
        return std::nullopt;
    }
    TilePlan plan(const Operator& op, const Extents& shard, std::int64_t bits) const override {
        auto bytes = [&](std::int64_t elements) { return (elements * bits + 7) / 8; };
        TilePlan plan;
        plan.clock = clock;
        IterationBox box = whole_box(shard);
        plan.macs = op.macs(shard);
        Cycles cycles = std::max<Cycles>(1, plan.macs + op.vector_operations(shard));
        TileStep step{1, bytes(box.volume() / at(shard, Dim::K)), bytes(op.weight_box(box).volume()), cycles};
        plan.phases.push_back({1, {step}, bytes(op.output_box(box).volume())});
        plan.add_up();
        return plan;
    }
    Cycles least_cycles(const Operator& op, const Extents& shard) const override {
        return std::max<Cycles>(1, op.macs(shard));
    }
};

/// The test design, but pools and additions read all of their operands, as every design must.
class WholeOperandDesign : public OneTileDesign {
public:
    using OneTileDesign::OneTileDesign;
    TilePlan plan(const Operator& op, const Extents& shard, std::int64_t bits) const override {
        TilePlan plan = OneTileDesign::plan(op, shard, bits);
        if (op.has_weights) return plan;
        auto operands = static_cast<Bytes>(op.inputs.size());
        plan.phases[0].steps[0].input_bytes = operands * whole_box(shard).volume() * bits / 8;
        plan.add_up();
        return plan;
    }
};

/// How the accelerators of a test platform are linked; each also has links to and from the host.
enum class Shape { clique, ring };

/// acc0 … acc(n−1) and `host`; 1 GB/s links without latency. The host forwards.
inline Platform small_platform(std::size_t count, Shape shape = Shape::clique, Bytes capacity = 1 << 30) {
    Platform platform;
    platform.name = "small";
    platform.burst = 1024;
    Memory memory{capacity, {80'000'000'000}, 0};
    for (std::size_t i = 0; i < count; ++i) {
        Node node;
        node.name = "acc" + std::to_string(i);
        node.memory = memory;
        node.dma = {4, 0};
        node.forwards = true;
        platform.nodes.push_back(node);
    }
    Node host;
    host.name = "host";
    host.kind = NodeKind::host;
    host.memory = {Bytes(1) << 40, {800'000'000'000}, 0};
    host.dma = {8, 0};
    host.forwards = true;
    NodeId host_id = platform.nodes.push_back(host);
    auto link = [&](NodeId from, NodeId to) {
        Link out;
        out.name = platform.nodes[from].name + "->" + platform.nodes[to].name;
        out.from = from;
        out.to = to;
        out.bandwidth = {8'000'000'000};
        platform.links.push_back(out);
    };
    for (std::size_t i = 0; i < count; ++i) {
        link(NodeId(i), host_id);
        link(host_id, NodeId(i));
        for (std::size_t j = 0; j < count; ++j) {
            bool neighbours = (i + 1) % count == j || (j + 1) % count == i;
            if (i != j && (shape == Shape::clique || neighbours)) link(NodeId(i), NodeId(j));
        }
    }
    return platform;
}

/// A workload of 8-bit elements from `inputs:` and the lines under `operators:`.
inline Graph small_graph(const std::string& inputs, const std::string& operators) {
    return read_workload_text("format: arsia-workload/1\nname: small\nelement: 8 bit\ninputs: {" + inputs +
                              "}\noperators:\n" + operators);
}

inline std::shared_ptr<Scenario> small_scenario(Graph graph, Platform platform) {
    auto scenario = std::make_shared<Scenario>();
    scenario->graph = std::move(graph);
    scenario->platform = std::move(platform);
    scenario->designs["one_tile"] = std::make_shared<OneTileDesign>();
    scenario->accelerators = scenario->platform.accelerators();
    scenario->host = scenario->platform.host();
    return scenario;
}

/// From now on accelerator i can run one design only: `speed_S`, which is like `one_tile` at S GHz, S = speeds[i].
inline void fix_designs(Scenario& scenario, const std::vector<int>& speeds) {
    scenario.designs.clear();
    for (std::size_t i = 0; i < scenario.accelerators.size(); ++i) {
        auto design = std::make_shared<OneTileDesign>("speed_" + std::to_string(speeds.at(i)));
        design->clock = {static_cast<std::uint64_t>(speeds[i]) * 1'000'000'000};
        scenario.platform.nodes[scenario.accelerators[i]].designs = {design->name};
        scenario.designs[design->name] = design;
    }
}

/// Accelerators with the only design that they all can run, or else each with the only one that it can.
inline AcceleratorSet set_of(const Scenario& scenario, const std::vector<NodeId>& accelerators) {
    AcceleratorSet set;
    set.accelerators = accelerators;
    std::vector<std::string> common = scenario.common_designs(accelerators);
    if (!common.empty()) {
        set.design = common.front();
        return set;
    }
    for (NodeId node : accelerators) set.designs.push_back(scenario.platform.nodes[node].designs.front());
    return set;
}

using FactorList = std::vector<std::pair<Dim, std::int64_t>>;

inline Strategy split(const FactorList& factors, std::optional<Dim> ss = std::nullopt) {
    Strategy out;
    for (auto [dim, factor] : factors) at(out.es, dim) = factor;
    out.ss = ss;
    return out;
}

/// One set of all accelerators; strategies of the operators in graph order.
inline Mapping one_set(const Scenario& scenario, const std::vector<Strategy>& strategies) {
    Mapping mapping;
    AcceleratorSet set = set_of(scenario, scenario.accelerators);
    for (OperatorId op : ids_of(scenario.graph.operators))
        set.operators.push_back({op, strategies.at(op.value()), std::nullopt});
    mapping.sets.push_back(set);
    return mapping;
}

/// `acc0->acc1 conv2 activation 128`, in the order of the program.
inline std::string describe_transfer(const Scenario& scenario, const Task& task) {
    const auto& nodes = scenario.platform.nodes;
    return nodes[task.node].name + "->" + nodes[task.destination].name + " " + scenario.graph.operators[task.op].name +
           " " + name_of(task.purpose) + " " + std::to_string(task.bytes);
}

/// All transfers of one operator, sorted.
inline std::vector<std::string> transfers_of(const Scenario& scenario, const Program& program,
                                             const std::string& op_name) {
    std::vector<std::string> out;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer && scenario.graph.operators[task.op].name == op_name)
            out.push_back(describe_transfer(scenario, task));
    std::sort(out.begin(), out.end());
    return out;
}

inline Bytes bytes_of_purpose(const Program& program, Purpose purpose) {
    Bytes sum = 0;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer && task.purpose == purpose) sum += task.bytes;
    return sum;
}

/// Tasks that `task` waits for, in order of id.
inline std::vector<TaskId> waits_for(const Program& program, TaskId task) {
    std::vector<TaskId> out;
    for (const Program::Edge& edge : program.edges())
        if (edge.after == task) out.push_back(edge.before);
    std::sort(out.begin(), out.end());
    return out;
}

/// The tasks of one kind, node and operator, in order of id.
inline std::vector<TaskId> tasks_of(const Program& program, TaskKind kind, NodeId node, OperatorId op) {
    std::vector<TaskId> out;
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind == kind && task.node == node && task.op == op) out.push_back(id);
    }
    return out;
}

/// Whether no task waits for itself, the order of each engine's tasks included.
inline bool is_acyclic(const Program& program, std::size_t nodes) {
    std::vector<std::vector<TaskId>> after(program.tasks().size());
    std::vector<std::size_t> waiting(program.tasks().size(), 0);
    auto edge = [&](TaskId before, TaskId later) {
        after[before.value()].push_back(later);
        ++waiting[later.value()];
    };
    for (const Program::Edge& given : program.edges()) edge(given.before, given.after);
    std::vector<TaskId> last(nodes);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind == TaskKind::transfer || task.kind == TaskKind::join) continue;
        if (last[task.node.value()].valid()) edge(last[task.node.value()], id);
        last[task.node.value()] = id;
    }
    std::vector<TaskId> ready;
    for (TaskId id : ids_of(program.tasks()))
        if (waiting[id.value()] == 0) ready.push_back(id);
    std::size_t done = 0;
    for (; done < ready.size(); ++done)
        for (TaskId next : after[ready[done].value()])
            if (--waiting[next.value()] == 0) ready.push_back(next);
    return done == program.tasks().size();
}

} // namespace arsia::testing
