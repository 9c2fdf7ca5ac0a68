#include "mapper/searches/partition_tree.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>
#include <set>

namespace arsia {

namespace {

/// How near accelerators are to each other, by position in the list of all accelerators.
class Nearness {
public:
    Nearness(const Platform& platform, const std::vector<NodeId>& accelerators)
        : count_(accelerators.size()), width_(count_ * count_, 0), pull_(count_ * count_, 0) {
        for (std::size_t a = 0; a < count_; ++a) {
            for (std::size_t b = a + 1; b < count_; ++b) {
                for (auto [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
                    if (!platform.reachable(accelerators[from], accelerators[to])) continue;
                    add(platform, platform.route(accelerators[from], accelerators[to]), a, b);
                }
            }
        }
    }

    /// Narrowest link between the two, bit/s, both directions together.
    double width(std::size_t a, std::size_t b) const { return width_[a * count_ + b]; }
    /// Bandwidth per hop: what a cut between the two costs.
    double pull(std::size_t a, std::size_t b) const { return pull_[a * count_ + b]; }

private:
    void add(const Platform& platform, const Route& route, std::size_t a, std::size_t b) {
        double narrowest = std::numeric_limits<double>::max();
        for (LinkId link : route)
            narrowest = std::min(narrowest, static_cast<double>(platform.links[link].bandwidth.bits_per_second));
        for (std::size_t at : {a * count_ + b, b * count_ + a}) {
            width_[at] += narrowest;
            pull_[at] += narrowest / static_cast<double>(route.size());
        }
    }

    std::size_t count_;
    std::vector<double> width_, pull_;
};

using Members = std::vector<std::size_t>; ///< positions in the list of all accelerators, ascending

/// What stays together when the pairs at the least bandwidth are cut; one group if all pairs are equally near.
std::vector<Members> cut_weakest(const Nearness& nearness, const Members& members) {
    double weakest = std::numeric_limits<double>::max();
    for (std::size_t a : members)
        for (std::size_t b : members)
            if (a != b) weakest = std::min(weakest, nearness.width(a, b));

    std::vector<Members> groups;
    std::vector<bool> seen(members.size(), false);
    for (std::size_t first = 0; first < members.size(); ++first) {
        if (seen[first]) continue;
        std::vector<std::size_t> queue = {first};
        seen[first] = true;
        for (std::size_t i = 0; i < queue.size(); ++i) {
            for (std::size_t next = 0; next < members.size(); ++next) {
                if (seen[next] || nearness.width(members[queue[i]], members[next]) <= weakest) continue;
                seen[next] = true;
                queue.push_back(next);
            }
        }
        std::sort(queue.begin(), queue.end());
        Members group;
        for (std::size_t at : queue) group.push_back(members[at]);
        groups.push_back(std::move(group));
    }
    return groups;
}

/// Two halves with little bandwidth between them: the first and second half of the list, then exchanges of one member
/// each while the best exchange helps.
std::vector<Members> bisect(const Nearness& nearness, const Members& members) {
    std::size_t half = (members.size() + 1) / 2;
    std::vector<Members> halves = {{members.begin(), members.begin() + static_cast<std::ptrdiff_t>(half)},
                                   {members.begin() + static_cast<std::ptrdiff_t>(half), members.end()}};
    auto pull = [&](std::size_t from, const Members& to) {
        double sum = 0;
        for (std::size_t member : to)
            if (member != from) sum += nearness.pull(from, member);
        return sum;
    };
    for (std::size_t round = 0; round < std::min<std::size_t>(members.size(), 64); ++round) {
        double best = 0;
        std::pair<std::size_t, std::size_t> exchange;
        std::vector<double> gain[2];
        for (std::size_t side : {0, 1})
            for (std::size_t member : halves[side])
                gain[side].push_back(pull(member, halves[1 - side]) - pull(member, halves[side]));
        for (std::size_t a = 0; a < halves[0].size(); ++a) {
            for (std::size_t b = 0; b < halves[1].size(); ++b) {
                double together = gain[0][a] + gain[1][b] - 2 * nearness.pull(halves[0][a], halves[1][b]);
                // Rounding must not make an exchange and its undoing both look good.
                if (together > best * (1 + 1e-9) + 1e-3) {
                    best = together;
                    exchange = {a, b};
                }
            }
        }
        if (best <= 0) break;
        std::swap(halves[0][exchange.first], halves[1][exchange.second]);
    }
    for (Members& part : halves) std::sort(part.begin(), part.end());
    std::sort(halves.begin(), halves.end());
    return halves;
}

} // namespace

PartitionTree::PartitionTree(const Platform& platform) {
    std::vector<NodeId> all = platform.accelerators();
    Nearness nearness(platform, all);
    Members everybody(all.size());
    std::iota(everybody.begin(), everybody.end(), std::size_t{0});

    std::deque<std::pair<Index, Members>> open;
    auto add = [&](Index parent, const Members& members) {
        std::vector<NodeId> accelerators;
        for (std::size_t member : members) accelerators.push_back(all[member]);
        Index index = append(std::move(accelerators), parent);
        if (parent != none) nodes_[parent].children.push_back(index);
        open.emplace_back(index, members);
    };
    add(none, everybody);
    std::vector<Index> separated; // by narrow links
    while (!open.empty()) {
        auto [index, members] = open.front();
        open.pop_front();
        if (members.size() < 2) continue;
        std::vector<Members> parts = cut_weakest(nearness, members);
        if (parts.size() == 1 || parts.size() == members.size())
            parts = bisect(nearness, members);
        else
            separated.push_back(index);
        for (const Members& part : parts) add(index, part);
    }
    for (Index index : separated) add_other_order(index);
}

void PartitionTree::add_other_order(Index index) {
    const Node& node = nodes_[index];
    std::vector<NodeId> in_turn;
    for (std::size_t round = 0; in_turn.size() < node.accelerators.size(); ++round)
        for (Index child : node.children)
            if (round < nodes_[child].accelerators.size()) in_turn.push_back(nodes_[child].accelerators[round]);
    if (in_turn == node.accelerators) return;
    Index other = append(std::move(in_turn), node.parent);
    nodes_[other].children = nodes_[index].children;
    nodes_[other].other_order = index;
    nodes_[index].other_order = other;
}

PartitionTree::Index PartitionTree::append(std::vector<NodeId> accelerators, Index parent) {
    sorted_.push_back(accelerators);
    std::sort(sorted_.back().begin(), sorted_.back().end());
    nodes_.push_back({std::move(accelerators), parent, {}});
    return static_cast<Index>(nodes_.size() - 1);
}

bool PartitionTree::contains(Index outer, Index inner) const {
    const std::vector<NodeId>&all = sorted_[outer], &part = sorted_[inner];
    return std::includes(all.begin(), all.end(), part.begin(), part.end());
}

bool PartitionTree::disjoint(Index a, Index b) const {
    const std::vector<NodeId>& others = sorted_[b];
    return std::none_of(sorted_[a].begin(), sorted_[a].end(),
                        [&](NodeId node) { return std::binary_search(others.begin(), others.end(), node); });
}

PartitionTree::Index PartitionTree::with(const std::vector<NodeId>& accelerators) {
    std::vector<NodeId> sorted = accelerators;
    std::sort(sorted.begin(), sorted.end());
    auto found = std::find(sorted_.begin(), sorted_.end(), sorted);
    if (found != sorted_.end()) return static_cast<Index>(found - sorted_.begin());
    return append(accelerators, none);
}

std::vector<std::vector<PartitionTree::Index>> PartitionTree::partitions(std::size_t most) const {
    std::vector<std::vector<Index>> out;
    std::set<std::vector<Index>> seen;
    std::deque<std::vector<Index>> open = {{0}};
    seen.insert(open.front());
    while (!open.empty() && out.size() < most) {
        std::vector<Index> partition = open.front();
        open.pop_front();
        for (Index cut : partition) {
            if (nodes_[cut].children.empty() || seen.size() >= most) continue;
            std::vector<Index> finer;
            for (Index other : partition)
                if (other != cut) finer.push_back(other);
            finer.insert(finer.end(), nodes_[cut].children.begin(), nodes_[cut].children.end());
            std::sort(finer.begin(), finer.end());
            if (seen.insert(finer).second) open.push_back(std::move(finer));
        }
        out.push_back(std::move(partition));
    }
    return out;
}

} // namespace arsia
