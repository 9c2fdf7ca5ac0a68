// Small random workloads and mappings of them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "mapper/legality.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia::testing {

inline std::string shape_text(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
    return "x: [" + std::to_string(n) + ", " + std::to_string(c) + ", " + std::to_string(h) + ", " + std::to_string(w) +
           "]";
}

/// Two to four operators, each on the one before; additions also on an earlier tensor of the same shape, where there is
/// one.
inline Graph random_graph() {
    std::int64_t channels = *rc::gen::inRange(1, 7);
    std::string inputs =
        shape_text(*rc::gen::inRange(1, 4), channels, *rc::gen::inRange(3, 8), *rc::gen::inRange(3, 8));
    int count = *rc::gen::inRange(2, 5);
    std::string operators, last = "x", same_shape;
    for (int i = 0; i < count; ++i) {
        std::string name = "op" + std::to_string(i);
        std::string line = "  - {name: " + name + ", input: " + last + ", type: ";
        switch (*rc::gen::inRange(0, same_shape.empty() ? 4 : 5)) {
        case 0:
            line += "conv, kernel: [3, 3], padding: [1, 1], stride: [" + std::to_string(*rc::gen::inRange(1, 3)) +
                    ", 1], out_channels: " + std::to_string(channels = *rc::gen::inRange(1, 7)) + "}\n";
            same_shape.clear();
            break;
        case 1:
            line += "conv, kernel: [1, 1], bias: false, out_channels: " + std::to_string(channels) + "}\n";
            if (same_shape.empty()) same_shape = last;
            break;
        case 2:
            line += "conv, kernel: [3, 1], padding: [1, 0], groups: " + std::to_string(channels) +
                    ", out_channels: " + std::to_string(channels) + "}\n";
            if (same_shape.empty()) same_shape = last;
            break;
        case 3:
            line += "pool, kernel: [2, 2], padding: [1, 1]}\n";
            same_shape.clear();
            break;
        default: line = "  - {name: " + name + ", type: add, inputs: [" + last + ", " + same_shape + "]}\n"; break;
        }
        operators += line;
        last = name;
    }
    return small_graph(inputs, operators);
}

/// All factors with the given product that fit the extents.
inline std::vector<Factors> factors_of(const Extents& extents, std::int64_t product) {
    std::vector<Factors> out, open = {no_split};
    std::vector<std::int64_t> rest = {product};
    for (std::size_t dim = 0; dim < dim_count; ++dim) {
        std::vector<Factors> next;
        std::vector<std::int64_t> next_rest;
        for (std::size_t i = 0; i < open.size(); ++i) {
            for (std::int64_t factor = 1; factor <= std::min(extents[dim], rest[i]); ++factor) {
                if (rest[i] % factor != 0) continue;
                next.push_back(open[i]);
                next.back()[dim] = factor;
                next_rest.push_back(rest[i] / factor);
            }
        }
        open = next;
        rest = next_rest;
    }
    for (std::size_t i = 0; i < open.size(); ++i)
        if (rest[i] == 1) out.push_back(open[i]);
    return out;
}

/// Exclusive shards, shared ones where they are possible and chance will have it.
inline Strategy random_strategy(const Graph& graph, const Operator& op, std::size_t ranks) {
    std::vector<Factors> all = factors_of(op.split_limits(), static_cast<std::int64_t>(ranks));
    RC_PRE(!all.empty());
    Strategy out;
    out.es = all[*rc::gen::inRange<std::size_t>(0, all.size())];
    if (*rc::gen::inRange(0, 2) == 0) return out;
    std::vector<Dim> dims;
    for (Dim dim : all_dims)
        if (shared_shard_problem(op, graph, out.es, dim).empty()) dims.push_back(dim);
    if (!dims.empty()) out.ss = dims[*rc::gen::inRange<std::size_t>(0, dims.size())];
    return out;
}

