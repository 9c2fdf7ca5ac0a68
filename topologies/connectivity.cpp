// Whether everything that computes or holds data can talk to everything else, and if not, why.
#include "topologies/routing.h"

#include <algorithm>

#include <fmt/format.h>

namespace arsia {

namespace {

enum class Direction { along, against };

IdVector<NodeId, std::vector<NodeId>> neighbours(const Platform& platform, Direction direction) {
    IdVector<NodeId, std::vector<NodeId>> out(platform.nodes.size());
    for (const Link& link : platform.links) {
        if (direction == Direction::along) out[link.from].push_back(link.to);
        if (direction == Direction::against) out[link.to].push_back(link.from);
    }
    return out;
}

/// Breadth-first: for each node the one before it on a shortest way from `from`; not valid where none leads, itself at
/// `from`. Nodes that do not forward end a way unless `through_all`.
IdVector<NodeId, NodeId> search(const Platform& platform, const IdVector<NodeId, std::vector<NodeId>>& next,
                                NodeId from, bool through_all) {
    IdVector<NodeId, NodeId> before(platform.nodes.size());
    std::vector<NodeId> queue = {from};
    before[from] = from;
    for (std::size_t i = 0; i < queue.size(); ++i) {
        NodeId at = queue[i];
        if (at != from && !through_all && !platform.nodes[at].forwards) continue;
        for (NodeId to : next[at]) {
            if (before[to].valid()) continue;
            before[to] = at;
            queue.push_back(to);
        }
    }
    return before;
}

std::vector<NodeId> endpoints(const Platform& platform) {
    std::vector<NodeId> out;
    for (NodeId node : ids_of(platform.nodes))
        if (platform.nodes[node].kind != NodeKind::switch_node) out.push_back(node);
    return out;
}

bool reaches_all(const IdVector<NodeId, NodeId>& before, const std::vector<NodeId>& nodes) {
    return std::all_of(nodes.begin(), nodes.end(), [&](NodeId node) { return before[node].valid(); });
}

} // namespace

std::string no_route_reason(const Platform& platform, NodeId from, NodeId to) {
    const std::string& source = platform.nodes[from].name;
    const std::string& destination = platform.nodes[to].name;
    std::string text = fmt::format("no route leads from '{}' to '{}': ", source, destination);
    auto next = neighbours(platform, Direction::along);
    if (next[from].empty()) return text + fmt::format("no link leaves '{}'", source);
    if (neighbours(platform, Direction::against)[to].empty())
        return text + fmt::format("no link leads to '{}'", destination);
    IdVector<NodeId, NodeId> before = search(platform, next, from, true);
    if (!before[to].valid()) return text + "no chain of links joins them";
    std::vector<std::string> blocking;
    for (NodeId at = before[to]; at != from; at = before[at])
        if (!platform.nodes[at].forwards)
            blocking.push_back(fmt::format("{} '{}'", name_of(platform.nodes[at].kind), platform.nodes[at].name));
    std::reverse(blocking.begin(), blocking.end());
    return text + fmt::format("the links that join them pass through {}, which {} not forward (forwards: true would "
                              "let transfers of others through)",
                              fmt::join(blocking, " and "), blocking.size() == 1 ? "does" : "do");
}

std::string connectivity_problem(const Platform& platform) {
    std::vector<NodeId> ends = endpoints(platform);
    auto next = neighbours(platform, Direction::along);
    // One forwarding node that all reach and that reaches all is enough, and is what nearly every platform has.
    for (NodeId node : ids_of(platform.nodes)) {
        if (!platform.nodes[node].forwards) continue;
        if (reaches_all(search(platform, next, node, false), ends) &&
            reaches_all(search(platform, neighbours(platform, Direction::against), node, false), ends))
            return "";
        break;
    }
    for (NodeId from : ends) {
        IdVector<NodeId, NodeId> before = search(platform, next, from, false);
        for (NodeId to : ends)
            if (!before[to].valid()) return no_route_reason(platform, from, to);
    }
    return "";
}

} // namespace arsia
