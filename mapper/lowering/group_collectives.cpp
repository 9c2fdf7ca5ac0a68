#include "mapper/lowering/group_collectives.h"

#include <algorithm>

namespace arsia {

std::size_t GroupCollectives::KeyHash::operator()(const Key& key) const {
    std::uint64_t hash = static_cast<std::uint64_t>(key.operation) << 8 | static_cast<std::uint64_t>(key.choice);
    for (NodeId node : key.members) hash = (hash ^ node.value()) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

const GroupCollectives::Way& GroupCollectives::way(CollectiveOperation operation, const std::vector<NodeId>& members,
                                                   CollectiveChoice choice) {
    asked_.operation = operation;
    asked_.choice = choice;
    asked_.members.assign(members.begin(), members.end());
    auto known = ways_.find(asked_);
    if (known == ways_.end()) known = ways_.emplace(asked_, find(asked_)).first;
    return known->second;
}

static CollectiveSpec spec_of(CollectiveOperation operation, CollectiveAlgorithm algorithm,
                              const std::vector<NodeId>& members) {
    CollectiveSpec spec;
    spec.operation = operation;
    spec.algorithm = algorithm;
    spec.ranks = members;
    spec.bytes = static_cast<Bytes>(members.size());
    return spec;
}

GroupCollectives::Way GroupCollectives::find(const Key& key) {
    Way way;
    if (key.members.size() > 2)
        way.algorithm = key.choice == CollectiveChoice::automatic ? fastest(key) : *algorithm_of(key.choice);
    std::vector<std::string> problems =
        collective_problems(*platform_, spec_of(key.operation, way.algorithm, key.members));
    if (!problems.empty()) {
        way.refusal = problems.front();
        way.algorithm = CollectiveAlgorithm::direct;
    }
    way.pattern = pattern(spec_of(key.operation, way.algorithm, key.members));
    return way;
}

CollectiveAlgorithm GroupCollectives::fastest(const Key& key) {
    using A = CollectiveAlgorithm;
    for (NodeId from : key.members)
        for (NodeId to : key.members)
            if (distances_->hops(from, to) == Distances::unreachable) return A::direct;
    A best = A::direct;
    double least = 0;
    for (A algorithm : {A::direct, A::ring, A::halving_doubling}) {
        CollectiveSpec spec = spec_of(key.operation, algorithm, key.members);
        if (!collective_problems(*platform_, spec).empty()) continue;
        double time = busy_time(*pattern(spec), key.members);
        if (algorithm != A::direct && time >= least) continue;
        best = algorithm;
        least = time;
    }
    return best;
}

/// Seconds for one bit a slice: the sum over steps of the time of the busiest link.
double GroupCollectives::busy_time(const CollectivePattern& pattern, const std::vector<NodeId>& members) {
    loads_.resize(platform_->links.size());
    double sum = 0;
    std::vector<LinkId> used;
    auto end_step = [&] {
        double most = 0;
        for (LinkId link : used) {
            most = std::max(most, static_cast<double>(loads_[link]) /
                                      static_cast<double>(platform_->links[link].bandwidth.bits_per_second));
            loads_[link] = 0;
        }
        used.clear();
        sum += most;
    };
    std::uint32_t depth = 0;
    for (const CollectivePattern::Step& step : pattern.steps()) {
        if (step.depth != depth) end_step();
        depth = step.depth;
        if (step.join) continue;
        for (LinkId link : platform_->route(members[step.from], members[step.to])) {
            loads_[link] += step.pieces;
            used.push_back(link);
        }
    }
    end_step();
    return sum;
}

const CollectivePattern* GroupCollectives::pattern(const CollectiveSpec& spec) {
    auto make = [&] {
        patterns_.push_back(std::make_unique<const CollectivePattern>(*platform_, spec));
        return patterns_.back().get();
    };
    if (spec.algorithm == CollectiveAlgorithm::hierarchical) return make();
    std::vector<const CollectivePattern*>& known = common_[{spec.operation, spec.algorithm}];
    if (known.size() <= spec.ranks.size()) known.resize(spec.ranks.size() + 1, nullptr);
    if (!known[spec.ranks.size()]) known[spec.ranks.size()] = make();
    return known[spec.ranks.size()];
}

} // namespace arsia
