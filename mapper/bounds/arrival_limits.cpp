#include "mapper/bounds/arrival_limits.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "mapper/searches/partition_tree.h"
#include "sim/critical_path.h"

namespace arsia {

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// The links into a group of accelerators.
struct Entry {
    double bytes_per_ps = 0;
    double latency = unlimited;
};

Entry entry_of(const Platform& platform, const std::vector<NodeId>& members) {
    IdVector<NodeId, char> inside(platform.nodes.size(), 0);
    for (NodeId accelerator : members) inside[accelerator] = 1;
    Entry out;
    for (const Link& link : platform.links) {
        if (inside[link.from] || !inside[link.to]) continue;
        out.bytes_per_ps += link.bandwidth.bytes_per_second() / 1e12;
        out.latency = std::min(out.latency, static_cast<double>(link.latency));
    }
    return out;
}

double delay_between(const Platform& platform, NodeId from, NodeId to) {
    if (!platform.reachable(from, to)) return unlimited;
    return static_cast<double>(uncontended_time(platform, from, to, 1));
}

double rate_between(const Platform& platform, NodeId from, NodeId to) {
    if (!platform.reachable(from, to)) return 0;
    double rate = unlimited;
    for (LinkId link : platform.route(from, to))
        rate = std::min(rate, platform.links[link].bandwidth.bytes_per_second() / 1e12);
    return rate;
}

/// Bandwidth of the last links of the routes from all `sources` to one accelerator.
double last_links(const Platform& platform, const std::vector<NodeId>& sources, NodeId to) {
    std::vector<LinkId> last;
    for (NodeId from : sources)
        if (platform.reachable(from, to)) last.push_back(platform.route(from, to).back());
    std::sort(last.begin(), last.end());
    last.erase(std::unique(last.begin(), last.end()), last.end());
    double sum = 0;
    for (LinkId link : last) sum += platform.links[link].bandwidth.bytes_per_second() / 1e12;
    return sum;
}

Neighbourhood neighbourhood_of(const Scenario& scenario, const std::vector<NodeId>& members) {
    const Platform& platform = scenario.platform;
    Entry entry = entry_of(platform, members);
    Neighbourhood out{members.size(), entry.bytes_per_ps, entry.latency, unlimited, unlimited, 0, 0, 0};
    std::vector<NodeId> others;
    for (NodeId node : scenario.accelerators)
        if (std::find(members.begin(), members.end(), node) == members.end()) others.push_back(node);
    for (NodeId to : members) {
        for (NodeId from : members) {
            if (from == to) continue;
            out.inner_delay = std::min(out.inner_delay, delay_between(platform, from, to));
            out.inner_rate = std::max(out.inner_rate, rate_between(platform, from, to));
        }
        for (NodeId from : others) {
            out.entry_delay = std::min(out.entry_delay, delay_between(platform, from, to));
            out.entry_rate = std::max(out.entry_rate, rate_between(platform, from, to));
        }
        out.direct_bytes_per_ps = std::max(out.direct_bytes_per_ps, last_links(platform, others, to));
    }
    return out;
}

} // namespace

ArrivalLimits::ArrivalLimits(const Scenario& scenario, bool with_neighbourhoods) {
    PartitionTree tree(scenario.platform);
    std::vector<std::size_t> depth(tree.nodes().size(), 0);
    for (std::size_t i = 1; i < depth.size(); ++i)
        if (PartitionTree::Index parent = tree.nodes()[i].parent; parent != PartitionTree::none)
            depth[i] = depth[parent] + 1; // else the root in another order
    levels_.assign(*std::max_element(depth.begin(), depth.end()) + 1, {0, 0, unlimited});
    for (std::size_t i = 0; i < depth.size(); ++i) {
        const std::vector<NodeId>& members = tree.nodes()[i].accelerators;
        Entry entry = entry_of(scenario.platform, members);
        // An accelerator that is alone already stands for itself at all greater depths.
        std::size_t last = members.size() == 1 ? levels_.size() - 1 : depth[i];
        for (std::size_t at = depth[i]; at <= last; ++at) {
            Level& level = levels_[at];
            level.members = std::max(level.members, members.size());
            level.bytes_per_ps = std::max(level.bytes_per_ps, entry.bytes_per_ps);
            level.latency = std::min(level.latency, entry.latency);
        }
    }

    least_setup_ = unlimited;
    for (const Node& node : scenario.platform.nodes)
        if (node.kind != NodeKind::switch_node)
            least_setup_ = std::min(least_setup_, static_cast<double>(node.dma.setup));
    if (!with_neighbourhoods || tree.nodes()[0].children.empty())
        neighbourhoods_.push_back(neighbourhood_of(scenario, tree.nodes()[0].accelerators));
    else
        for (PartitionTree::Index child : tree.nodes()[0].children)
            neighbourhoods_.push_back(neighbourhood_of(scenario, tree.node(child).accelerators));
    least_delay_ = unlimited;
    for (const Neighbourhood& one : neighbourhoods_)
        least_delay_ = std::min({least_delay_, one.inner_delay, one.entry_delay});
}

