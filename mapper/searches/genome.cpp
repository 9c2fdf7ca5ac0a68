#include "mapper/searches/genome.h"

#include <algorithm>
#include <limits>

#include "models/plan_of.h"

namespace arsia {

GenomeSpace::GenomeSpace(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)), tree_(scenario_->platform), spaces_(scenario_->graph), speeds_(*scenario_) {
    for (const auto& [name, design] : scenario_->designs) {
        designs_.push_back(design);
        IdVector<OperatorId, double> times;
        LayerTable<double> known(spaces_.kinds());
        for (OperatorId id : ids_of(graph().operators))
            times.push_back(known.of(id, [&, &what = *design] {
                const Operator& op = graph().operators[id];
                if (what.refusal(op)) return -1.0;
                Cycles cycles = plan_of(what, op, op.extents, graph().element_bits).compute_cycles;
                return static_cast<double>(cycles) * 1e12 / static_cast<double>(what.clock.hertz);
            }));
        compute_time_.push_back(std::move(times));
    }
    const std::vector<NodeId>& all = scenario_->accelerators;
    fixed_ = scenario_->common_designs(all).empty() &&
             std::all_of(all.begin(), all.end(), [&](NodeId node) { return only_design(node) < designs_.size(); });
    if (fixed_) {
        network_time_.assign(scenario_->platform.nodes.size(), 0);
        for (NodeId node : all)
            for (double time : compute_time_[only_design(node)]) network_time_[node] += std::max(0.0, time);
    }
    for (PartitionTree::Index node = 0; node < tree_.nodes().size(); ++node) add_allowed(node);
    number_layers();
}

/// In a mix, an operator that does not multiply is split like the one before it that does.
void GenomeSpace::number_layers() {
    const LayerKinds& kinds = spaces_.kinds();
    std::map<std::pair<LayerKindId, LayerKindId>, std::uint32_t> numbers;
    for (OperatorId op : ids_of(graph().operators)) {
        LayerKindId kind = kinds.of(op), model = fixed_ ? kinds.of(speeds_.model_of(op)) : kind;
        auto number = static_cast<std::uint32_t>(numbers.size());
        layer_.push_back(numbers.try_emplace({kind, model}, number).first->second);
    }
}

DesignIndex GenomeSpace::only_design(NodeId accelerator) const {
    auto none = static_cast<DesignIndex>(designs_.size()), found = none;
    for (DesignIndex design = 0; design < designs_.size(); ++design) {
        if (!scenario_->allows(accelerator, designs_[design]->name)) continue;
        if (found != none) return none;
        found = design;
    }
    return found;
}

void GenomeSpace::add_allowed(PartitionTree::Index node) const {
    const std::vector<NodeId>& accelerators = tree_.node(node).accelerators;
    std::vector<DesignIndex> indices;
    for (const std::string& name : scenario_->common_designs(accelerators))
        for (DesignIndex design = 0; design < designs_.size(); ++design)
            if (designs_[design]->name == name) indices.push_back(design);
    if (indices.empty() && fixed_) indices.push_back(add_mix(accelerators));
    allowed_.push_back(std::move(indices));
}

DesignIndex GenomeSpace::add_mix(const std::vector<NodeId>& accelerators) const {
    FixedMembers members{accelerators, {}};
    for (NodeId node : accelerators) members.designs.push_back(designs_[only_design(node)].get());
    IdVector<OperatorId, double> times;
    for (OperatorId op : ids_of(graph().operators)) {
        double speed = 0;
        for (NodeId node : accelerators) {
            double time = compute_time_[only_design(node)][op];
            if (time < 0) speed = -std::numeric_limits<double>::infinity(); // one refusal is enough
            speed += 1 / std::max(1.0, time);
        }
        times.push_back(speed < 0 ? -1 : static_cast<double>(accelerators.size()) / speed);
    }
    mixes_.push_back(std::move(members));
    compute_time_.push_back(std::move(times));
    return static_cast<DesignIndex>(compute_time_.size() - 1);
}

PartitionTree::Index GenomeSpace::node_of(std::vector<NodeId> accelerators) const {
    std::sort(accelerators.begin(), accelerators.end());
    if (fixed_) {
        std::stable_sort(accelerators.begin(), accelerators.end(),
                         [&](NodeId a, NodeId b) { return network_time_[a] < network_time_[b]; });
    }
    PartitionTree::Index node = tree_.with(accelerators);
    if (node == allowed_.size()) add_allowed(node);
    return node;
}

const std::vector<Strategy>& GenomeSpace::mixed_strategies(const SetGene& set, OperatorId op) const {
    auto [at, added] = mixed_spaces_.try_emplace({set.design, layer(op)});
    if (added) at->second = speeds_.strategies(members(set.design), op);
    return at->second;
}

bool GenomeSpace::can_run(const SetGene& set, OperatorId op) const {
    if (!accepts(set.design, op)) return false;
    std::int64_t size = tree_.size_of(set.node);
    auto [at, added] = splittable_.try_emplace(size);
    if (added) at->second.resize(spaces_.kinds().count());
    std::optional<bool>& known = at->second[spaces_.kinds().of(op)];
    if (!known) known = !factorizations(size, search_limits(graph().operators[op])).empty();
    return *known;
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

AcceleratorSet GenomeSpace::accelerator_set(const SetGene& gene) const {
    AcceleratorSet set;
    set.accelerators = tree_.node(gene.node).accelerators;
    if (is_mix(gene.design))
        for (const Design* design : members(gene.design).designs) set.designs.push_back(design->name);
    else
        set.design = designs_[gene.design]->name;
    return set;
}

Mapping GenomeSpace::fragment(const Assignment& assignment, const std::vector<Chosen>& operators) const {
    Mapping out;
    out.fragment = true;
    std::vector<std::uint32_t> sets; // of the assignment, by set of the fragment
    for (const Chosen& chosen : operators) {
        std::uint32_t set = assignment.set_of[chosen.op];
        auto at = static_cast<std::size_t>(std::find(sets.begin(), sets.end(), set) - sets.begin());
        if (at == sets.size()) {
            sets.push_back(set);
            out.sets.push_back(accelerator_set(assignment.sets[set]));
        }
        const Strategy& strategy = strategies(assignment.sets[set], chosen.op)[chosen.strategy];
        out.sets[at].operators.push_back({chosen.op, strategy, std::nullopt});
    }
    return out;
}

Mapping GenomeSpace::mapping(const Assignment& assignment, const StrategyGenes& genes) const {
    Mapping out;
    for (const SetGene& gene : assignment.sets) out.sets.push_back(accelerator_set(gene));
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::uint32_t set = assignment.set_of[op];
        out.sets[set].operators.push_back({op, strategies(assignment.sets[set], op)[genes[op]], std::nullopt});
    }
    return out;
}

} // namespace arsia
