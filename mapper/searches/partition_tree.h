// Candidate accelerator sets of a platform.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "topologies/platform.h"

namespace arsia {

/// The platform's accelerators, cut again and again at the weakest links. The root holds all of them, leaves one each,
/// the children of a node are disjoint and cover it. Any choice of nodes none of which lies inside another gives
/// disjoint accelerator sets; f1_16xlarge gives 8, two times 4, four times 2, eight times 1.
///
/// Two accelerators are as near as the narrowest link of the route between them is wide. If the pairs of a node are not
/// equally near, the pairs at the least bandwidth are cut and what remains connected is a child. If they are, or if
/// nothing falls apart, the node is bisected so that the bandwidth per hop between the halves is least
/// (Kernighan and Lin, Bell System Technical Journal 1970, from the order in which the accelerators stand).
///
/// Boxes are dealt to a set's accelerators in their order, the last split dimension fastest. In the platform's order
/// the children of a node that narrow links separate therefore hold the parts of the first split dimension. Beside such
/// a node stands another with the same accelerators, taken from the children in turn, in which they hold those of the
/// last: rows or columns, of which neighbours exchange little, while channels stay among near accelerators.
///
/// Where links say little about which accelerators belong together, further sets can stand beside the tree: nodes
/// without parent and children.
class PartitionTree {
public:
    using Index = std::uint32_t;
    static constexpr Index none = ~Index{0};
    struct Node {
        std::vector<NodeId> accelerators; ///< in the platform's order; of a set beside the tree: as it was added
        Index parent = none;              ///< and that of its other order: the same, though not one of its children
        std::vector<Index> children;
        Index other_order = none; ///< the same accelerators in another order; leads back from there
    };

    explicit PartitionTree(const Platform& platform);

    /// Nodes, every parent before its children; 0 is the root. Other orders come after the whole tree, sets beside it
    /// last.
    const std::deque<Node>& nodes() const { return nodes_; }
    const Node& node(Index index) const { return nodes_[index]; }
    std::int64_t size_of(Index index) const { return static_cast<std::int64_t>(nodes_[index].accelerators.size()); }
    bool contains(Index outer, Index inner) const;
    bool disjoint(Index a, Index b) const;
    /// The node with these accelerators, in whichever order; added beside the tree if there is none. References to
    /// nodes stay valid.
    Index with(const std::vector<NodeId>& accelerators);

    /// Partitions of all accelerators, each as the indices of its nodes in ascending order; coarsest first, at most
    /// `most`.
    std::vector<std::vector<Index>> partitions(std::size_t most) const;

private:
    Index append(std::vector<NodeId> accelerators, Index parent);
    void add_other_order(Index index);

    std::deque<Node> nodes_;
    std::vector<std::vector<NodeId>> sorted_; ///< accelerators of each node, ascending
};

} // namespace arsia