double ArrivalLimits::time_of(const Need& need) const {
    double least = 0;
    for (const Level& level : levels_) {
        std::size_t inside = std::min(level.members - 1, need.parts.size());
        double outside = need.whole - need.own;
        for (std::size_t i = 0; i < inside; ++i) outside -= need.parts[i];
        if (outside <= 0 || level.bytes_per_ps <= 0) continue;
        least = std::max(least, least_setup_ + outside / level.bytes_per_ps + level.latency);
    }
    return least;
}

double ArrivalLimits::time_at_door(double bytes) const {
    const Level& door = levels_.back();
    if (bytes <= 0 || door.bytes_per_ps <= 0) return 0;
    return least_setup_ + bytes / door.bytes_per_ps + door.latency;
}

double ArrivalLimits::time_from_outside(std::size_t neighbourhood, double bytes, bool direct) const {
    const Neighbourhood& place = neighbourhoods_[neighbourhood];
    double rate = direct ? std::min(place.bytes_per_ps, place.direct_bytes_per_ps) : place.bytes_per_ps;
    return place.entry_delay + (rate > 0 ? std::max(0.0, bytes - 1) / rate : 0);
}

double ArrivalLimits::time_between(std::size_t neighbourhood, bool from_outside, double bytes) const {
    const Neighbourhood& place = neighbourhoods_[neighbourhood];
    double rate = from_outside ? place.entry_rate : place.inner_rate;
    return (from_outside ? place.entry_delay : place.inner_delay) + (rate > 0 ? std::max(0.0, bytes - 1) / rate : 0);
}

double ArrivalLimits::time_across(double bytes) const {
    double least = unlimited;
    for (std::size_t at = 0; at < neighbourhoods_.size(); ++at) least = std::min(least, time_between(at, true, bytes));
    return least;
}

bool ArrivalLimits::alike(std::size_t a, std::size_t b) const {
    auto key = [](const Neighbourhood& one) {
        return std::tuple(one.members, one.bytes_per_ps, one.link_latency, one.inner_delay, one.entry_delay,
                          one.inner_rate, one.entry_rate, one.direct_bytes_per_ps);
    };
    return key(neighbourhoods_[a]) == key(neighbourhoods_[b]);
}

void ArrivalLimits::deal(Dealing& dealing, std::size_t ranks, std::vector<std::size_t>& left,
                         std::vector<Dealing>& out) const {
    if (dealing.size() == ranks) {
        out.push_back(dealing);
        return;
    }
    for (std::size_t at = 0; at < left.size(); ++at) {
        if (left[at] == 0) continue;
        // Of several that are alike and empty, only the first.
        bool twin = false;
        for (std::size_t before = 0; before < at && left[at] == neighbourhoods_[at].members; ++before)
            twin = twin || (left[before] == neighbourhoods_[before].members && alike(before, at));
        if (twin) continue;
        --left[at];
        dealing.push_back(static_cast<std::uint8_t>(at));
        deal(dealing, ranks, left, out);
        dealing.pop_back();
        ++left[at];
    }
}

std::vector<Dealing> ArrivalLimits::dealings(std::size_t ranks) const {
    std::vector<std::size_t> left;
    for (const Neighbourhood& one : neighbourhoods_) left.push_back(one.members);
    std::vector<Dealing> out;
    Dealing dealing;
    deal(dealing, ranks, left, out);
    return out;
}

} // namespace arsia
