#include <fmt/format.h>

#include "base/suggest.h"
#include "cli/commands/show.h"
#include "cli/describe.h"
#include "cli/table.h"
#include "topologies/dot.h"
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
    if (node.kind == NodeKind::accelerator) {
        out["designs"] = node.designs;
        auto stated = [](std::int64_t count) { return count < 0 ? Json() : Json(count); };
        out["resources"] = {{"dsp", stated(node.resources.dsp)}, {"bram", stated(node.resources.bram)}};
    }
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
    constexpr std::size_t second_column = 10;
    std::string out = fmt::format(
        "topology  {}: {}, {}, burst {}, routing {}\n", platform.name, counted(platform.nodes.size(), "node"),
        counted(platform.links.size(), "directed link"),
        platform.burst ? format_bytes(static_cast<double>(platform.burst)) : "message", name_of(platform.routing));
    if (!platform.description.empty())
        out += std::string(second_column, ' ') + wrapped(platform.description, second_column) + "\n";
    Table nodes({"node", "kind", "group", ">memory", ">bandwidth", ">latency", ">DMA", "designs"});
    for (const Node& node : platform.nodes) {
        if (!has_memory(node)) {
            nodes.row({node.name, name_of(node.kind), node.group});
            continue;
        }
        std::string designs;
        if (node.kind == NodeKind::accelerator) designs = node.designs.empty() ? "any" : name_list(node.designs);
        nodes.row({node.name, name_of(node.kind), node.group, format_bytes(static_cast<double>(node.memory.capacity)),
                   memory_bandwidth_text(node.memory.bandwidth), format_time(node.memory.latency),
                   fmt::format("{} x {}", node.dma.channels, format_time(node.dma.setup)), designs});
    }
    Table links({"link", ">bandwidth", ">latency"});
    for (const Link& link : platform.links)
        links.row({link.name, format_bandwidth(link.bandwidth), format_time(link.latency)});
    return out + "\n" + nodes.text() + "\n" + links.text();
}

} // namespace

void show_topology(const std::string& name, bool dot, Console& console) {
    Platform platform = read_topology(name);
    console.print(dot ? platform_to_dot(platform) : platform_text(platform));
    console.result(platform_object(platform));
}

} // namespace arsia
