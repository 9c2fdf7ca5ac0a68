#include "topologies/draft.h"

#include <utility>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

void PlatformDraft::adopt(const Platform& base) {
    // Field by field: the routes that the base has found belong to its own links.
    platform_.burst = base.burst;
    platform_.nodes = base.nodes;
    platform_.links = base.links;
    platform_.routing = base.routing;
    platform_.grid = base.grid;
    platform_.fixed_routes = base.fixed_routes;
    platform_.link_events = base.link_events;
    for (NodeId id : ids_of(platform_.nodes)) node_by_name_[platform_.nodes[id].name] = id;
    for (LinkId id : ids_of(platform_.links)) {
        const Link& link = platform_.links[id];
        links_by_ends_[key(link.from, link.to)].push_back(id);
    }
}

NodeId PlatformDraft::add_node(Node node) {
    std::string name = node.name;
    NodeId id = platform_.nodes.push_back(std::move(node));
    node_by_name_.emplace(std::move(name), id);
    return id;
}

NodeId PlatformDraft::add_switch(const std::string& prefix) {
    Node node;
    node.kind = NodeKind::switch_node;
    node.forwards = true;
    do node.name = fmt::format("{}{}", prefix, next_switch_[prefix]++);
    while (find(node.name).valid());
    return add_node(std::move(node));
}

LinkId PlatformDraft::add_link(NodeId from, NodeId to, const LinkSettings& settings) {
    if (platform_.links.size() >= most_links)
        throw InputError(fmt::format("the platform would have more than {} links", most_links));
    std::vector<LinkId>& parallel = links_by_ends_[key(from, to)];
    Link link;
    link.name = fmt::format("{}->{}", platform_.nodes[from].name, platform_.nodes[to].name);
    if (!parallel.empty()) link.name += fmt::format("#{}", parallel.size() + 1);
    link.from = from;
    link.to = to;
    link.bandwidth = settings.bandwidth;
    link.latency = settings.latency;
    link.pj_per_byte = settings.pj_per_byte;
    LinkId id = platform_.links.push_back(std::move(link));
    parallel.push_back(id);
    return id;
}

void PlatformDraft::connect(NodeId a, NodeId b, const LinkSettings& settings) {
    add_link(a, b, settings);
    add_link(b, a, settings);
}

NodeId PlatformDraft::find(const std::string& name) const {
    auto found = node_by_name_.find(name);
    return found == node_by_name_.end() ? NodeId() : found->second;
}

const std::vector<LinkId>& PlatformDraft::links_between(NodeId from, NodeId to) const {
    static const std::vector<LinkId> none;
    auto found = links_by_ends_.find(key(from, to));
    return found == links_by_ends_.end() ? none : found->second;
}

} // namespace arsia
