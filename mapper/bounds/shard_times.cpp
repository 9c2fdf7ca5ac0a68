#include "mapper/bounds/shard_times.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/digest.h"
#include "models/plan_of.h"
#include "workloads/layer_kinds.h"

namespace arsia {

namespace {

/// More designs than this are not told apart.
constexpr std::size_t most_choices = 4;

/// Whether plans of the two are the same for all shards.
bool alike(const Operator& a, const Operator& b) {
    auto window = [](const Operator& op) {
        const Window& w = op.window;
        return std::array{w.stride_h, w.stride_w,   w.dilation_h, w.dilation_w, w.pad_top,
                          w.pad_left, w.pad_bottom, w.pad_right,  op.scale_h,   op.scale_w};
    };
    return a.kind == b.kind && a.type == b.type && a.extents == b.extents && window(a) == window(b) &&
           a.groups == b.groups && a.inputs.size() == b.inputs.size() && a.has_weights == b.has_weights &&
           a.has_bias == b.has_bias && a.affine_parameters == b.affine_parameters && a.mixing == b.mixing &&
           a.neighbours == b.neighbours && a.transposed == b.transposed && a.gates == b.gates &&
           a.sequence == b.sequence && a.entries == b.entries;
}

/// Equal for those that are alike.
std::uint64_t kin_of(const Operator& op) {
    Digest out;
    out.add(op.type).add(static_cast<std::int64_t>(op.kind)).add(op.groups);
    for (std::int64_t extent : op.extents) out.add(extent);
    return out.value();
}

/// Tile times add up exactly as real numbers; the simulator rounds every one of them up.
double least_time(const TilePlan& plan, double memory_bytes_per_ps) {
    double compute = static_cast<double>(plan.compute_cycles) * 1e12 / static_cast<double>(plan.clock.hertz);
    if (memory_bytes_per_ps <= 0 || plan.phases.empty()) return compute;
    Bytes first = plan.phases.front().steps.empty() ? 0 : plan.phases.front().steps.front().load_bytes();
    Bytes last = plan.phases.back().store_bytes;
    return std::max(compute + static_cast<double>(first + last) / memory_bytes_per_ps,
                    static_cast<double>(plan.memory_bytes()) / memory_bytes_per_ps);
}

double widest_memory(const Scenario& scenario) {
    double widest = 0;
    for (NodeId node : scenario.accelerators) {
        double bandwidth = scenario.platform.nodes[node].memory.bandwidth.bytes_per_second() / 1e12;
        if (bandwidth == 0) return 0;
        widest = std::max(widest, bandwidth);
    }
    return widest;
}

} // namespace

ShardTimes::ShardTimes(const Scenario& scenario) : scenario_(scenario), memory_bytes_per_ps_(widest_memory(scenario)) {
    bool apart = scenario.designs.size() <= most_choices;
    if (!apart) choices_.resize(1);
    for (const auto& entry : scenario.designs) {
        if (apart) choices_.emplace_back();
        choices_.back().push_back(entry.second.get());
    }
    std::unordered_map<std::uint64_t, std::vector<OperatorId>> first_of_kin;
    LayerKinds kinds(scenario.graph);
    for (OperatorId id : ids_of(scenario.graph.operators)) {
        if (!kinds.is_first(id)) {
            alike_.push_back(alike_[kinds.first(kinds.of(id))]);
            continue;
        }
        const Operator& op = scenario.graph.operators[id];
        std::vector<OperatorId>& kin = first_of_kin[kin_of(op)];
        auto first = std::find_if(kin.begin(), kin.end(),
                                  [&](OperatorId other) { return alike(scenario.graph.operators[other], op); });
        alike_.push_back(first == kin.end() ? id : *first);
        if (first == kin.end()) kin.push_back(id);
    }
}

double ShardTimes::of(std::size_t choice, OperatorId op, const Extents& shard) {
    double least = std::numeric_limits<double>::infinity();
    for (const Design* design : choices_[choice]) least = std::min(least, of(*design, op, shard));
    return least;
}

double ShardTimes::of(OperatorId op, const Extents& shard) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t choice = 0; choice < choices(); ++choice) least = std::min(least, of(choice, op, shard));
    return least;
}

double ShardTimes::of(const Design& design, OperatorId op, const Extents& shard) {
    auto [at, added] = known_.try_emplace({&design, alike_[op], shard}, 0);
    if (!added) return at->second;
    const Operator& work = scenario_.graph.operators[op];
    at->second = design.refusal(work)
                     ? std::numeric_limits<double>::infinity()
                     : least_time(plan_of(design, work, shard, scenario_.graph.element_bits), memory_bytes_per_ps_);
    return at->second;
}

} // namespace arsia
