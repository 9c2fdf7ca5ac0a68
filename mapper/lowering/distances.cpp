#include "mapper/lowering/distances.h"

#include <algorithm>

namespace arsia {

Distances::Distances(const Platform& platform)
    : platform_(&platform), nodes_(platform.nodes.size()), hops_(nodes_ * nodes_, -1), loads_(platform.links.size()) {}

std::int32_t Distances::find(NodeId from, NodeId to) const {
    if (!platform_->reachable(from, to)) return unreachable;
    return static_cast<std::int32_t>(platform_->route(from, to).size());
}

std::size_t Distances::MembersHash::operator()(const std::vector<NodeId>& members) const {
    std::uint64_t hash = members.size();
    for (NodeId node : members) hash = (hash ^ node.value()) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

bool Distances::use_ring(const std::vector<NodeId>& members, CollectiveChoice choice) {
    if (members.size() < 3 || choice == CollectiveChoice::direct) return false;
    if (choice == CollectiveChoice::ring) return true;
    auto known = ring_.find(members);
    if (known != ring_.end()) return known->second;
    return ring_[members] = ring_is_faster(members);
}

bool Distances::ring_is_faster(const std::vector<NodeId>& members) {
    for (NodeId from : members)
        for (NodeId to : members)
            if (hops(from, to) == unreachable) return false;
    std::size_t n = members.size();
    for (NodeId from : members)
        for (NodeId to : members)
            if (from != to) load(from, to, 1);
    double direct = busiest();
    for (std::size_t i = 0; i < n; ++i) load(members[i], members[(i + 1) % n], static_cast<std::int64_t>(n) - 1);
    return busiest() < direct;
}

void Distances::load(NodeId from, NodeId to, std::int64_t shares) {
    for (LinkId link : platform_->route(from, to)) loads_[link] += shares;
}

double Distances::busiest() {
    double most = 0;
    for (LinkId link : ids_of(platform_->links)) {
        most = std::max(most, static_cast<double>(loads_[link]) /
                                  static_cast<double>(platform_->links[link].bandwidth.bits_per_second));
        loads_[link] = 0;
    }
    return most;
}

} // namespace arsia
