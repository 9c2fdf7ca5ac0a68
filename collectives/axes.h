// The dimensions along which a hierarchical collective works.
#pragma once

#include <string>
#include <vector>

#include "collectives/collective.h"

namespace arsia {

/// Ranks as points of a box: those that agree in all coordinates but one form a line, in which an algorithm runs.
struct Axes {
    std::vector<std::string> names;                    ///< for messages
    std::vector<std::size_t> sizes;                    ///< by axis
    std::vector<std::vector<std::size_t>> coordinates; ///< by rank, then axis
    std::string problem;                               ///< why the ranks form no box; empty if they do

    /// Ranks of each line along an axis, in order of their coordinate.
    std::vector<std::vector<std::size_t>> lines(std::size_t axis) const;
};

/// On a mesh or torus the dimensions of the grid, in the order of its `dims`; the ranks may be a part of it that is a
/// grid itself. Elsewhere two axes: the place in the group (Node::group), and the group, in order of their first ranks;
/// the groups must be equally large.
Axes axes_of(const Platform& platform, const std::vector<NodeId>& ranks);

} // namespace arsia
