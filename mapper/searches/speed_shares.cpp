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
        if (shard_of(op.extents, strategy, rank).empty()) return false;
    return true;
}

} // namespace

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
        Extents shard = sizes_of(shard_of(op.extents, strategy, rank));
        if (strategy.ss) at(shard, *strategy.ss) = divide_up(at(shard, *strategy.ss), phases);
        out = std::max(out, time(*members.designs[rank], id, shard));
    }
    return out;
}

std::vector<std::int64_t> SpeedShares::steady_weights(const FixedMembers& members) {
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
    std::vector<std::int64_t> out;
    for (double speed : speeds) out.push_back(std::max<std::int64_t>(1, std::llround(1000 * speed / sum)));
    return out;
}

Strategy SpeedShares::steady(const FixedMembers&, OperatorId id, const Factors& es) const {
    Strategy out{es, std::nullopt, weights_};
    return leaves_nobody_out(scenario_.graph.operators[id], out) ? out : Strategy{es, std::nullopt, {}};
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

std::vector<Strategy> SpeedShares::strategies(const FixedMembers& members, OperatorId id) {
    const Operator& op = scenario_.graph.operators[id];
    weights_ = steady_weights(members);
    std::vector<Factors> all = splits(op, static_cast<std::int64_t>(members.nodes.size()));
    std::vector<Strategy> out;
    for (const Factors& es : all) {
        Strategy by_speed = steady(members, id, es);
        out.push_back(fitted(members, id, by_speed));
        out.push_back(std::move(by_speed));
        out.push_back({es, std::nullopt, {}});
    }
    for (const Factors& es : all)
        for (Dim dim : all_dims)
            if (shared_shard_problem(op, scenario_.graph, es, dim).empty()) out.push_back({es, dim, {}});
    return out;
}

} // namespace arsia
