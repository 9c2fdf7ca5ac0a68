#include "mapper/lowering/plan_cache.h"

#include "models/plan_of.h"

namespace arsia {

namespace {

/// Beyond this the cache starts anew, so that long searches do not fill the memory.
constexpr std::size_t most_plans = 1 << 15;

PlanPtr accumulating(const TilePlan& plan) {
    auto out = std::make_shared<TilePlan>(plan);
    for (TilePhase& phase : out->phases) {
        if (phase.steps.empty() || phase.store_bytes == 0) continue;
        TileStep reload = phase.steps.front();
        reload.count = 1;
        reload.input_bytes += phase.store_bytes;
        if (--phase.steps.front().count == 0) phase.steps.erase(phase.steps.begin());
        phase.steps.insert(phase.steps.begin(), reload);
    }
    out->add_up();
    return out;
}

} // namespace

std::size_t PlanCache::KeyHash::operator()(const Key& key) const {
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.design) ^ (key.kind.value() * 2ULL + key.accumulate);
    for (std::int64_t extent : key.shard)
        hash = (hash ^ static_cast<std::uint64_t>(extent)) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

PlanPtr& PlanCache::entry(const Key& key) {
    if (plans_.size() >= most_plans) plans_.clear();
    return plans_[key];
}

const PlanPtr& PlanCache::compute(const Design& design, OperatorId op, const Extents& shard, bool accumulate) {
    PlanPtr& plan = entry({&design, kinds_.of(op), shard, accumulate});
    if (!plan) {
        plan = std::make_shared<TilePlan>(plan_of(design, graph_->operators[op], shard, graph_->element_bits));
        if (accumulate) plan = accumulating(*plan);
    }
    return plan;
}

} // namespace arsia
