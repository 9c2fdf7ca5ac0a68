// Bounds against random mappings of random networks onto platforms with near and far accelerators, whose sets name
// their accelerators in any order.
#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/catalog.h"
#include "mapper/bounds.h"
#include "mapper/bounds/least_tiles.h"
#include "mapper/evaluation/evaluator.h"
#include "models/plan_of.h"
#include "tests/property/mapper/random_mapping.h"
#include "tests/property/workloads/random_operators.h"

namespace arsia {
namespace {

using namespace arsia::testing;

/// Two groups that meet through the host only, as the boards of a cloud instance do.
Platform grouped_platform() {
    return read_topology_text(
        fmt::format("format: arsia-topology/1\n"
                    "name: grouped\n"
                    "generate:\n"
                    "  kind: groups\n"
                    "  count: 2\n"
                    "  inside: {{kind: fully_connected, count: {}, link: {{bandwidth: {} Mbps, latency: {} ns}}}}\n"
                    "accelerator:\n"
                    "  memory: {{capacity: 1 GiB, bandwidth: {} MB/s, latency: 10 ns}}\n"
                    "  dma: {{channels: 2, setup: {} ns}}\n"
                    "host:\n"
                    "  memory: {{capacity: 1 GiB, bandwidth: 1 GB/s, latency: 10 ns}}\n"
                    "  dma: {{channels: 4, setup: {} ns}}\n"
                    "  forwards: true\n"
                    "  link: {{bandwidth: {} Mbps, latency: {} ns}}\n",
                    *rc::gen::inRange(2, 5), *rc::gen::inRange(8, 8000), *rc::gen::inRange(0, 2000),
                    *rc::gen::inRange(10, 10000), *rc::gen::inRange(0, 1000), *rc::gen::inRange(0, 1000),
                    *rc::gen::inRange(8, 2000), *rc::gen::inRange(0, 2000)));
}

void shuffle_accelerators(Mapping& mapping) {
    for (AcceleratorSet& set : mapping.sets) {
        std::vector<NodeId>& nodes = set.accelerators;
        for (std::size_t i = nodes.size(); i > 1; --i) {
            std::size_t other = *rc::gen::inRange<std::size_t>(0, i);
            std::swap(nodes[i - 1], nodes[other]);
            if (set.is_mixed()) std::swap(set.designs[i - 1], set.designs[other]);
        }
    }
}

RC_GTEST_PROP(BoundProperties, NoMappingIsFasterThanABound, ()) {
    auto scenario = small_scenario(random_graph(), grouped_platform());
    may_fix_designs(*scenario);
    std::vector<Bound> bounds = lower_bounds(*scenario, BoundEffort::thorough);
    std::vector<Bound> quick = lower_bounds(*scenario, BoundEffort::quick);
    Evaluator evaluator(scenario);
    for (int i = 0; i < 20; ++i) {
        Mapping mapping = random_mapping(*scenario);
        shuffle_accelerators(mapping);
        Evaluation evaluation = evaluator.evaluate(mapping);
        RC_ASSERT(evaluation.legal);
        for (const Bound& bound : bounds)
            if (evaluation.latency < bound.latency)
                RC_FAIL(fmt::format("{} ps is below the {} bound of {} ps:\n{}", evaluation.latency, bound.name,
                                    bound.latency, mapping_to_json(mapping, *scenario)));
    }
    RC_ASSERT(best_bound(quick) <= best_bound(bounds));
}

// What the bound of work counts on of every design, for every kind of operator.
RC_GTEST_PROP(BoundProperties, TilesMoveNoLessThanTheLeast, ()) {
    static const std::vector<DesignPtr> designs = [] {
        std::vector<DesignPtr> out;
        for (const std::string& name : catalog_names(CatalogKind::design)) out.push_back(read_design(name));
        return out;
    }();
    Graph graph = test::random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    std::size_t ranks = *rc::gen::inRange<std::size_t>(1, 7);
    std::vector<Factors> splits = factors_of(op.split_limits(), static_cast<std::int64_t>(ranks));
    RC_PRE(!splits.empty());
    Strategy strategy;
    strategy.es = *rc::gen::elementOf(splits);
    Bytes least = graph.bytes_of(least_tile_elements(graph, op));
    for (const DesignPtr& design : designs) {
        if (design->refusal(op)) continue;
        Bytes moved = 0;
        for (std::uint32_t rank = 0; rank < ranks; ++rank) {
            Extents shard{};
            IterationBox box = shard_of(op.extents, strategy, rank);
            for (Dim dim : all_dims) at(shard, dim) = at(box, dim).size();
            moved += plan_of(*design, op, shard, graph.element_bits).memory_bytes();
        }
        if (moved < least) RC_FAIL(fmt::format("{}: {} B, less than {} B", design->name, moved, least));
    }
}

} // namespace
} // namespace arsia