/// In a set that mixes designs with chances for shares, and for accelerators that take no part; where shares leave
/// somebody else without a part, parts are even.
inline Strategy random_strategy(const Graph& graph, const Operator& op, const AcceleratorSet& set) {
    std::size_t ranks = set.accelerators.size();
    if (!set.is_mixed() || *rc::gen::inRange(0, 4) == 0) return random_strategy(graph, op, ranks);
    Strategy out;
    out.shares = *rc::gen::container<std::vector<std::int64_t>>(ranks, rc::gen::inRange<std::int64_t>(0, 8));
    std::vector<std::uint32_t> active = active_ranks(out, ranks);
    if (active.empty()) return random_strategy(graph, op, ranks);
    std::vector<Factors> all = factors_of(op.split_limits(), static_cast<std::int64_t>(active.size()));
    if (all.empty()) return random_strategy(graph, op, ranks);
    out.es = all[*rc::gen::inRange<std::size_t>(0, all.size())];
    for (std::uint32_t rank : active)
        if (shard_of(op.extents, out, rank).empty()) return random_strategy(graph, op, ranks);
    return out;
}

/// One set, or two that take turns.
inline Mapping random_mapping(const Scenario& scenario) {
    Mapping mapping;
    // Those that serve groups of any size on any platform.
    mapping.collectives = *rc::gen::element(CollectiveChoice::automatic, CollectiveChoice::direct,
                                            CollectiveChoice::ring, CollectiveChoice::ring_both);
    std::size_t count = scenario.accelerators.size();
    std::size_t first = *rc::gen::inRange<std::size_t>(1, count + 1);
    const std::vector<NodeId>& all = scenario.accelerators;
    auto cut = all.begin() + static_cast<std::ptrdiff_t>(first);
    mapping.sets.push_back(set_of(scenario, {all.begin(), cut}));
    if (first < count) mapping.sets.push_back(set_of(scenario, {cut, all.end()}));
    for (OperatorId op : ids_of(scenario.graph.operators)) {
        AcceleratorSet& set = mapping.sets[*rc::gen::inRange<std::size_t>(0, mapping.sets.size())];
        set.operators.push_back({op, random_strategy(scenario.graph, scenario.graph.operators[op], set), std::nullopt});
    }
    return mapping;
}

/// Gives every accelerator one capacity between the least with which the mapping is legal and all that is ever asked
/// for, and returns it.
inline Bytes tighten_memory(Scenario& scenario, const Mapping& mapping) {
    auto is_legal_with = [&](Bytes capacity) {
        for (NodeId node : scenario.accelerators) scenario.platform.nodes[node].memory.capacity = capacity;
        return legality_problems(scenario, mapping).empty();
    };
    Lowering roomy(scenario);
    const MemoryNeed& everything = roomy.memory_need(mapping);
    Bytes least = 0, most = *std::max_element(everything.begin(), everything.end());
    for (Bytes high = most; least < high;) {
        Bytes middle = (least + high) / 2;
        if (is_legal_with(middle))
            high = middle;
        else
            least = middle + 1;
    }
    Bytes capacity = least + (most - least) * *rc::gen::element(0, 0, 10, 30, 60, 100) / 100;
    RC_ASSERT(is_legal_with(capacity));
    return capacity;
}

/// Half of all platforms keep accelerators that can run any design; each of the others gets one that it can run.
inline void may_fix_designs(Scenario& scenario) {
    if (*rc::gen::inRange(0, 2) == 0) return;
    fix_designs(scenario, *rc::gen::container<std::vector<int>>(scenario.accelerators.size(), rc::gen::inRange(1, 4)));
}

struct RandomCase {
    std::shared_ptr<Scenario> scenario;
    Mapping mapping;

    RandomCase() {
        Shape shape = *rc::gen::element(Shape::clique, Shape::ring);
        scenario = small_scenario(random_graph(), small_platform(*rc::gen::inRange<std::size_t>(1, 7), shape));
        may_fix_designs(*scenario);
        mapping = random_mapping(*scenario);
    }
};

} // namespace arsia::testing
