#include "mapper/mapping.h"

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

std::string to_string(const Strategy& strategy) {
    std::string out;
    for (Dim dim : all_dims) {
        if (at(strategy.es, dim) == 1) continue;
        if (!out.empty()) out += ' ';
        out += dim_letter(dim) + std::to_string(at(strategy.es, dim));
    }
    if (out.empty()) out = "-";
    if (strategy.ss) out += std::string(" +SS ") + dim_letter(*strategy.ss);
    return out;
}

} // namespace arsia
