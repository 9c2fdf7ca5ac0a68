#include "mapper/searches/mars.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/errors.h"
#include "mapper/evaluation/codec.h"
#include "mapper/searches/assignments.h"
#include "mapper/searches/baseline.h"
#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/variation.h"

namespace arsia {

namespace {

// Sizes for the usual budget of one to two thousand evaluations.
constexpr std::size_t batch_size = 40;         ///< evaluations a generation
constexpr std::size_t part_size = 20;          ///< handed out at once
constexpr std::size_t strategies_per_new = 3;  ///< evaluations of a new assignment
constexpr std::size_t population_size = 12;    ///< second level: strategies kept of an assignment
constexpr std::size_t parents = 10;            ///< first level: assignments that may have offspring
constexpr std::size_t random_seeds = 12;       ///< random assignments of the first generation
constexpr double new_share_first = 0.6;        ///< share of a generation for new assignments, at the beginning
constexpr double new_share_last = 0.1;         ///< and at the end of the budget
constexpr std::uint64_t assumed_budget = 4000; ///< where only time is limited
constexpr int tries = 50;                      ///< to find a proposal that was not made before

} // namespace

MarsSearch::MarsSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget)
    : space_(std::move(scenario)), proposer_(space_), random_(seed), budget_(budget == 0 ? assumed_budget : budget) {}

std::vector<Mapping> MarsSearch::propose(std::size_t most) {
    if (queue_.empty()) breed();
    std::vector<Mapping> out;
    for (std::size_t count = std::min({most, queue_.size(), part_size}); count > 0; --count) {
        const Proposal& proposal = queue_.front();
        out.push_back(space_.mapping(individuals_[proposal.individual].assignment, proposal.genes));
        pending_.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return out;
}

bool MarsSearch::proposes_ahead() const {
    return started_ && !dry_ && (!queue_.empty() || reported_ + lag_ >= proposals_);
}

void MarsSearch::report(const std::vector<Candidate>& candidates) {
    if (candidates.size() > pending_.size()) throw std::logic_error("more reports than proposals");
    reported_ += candidates.size();
    for (const Candidate& candidate : candidates) {
        reports_.push_back({std::move(pending_.front()), candidate.evaluation});
        pending_.pop_front();
    }
}

void MarsSearch::breed() {
    if (!started_) {
        first_generation();
        started_ = true;
    } else {
        if (!dry_) {
            learn(proposals_ - lag_);
            next_generation();
            dry_ = queue_.empty();
        }
        if (dry_ && reported_ == proposals_) {
            learn(proposals_);
            next_generation();
            dry_ = false;
        }
    }
    proposals_ += queue_.size();
    lag_ = queue_.size() < batch_size ? 0 : part_size;
}

void MarsSearch::learn(std::uint64_t up_to) {
    for (; learned_ < up_to && !reports_.empty(); ++learned_) {
        Reported reported = std::move(reports_.front());
        reports_.pop_front();
        if (!reported.evaluation.legal) continue;
        TimePs latency = reported.evaluation.latency;
        std::vector<ScoredStrategies>& population = individuals_[reported.proposal.individual].population;
        auto at = std::upper_bound(population.begin(), population.end(), latency,
                                   [](TimePs one, const ScoredStrategies& other) { return one < other.latency; });
        population.insert(at, {latency, std::move(reported.proposal.genes)});
        if (population.size() > population_size) population.pop_back();
    }
}

/// The baseline's mapping, where its sets are candidate sets.
void MarsSearch::add_baseline() {
    Mapping baseline;
    try {
        baseline = baseline_mapping(space_.scenario());
    } catch (const IllegalError&) {
        return;
    }
    Assignment assignment;
    std::size_t operators = space_.graph().operators.size();
    assignment.set_of.assign(operators, 0);
    IdVector<OperatorId, Strategy> strategies(operators);
    for (const AcceleratorSet& set : baseline.sets) {
        const auto& nodes = space_.tree().nodes();
        auto node = std::find_if(nodes.begin(), nodes.end(),
                                 [&](const auto& one) { return one.accelerators == set.accelerators; });
        if (node == nodes.end()) return;
        DesignIndex design = 0;
        while (space_.designs()[design]->name != set.design) ++design;
        for (const Placement& placement : set.operators) {
            assignment.set_of[placement.op] = static_cast<std::uint32_t>(assignment.sets.size());
            strategies[placement.op] = placement.strategy;
        }
        assignment.sets.push_back({static_cast<PartitionTree::Index>(node - nodes.begin()), design});
    }
    if (!space_.normalize(assignment)) return;
    StrategyGenes genes;
    for (OperatorId op : ids_of(strategies)) {
        const SetGene& set = assignment.sets[assignment.set_of[op]];
        genes.push_back(space_.strategy_index(set, op, strategies[op]));
    }
    propose(individual(assignment), std::move(genes));
}

void MarsSearch::first_generation() {
    struct Seed {
        double guess;
        Assignment assignment;
        StrategyGenes genes;
    };
    std::vector<Seed> found;
    for (Assignment& assignment : first_assignments(space_, random_seeds, random_)) {
        StrategyGenes genes = proposer_.fitted(assignment);
        double guess = proposer_.guess(assignment, genes);
        found.push_back({guess, std::move(assignment), std::move(genes)});
    }
    // A small budget should not be spent on the worst of them.
    std::stable_sort(found.begin(), found.end(), [](const Seed& a, const Seed& b) { return a.guess < b.guess; });
    if (space_.has_fixed_designs()) {
        FixedSets sets(space_);
        for (const Seed& seed : found) {
            StrategyProposer::Teams teams = sets.branch_teams(seed.assignment);
            if (!teams.empty()) propose(individual(seed.assignment), proposer_.fitted(seed.assignment, teams));
        }
    }
    for (Seed& seed : found) propose(individual(seed.assignment), std::move(seed.genes));
    add_baseline();
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 4); ++i) {
        std::size_t at = individual(found[i].assignment);
        for (const std::vector<Dim>& dims : std::vector<std::vector<Dim>>{{Dim::P}, {Dim::K}, {Dim::K, Dim::P}})
            propose(at, proposer_.uniform(found[i].assignment, dims));
    }
}

