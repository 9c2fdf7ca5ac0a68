#include "mapper/mapping.h"

#include <algorithm>

namespace arsia {

IterationBox shard_of(const Extents& extents, const Factors& factors, std::size_t rank) {
    IterationBox box = whole_box(extents);
    for (std::size_t i = dim_count; i-- > 0;) {
        auto factor = static_cast<std::size_t>(factors[i]);
        if (factor == 1) continue;
        box[i] = part_of(box[i], factors[i], static_cast<std::int64_t>(rank % factor));
        rank /= factor;
    }
    return box;
}

/// Weights of the part that a rank has of one dimension, and of those before it.
struct PartWeight {
    std::int64_t before = 0, own = 0, all = 0;
};

/// `stride`: takers between two that follow each other along the dimension.
static PartWeight weight_of(const std::vector<std::int64_t>& shares, std::size_t factor, std::size_t stride,
                            std::size_t part) {
    PartWeight out;
    std::size_t place = 0;
    for (std::int64_t share : shares) {
        if (share == 0) continue;
        std::size_t at = place++ / stride % factor;
        out.all += share;
        if (at < part) out.before += share;
        if (at == part) out.own += share;
    }
    return out;
}

IterationBox shard_of(const Extents& extents, const Strategy& strategy, std::size_t rank) {
    if (strategy.shares.empty()) return shard_of(extents, strategy.es, rank);
    if (strategy.shares[rank] == 0) return {};
    auto own = strategy.shares.begin() + static_cast<std::ptrdiff_t>(rank);
    auto place = static_cast<std::size_t>(
        std::count_if(strategy.shares.begin(), own, [](std::int64_t share) { return share > 0; }));
    IterationBox box = whole_box(extents);
    std::size_t stride = 1;
    for (std::size_t i = dim_count; i-- > 0;) {
        auto factor = static_cast<std::size_t>(strategy.es[i]);
        if (factor == 1) continue;
        PartWeight weight = weight_of(strategy.shares, factor, stride, place / stride % factor);
        auto bound = [&](std::int64_t up_to) {
            return static_cast<std::int64_t>(static_cast<__int128>(extents[i]) * up_to / weight.all);
        };
        box[i] = {bound(weight.before), bound(weight.before + weight.own)};
        stride *= factor;
    }
    return box;
}

std::vector<std::uint32_t> active_ranks(const Strategy& strategy, std::size_t set_size) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t rank = 0; rank < set_size; ++rank)
        if (strategy.shares.empty() || strategy.shares[rank] > 0) out.push_back(rank);
    return out;
}

TensorBox need_of(const Operator& op, std::size_t input, const TensorShape& shape, const IterationBox& shard) {
    return shard.empty() ? TensorBox{} : op.input_box(input, shape, shard);
}

std::optional<CollectiveAlgorithm> algorithm_of(CollectiveChoice choice) {
    switch (choice) {
    case CollectiveChoice::automatic: break;
    case CollectiveChoice::direct: return CollectiveAlgorithm::direct;
    case CollectiveChoice::ring: return CollectiveAlgorithm::ring;
    case CollectiveChoice::ring_both: return CollectiveAlgorithm::ring_both;
    case CollectiveChoice::halving_doubling: return CollectiveAlgorithm::halving_doubling;
    case CollectiveChoice::hierarchical: return CollectiveAlgorithm::hierarchical;
    }
    return std::nullopt;
}

const std::vector<std::string>& collective_choice_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out = {"auto"};
        for (auto choice = CollectiveChoice::direct; choice <= CollectiveChoice::hierarchical;
             choice = static_cast<CollectiveChoice>(static_cast<int>(choice) + 1))
            out.emplace_back(info_of(*algorithm_of(choice)).name);
        return out;
    }();
    return names;
}

std::size_t placed_operators(const Mapping& mapping) {
    std::size_t count = 0;
    for (const AcceleratorSet& set : mapping.sets) count += set.operators.size();
    return count;
}

std::string to_string(const Strategy& strategy) {
    std::string out;
    for (Dim dim : all_dims) {
        if (at(strategy.es, dim) == 1) continue;
        if (!out.empty()) out += ' ';
        out += dim_letter(dim) + std::to_string(at(strategy.es, dim));
    }
    if (out.empty()) out = "-";
    if (strategy.ss) out += std::string(" +SS ") + dim_letter(*strategy.ss);
    for (std::size_t i = 0; i < strategy.shares.size(); ++i)
        out += (i == 0 ? " by " : ":") + std::to_string(strategy.shares[i]);
    return out;
}

} // namespace arsia
