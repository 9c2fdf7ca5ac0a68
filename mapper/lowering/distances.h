// How far nodes are apart, and which collective algorithm suits a group of them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "mapper/mapping.h"

namespace arsia {

/// Hops between nodes, kept from one mapping to the next.
class Distances {
public:
    static constexpr std::int32_t unreachable = INT32_MAX;

    explicit Distances(const Platform& platform);

    std::int32_t hops(NodeId from, NodeId to) {
        std::int32_t& known = hops_[from.value() * nodes_ + to.value()];
        if (known < 0) known = find(from, to);
        return known;
    }

    /// Whether a collective over the nodes, in this order, goes round a ring instead of directly from each to each.
    ///
    /// By itself it is the way whose busiest link is busy for less time when all members contribute equally: directly,
    /// every ordered pair loads its route once; on a ring, every pair of neighbours loads its route n − 1 times. Equal:
    /// direct, since it has one step instead of n − 1. Links between all pairs therefore give direct, a ring gives the
    /// ring, and groups that meet at one link are not made to pass everything through it twice.
    bool use_ring(const std::vector<NodeId>& members, CollectiveChoice choice);

private:
    std::int32_t find(NodeId from, NodeId to) const;
    bool ring_is_faster(const std::vector<NodeId>& members);
    /// Longest time that a link is busy for the loads counted so far, in seconds a bit of a member's share.
    double busiest();
    void load(NodeId from, NodeId to, std::int64_t shares);

    struct MembersHash {
        std::size_t operator()(const std::vector<NodeId>& members) const;
    };

    const Platform* platform_;
    std::size_t nodes_;
    std::vector<std::int32_t> hops_; ///< −1: not yet known
    std::unordered_map<std::vector<NodeId>, bool, MembersHash> ring_;
    IdVector<LinkId, std::int64_t> loads_;
};

} // namespace arsia
