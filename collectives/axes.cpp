#include "collectives/axes.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/suggest.h"

namespace arsia {

std::vector<std::vector<std::size_t>> Axes::lines(std::size_t axis) const {
    std::map<std::vector<std::size_t>, std::size_t> known; // by coordinates without that of the axis
    std::vector<std::vector<std::size_t>> lines;
    for (std::size_t rank = 0; rank < coordinates.size(); ++rank) {
        std::vector<std::size_t> key = coordinates[rank];
        key[axis] = 0;
        auto [place, is_new] = known.try_emplace(key, lines.size());
        if (is_new) lines.emplace_back(sizes[axis]);
        lines[place->second][coordinates[rank][axis]] = rank;
    }
    return lines;
}

static Axes grid_axes(const Grid& grid, const std::vector<NodeId>& ranks) {
    Axes axes;
    std::size_t dims = grid.dims.size();
    std::vector<std::set<std::size_t>> used(dims);
    axes.coordinates.resize(ranks.size(), std::vector<std::size_t>(dims));
    for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
        std::size_t at = ranks[rank].value();
        if (at >= grid.size()) {
            axes.problem = "ranks outside the grid cannot take part in a hierarchical collective";
            return axes;
        }
        for (std::size_t dim = dims; dim-- > 0; at /= grid.dims[dim]) {
            axes.coordinates[rank][dim] = at % grid.dims[dim];
            used[dim].insert(at % grid.dims[dim]);
        }
    }
    std::size_t box = 1;
    for (std::size_t dim = 0; dim < dims; ++dim) {
        axes.names.push_back(fmt::format("dimension {}", dim));
        axes.sizes.push_back(used[dim].size());
        box *= used[dim].size();
    }
    if (box != ranks.size())
        axes.problem = fmt::format("the {} ranks form no grid: they span {} positions", ranks.size(), box);
    for (std::vector<std::size_t>& coordinates : axes.coordinates)
        for (std::size_t dim = 0; dim < dims; ++dim)
            coordinates[dim] =
                static_cast<std::size_t>(std::distance(used[dim].begin(), used[dim].find(coordinates[dim])));
    return axes;
}

static Axes group_axes(const Platform& platform, const std::vector<NodeId>& ranks) {
    Axes axes;
    axes.names = {"the groups", "the way between groups"};
    std::vector<std::string> groups;
    std::vector<std::size_t> members;
    for (NodeId node : ranks) {
        const std::string& group = platform.nodes[node].group;
        if (group.empty()) {
            axes.problem = fmt::format("hierarchical needs a mesh, a torus or groups of nodes; on {} {} is in none",
                                       platform.name, platform.nodes[node].name);
            return axes;
        }
        auto place =
            static_cast<std::size_t>(std::distance(groups.begin(), std::find(groups.begin(), groups.end(), group)));
        if (place == groups.size()) {
            groups.push_back(group);
            members.push_back(0);
        }
        axes.coordinates.push_back({members[place]++, place});
    }
    for (std::size_t place = 1; place < groups.size() && axes.problem.empty(); ++place)
        if (members[place] != members[0])
            axes.problem = fmt::format("hierarchical needs groups with equally many ranks: {} has {}, {} has {}",
                                       groups[0], members[0], groups[place], members[place]);
    axes.sizes = {members.empty() ? 0 : members[0], groups.size()};
    return axes;
}

Axes axes_of(const Platform& platform, const std::vector<NodeId>& ranks) {
    return platform.grid.dims.empty() ? group_axes(platform, ranks) : grid_axes(platform.grid, ranks);
}

} // namespace arsia
