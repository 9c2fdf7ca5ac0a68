// Recurrent layers under any split of their batch and hidden channels.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/legality.h"
#include "sim/simulator.h"
#include "tests/property/mapper/random_mapping.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

struct Layer {
    std::int64_t batch = *rc::gen::inRange(1, 5), inputs = *rc::gen::inRange(1, 6), hidden = *rc::gen::inRange(1, 9),
                 steps = *rc::gen::inRange(1, 8);
    bool sequence = *rc::gen::arbitrary<bool>();
    std::string type = *rc::gen::element<std::string>("lstm", "gru", "rnn");
    std::int64_t over_batch = *rc::gen::inRange<std::int64_t>(1, batch + 1),
                 over_hidden = *rc::gen::inRange<std::int64_t>(1, hidden + 1);
    std::shared_ptr<Scenario> scenario = small_scenario(
        small_graph("x: [" + std::to_string(batch) + ", " + std::to_string(inputs) + ", " + std::to_string(steps) + "]",
                    "  - {name: l, type: " + type + ", input: x, out_features: " + std::to_string(hidden) +
                        ", sequence: " + (sequence ? "true" : "false") + "}\n  - {name: r, type: relu, input: l}\n"),
        small_platform(static_cast<std::size_t>(over_batch* over_hidden),
                       *rc::gen::element(Shape::clique, Shape::ring)));
    Mapping mapping;

    Layer() {
        const Operator& last = scenario->graph.operators[OperatorId(1)];
        std::vector<Factors> ways = factors_of(last.split_limits(), over_batch * over_hidden);
        RC_PRE(!ways.empty());
        mapping =
            one_set(*scenario, {split({{Dim::N, over_batch}, {Dim::K, over_hidden}}), {ways.front(), std::nullopt}});
        mapping.collectives = *rc::gen::element(CollectiveChoice::automatic, CollectiveChoice::direct,
                                                CollectiveChoice::ring, CollectiveChoice::ring_both);
    }
};

} // namespace

RC_GTEST_PROP(RecurrentSplit, ComputesEverythingOnceAndExchangesEveryStepButTheLast, ()) {
    Layer layer;
    RC_ASSERT(legality_problems(*layer.scenario, layer.mapping).empty());
    Lowering lowering(*layer.scenario);
    const Program& program = lowering.lower(layer.mapping);
    std::int64_t macs = 0;
    Bytes exchanged = 0;
    for (const Task& task : program.tasks()) {
        if (task.op != OperatorId(0)) continue;
        if (task.kind == TaskKind::compute) macs += program.plan(task.plan).macs;
        if (task.kind == TaskKind::transfer && task.purpose == Purpose::collective) exchanged += task.bytes;
    }
    const Operator& op = layer.scenario->graph.operators[OperatorId(0)];
    RC_ASSERT(macs == op.macs(op.extents));
    // Each sample's hidden channels go to all of its ranks that do not have them.
    RC_ASSERT(exchanged == (layer.steps - 1) * layer.batch * layer.hidden * (layer.over_hidden - 1));
    RC_ASSERT(is_acyclic(program, layer.scenario->platform.nodes.size()));
}

// In whatever memory the mapping is legal, down to the least.
RC_GTEST_PROP(RecurrentSplit, TheSimulatedPeakNeverExceedsTheNeed, ()) {
    Layer layer;
    tighten_memory(*layer.scenario, layer.mapping);
    Lowering lowering(*layer.scenario);
    const Program& program = lowering.lower(layer.mapping);
    const MemoryNeed& need = lowering.memory_need(layer.mapping);
    Simulator simulator(layer.scenario->platform);
    IdVector<NodeId, Bytes> peak = peak_memory(layer.scenario->platform, program, simulator.run(program));
    for (NodeId node : layer.scenario->accelerators) RC_ASSERT(peak[node] <= need[node]);
}
