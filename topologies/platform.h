// The platform: nodes, their memories and DMA, directed links, and routes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/units.h"

namespace arsia {

using NodeId = Id<struct NodeTag>;
using LinkId = Id<struct LinkTag>;

enum class NodeKind : std::uint8_t { accelerator, host, switch_node };

const char* name_of(NodeKind kind);

struct Memory {
    Bytes capacity = 0;
    Bandwidth bandwidth{0};
    TimePs latency = 0;
};

struct Dma {
    int channels = 1; ///< descriptors served at once; a transfer holds one at its source
    TimePs setup = 0; ///< before the first burst of a descriptor
};

/// What a device offers to designs; −1: not stated, then not checked.
struct DeviceResources {
    std::int64_t dsp = -1;  ///< DSP slices
    std::int64_t bram = -1; ///< blocks of 36 Kibit
};

struct Node {
    std::string name;
    NodeKind kind = NodeKind::accelerator;
    Memory memory;                    ///< accelerators and hosts
    Dma dma;                          ///< accelerators and hosts
    std::vector<std::string> designs; ///< accelerators: designs that may be loaded; empty: any of the catalog
    DeviceResources resources;        ///< accelerators
    bool forwards = false;            ///< whether transfers of others may pass through
    std::string group;                ///< natural group (e.g. members of one board); empty: none
};

/// A directed link.
struct Link {
    std::string name; ///< `from->to`, with `#2` … for parallel links
    NodeId from, to;
    Bandwidth bandwidth{0};
    TimePs latency = 0;
    double pj_per_byte = 0; ///< energy a byte moved
};

/// A link gets slower, or fails, while a program runs.
struct LinkEvent {
    TimePs at = 0;
    LinkId link;
    Bandwidth bandwidth{0}; ///< from then on, at most the link's own; 0: it has failed
};

/// The links of one route, in order; empty from a node to itself.
using Route = std::vector<LinkId>;

/// How a route is picked; docs/formats/topology.md says which generator uses which.
///   shortest         fewest hops, then least sum of latency and one burst's serialisation, then lowest link ids
///   spread           the same, but equal routes are told apart by a fixed hash of source and node, so that different
///                    sources use different ones of several equal ways (as in a fat tree)
///   dimension_order  between nodes of the grid one dimension after the other, the last first; else shortest
enum class Routing : std::uint8_t { shortest, spread, dimension_order };

const char* name_of(Routing routing);

/// The grid of a generated mesh or torus: node ids 0 … n−1 count its positions, last dimension fastest.
struct Grid {
    std::vector<std::size_t> dims; ///< empty: the platform is no grid
    bool wraps = false;            ///< torus

    std::size_t size() const;
};

/// Built and checked by the reader or by tests; immutable in use.
class Platform {
public:
    std::string name;
    std::string description;
    Bytes burst = 64 * 1024; ///< 0: `message`, a transfer is never cut
    IdVector<NodeId, Node> nodes;
    IdVector<LinkId, Link> links;
    Routing routing = Routing::shortest;
    Grid grid;
    std::map<std::pair<NodeId, NodeId>, Route> fixed_routes; ///< stated in the file; they go before all others
    std::vector<LinkEvent> link_events;                      ///< in order of time; route() knows nothing of them

    /// The route by the platform's routing: a pure function of the platform. Only forwarding nodes are passed through.
    /// Computed on first use, then kept; the reference lives as long as the platform.
    /// Throws InputError naming both nodes, and why, if there is no way.
    const Route& route(NodeId from, NodeId to) const;
    bool reachable(NodeId from, NodeId to) const;

    std::vector<NodeId> accelerators() const;
    /// The first host; an invalid id if there is none.
    NodeId host() const;
    NodeId find_node(const std::string& name) const; ///< invalid if unknown
    std::vector<std::string> node_names() const;
    /// Digest of everything that matters for a mapping: nodes, memories, links, routing, burst.
    std::string digest() const;

private:
    /// What route() has found so far. A ring of 1,024 nodes has a thousand links in a long route and a million routes,
    /// of which a program uses few: a tree of four bytes a node is kept for each source in use, and the routes in use.
    struct Known {
        IdVector<NodeId, std::vector<LinkId>> leaving;     ///< links out of each node, in order of id
        IdVector<LinkId, TimePs> cost;                     ///< latency and one burst's serialisation
        IdVector<NodeId, IdVector<NodeId, LinkId>> tree;   ///< by source: last link of the way to each node
        IdVector<NodeId, std::vector<std::uint32_t>> slot; ///< by source and destination: place in routes, plus one
        std::deque<Route> routes;
    };
    Known& known() const;
    const IdVector<NodeId, LinkId>& tree_from(NodeId from) const;
    Route find_route(NodeId from, NodeId to) const;

    mutable Known known_;
    mutable std::unordered_map<std::string, NodeId> node_by_name_;
};

/// Reads a platform from a catalog name or file (`arsia-topology/1`). Throws InputError with every problem.
Platform read_topology(const std::string& name_or_path);
Platform read_topology_text(const std::string& text, const std::string& shown = "topology.yaml");

/// Rate of the event's link from then on, if it has not failed. A platform may have been changed since its events were
/// stated: no link gets faster than it is.
inline Bandwidth bandwidth_after(const Platform& platform, const LinkEvent& event) {
    return std::min(event.bandwidth, platform.links[event.link].bandwidth);
}

} // namespace arsia
