#include "mapper/evaluation/evaluation_cache.h"

#include <cstdint>

namespace arsia {

namespace {

/// Seven bits a byte, low first, the top bit set on all but the last: prefix-free, and one byte for most fields.
void append(std::string& key, std::uint64_t value) {
    while (value >= 128) {
        key.push_back(static_cast<char>(value | 128));
        value >>= 7;
    }
    key.push_back(static_cast<char>(value));
}

void append(std::string& key, const Placement& placement) {
    append(key, placement.op.value());
    // An unsplit dimension is the common case: a bit each says which factors follow.
    std::uint64_t split = 0;
    for (std::size_t i = 0; i < dim_count; ++i)
        if (placement.strategy.es[i] != 1) split |= std::uint64_t{1} << i;
    append(key, split);
    for (std::size_t i = 0; i < dim_count; ++i)
        if (placement.strategy.es[i] != 1) append(key, static_cast<std::uint64_t>(placement.strategy.es[i]));
    std::uint64_t shared = placement.strategy.ss ? 1 + static_cast<std::uint64_t>(*placement.strategy.ss) : 0;
    std::uint64_t resident = placement.resident ? 1 + static_cast<std::uint64_t>(*placement.resident) : 0;
    append(key, shared * 3 + resident);
}

} // namespace

std::string mapping_key(const Mapping& mapping) {
    std::string key;
    append(key, static_cast<std::uint64_t>(mapping.collectives));
    append(key, mapping.sets.size());
    for (const AcceleratorSet& set : mapping.sets) {
        append(key, set.accelerators.size());
        for (NodeId node : set.accelerators) append(key, node.value());
        append(key, set.design.size());
        key += set.design;
        append(key, set.reconfigure ? 1 : 0);
        append(key, set.operators.size());
        for (const Placement& placement : set.operators) append(key, placement);
    }
    return key;
}

const Evaluation* EvaluationCache::find(const std::string& key) const {
    auto found = known_.find(key);
    return found == known_.end() ? nullptr : &found->second;
}

const Evaluation& EvaluationCache::insert(std::string key, Evaluation evaluation) {
    return known_.emplace(std::move(key), std::move(evaluation)).first->second;
}

} // namespace arsia
