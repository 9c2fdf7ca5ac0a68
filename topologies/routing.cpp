// Shortest routes, level by level: hops come first in the order of routes, so that nodes at h+1 hops depend on nodes at
// h hops alone, and no priority queue is needed. A level is kept in the lexicographic order of its nodes' routes; a
// node is then first met on the lowest of its equally cheap routes.
#include "topologies/routing.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/overflow.h"
#include "base/random.h"
#include "base/suggest.h"

namespace arsia {

constexpr Bytes burst_of_uncut_transfers = 64 * 1024;

IdVector<NodeId, std::vector<LinkId>> leaving_links(const Platform& platform) {
    IdVector<NodeId, std::vector<LinkId>> leaving(platform.nodes.size());
    for (LinkId link : ids_of(platform.links)) leaving[platform.links[link].from].push_back(link);
    return leaving;
}

TimePs hop_cost(const Platform& platform, const Link& link) {
    Bytes burst = platform.burst > 0 ? platform.burst : burst_of_uncut_transfers;
    try {
        return checked_add(link.latency, transfer_time(burst, link.bandwidth), "the cost of a hop in ps");
    } catch (const OverflowError& error) {
        throw error.about(fmt::format("link {} with a latency of {}, {} for a burst at {}", link.name,
                                      format_time(link.latency), format_bytes(static_cast<double>(burst)),
                                      format_bandwidth(link.bandwidth)));
    }
}

/// Decides between equally cheap last links towards one node; the lower one wins.
static std::uint64_t tie_break(NodeId source, NodeId at, LinkId link) {
    std::uint64_t pair = (std::uint64_t(source.value()) << 32) | at.value();
    return Random(Random(pair).next() ^ link.value()).next();
}

/// What a route costs with another link at its end.
static TimePs cost_through(const RouteGraph& graph, NodeId from, TimePs so_far, LinkId link) {
    try {
        return checked_add(so_far, graph.cost[link], "the cost of a route in ps");
    } catch (const OverflowError& error) {
        const Link& last = graph.platform.links[link];
        throw error.about(
            fmt::format("topology '{}': the route from '{}' to '{}' costs {} up to its last link, {}, which "
                        "costs {}",
                        graph.platform.name, graph.platform.nodes[from].name, graph.platform.nodes[last.to].name,
                        format_time(so_far), last.name, format_time(graph.cost[link])));
    }
}

IdVector<NodeId, LinkId> route_tree(const RouteGraph& graph, NodeId from) {
    const Platform& platform = graph.platform;
    bool spread = platform.routing == Routing::spread;
    std::size_t count = platform.nodes.size();
    IdVector<NodeId, LinkId> last(count);
    IdVector<NodeId, TimePs> cost(count, -1);
    IdVector<NodeId, std::uint32_t> place(count, 0); // in its level
    IdVector<NodeId, bool> settled(count, false);

    std::vector<NodeId> level = {from};
    std::vector<NodeId> next;
    cost[from] = 0;
    settled[from] = true;
    while (!level.empty()) {
        next.clear();
        for (NodeId at : level) {
            if (at != from && !platform.nodes[at].forwards) continue;
            for (LinkId link : graph.leaving[at]) {
                NodeId to = platform.links[link].to;
                if (settled[to]) continue;
                TimePs through = cost_through(graph, from, cost[at], link);
                bool better = cost[to] < 0 || through < cost[to];
                if (cost[to] < 0) next.push_back(to);
                if (!better && spread && through == cost[to])
                    better = tie_break(from, to, link) < tie_break(from, to, last[to]);
                if (!better) continue;
                cost[to] = through;
                last[to] = link;
            }
        }
        auto earlier = [&](NodeId a, NodeId b) {
            std::uint32_t place_a = place[platform.links[last[a]].from];
            std::uint32_t place_b = place[platform.links[last[b]].from];
            return place_a != place_b ? place_a < place_b : last[a] < last[b];
        };
        std::sort(next.begin(), next.end(), earlier);
        for (std::size_t i = 0; i < next.size(); ++i) {
            settled[next[i]] = true;
            place[next[i]] = static_cast<std::uint32_t>(i);
        }
        level.swap(next);
    }
    return last;
}

Route route_in_tree(const Platform& platform, const IdVector<NodeId, LinkId>& tree, NodeId from, NodeId to) {
    Route route;
    for (NodeId at = to; at != from; at = platform.links[tree[at]].from) route.push_back(tree[at]);
    std::reverse(route.begin(), route.end());
    return route;
}

LinkId direct_link(const RouteGraph& graph, NodeId from, NodeId to) {
    bool spread = graph.platform.routing == Routing::spread;
    LinkId best;
    for (LinkId link : graph.leaving[from]) {
        if (graph.platform.links[link].to != to) continue;
        bool better = !best.valid() || graph.cost[link] < graph.cost[best];
        if (!better && spread && graph.cost[link] == graph.cost[best])
            better = tie_break(from, to, link) < tie_break(from, to, best);
        if (better) best = link;
    }
    return best;
}

Route dimension_order_route(const RouteGraph& graph, NodeId from, NodeId to) {
    const Grid& grid = graph.platform.grid;
    Route route;
    std::size_t at = from.value();
    std::size_t stride = 1;
    for (std::size_t dim = grid.dims.size(); dim-- > 0;) {
        std::size_t size = grid.dims[dim];
        std::size_t here = at / stride % size;
        std::size_t there = to.value() / stride % size;
        std::size_t up = (there + size - here) % size;
        std::size_t down = (here + size - there) % size;
        bool counts_up = there > here;
        if (grid.wraps) counts_up = up != down ? up < down : here % 2 == 0;
        std::size_t steps = grid.wraps ? std::min(up, down) : (counts_up ? there - here : here - there);
        for (; steps > 0; --steps) {
            std::size_t position = at / stride % size;
            std::size_t moved = counts_up ? (position + 1) % size : (position + size - 1) % size;
            std::size_t neighbour = at - position * stride + moved * stride;
            route.push_back(direct_link(graph, NodeId(at), NodeId(neighbour)));
            at = neighbour;
        }
        stride *= size;
    }
    return route;
}

Route route_around(const Platform& platform, const IdVector<LinkId, bool>& failed, NodeId from, NodeId to) {
    const Route& usual = platform.route(from, to);
    if (std::none_of(usual.begin(), usual.end(), [&](LinkId link) { return failed[link]; })) return usual;
    auto leaving = leaving_links(platform);
    for (std::vector<LinkId>& links : leaving)
        links.erase(std::remove_if(links.begin(), links.end(), [&](LinkId link) { return failed[link]; }), links.end());
    IdVector<LinkId, TimePs> cost;
    for (const Link& link : platform.links) cost.push_back(hop_cost(platform, link));
    IdVector<NodeId, LinkId> tree = route_tree({platform, leaving, cost}, from);
    if (tree[to].valid()) return route_in_tree(platform, tree, from, to);
    std::vector<std::string> names;
    for (LinkId link : ids_of(platform.links))
        if (failed[link]) names.push_back(platform.links[link].name);
    throw InputError(fmt::format("no route leads from '{}' to '{}' now that {} failed", platform.nodes[from].name,
                                 platform.nodes[to].name, name_list(names, 8)));
}

} // namespace arsia
