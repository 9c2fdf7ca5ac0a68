#include "mapper/searches/genome.h"

#include <algorithm>
#include <numeric>

namespace arsia {

GenomeSpace::GenomeSpace(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)), tree_(scenario_->platform), spaces_(scenario_->graph) {
    std::vector<std::string> names;
    for (const auto& [name, design] : scenario_->designs) {
        names.push_back(name);
        designs_.push_back(design);
        IdVector<OperatorId, double> times;
        for (const Operator& op : graph().operators) {
            double time = -1;
            if (!design->refusal(op)) {
                Cycles cycles = design->plan(op, op.extents, graph().element_bits).compute_cycles;
                time = static_cast<double>(cycles) * 1e12 / static_cast<double>(design->clock.hertz);
            }
            times.push_back(time);
        }
        compute_time_.push_back(std::move(times));
    }
    for (const PartitionTree::Node& node : tree_.nodes()) {
        std::vector<DesignIndex> indices;
        for (const std::string& name : scenario_->common_designs(node.accelerators)) {
            auto at = std::find(names.begin(), names.end(), name);
            if (at != names.end()) indices.push_back(static_cast<DesignIndex>(at - names.begin()));
        }
        allowed_.push_back(std::move(indices));
    }
}

bool GenomeSpace::can_run(const SetGene& set, OperatorId op) const {
    if (!accepts(set.design, op)) return false;
    std::int64_t size = tree_.size_of(set.node);
    auto [at, added] = splittable_.try_emplace({size, op}, false);
    if (added) at->second = !factorizations(size, search_limits(graph().operators[op])).empty();
    return at->second;
}

bool GenomeSpace::normalize(Assignment& assignment) const {
    const std::vector<SetGene>& sets = assignment.sets;
    auto count = static_cast<std::uint32_t>(sets.size());
    std::uint32_t before = count;
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::uint32_t& mine = assignment.set_of[op];
        if (mine >= count || !can_run(sets[mine], op)) {
            mine = before;
            for (std::uint32_t other = 0; (mine >= count || !can_run(sets[mine], op)) && other <= count; ++other)
                mine = other;
            if (mine >= count) return false;
        }
        before = mine;
    }

    std::vector<bool> used(count, false);
    for (std::uint32_t set : assignment.set_of) used[set] = true;
    std::vector<std::uint32_t> order;
    for (std::uint32_t set = 0; set < count; ++set)
        if (used[set]) order.push_back(set);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return sets[a].node < sets[b].node; });
    std::vector<SetGene> sorted;
    std::vector<std::uint32_t> position(count, 0);
    for (std::uint32_t set : order) {
        position[set] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(sets[set]);
    }
    for (std::uint32_t& set : assignment.set_of) set = position[set];
    assignment.sets = std::move(sorted);
    return true;
}

Mapping GenomeSpace::mapping(const Assignment& assignment, const StrategyGenes& genes) const {
    Mapping out;
    for (const SetGene& gene : assignment.sets) {
        AcceleratorSet set;
        set.accelerators = tree_.node(gene.node).accelerators;
        set.design = designs_[gene.design]->name;
        out.sets.push_back(std::move(set));
    }
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::uint32_t set = assignment.set_of[op];
        out.sets[set].operators.push_back({op, strategies(assignment.sets[set], op)[genes[op]], std::nullopt});
    }
    return out;
}

} // namespace arsia
