// What must hold of every lowering: nothing is computed, moved or added up twice or not at all.
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/simulator.h"
#include "tests/property/mapper/index_sets.h"
#include "tests/property/mapper/random_mapping.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

using ByOperatorAndNode = std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes>;

ByOperatorAndNode received(const Program& program, std::set<Purpose> purposes) {
    ByOperatorAndNode out;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer && purposes.count(task.purpose))
            out[{task.op.value(), task.destination.value()}] += task.bytes;
    return out;
}

std::map<std::uint32_t, Bytes> by_operator(const ByOperatorAndNode& bytes) {
    std::map<std::uint32_t, Bytes> out;
    for (const auto& [key, sum] : bytes) out[key.first] += sum;
    return out;
}

template <class Map>
Map without_zeros(Map map) {
    for (auto at = map.begin(); at != map.end();) at = at->second == 0 ? map.erase(at) : std::next(at);
    return map;
}

} // namespace

RC_GTEST_PROP(Lowering, RandomMappingsAreLegal, ()) {
    RandomCase given;
    RC_ASSERT(legality_problems(*given.scenario, given.mapping).empty());
}

RC_GTEST_PROP(Lowering, ShardsTileTheIterationSpaceOnce, ()) {
    RandomCase given;
    for (const AcceleratorSet& set : given.mapping.sets) {
        for (const Placement& placement : set.operators) {
            const Operator& op = given.scenario->graph.operators[placement.op];
            std::int64_t volume = 0;
            std::vector<IterationBox> shards;
            for (std::size_t rank = 0; rank < set.accelerators.size(); ++rank) {
                shards.push_back(shard_of(op.extents, placement.strategy, rank));
                volume += shards.back().volume();
                RC_ASSERT(op.iteration_space().contains(shards.back()));
                for (std::size_t other = 0; other < rank; ++other)
                    RC_ASSERT(intersect(shards[other], shards.back()).empty());
            }
            RC_ASSERT(volume == op.iteration_space().volume());
        }
    }
}

RC_GTEST_PROP(Lowering, TheTasksComputeTheIterationSpaceOnce, ()) {
    RandomCase given;
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    IdVector<OperatorId, std::int64_t> macs(given.scenario->graph.operators.size(), 0);
    for (const Task& task : program.tasks()) {
        if (task.kind != TaskKind::compute) continue;
        macs[task.op] += program.plan(task.plan).macs;
    }
    for (OperatorId op : ids_of(macs))
        RC_ASSERT(macs[op] == given.scenario->graph.operators[op].macs(given.scenario->graph.operators[op].extents));
}

RC_GTEST_PROP(Lowering, WhatIsMovedIsWhatIndexSetsSay, ()) {
    RandomCase given;
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    IndexSets::Moved expected = IndexSets(*given.scenario, given.mapping).moved();
    RC_ASSERT(received(program, {Purpose::input, Purpose::activation, Purpose::collective}) ==
              without_zeros(expected.inputs));
    RC_ASSERT(received(program, {Purpose::shared_shard}) == without_zeros(expected.shared));
    RC_ASSERT(by_operator(received(program, {Purpose::partial_sum})) == without_zeros(expected.partial_sums));
    RC_ASSERT(by_operator(received(program, {Purpose::output})) == without_zeros(expected.outputs));
    RC_ASSERT(bytes_of_purpose(program, Purpose::weights) == 0);
}

RC_GTEST_PROP(Lowering, PartialSumsAreAddedWhenSenderAndReceiverHaveComputed, ()) {
    RandomCase given;
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    // Everything that a task waits for, directly or not.
    auto waits_for_compute_at = [&](TaskId task, NodeId node) {
        std::set<std::uint32_t> seen;
        std::vector<TaskId> open = {task};
        while (!open.empty()) {
            TaskId at = open.back();
            open.pop_back();
            const Task& found = program.task(at);
            if (found.kind == TaskKind::compute && found.op == program.task(task).op && found.node == node) return true;
            for (TaskId before : waits_for(program, at))
                if (seen.insert(before.value()).second) open.push_back(before);
        }
        return false;
    };
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        RC_ASSERT(task.kind != TaskKind::reduce);
        RC_ASSERT(task.accumulate == (task.purpose == Purpose::partial_sum));
        if (!task.accumulate) continue;
        RC_ASSERT(waits_for_compute_at(id, task.node));
        RC_ASSERT(waits_for_compute_at(id, task.destination));
    }
}

RC_GTEST_PROP(Lowering, SharedWeightsMoveAllPartsButOne, ()) {
    RandomCase given;
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    ByOperatorAndNode moved = received(program, {Purpose::shared_shard});
    for (const AcceleratorSet& set : given.mapping.sets) {
        for (const Placement& placement : set.operators) {
            const Operator& op = given.scenario->graph.operators[placement.op];
            const Strategy& strategy = placement.strategy;
            if (!strategy.ss) continue;
            auto shared = find_shared_tensor(op, given.scenario->graph, strategy.es, *strategy.ss);
            if (!shared->weights || op.has_bias || at(op.extents, *strategy.ss) % shared->replicas != 0 ||
                at(strategy.es, *strategy.ss) != 1)
                continue;
            for (std::size_t rank = 0; rank < set.accelerators.size(); ++rank) {
                Bytes whole = op.weight_box(shard_of(op.extents, strategy.es, rank)).volume();
                Bytes got = moved[std::pair(placement.op.value(), set.accelerators[rank].value())];
                RC_ASSERT(got * shared->replicas == whole * (shared->replicas - 1));
            }
        }
    }
}

RC_GTEST_PROP(Lowering, NoTaskWaitsForItself, ()) {
    RandomCase given;
    Lowering lowering(*given.scenario);
    RC_ASSERT(is_acyclic(lowering.lower(given.mapping), given.scenario->platform.nodes.size()));
}

RC_GTEST_PROP(Lowering, WhatRanBeforeChangesNothing, ()) {
    RandomCase given;
    Mapping other = random_mapping(*given.scenario);
    Lowering used(*given.scenario), fresh(*given.scenario);
    used.lower(other);
    const Program& again = used.lower(given.mapping);
    const Program& alone = fresh.lower(given.mapping);
    RC_ASSERT(again.tasks().size() == alone.tasks().size());
    RC_ASSERT(again.edges().size() == alone.edges().size());
    RC_ASSERT(again.buffers().size() == alone.buffers().size());
    for (TaskId id : ids_of(again.tasks())) {
        RC_ASSERT(again.task(id).node == alone.task(id).node);
        RC_ASSERT(again.task(id).kind == alone.task(id).kind);
        RC_ASSERT(again.task(id).bytes == alone.task(id).bytes);
    }
}

RC_GTEST_PROP(MemoryPlan, TheSimulatedPeakNeverExceedsTheNeed, ()) {
    RandomCase given;
    for (AcceleratorSet& set : given.mapping.sets)
        for (Placement& placement : set.operators)
            placement.resident = *rc::gen::element<std::optional<bool>>(std::nullopt, std::nullopt, true, false);
    Bytes capacity = tighten_memory(*given.scenario, given.mapping);
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    RC_ASSERT(is_acyclic(program, given.scenario->platform.nodes.size()));
    const MemoryNeed& need = lowering.memory_need(given.mapping);
    Simulator simulator(given.scenario->platform);
    IdVector<NodeId, Bytes> peak = peak_memory(given.scenario->platform, program, simulator.run(program));
    for (NodeId node : given.scenario->accelerators) {
        RC_ASSERT(peak[node] <= need[node]);
        RC_ASSERT(need[node] <= capacity);
    }
}
