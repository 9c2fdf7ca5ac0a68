#include <fmt/format.h>

#include "base/suggest.h"
#include "cli/commands/show.h"
#include "cli/describe.h"
#include "cli/table.h"
#include "topologies/platform.h"

namespace arsia {
namespace {

bool has_memory(const Node& node) { return node.kind != NodeKind::switch_node; }

Json node_object(const Node& node) {
    Json out = {{"name", node.name}, {"kind", name_of(node.kind)}, {"forwards", node.forwards}};
    if (!node.group.empty()) out["group"] = node.group;
    if (has_memory(node)) {
        out["memory"] = {{"capacity_bytes", node.memory.capacity},
                         {"bandwidth_bits_per_s", node.memory.bandwidth.bits_per_second},
                         {"latency_ps", node.memory.latency}};
        out["dma"] = {{"channels", node.dma.channels}, {"setup_ps", node.dma.setup}};
    }
    if (node.kind == NodeKind::accelerator) out["designs"] = node.designs;
    return out;
}

Json link_object(const Platform& platform, const Link& link) {
    return {{"name", link.name},
            {"from", platform.nodes[link.from].name},
            {"to", platform.nodes[link.to].name},
            {"bandwidth_bits_per_s", link.bandwidth.bits_per_second},
            {"latency_ps", link.latency},
            {"pj_per_byte", link.pj_per_byte}};
}

Json platform_object(const Platform& platform) {
    Json nodes = Json::array(), links = Json::array();
    for (const Node& node : platform.nodes) nodes.push_back(node_object(node));
    for (const Link& link : platform.links) links.push_back(link_object(platform, link));
    return {{"name", platform.name},
            {"description", platform.description},
            {"digest", platform.digest()},
            {"burst_bytes", platform.burst},
            {"routing", name_of(platform.routing)},
            {"nodes", nodes},
            {"links", links}};
}

std::string platform_text(const Platform& platform) {
    std::string out = fmt::format(
        "topology  {}: {}, {}, burst {}, routing {}\n", platform.name, counted(platform.nodes.size(), "node"),
        counted(platform.links.size(), "directed link"),
        platform.burst ? format_bytes(static_cast<double>(platform.burst)) : "message", name_of(platform.routing));
    if (!platform.description.empty()) {
        for (const std::string& line : lines_of(platform.description)) out += "          " + line + "\n";
    }
    Table nodes({"node", "kind", "group", ">memory", ">bandwidth", ">latency", ">DMA", "designs"});
    for (const Node& node : platform.nodes) {
        if (!has_memory(node)) {
            nodes.row({node.name, name_of(node.kind), node.group});
            continue;
        }
        std::string designs;
        if (node.kind == NodeKind::accelerator) designs = node.designs.empty() ? "any" : name_list(node.designs);
        nodes.row({node.name, name_of(node.kind), node.group, format_bytes(static_cast<double>(node.memory.capacity)),
                   format_bandwidth(node.memory.bandwidth), format_time(node.memory.latency),
                   fmt::format("{} x {}", node.dma.channels, format_time(node.dma.setup)), designs});
    }
    Table links({"link", ">bandwidth", ">latency"});
    for (const Link& link : platform.links)
        links.row({link.name, format_bandwidth(link.bandwidth), format_time(link.latency)});
    return out + "\n" + nodes.text() + "\n" + links.text();
}

/// A name as Graphviz takes it.
std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (char c : name) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return out + "\"";
}

const char* dot_shape(NodeKind kind) {
    switch (kind) {
    case NodeKind::accelerator: return "box";
    case NodeKind::host: return "doubleoctagon";
    case NodeKind::switch_node: return "circle";
    }
    return "box";
}

/// The link that goes back with equal figures, so that the pair is drawn as one edge; an invalid id if there is none.
LinkId twin_of(const Platform& platform, LinkId link, const IdVector<LinkId, bool>& drawn) {
    const Link& there = platform.links[link];
    for (LinkId other : ids_of(platform.links)) {
        const Link& back = platform.links[other];
        if (other != link && !drawn[other] && back.from == there.to && back.to == there.from &&
            back.bandwidth == there.bandwidth && back.latency == there.latency)
            return other;
    }
    return LinkId();
}

std::string platform_dot(const Platform& platform) {
    std::string out = fmt::format("digraph {} {{\n  node [fontname=\"sans-serif\"];\n", quoted(platform.name));
    for (const Node& node : platform.nodes)
        out += fmt::format("  {} [shape={}];\n", quoted(node.name), dot_shape(node.kind));
    IdVector<LinkId, bool> drawn(platform.links.size(), false);
    for (LinkId id : ids_of(platform.links)) {
        if (drawn[id]) continue;
        drawn[id] = true;
        LinkId twin = twin_of(platform, id, drawn);
        if (twin.valid()) drawn[twin] = true;
        const Link& link = platform.links[id];
        out += fmt::format("  {} -> {} [label=\"{}, {}\"{}];\n", quoted(platform.nodes[link.from].name),
                           quoted(platform.nodes[link.to].name), format_bandwidth(link.bandwidth),
                           format_time(link.latency), twin.valid() ? ", dir=both" : "");
    }
    return out + "}\n";
}

} // namespace

void show_topology(const std::string& name, bool dot, Console& console) {
    Platform platform = read_topology(name);
    console.print(dot ? platform_dot(platform) : platform_text(platform));
    console.result(platform_object(platform));
}

} // namespace arsia
