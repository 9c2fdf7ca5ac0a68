// Readers of what a workload runs on, and how: topologies, designs, mappings.
#include <string>
#include <vector>

#include "base/errors.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/legality.h"
#include "mapper/mapping.h"
#include "models/design.h"
#include "tests/fuzz/readers.h"
#include "tests/support/mapper_fixtures.h"
#include "topologies/platform.h"
#include "workloads/reader.h"

namespace arsia::fuzz {

namespace {

/// One operator of most kinds, small and odd in every extent.
Graph operators_of_all_kinds() {
    return testing::small_graph(
        "x: [2, 6, 9, 7], s: [2, 6, 5]",
        "  - {name: conv, type: conv, input: x, out_channels: 5, kernel: [3, 2], stride: [2, 1], padding: [1, 1]}\n"
        "  - {name: grouped, type: conv, input: x, out_channels: 6, kernel: [3, 3], groups: 3}\n"
        "  - {name: depthwise, type: conv, input: x, out_channels: 6, kernel: [3, 3], groups: 6, bias: false}\n"
        "  - {name: linear, type: linear, input: conv, out_features: 11}\n"
        "  - {name: pool, type: pool, input: x, kernel: [2, 2], stride: [2, 2]}\n"
        "  - {name: relu, type: relu, input: x}\n"
        "  - {name: sum, type: add, inputs: [x, relu]}\n");
}

Graph two_branches() {
    return testing::small_graph(
        "x: [1, 4, 6, 6]", "  - {name: c1, type: conv, input: x, out_channels: 6, kernel: [3, 3], padding: [1, 1]}\n"
                           "  - {name: c2, type: conv, input: c1, out_channels: 6, kernel: [1, 1], bias: false}\n"
                           "  - {name: sum, type: add, inputs: [c1, c2]}\n"
                           "  - {name: fc, type: linear, input: sum, out_features: 5}\n");
}

} // namespace

void read_topology(const std::string& bytes) {
    try {
        Platform platform = read_topology_text(bytes);
        constexpr std::size_t some = 12;
        std::vector<NodeId> nodes;
        for (NodeId node : ids_of(platform.nodes))
            if (nodes.size() < some) nodes.push_back(node);
        for (NodeId from : nodes) {
            for (NodeId to : nodes) {
                if (!platform.reachable(from, to)) continue;
                NodeId at = from;
                for (LinkId link : platform.route(from, to)) {
                    if (platform.links[link].from != at) fail("a route jumps");
                    at = platform.links[link].to;
                }
                if (at != to) fail("a route ends elsewhere");
            }
        }
    } catch (const InputError&) { // what bad files get
    }
}

void read_design(const std::string& bytes) {
    static const Graph graph = operators_of_all_kinds();
    try {
        DesignPtr design = read_design_text(bytes);
        for (const Operator& op : graph.operators) {
            if (design->refusal(op)) continue;
            TilePlan plan = design->plan(op, op.extents, graph.element_bits);
            if (plan.compute_cycles < design->least_cycles(op, op.extents)) fail(op.name + ": below the least cycles");
            if (plan.macs != op.macs(op.extents)) fail(op.name + ": other multiply-accumulates");
        }
    } catch (const InputError&) { // what bad files get
    }
}

void read_mapping(const std::string& bytes) {
    static const std::shared_ptr<const Scenario> scenario =
        testing::small_scenario(two_branches(), testing::small_platform(4));
    static Evaluator evaluator(scenario); // one a process
    Mapping mapping;
    try {
        std::vector<std::string> warnings;
        mapping = read_mapping_text(bytes, "mapping.json", *scenario, warnings);
    } catch (const InputError&) { // what bad files get
        return;
    }
    std::vector<std::string> warnings;
    std::string text = mapping_to_json(mapping, *scenario);
    if (!(read_mapping_text(text, "mapping.json", *scenario, warnings) == mapping))
        fail("another mapping when read back:\n" + text);
    if (!legality_problems(*scenario, mapping).empty()) return;
    if (!evaluator.evaluate(mapping).legal) fail("legal, but does not run:\n" + text);
}

} // namespace arsia::fuzz
