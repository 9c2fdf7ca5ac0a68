#include "mapper/searches/speed_shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mapper/legality.h"
#include "mapper/searches/strategy_space.h"

namespace arsia {

namespace {

/// Part of every dimension that a rank has, by its place in the grid of factors.
std::array<std::size_t, dim_count> place_of(const Factors& es, std::size_t rank) {
    std::array<std::size_t, dim_count> out{};
    for (std::size_t i = dim_count; i-- > 0;) {
        out[i] = rank % static_cast<std::size_t>(es[i]);
        rank /= static_cast<std::size_t>(es[i]);
    }
    return out;
}

int split_dimensions(const Factors& es) {
    return static_cast<int>(std::count_if(es.begin(), es.end(), [](std::int64_t factor) { return factor > 1; }));
}

/// Over few dimensions where that is possible: more parts make more edges over which data is exchanged.
std::vector<Factors> splits(const Operator& op, std::int64_t size) {
    Extents limits = search_limits(op);
    at(limits, Dim::R) = at(limits, Dim::S) = 1;
    std::vector<Factors> all = factorizations(size, limits), few;
    if (all.empty()) return factorizations(size, search_limits(op));
    std::copy_if(all.begin(), all.end(), std::back_inserter(few),
                 [](const Factors& es) { return split_dimensions(es) <= 2; });
    return few.empty() ? all : few;
}

bool leaves_nobody_out(const Operator& op, const Strategy& strategy) {
    for (std::size_t rank = 0; rank < strategy.shares.size(); ++rank)
        if (strategy.shares[rank] > 0 && shard_of(op.extents, strategy, rank).empty()) return false;
    return true;
}

} // namespace

SpeedShares::SpeedShares(const Scenario& scenario) : scenario_(scenario), times_(scenario) {
    const Graph& graph = scenario.graph;
    std::vector<bool> found; // by operator: whether its model multiplies
    for (OperatorId id : ids_of(graph.operators)) {
        const Operator& op = graph.operators[id];
        OperatorId producer = graph.tensors[op.inputs.front()].producer;
        bool follows = !op.multiplies() && producer.valid() && found[producer.value()];
        model_.push_back(follows ? model_[producer] : id);
        found.push_back(op.multiplies() || follows);
    }
}

std::size_t SpeedShares::KeyHash::operator()(const Key& key) const {
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.design) ^ key.op.value();
    for (std::int64_t extent : key.shard)
        hash = (hash ^ static_cast<std::uint64_t>(extent)) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

double SpeedShares::time(const Design& design, OperatorId op, const Extents& shard) {
    auto [at, added] = known_.try_emplace({&design, times_.first_alike(op), shard}, 0);
    if (added) at->second = times_.of(design, op, shard);
    return at->second;
}

double SpeedShares::longest(const FixedMembers& members, OperatorId id, const Strategy& strategy, std::int64_t phases) {
    const Operator& op = scenario_.graph.operators[id];
    double out = 0;
    for (std::size_t rank = 0; rank < members.nodes.size(); ++rank) {
        IterationBox box = shard_of(op.extents, strategy, rank);
        if (box.empty()) continue;
        Extents shard = sizes_of(box);
        if (strategy.ss) at(shard, *strategy.ss) = divide_up(at(shard, *strategy.ss), phases);
        out = std::max(out, time(*members.designs[rank], id, shard));
    }
    return out;
}

const std::vector<std::int64_t>& SpeedShares::steady_weights(const FixedMembers& members) {
    auto [at, added] = steady_weights_.try_emplace(members.nodes);
    std::vector<std::int64_t>& out = at->second;
    if (!added) return out;
    std::vector<double> speeds(members.nodes.size(), 0);
    for (OperatorId id : ids_of(scenario_.graph.operators)) {
        const Operator& op = scenario_.graph.operators[id];
        bool all = std::none_of(members.designs.begin(), members.designs.end(),
                                [&](const Design* design) { return design->refusal(op).has_value(); });
        if (!all) continue;
        for (std::size_t rank = 0; rank < speeds.size(); ++rank)
            speeds[rank] += time(*members.designs[rank], id, op.extents);
    }
    double sum = 0;
    for (double& speed : speeds) sum += speed = 1 / std::max(speed, 1.0);
    for (double speed : speeds) out.push_back(std::max<std::int64_t>(1, std::llround(1000 * speed / sum)));
    return out;
}

/// Cuts one dimension anew, the others as they are: the least time in which its parts can hold all units.
void SpeedShares::recut(const FixedMembers& members, OperatorId id, const Factors& es, std::size_t dim, Cuts& cuts) {
    const Operator& op = scenario_.graph.operators[id];
    auto parts = static_cast<std::size_t>(es[dim]);
    std::vector<std::vector<std::size_t>> ranks(parts);
    std::vector<Extents> shards(members.nodes.size());
    for (std::size_t rank = 0; rank < members.nodes.size(); ++rank) {
        auto place = place_of(es, rank);
        for (std::size_t i = 0; i < dim_count; ++i) shards[rank][i] = cuts[i][place[i]];
        ranks[place[dim]].push_back(rank);
    }
    auto time_of = [&](std::size_t part, std::int64_t units) {
        double longest = 0;
        for (std::size_t rank : ranks[part]) {
            shards[rank][dim] = units;
            longest = std::max(longest, time(*members.designs[rank], id, shards[rank]));
        }
        return longest;
    };
    auto held = [&](std::size_t part, double limit) {
        std::int64_t fits = 0, over = op.extents[dim] + 1;
        while (over - fits > 1) {
            std::int64_t middle = (fits + over) / 2;
            (time_of(part, middle) <= limit ? fits : over) = middle;
        }
        return std::max<std::int64_t>(1, fits);
    };
    double low = 0, high = 0;
    for (std::size_t part = 0; part < parts; ++part) high = std::max(high, time_of(part, cuts[dim][part]));
    std::vector<std::int64_t> units = cuts[dim], tried(parts);
    for (int step = 0; step < 10; ++step) {
        double limit = (low + high) / 2;
        std::int64_t sum = 0;
        for (std::size_t part = 0; part < parts; ++part) sum += tried[part] = held(part, limit);
        double longest = 0;
        for (std::size_t part = 0; part < parts; ++part) longest = std::max(longest, time_of(part, tried[part]));
        if (sum < op.extents[dim] || longest > limit) {
            low = limit;
            continue;
        }
        units = tried;
        high = longest;
    }
    // Who is fast keeps what it has; the slow give back what is too much.
    std::int64_t surplus = std::accumulate(units.begin(), units.end(), std::int64_t{0}) - op.extents[dim];
    for (std::size_t part = parts; part-- > 0 && surplus > 0;) {
        std::int64_t back = std::min(surplus, units[part] - 1);
        units[part] -= back;
        surplus -= back;
    }
    cuts[dim] = std::move(units);
}

Strategy SpeedShares::fitted(const FixedMembers& members, OperatorId id, const Strategy& start) {
    const Operator& op = scenario_.graph.operators[id];
    const Factors& es = start.es;
    Cuts cuts;
    for (std::size_t i = 0; i < dim_count; ++i) cuts[i].resize(static_cast<std::size_t>(es[i]));
    for (std::size_t rank = 0; rank < members.nodes.size(); ++rank) {
        IterationBox shard = shard_of(op.extents, start, rank);
        auto place = place_of(es, rank);
        for (std::size_t i = 0; i < dim_count; ++i) cuts[i][place[i]] = shard[i].size();
    }
    int rounds = split_dimensions(es) > 1 ? 2 : 1;
    for (int round = 0; round < rounds; ++round)
        for (std::size_t dim = 0; dim < dim_count; ++dim)
            if (es[dim] > 1) recut(members, id, es, dim, cuts);
    // A rank that weighs the product of its units leaves each dimension cut as it is.
    for (std::size_t i = 0; i < dim_count; ++i) {
        std::int64_t common = 0;
        for (std::int64_t units : cuts[i]) common = std::gcd(common, units);
        for (std::int64_t& units : cuts[i]) units /= common;
    }
    Strategy out{es, std::nullopt, {}};
    for (std::size_t rank = 0; rank < members.nodes.size(); ++rank) {
        auto place = place_of(es, rank);
        std::int64_t share = 1;
        for (std::size_t i = 0; i < dim_count; ++i)
            if (__builtin_mul_overflow(share, cuts[i][place[i]], &share) || share > largest_share) return start;
        out.shares.push_back(share);
    }
    return out;
}

const std::vector<Strategy>& SpeedShares::of_team(const FixedMembers& team, OperatorId id) {
    auto [at, added] = team_strategies_.try_emplace({team.nodes, times_.first_alike(id)});
    std::vector<Strategy>& out = at->second;
    if (!added) return out;
    const Operator& op = scenario_.graph.operators[id];
    const std::vector<std::int64_t>& weights = steady_weights(team);
    auto add = [&](Strategy strategy) {
        if (std::find(out.begin(), out.end(), strategy) == out.end()) out.push_back(std::move(strategy));
    };
    for (const Factors& es : splits(op, static_cast<std::int64_t>(team.nodes.size()))) {
        Strategy steady{es, std::nullopt, weights};
        bool sound = leaves_nobody_out(op, steady);
        Strategy even{es, std::nullopt, std::vector<std::int64_t>(team.nodes.size(), 1)};
        add(fitted(team, id, sound ? steady : even));
        add(sound ? steady : even);
    }
    return out;
}

std::vector<std::vector<std::uint32_t>> SpeedShares::dealt(const FixedMembers& members, std::size_t teams) {
    const std::vector<std::int64_t>& weights = steady_weights(members);
    std::vector<std::int64_t> sums(teams, 0);
    std::vector<std::vector<std::uint32_t>> out(teams);
    std::vector<std::uint32_t> order(weights.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return weights[a] > weights[b]; });
    for (std::uint32_t rank : order) {
        auto slowest = static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin());
        sums[slowest] += weights[rank];
        out[slowest].push_back(rank);
    }
    for (std::vector<std::uint32_t>& team : out) std::sort(team.begin(), team.end());
    return out;
}

