// Routes on random graphs, compared with an independent search.
#include <optional>
#include <set>
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "topologies/routing.h"

namespace arsia {
namespace {

/// A graph of few nodes with links of few bandwidths and latencies, so that ties are common.
Platform random_platform(Random& random, Routing routing) {
    Platform platform;
    platform.routing = routing;
    std::size_t count = 2 + random.below(8);
    for (std::size_t i = 0; i < count; ++i) {
        Node node;
        node.name = "n" + std::to_string(i);
        node.forwards = random.chance(0.6);
        platform.nodes.push_back(node);
    }
    std::size_t links = random.below(4 * count);
    for (std::size_t i = 0; i < links; ++i) {
        Link link;
        link.from = NodeId(random.below(count));
        link.to = NodeId(random.below(count));
        if (link.from == link.to) continue;
        link.bandwidth = {(1 + random.below(2)) * 1'000'000'000};
        link.latency = static_cast<TimePs>(random.below(3)) * 1'000'000;
        platform.links.push_back(link);
    }
    return platform;
}

struct Cost {
    std::size_t hops;
    TimePs time;
    friend bool operator<(const Cost& a, const Cost& b) { return std::tie(a.hops, a.time) < std::tie(b.hops, b.time); }
    friend bool operator==(const Cost& a, const Cost& b) { return a.hops == b.hops && a.time == b.time; }
};

Cost cost_of(const Platform& platform, const Route& route) {
    Cost cost{route.size(), 0};
    for (LinkId link : route) cost.time += hop_cost(platform, platform.links[link]);
    return cost;
}

/// Every simple path by depth-first search; the best by (hops, time, link ids).
class BruteForce {
public:
    BruteForce(const Platform& platform, NodeId from, NodeId to) : platform_(platform), to_(to) {
        visited_.insert(from);
        visit(from, true);
    }
    const std::optional<Route>& best() const { return best_; }

private:
    void visit(NodeId at, bool may_pass) {
        if (at == to_) {
            auto key = [&](const Route& route) { return std::pair(cost_of(platform_, route), route); };
            if (!best_ || key(path_) < key(*best_)) best_ = path_;
            return;
        }
        if (!may_pass || (best_ && path_.size() >= best_->size())) return;
        for (LinkId link : ids_of(platform_.links)) {
            NodeId next = platform_.links[link].to;
            if (platform_.links[link].from != at || !visited_.insert(next).second) continue;
            path_.push_back(link);
            visit(next, platform_.nodes[next].forwards);
            path_.pop_back();
            visited_.erase(next);
        }
    }

    const Platform& platform_;
    NodeId to_;
    std::set<NodeId> visited_;
    Route path_;
    std::optional<Route> best_;
};

void check_valid(const Platform& platform, NodeId from, NodeId to, const Route& route) {
    NodeId at = from;
    for (LinkId link : route) {
        RC_ASSERT(platform.links[link].from == at);
        if (at != from) RC_ASSERT(platform.nodes[at].forwards);
        at = platform.links[link].to;
    }
    RC_ASSERT(at == to);
}

RC_GTEST_PROP(RoutesOfRandomGraphs, ShortestIsTheBestOfAllPaths, (std::uint64_t seed)) {
    Random random(seed);
    Platform platform = random_platform(random, Routing::shortest);
    for (NodeId from : ids_of(platform.nodes))
        for (NodeId to : ids_of(platform.nodes)) {
            if (from == to) continue;
            std::optional<Route> expected = BruteForce(platform, from, to).best();
            RC_ASSERT(platform.reachable(from, to) == expected.has_value());
            if (expected)
                RC_ASSERT(platform.route(from, to) == *expected);
            else
                RC_ASSERT_THROWS_AS(platform.route(from, to), InputError);
        }
}

RC_GTEST_PROP(RoutesOfRandomGraphs, SpreadCostsTheSame, (std::uint64_t seed)) {
    Random random(seed);
    Platform platform = random_platform(random, Routing::spread);
    for (NodeId from : ids_of(platform.nodes))
        for (NodeId to : ids_of(platform.nodes)) {
            std::optional<Route> expected = BruteForce(platform, from, to).best();
            RC_ASSERT(platform.reachable(from, to) == expected.has_value());
            if (!expected) continue;
            const Route& route = platform.route(from, to);
            check_valid(platform, from, to, route);
            RC_ASSERT(cost_of(platform, route) == cost_of(platform, *expected));
        }
}

RC_GTEST_PROP(RoutesOfRandomGraphs, ConnectivityAgreesWithRoutes, (std::uint64_t seed)) {
    Random random(seed);
    Platform platform = random_platform(random, Routing::shortest);
    for (Node& node : platform.nodes)
        if (random.chance(0.3)) node.kind = NodeKind::switch_node;
    bool connected = true;
    for (NodeId from : ids_of(platform.nodes))
        for (NodeId to : ids_of(platform.nodes))
            if (platform.nodes[from].kind != NodeKind::switch_node && platform.nodes[to].kind != NodeKind::switch_node)
                connected = connected && platform.reachable(from, to);
    RC_ASSERT(connectivity_problem(platform).empty() == connected);
}

std::string grid_text(const std::string& kind, const std::vector<std::size_t>& dims, const std::string& routing) {
    std::string text = "format: arsia-topology/1\nname: g\n"
                       "accelerator: {memory: {capacity: 1 GiB, bandwidth: 1 GB/s}}\nrouting: " +
                       routing + "\ngenerate: {kind: " + kind + ", link: {bandwidth: 1 GB/s, latency: 1 us}, dims: [";
    for (std::size_t i = 0; i < dims.size(); ++i) text += (i ? ", " : "") + std::to_string(dims[i]);
    return text + "]}\n";
}

RC_GTEST_PROP(RoutesOfRandomGrids, DimensionOrderIsAShortestRoute, (std::uint64_t seed)) {
    Random random(seed);
    std::vector<std::size_t> dims(1 + random.below(3));
    for (std::size_t& dim : dims) dim = 1 + random.below(5);
    std::string kind = random.chance(0.5) ? "mesh" : "torus";
    Platform ordered = read_topology_text(grid_text(kind, dims, "dimension_order"));
    Platform shortest = read_topology_text(grid_text(kind, dims, "shortest"));
    for (NodeId from : ids_of(ordered.nodes))
        for (NodeId to : ids_of(ordered.nodes)) {
            const Route& route = ordered.route(from, to);
            check_valid(ordered, from, to, route);
            RC_ASSERT(route.size() == shortest.route(from, to).size());
            // Once a dimension has been left it is not moved in again, and the last comes first.
            std::size_t before = 0;
            for (LinkId link : route) {
                std::size_t a = ordered.links[link].from.value(), b = ordered.links[link].to.value();
                std::size_t dim = 0;
                for (std::size_t i = dims.size(); i-- > 0; ++dim) {
                    if (a % dims[i] != b % dims[i]) break;
                    a /= dims[i];
                    b /= dims[i];
                }
                RC_ASSERT(dim >= before);
                before = dim;
            }
        }
}

} // namespace
} // namespace arsia