void MarsSearch::next_generation() {
    double share = new_share_first + (new_share_last - new_share_first) * progress();
    auto fresh = static_cast<std::size_t>(std::lround(share * static_cast<double>(batch_size)));
    explore(fresh);
    exploit(batch_size - std::min(batch_size, queue_.size()));
    // A small problem: nothing new near the best assignments, but perhaps elsewhere.
    if (queue_.empty()) explore(batch_size);
}

void MarsSearch::explore(std::size_t evaluations) {
    std::size_t target = queue_.size() + evaluations;
    for (int i = 0; i < tries && queue_.size() < target; ++i) {
        std::vector<std::size_t> ranked = ranking();
        std::optional<Assignment> child;
        std::optional<std::size_t> parent;
        if (ranked.empty()) {
            child = random_assignment(space_, random_);
        } else {
            parent = ranked[draw_rank(std::min(ranked.size(), parents), 0.8)];
            const Assignment& first = individuals_[*parent].assignment;
            if (ranked.size() > 1 && random_.chance(0.3)) {
                std::size_t other = ranked[draw_rank(std::min(ranked.size(), parents), 0.8)];
                child = crossover(space_, first, individuals_[other].assignment, random_);
            } else {
                child = mutate(space_, first, random_);
            }
            if (child && random_.chance(0.25)) child = mutate(space_, *child, random_);
        }
        if (!child) continue;
        std::size_t at = individual(*child);
        if (!individuals_[at].population.empty()) continue;
        StrategyGenes genes = parent ? proposer_.carried_over(individuals_[*parent].assignment,
                                                              individuals_[*parent].population.front().genes, *child)
                                     : random_strategies(space_, *child, random_);
        propose(at, genes);
        if (queue_.size() < target) propose(at, proposer_.fitted(*child));
        for (std::size_t more = 2; more < strategies_per_new && queue_.size() < target; ++more)
            propose(at, proposer_.mutated(*child, genes, random_));
    }
}

void MarsSearch::exploit(std::size_t evaluations) {
    std::vector<std::size_t> ranked = ranking();
    if (ranked.empty()) return;
    // Later generations look at fewer assignments.
    double ratio = 0.75 - 0.4 * progress();
    std::size_t target = queue_.size() + evaluations;
    for (std::size_t failures = 0; queue_.size() < target && failures < static_cast<std::size_t>(tries);) {
        std::size_t at = ranked[draw_rank(std::min(ranked.size(), parents), ratio)];
        if (!propose(at, bred(individuals_[at]))) ++failures;
    }
}

StrategyGenes MarsSearch::bred(const Individual& parent) {
    const std::vector<ScoredStrategies>& population = parent.population;
    StrategyGenes child = population[draw_rank(population.size(), 0.7)].genes;
    if (population.size() > 1 && random_.chance(0.4)) {
        child = crossover(child, population[draw_rank(population.size(), 0.7)].genes, random_);
        if (random_.chance(0.3)) return child;
    }
    child = proposer_.mutated(parent.assignment, child, random_);
    if (random_.chance(0.3)) child = proposer_.mutated(parent.assignment, child, random_);
    return child;
}

std::size_t MarsSearch::individual(const Assignment& assignment) {
    auto at = std::find_if(individuals_.begin(), individuals_.end(),
                           [&](const Individual& other) { return other.assignment == assignment; });
    if (at == individuals_.end()) at = individuals_.insert(at, {assignment, {}});
    return static_cast<std::size_t>(at - individuals_.begin());
}

std::vector<std::size_t> MarsSearch::ranking() const {
    std::vector<std::size_t> ranked;
    for (std::size_t i = 0; i < individuals_.size(); ++i)
        if (!individuals_[i].population.empty()) ranked.push_back(i);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](std::size_t a, std::size_t b) { return individuals_[a].best() < individuals_[b].best(); });
    return ranked;
}

std::size_t MarsSearch::draw_rank(std::size_t count, double ratio) {
    std::vector<double> weights(count, 1);
    for (std::size_t i = 1; i < count; ++i) weights[i] = weights[i - 1] * ratio;
    return random_.weighted(weights);
}

bool MarsSearch::propose(std::size_t individual, StrategyGenes genes) {
    if (!proposed_.insert(mapping_key(space_.mapping(individuals_[individual].assignment, genes))).second) return false;
    queue_.push_back({individual, std::move(genes)});
    return true;
}

double MarsSearch::progress() const {
    return std::min(1.0, static_cast<double>(learned_) / static_cast<double>(budget_));
}

} // namespace arsia