std::vector<std::vector<std::uint32_t>> SpeedShares::teams(const FixedMembers& members) {
    std::vector<std::vector<std::uint32_t>> out;
    std::vector<std::uint32_t> fastest;
    for (std::uint32_t rank = 0; rank < members.nodes.size(); ++rank) {
        fastest.push_back(rank);
        out.push_back(fastest);
    }
    for (std::size_t parts = 2; parts <= std::min<std::size_t>(4, members.nodes.size()); ++parts)
        for (std::vector<std::uint32_t>& team : dealt(members, parts))
            if (std::find(out.begin(), out.end(), team) == out.end()) out.push_back(std::move(team));
    return out;
}

std::vector<Strategy> SpeedShares::strategies(const FixedMembers& members, OperatorId id) {
    const Operator& op = scenario_.graph.operators[id];
    std::vector<Strategy> out;
    OperatorId model = model_of(id);
    const Extents limits = search_limits(op);
    auto refused = [&](const Design* design) { return design->refusal(scenario_.graph.operators[model]).has_value(); };
    if (std::any_of(members.designs.begin(), members.designs.end(), refused)) model = id;
    auto add = [&](const std::vector<std::uint32_t>& ranks, const Strategy& of_team) {
        Strategy strategy{of_team.es, std::nullopt, std::vector<std::int64_t>(members.nodes.size(), 0)};
        for (std::size_t i = 0; i < ranks.size(); ++i) strategy.shares[ranks[i]] = of_team.shares[i];
        for (std::size_t i = 0; i < dim_count; ++i)
            if (strategy.es[i] > limits[i]) return;
        if (leaves_nobody_out(op, strategy)) out.push_back(std::move(strategy));
    };
    for (const std::vector<std::uint32_t>& ranks : teams(members)) {
        FixedMembers team;
        for (std::uint32_t rank : ranks) {
            team.nodes.push_back(members.nodes[rank]);
            team.designs.push_back(members.designs[rank]);
        }
        for (const Strategy& strategy : of_team(team, model)) add(ranks, strategy);
    }
    std::vector<Factors> all = splits(op, static_cast<std::int64_t>(members.nodes.size()));
    for (const Factors& es : all) out.push_back({es, std::nullopt, {}});
    if (!op.multiplies()) return out;
    for (const Factors& es : all)
        for (Dim dim : all_dims)
            if (shared_shard_problem(op, scenario_.graph, es, dim).empty()) out.push_back({es, dim, {}});
    return out;
}

} // namespace arsia
