// How routes are found; the pieces of Platform::route().
#pragma once

#include <string>
#include <vector>

#include "topologies/platform.h"

namespace arsia {

/// Links out of each node, in order of id.
IdVector<NodeId, std::vector<LinkId>> leaving_links(const Platform& platform);

/// What a hop costs where two routes have equally many: latency and the serialisation of one burst (64 KiB where
/// transfers are not cut), ps.
TimePs hop_cost(const Platform& platform, const Link& link);

/// The graph that routes are looked for in.
struct RouteGraph {
    const Platform& platform;
    const IdVector<NodeId, std::vector<LinkId>>& leaving;
    const IdVector<LinkId, TimePs>& cost;
};

/// For each node the last link of the best route from `from`; not valid at `from` and where no route leads.
IdVector<NodeId, LinkId> route_tree(const RouteGraph& graph, NodeId from);

/// Walks a tree back from `to`; the tree must reach it.
Route route_in_tree(const Platform& platform, const IdVector<NodeId, LinkId>& tree, NodeId from, NodeId to);

/// The best of the links straight from one node to another; not valid if there is none.
LinkId direct_link(const RouteGraph& graph, NodeId from, NodeId to);

/// Dimension-order route between two nodes of the platform's grid: the last dimension is corrected first. On a torus
/// each dimension goes the shorter way round; where both ways are equal, sources at even positions count up and those
/// at odd positions count down, so that both directions carry the same load.
Route dimension_order_route(const RouteGraph& graph, NodeId from, NodeId to);

/// The route where some links have failed: the platform's own if all its links live, else the shortest over those that
/// do. Throws InputError that names both nodes and the failed links if there is none.
Route route_around(const Platform& platform, const IdVector<LinkId, bool>& failed, NodeId from, NodeId to);

/// Why no route leads from one node to another, as a sentence with both names.
std::string no_route_reason(const Platform& platform, NodeId from, NodeId to);

/// Checks that every accelerator and host reaches every other. Empty if so, else why the first pair does not.
std::string connectivity_problem(const Platform& platform);

} // namespace arsia
