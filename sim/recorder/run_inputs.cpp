#include "sim/recorder/run_inputs.h"

#include <iterator>
#include <string>

#include "sim/recorder/run_columns.h"

namespace arsia {

using hdf5::OutputGroup;

void write_platform(const OutputGroup& group, const Platform& platform) {
    group.attribute("name", platform.name);
    group.attribute("description", platform.description);
    group.attribute("digest", platform.digest());
    group.attribute("burst_bytes", platform.burst);
    const auto& nodes = platform.nodes;
    auto bandwidth = [](const auto& of) { return of.bandwidth.bits_per_second; };
    OutputGroup table = group.group("nodes");
    table.column("name", {"text", "name of the node"}, collect_texts(nodes, [](const Node& n) { return n.name; }));
    table.column("kind", {"text", "accelerator, host or switch"},
                 collect_texts(nodes, [](const Node& n) { return name_of(n.kind); }));
    table.column("group", {"text", "natural group of the node, e.g. a board; empty: none"},
                 collect_texts(nodes, [](const Node& n) { return n.group; }));
    table.column("memory_capacity", {"B", "size of the local memory"},
                 collect(nodes, [](const Node& n) { return n.memory.capacity; }));
    table.column("memory_bandwidth", {"bit/s", "bandwidth of the local memory"},
                 collect(nodes, [&](const Node& n) { return bandwidth(n.memory); }));
    table.column("memory_latency", {"ps", "latency of the local memory"},
                 collect(nodes, [](const Node& n) { return n.memory.latency; }));
    table.column("dma_channels", {"1", "transfers that the node can send at once"},
                 collect(nodes, [](const Node& n) { return n.dma.channels; }));
    table.column("dma_setup", {"ps", "time to set up a transfer"},
                 collect(nodes, [](const Node& n) { return n.dma.setup; }));

    const auto& links = platform.links;
    table = group.group("links");
    table.column("name", {"text", "name of the directed link"},
                 collect_texts(links, [](const Link& l) { return l.name; }));
    table.column("from", {"text", "node where it begins"},
                 collect_texts(links, [&](const Link& l) { return nodes[l.from].name; }));
    table.column("to", {"text", "node where it ends"},
                 collect_texts(links, [&](const Link& l) { return nodes[l.to].name; }));
    table.column("bandwidth", {"bit/s", "bandwidth of the link"}, collect(links, bandwidth));
    table.column("latency", {"ps", "from the last bit sent to the last bit received"},
                 collect(links, [](const Link& l) { return l.latency; }));
}

void write_workload(const OutputGroup& group, const Graph& graph) {
    const auto& operators = graph.operators;
    group.attribute("name", graph.name);
    group.attribute("digest", graph.digest());
    group.attribute("element_bits", graph.element_bits);
    OutputGroup table = group.group("operators");
    table.column("name", {"text", "name of the operator"},
                 collect_texts(operators, [](const Operator& op) { return op.name; }));
    table.column("type", {"text", "type, as the workload's file writes it"},
                 collect_texts(operators, [](const Operator& op) { return op.type; }));
    constexpr const char* dimensions[] = {"N", "K", "C", "P", "Q", "R", "S"};
    constexpr const char* meanings[] = {"batch",         "output channels", "input channels of one group",
                                        "output rows",   "output columns",  "kernel rows",
                                        "kernel columns"};
    for (std::size_t dim = 0; dim < std::size(dimensions); ++dim) {
        table.column(dimensions[dim], {"1", std::string("extent of the loop over ") + meanings[dim]},
                     collect(operators, [&](const Operator& op) { return op.extents[dim]; }));
    }
    table.column("groups", {"1", "groups of channels"},
                 collect(operators, [](const Operator& op) { return op.groups; }));
    table.column("macs", {"1", "multiply-accumulates"},
                 collect(operators, [](const Operator& op) { return op.macs(op.extents); }));
    table.column("weights", {"1", "elements of the weights, biases not counted"},
                 collect(operators, [](const Operator& op) { return op.weight_elements(); }));
}

} // namespace arsia
