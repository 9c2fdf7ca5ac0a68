#include "topologies/dot.h"

#include <map>
#include <tuple>
#include <vector>

#include <fmt/format.h>

namespace arsia {

namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

const char* shape_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::accelerator: return "box";
    case NodeKind::host: return "house";
    case NodeKind::switch_node: return "diamond";
    }
    return "ellipse";
}

std::string label_of(const Link& link) {
    return fmt::format("{}, {}", format_bandwidth(link.bandwidth), format_time(link.latency));
}

} // namespace

std::string platform_to_dot(const Platform& platform) {
    std::string out =
        fmt::format("digraph {} {{\n  node [fontsize=10];\n  edge [fontsize=8];\n", quoted(platform.name));
    std::map<std::string, std::vector<const Node*>> groups;
    for (const Node& node : platform.nodes) groups[node.group].push_back(&node);
    std::size_t cluster = 0;
    for (const auto& [group, nodes] : groups) {
        const char* indent = group.empty() ? "  " : "    ";
        if (!group.empty()) out += fmt::format("  subgraph cluster_{} {{\n    label={};\n", cluster++, quoted(group));
        for (const Node* node : nodes)
            out += fmt::format("{}{} [shape={}];\n", indent, quoted(node->name), shape_of(node->kind));
        if (!group.empty()) out += "  }\n";
    }

    // Links of one pair and label, not yet drawn: the opposite one joins the first of them.
    std::map<std::tuple<NodeId, NodeId, std::string>, std::vector<std::size_t>> open;
    struct Edge {
        const Link* link;
        bool both;
    };
    std::vector<Edge> edges;
    for (const Link& link : platform.links) {
        std::string label = label_of(link);
        std::vector<std::size_t>& opposite = open[{link.to, link.from, label}];
        if (!opposite.empty()) {
            edges[opposite.front()].both = true;
            opposite.erase(opposite.begin());
            continue;
        }
        open[{link.from, link.to, label}].push_back(edges.size());
        edges.push_back({&link, false});
    }
    for (const Edge& edge : edges)
        out += fmt::format("  {} -> {} [label={}{}];\n", quoted(platform.nodes[edge.link->from].name),
                           quoted(platform.nodes[edge.link->to].name), quoted(label_of(*edge.link)),
                           edge.both ? ", dir=both" : "");
    return out + "}\n";
}

} // namespace arsia
