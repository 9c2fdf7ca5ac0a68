#include "mapper/searches/strategy_proposer.h"

#include <algorithm>
#include <cmath>

#include "mapper/searches/variation.h"

namespace arsia {

std::uint32_t StrategyProposer::best_choice(const Assignment& assignment, const StrategyGenes& genes, OperatorId op,
                                            bool with_consumers, const Teams& teams) {
    const SetGene& set = set_of(assignment, op);
    const std::vector<std::uint32_t>& choices =
        teams.empty() || teams[op].empty() ? model_.shortlist(set, op) : choices_of(set, op, teams[op]);
    const std::vector<double>& times = model_.local_times(assignment, genes, op, choices, with_consumers);
    return choices[static_cast<std::size_t>(std::min_element(times.begin(), times.end()) - times.begin())];
}

const std::vector<std::uint32_t>& StrategyProposer::choices_of(const SetGene& set, OperatorId op, const Team& team) {
    auto [at, added] = choices_.try_emplace({set.node, space_->layer(op), team});
    if (!added) return at->second;
    const std::vector<Strategy>& all = space_->strategies(set, op);
    auto size = static_cast<std::size_t>(space_->tree().size_of(set.node));
    std::vector<std::uint32_t>& found = at->second;
    for (std::uint32_t choice = 0; choice < all.size(); ++choice)
        if (!all[choice].shares.empty() && active_ranks(all[choice], size) == team) found.push_back(choice);
    const std::vector<double>& times = model_.run_times(set, op);
    std::stable_sort(found.begin(), found.end(), [&](auto a, auto b) { return times[a] < times[b]; });
    if (found.empty()) found = model_.shortlist(set, op);
    return found;
}

void StrategyProposer::sweep(const Assignment& assignment, StrategyGenes& genes, const Teams& teams) {
    constexpr int most_sweeps = 4;
    bool changed = true;
    for (int i = 0; i < most_sweeps && changed; ++i) {
        changed = false;
        for (OperatorId op : ids_of(genes)) {
            std::uint32_t choice = best_choice(assignment, genes, op, true, teams);
            changed |= choice != genes[op];
            genes[op] = choice;
        }
    }
}

StrategyGenes StrategyProposer::fitted(const Assignment& assignment, const Teams& teams) {
    StrategyGenes genes(assignment.set_of.size(), 0);
    for (OperatorId op : ids_of(genes)) genes[op] = best_choice(assignment, genes, op, false, teams);
    sweep(assignment, genes, teams);
    return genes;
}

StrategyGenes StrategyProposer::uniform(const Assignment& assignment, const std::vector<Dim>& dims) const {
    StrategyGenes genes;
    for (OperatorId id : ids_of(assignment.set_of)) {
        const SetGene& set = set_of(assignment, id);
        const Extents extents = search_limits(space_->graph().operators[id]);
        std::int64_t size = space_->tree().size_of(set.node);
        Extents limits = no_split;
        for (Dim dim : dims) at(limits, dim) = at(extents, dim);
        std::optional<Factors> es;
        for (const Factors& factors : factorizations(size, limits)) {
            auto more_even = [&](const Factors& a, const Factors& b) {
                std::int64_t largest_a = *std::max_element(a.begin(), a.end());
                std::int64_t largest_b = *std::max_element(b.begin(), b.end());
                if (largest_a != largest_b) return largest_a < largest_b;
                for (Dim dim : dims)
                    if (at(a, dim) != at(b, dim)) return at(a, dim) > at(b, dim);
                return false;
            };
            if (!es || more_even(factors, *es)) es = factors;
        }
        if (!es) es = longest_dimensions_split(extents, size);
        // A mix does not offer every split; its first is as good as any.
        std::uint32_t index = space_->strategy_index(set, id, {*es, std::nullopt, {}});
        genes.push_back(index < space_->strategies(set, id).size() ? index : 0);
    }
    return genes;
}

StrategyGenes StrategyProposer::carried_over(const Assignment& before, const StrategyGenes& genes,
                                             const Assignment& now) {
    StrategyGenes out(genes.size(), 0);
    for (OperatorId op : ids_of(genes)) {
        bool same = space_->strategy_list(set_of(before, op)) == space_->strategy_list(set_of(now, op));
        out[op] = same ? genes[op] : best_choice(now, out, op, false, {});
    }
    return out;
}

StrategyGenes StrategyProposer::mutated(const Assignment& assignment, const StrategyGenes& genes, Random& random) {
    StrategyGenes child = genes;
    if (space_->has_fixed_designs() && random.chance(0.25)) {
        regroup(assignment, child, random);
        return child;
    }
    switch (random.below(4)) {
    case 0: align(assignment, child, random); break;
    case 1: leap(assignment, child, random); break;
    default: redraw(assignment, child, random); break;
    }
    return child;
}

void StrategyProposer::redraw(const Assignment& assignment, StrategyGenes& genes, Random& random) {
    OperatorRun run = random_run(genes.size(), 10, random);
    // Between a twentieth and a half of the best local time: sometimes almost greedy, sometimes adventurous.
    double temperature = 0.05 * std::pow(10.0, random.real());
    // Who runs side by side with others would mostly be drawn to all accelerators, as the guess sees no others.
    bool keeps_teams = space_->has_fixed_designs() && random.chance(0.7);
    std::vector<double> weights;
    for (std::size_t i = run.begin; i < run.end; ++i) {
        OperatorId op(i);
        const SetGene& set = set_of(assignment, op);
        const Strategy& present = space_->strategies(set, op)[genes[op]];
        bool in_team = keeps_teams && !present.shares.empty();
        const std::vector<std::uint32_t>& choices =
            in_team ? choices_of(set, op, active_ranks(present, present.shares.size())) : model_.shortlist(set, op);
        const std::vector<double>& times = model_.local_times(assignment, genes, op, choices, true);
        double least = *std::min_element(times.begin(), times.end());
        weights.clear();
        for (double time : times) weights.push_back(std::exp((least - time) / (temperature * (least + 1))));
        genes[op] = choices[random.weighted(weights)];
    }
}

void StrategyProposer::regroup(const Assignment& assignment, StrategyGenes& genes, Random& random) {
    OperatorRun run = random_run(genes.size(), 24, random);
    OperatorId anchor(run.begin + static_cast<std::size_t>(random.below(run.end - run.begin)));
    const SetGene& set = set_of(assignment, anchor);
    if (!space_->is_mix(set.design)) return;
    const Team team = random.pick(space_->speeds().teams(space_->members(set.design)));
    Teams teams(genes.size());
    for (std::size_t i = run.begin; i < run.end; ++i)
        if (assignment.set_of[OperatorId(i)] == assignment.set_of[anchor]) teams[OperatorId(i)] = team;
    for (std::size_t i = run.begin; i < run.end; ++i) {
        OperatorId op(i);
        if (!teams[op].empty()) genes[op] = best_choice(assignment, genes, op, true, teams);
    }
}

void StrategyProposer::align(const Assignment& assignment, StrategyGenes& genes, Random& random) const {
    OperatorRun run = random_run(genes.size(), 16, random);
    OperatorId anchor(run.begin + static_cast<std::size_t>(random.below(run.end - run.begin)));
    const Strategy& wanted = space_->strategies(set_of(assignment, anchor), anchor)[genes[anchor]];
    for (std::size_t i = run.begin; i < run.end; ++i) {
        OperatorId op(i);
        const SetGene& set = set_of(assignment, op);
        std::uint32_t index = space_->strategy_index(set, op, wanted);
        if (index == space_->strategies(set, op).size())
            index = space_->strategy_index(set, op, {wanted.es, std::nullopt});
        if (index < space_->strategies(set, op).size()) genes[op] = index;
    }
}

void StrategyProposer::leap(const Assignment& assignment, StrategyGenes& genes, Random& random) {
    OperatorId op(static_cast<std::size_t>(random.below(genes.size())));
    genes[op] = random.pick(model_.shortlist(set_of(assignment, op), op));
}

} // namespace arsia
