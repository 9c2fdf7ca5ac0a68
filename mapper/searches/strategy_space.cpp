#include "mapper/searches/strategy_space.h"

#include <algorithm>
#include <array>

#include "mapper/legality.h"
#include "mapper/lowering/recurrent_steps.h"

namespace arsia {

namespace {

void factorize(std::int64_t left, const Extents& limits, std::size_t dim, Factors& factors, std::vector<Factors>& out) {
    if (dim == dim_count) {
        if (left == 1) out.push_back(factors);
        return;
    }
    for (std::int64_t factor = std::min(left, limits[dim]); factor >= 1; --factor) {
        if (left % factor != 0) continue;
        factors[dim] = factor;
        factorize(left / factor, limits, dim + 1, factors, out);
    }
    factors[dim] = 1;
}

} // namespace

std::vector<Factors> factorizations(std::int64_t product, const Extents& limits) {
    std::vector<Factors> out;
    Factors factors = no_split;
    factorize(product, limits, 0, factors, out);
    return out;
}

Extents search_limits(const Operator& op) {
    Extents limits = op.split_limits();
    if (op.kind != OperatorKind::lstm) return limits;
    std::int64_t exchanges = at(op.extents, Dim::P) - 1, ranks = 1;
    auto messages = [&](std::int64_t count) { return exchanges * count * (count - 1); };
    while (ranks < at(limits, Dim::K) && messages(ranks + 1) <= std::int64_t{RecurrentSteps::most_messages}) ++ranks;
    at(limits, Dim::K) = ranks;
    return limits;
}

std::vector<Strategy> legal_strategies(const Graph& graph, const Operator& op, std::int64_t set_size) {
    std::vector<Strategy> out;
    for (const Factors& es : factorizations(set_size, search_limits(op))) out.push_back({es, std::nullopt});
    std::size_t exclusive = out.size();
    for (std::size_t i = 0; i < exclusive; ++i)
        for (Dim dim : all_dims)
            if (shared_shard_problem(op, graph, out[i].es, dim).empty()) out.push_back({out[i].es, dim});
    return out;
}

std::optional<Factors> longest_dimensions_split(const Extents& extents, std::int64_t set_size) {
    std::array<std::size_t, dim_count> longest{};
    for (std::size_t i = 0; i < dim_count; ++i) longest[i] = i;
    std::stable_sort(longest.begin(), longest.end(),
                     [&](std::size_t a, std::size_t b) { return extents[a] > extents[b]; });

    Extents limits = no_split;
    for (std::size_t used = 0; used < dim_count; ++used) {
        limits[longest[used]] = extents[longest[used]];
        if (used == 0) continue; // a split over one dimension is found among those over two
        std::optional<Factors> best;
        auto largest = [](const Factors& factors) { return *std::max_element(factors.begin(), factors.end()); };
        auto more_on_longer = [&](const Factors& a, const Factors& b) {
            for (std::size_t dim : longest)
                if (a[dim] != b[dim]) return a[dim] > b[dim];
            return false;
        };
        for (const Factors& factors : factorizations(set_size, limits)) {
            if (!best || largest(factors) < largest(*best) ||
                (largest(factors) == largest(*best) && more_on_longer(factors, *best)))
                best = factors;
        }
        if (best) return best;
    }
    return std::nullopt;
}

std::optional<Factors> longest_dimensions_split(const Operator& op, std::int64_t set_size) {
    return longest_dimensions_split(search_limits(op), set_size);
}

const std::vector<Strategy>& StrategySpaces::of(OperatorId op, std::int64_t set_size) const {
    auto [at, added] = spaces_.try_emplace(set_size);
    if (added) at->second.resize(kinds_.count());
    std::optional<std::vector<Strategy>>& space = at->second[kinds_.of(op)];
    if (!space) space = legal_strategies(*graph_, graph_->operators[op], set_size);
    return *space;
}

std::size_t StrategySpaces::index_of(OperatorId op, std::int64_t set_size, const Strategy& strategy) const {
    const std::vector<Strategy>& space = of(op, set_size);
    return static_cast<std::size_t>(std::find(space.begin(), space.end(), strategy) - space.begin());
}

} // namespace arsia
