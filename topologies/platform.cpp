#include "topologies/platform.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/errors.h"
#include "topologies/routing.h"

namespace arsia {

const char* name_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::accelerator: return "accelerator";
    case NodeKind::host: return "host";
    case NodeKind::switch_node: return "switch";
    }
    return "";
}

const char* name_of(Routing routing) {
    switch (routing) {
    case Routing::shortest: return "shortest";
    case Routing::spread: return "spread";
    case Routing::dimension_order: return "dimension_order";
    }
    return "";
}

std::size_t Grid::size() const {
    std::size_t out = dims.empty() ? 0 : 1;
    for (std::size_t dim : dims) out *= dim;
    return out;
}

Platform::Known& Platform::known() const {
    if (known_.leaving.size() != nodes.size() || known_.cost.size() != links.size()) {
        known_ = Known();
        known_.leaving = leaving_links(*this);
        known_.cost.reserve(links.size());
        for (const Link& link : links) known_.cost.push_back(hop_cost(*this, link));
        known_.tree.resize(nodes.size());
        known_.slot.resize(nodes.size());
    }
    return known_;
}

const IdVector<NodeId, LinkId>& Platform::tree_from(NodeId from) const {
    Known& found = known();
    IdVector<NodeId, LinkId>& tree = found.tree[from];
    if (tree.empty()) tree = route_tree({*this, found.leaving, found.cost}, from);
    return tree;
}

Route Platform::find_route(NodeId from, NodeId to) const {
    if (from == to) return {};
    auto fixed = fixed_routes.find({from, to});
    if (fixed != fixed_routes.end()) return fixed->second;
    RouteGraph graph{*this, known().leaving, known().cost};
    if (routing == Routing::dimension_order && from.value() < grid.size() && to.value() < grid.size())
        return dimension_order_route(graph, from, to);
    LinkId direct = direct_link(graph, from, to);
    if (direct.valid()) return {direct};
    const IdVector<NodeId, LinkId>& tree = tree_from(from);
    if (!tree[to].valid()) throw InputError(no_route_reason(*this, from, to));
    return route_in_tree(*this, tree, from, to);
}

const Route& Platform::route(NodeId from, NodeId to) const {
    Known& found = known();
    std::vector<std::uint32_t>& slots = found.slot[from];
    if (slots.empty()) slots.resize(nodes.size(), 0);
    std::uint32_t& slot = slots[to.value()];
    if (slot == 0) {
        found.routes.push_back(find_route(from, to));
        slot = static_cast<std::uint32_t>(found.routes.size());
    }
    return found.routes[slot - 1];
}

bool Platform::reachable(NodeId from, NodeId to) const {
    return from == to || fixed_routes.count({from, to}) > 0 || tree_from(from)[to].valid();
}

std::vector<NodeId> Platform::accelerators() const {
    std::vector<NodeId> out;
    for (NodeId node : ids_of(nodes))
        if (nodes[node].kind == NodeKind::accelerator) out.push_back(node);
    return out;
}

NodeId Platform::host() const {
    for (NodeId node : ids_of(nodes))
        if (nodes[node].kind == NodeKind::host) return node;
    return NodeId();
}

NodeId Platform::find_node(const std::string& node_name) const {
    if (node_by_name_.size() != nodes.size()) {
        node_by_name_.clear();
        for (NodeId node : ids_of(nodes)) node_by_name_.emplace(nodes[node].name, node);
    }
    auto found = node_by_name_.find(node_name);
    return found == node_by_name_.end() ? NodeId() : found->second;
}

std::vector<std::string> Platform::node_names() const {
    std::vector<std::string> out;
    for (const Node& node : nodes) out.push_back(node.name);
    return out;
}

std::string Platform::digest() const {
    Digest digest;
    auto bits = [](Bandwidth bandwidth) { return static_cast<std::int64_t>(bandwidth.bits_per_second); };
    auto count = [](std::size_t size) { return static_cast<std::int64_t>(size); };
    digest.add(burst).add(name_of(routing)).add(count(nodes.size())).add(count(links.size()));
    for (const Node& node : nodes) {
        digest.add(node.name).add(name_of(node.kind)).add(node.group).add(std::int64_t(node.forwards));
        digest.add(node.memory.capacity).add(bits(node.memory.bandwidth)).add(node.memory.latency);
        digest.add(std::int64_t(node.dma.channels)).add(node.dma.setup).add(count(node.designs.size()));
        for (const std::string& design : node.designs) digest.add(design);
        // What is not stated leaves digests as they were.
        if (node.resources.dsp >= 0) digest.add("dsp").add(node.resources.dsp);
        if (node.resources.bram >= 0) digest.add("bram").add(node.resources.bram);
    }
    for (const Link& link : links) {
        digest.add(std::int64_t(link.from.value())).add(std::int64_t(link.to.value()));
        digest.add(bits(link.bandwidth)).add(link.latency).add(fmt::format("{}", link.pj_per_byte));
    }
    digest.add(std::int64_t(grid.wraps)).add(count(grid.dims.size()));
    for (std::size_t dim : grid.dims) digest.add(count(dim));
    for (const auto& [ends, route] : fixed_routes) {
        digest.add(std::int64_t(ends.first.value())).add(std::int64_t(ends.second.value())).add(count(route.size()));
        for (LinkId link : route) digest.add(std::int64_t(link.value()));
    }
    for (const LinkEvent& event : link_events)
        digest.add(event.at).add(std::int64_t(event.link.value())).add(bits(event.bandwidth));
    return digest.hex();
}

} // namespace arsia
