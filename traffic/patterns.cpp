#include "traffic/patterns.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

namespace {

using Pairs = TrafficPattern::Pairs;
using Nodes = std::vector<NodeId>;

void shuffle(Nodes& nodes, Random& random) {
    for (std::size_t i = nodes.size(); i > 1; --i) std::swap(nodes[i - 1], nodes[random.below(i)]);
}

/// Any of the nodes but number `self`.
NodeId another(const Nodes& nodes, std::size_t self, Random& random) {
    std::size_t at = random.below(nodes.size() - 1);
    return nodes[at < self ? at : at + 1];
}

Pairs draw_uniform(const Platform& platform, const TrafficOptions& options, Random& random) {
    Nodes nodes = platform.accelerators();
    Pairs out;
    while (out.size() < options.count) {
        std::size_t from = random.below(nodes.size());
        out.emplace_back(nodes[from], another(nodes, from, random));
    }
    return out;
}

bool keeps_one_in_place(const Nodes& before, const Nodes& after) {
    for (std::size_t i = 0; i < before.size(); ++i)
        if (before[i] == after[i]) return true;
    return false;
}

Pairs draw_permutation(const Platform& platform, const TrafficOptions& options, Random& random) {
    Nodes nodes = platform.accelerators(), partners = nodes;
    do shuffle(partners, random); // one in e permutations has no fixed point, so this ends soon
    while (keeps_one_in_place(nodes, partners));
    Pairs out;
    for (std::uint64_t i = 0; i < options.count; ++i)
        out.emplace_back(nodes[i % nodes.size()], partners[i % nodes.size()]);
    return out;
}

Pairs draw_incast(const Platform& platform, const TrafficOptions& options, Random& random) {
    Nodes senders = platform.accelerators();
    NodeId target = options.target.valid() ? options.target : random.pick(senders);
    senders.erase(std::remove(senders.begin(), senders.end(), target), senders.end());
    shuffle(senders, random);
    Pairs out;
    for (std::uint64_t i = 0; i < options.count; ++i) out.emplace_back(senders[i % senders.size()], target);
    return out;
}

/// Finds the accelerators that are nearest to one by hops.
class Neighbourhood {
public:
    explicit Neighbourhood(const Platform& platform)
        : platform_(platform), leaving_(platform.nodes.size()), found_(platform.nodes.size()) {
        for (const Link& link : platform.links) leaving_[link.from].push_back(link.to);
    }

    const Nodes& of(NodeId node) {
        if (found_[node].empty()) found_[node] = search(node);
        return found_[node];
    }

private:
    /// Breadth first, ring by ring, until a ring holds an accelerator.
    Nodes search(NodeId from) const {
        IdVector<NodeId, char> seen(platform_.nodes.size(), false);
        seen[from] = true;
        Nodes ring{from}, found;
        while (found.empty() && !ring.empty()) {
            Nodes next;
            for (NodeId node : ring) {
                if (node != from && !platform_.nodes[node].forwards) continue;
                for (NodeId to : leaving_[node]) {
                    if (seen[to]) continue;
                    seen[to] = true;
                    next.push_back(to);
                    if (platform_.nodes[to].kind == NodeKind::accelerator) found.push_back(to);
                }
            }
            ring = next;
        }
        if (found.empty())
            throw InputError(
                fmt::format("'{}' reaches no other accelerator of {}", platform_.nodes[from].name, platform_.name));
        std::sort(found.begin(), found.end());
        return found;
    }

    const Platform& platform_;
    IdVector<NodeId, Nodes> leaving_;
    IdVector<NodeId, Nodes> found_;
};

Pairs draw_nearest_neighbour(const Platform& platform, const TrafficOptions& options, Random& random) {
    Nodes nodes = platform.accelerators();
    Neighbourhood neighbourhood(platform);
    Pairs out;
    while (out.size() < options.count) {
        NodeId from = random.pick(nodes);
        out.emplace_back(from, random.pick(neighbourhood.of(from)));
    }
    return out;
}

const TrafficPattern& find_pattern(const std::string& name) {
    std::vector<std::string> names;
    for (const TrafficPattern& pattern : traffic_patterns()) {
        if (pattern.name == name) return pattern;
        names.push_back(pattern.name);
    }
    throw InputError(
        fmt::format("unknown pattern '{}'{}; there are: {}", name, did_you_mean(name, names), name_list(names)));
}

void check(const Platform& platform, const std::string& pattern, const TrafficOptions& options) {
    std::size_t accelerators = platform.accelerators().size();
    if (accelerators < 2)
        throw InputError(
            fmt::format("random traffic needs at least 2 accelerators; {} has {}", platform.name, accelerators));
    if (options.count > most_transfers)
        throw InputError(fmt::format("{} transfers are too many; at most {}", options.count, most_transfers));
    if (!options.target.valid()) return;
    if (pattern != "incast") throw InputError(fmt::format("only the pattern incast has a target, not {}", pattern));
    const Node& target = platform.nodes[options.target];
    if (target.kind == NodeKind::switch_node)
        throw InputError(fmt::format("the target '{}' is a switch, which cannot receive", target.name));
}

/// Uniform in least … most.
std::int64_t between(std::int64_t least, std::int64_t most, Random& random) {
    return least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least) + 1));
}

} // namespace

const std::vector<TrafficPattern>& traffic_patterns() {
    static const std::vector<TrafficPattern> patterns{
        {"incast", "all send to one, the target", draw_incast},
        {"nearest_neighbour", "random accelerators send to a nearest one", draw_nearest_neighbour},
        {"permutation", "each sends to one partner and receives from one", draw_permutation},
        {"uniform", "random accelerators send to random others", draw_uniform},
    };
    return patterns;
}

Traffic random_traffic(const Platform& platform, const std::string& pattern, const TrafficOptions& options) {
    const TrafficPattern& found = find_pattern(pattern);
    check(platform, pattern, options);
    // Independent generators: the same seed gives the same pairs whatever the sizes and starts.
    Random random(options.seed);
    Random of_pairs = random.fork(), of_bytes = random.fork(), of_starts = random.fork();
    Traffic out;
    for (auto [source, destination] : found.draw(platform, options, of_pairs))
        out.push_back({source, destination, between(options.least_bytes, options.most_bytes, of_bytes),
                       between(0, options.latest_start, of_starts)});
    return out;
}

} // namespace arsia
