// The platform: nodes, their memories and DMA, directed links, and routes.
#pragma once

#include <cstdint>
#include <string>
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

struct Node {
    std::string name;
    NodeKind kind = NodeKind::accelerator;
    Memory memory;                    ///< accelerators and hosts
    Dma dma;                          ///< accelerators and hosts
    std::vector<std::string> designs; ///< accelerators: designs that may be loaded; empty: any of the catalog
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

/// The links of one route, in order; empty from a node to itself.
using Route = std::vector<LinkId>;

/// Built and checked by the reader or by tests; immutable in use.
class Platform {
public:
    std::string name;
    std::string description;
    Bytes burst = 64 * 1024; ///< 0: `message`, a transfer is never cut
    IdVector<NodeId, Node> nodes;
    IdVector<LinkId, Link> links;

    /// Shortest route by number of hops, then by the sum of latency and burst serialisation, then by lowest link ids:
    /// a pure function of the platform. Only forwarding nodes are passed through. Computed on first use, then kept.
    /// Throws InputError naming both nodes if there is no way.
    const Route& route(NodeId from, NodeId to) const;
    bool reachable(NodeId from, NodeId to) const;

    std::vector<NodeId> accelerators() const;
    /// The first host; an invalid id if there is none.
    NodeId host() const;
    NodeId find_node(const std::string& name) const; ///< invalid if unknown
    std::vector<std::string> node_names() const;
    /// Digest of everything that matters for a mapping: nodes, memories, links, burst.
    std::string digest() const;

private:
    struct RoutesFrom {
        bool known = false;
        IdVector<NodeId, Route> to;
        IdVector<NodeId, bool> reached;
    };
    const RoutesFrom& routes_from(NodeId from) const;
    mutable IdVector<NodeId, RoutesFrom> routes_;
};

/// Reads a platform from a catalog name or file (`arsia-topology/1`). Throws InputError with every problem.
Platform read_topology(const std::string& name_or_path);
Platform read_topology_text(const std::string& text, const std::string& shown = "topology.yaml");

} // namespace arsia
