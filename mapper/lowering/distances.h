// How far nodes are apart.
#pragma once

#include <cstdint>
#include <vector>

#include "topologies/platform.h"

namespace arsia {

/// Hops between nodes, kept from one mapping to the next.
class Distances {
public:
    static constexpr std::int32_t unreachable = INT32_MAX;

    explicit Distances(const Platform& platform)
        : platform_(&platform), nodes_(platform.nodes.size()), hops_(nodes_ * nodes_, -1) {}

    std::int32_t hops(NodeId from, NodeId to) {
        std::int32_t& known = hops_[from.value() * nodes_ + to.value()];
        if (known < 0) known = find(from, to);
        return known;
    }

private:
    std::int32_t find(NodeId from, NodeId to) const;

    const Platform* platform_;
    std::size_t nodes_;
    std::vector<std::int32_t> hops_; ///< −1: not yet known
};

} // namespace arsia
