#include "mapper/searches/nsga2.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

#include <pagmo/utils/multi_objective.hpp>

#include "mapper/evaluation/codec.h"
#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/variation.h"

namespace arsia {

namespace {

constexpr std::size_t part_size = 20;          ///< handed out at once
constexpr std::uint64_t generations = 20;      ///< that a small budget should have
constexpr std::size_t smallest = 24;           ///< population
constexpr std::size_t largest = 80;            ///< population
constexpr std::uint64_t assumed_budget = 4000; ///< where only time is limited
constexpr int tries = 50;                      ///< to find a child that was not proposed before
constexpr double assignment_share = 0.25;      ///< children with another assignment
constexpr double uniform_share = 0.4;          ///< changes of strategies that look at no guess of time
constexpr std::size_t longest_run = 6;         ///< operators of such a change

/// Crowding distance of each point of one rank, by the objectives in which they differ: where all are equal, pagmo
/// divides by their range.
std::vector<double> crowding_of(const std::vector<Objectives>& points, const std::vector<std::size_t>& rank) {
    if (rank.size() < 3) return std::vector<double>(rank.size(), 0);
    std::vector<std::vector<double>> varied(rank.size());
    for (std::size_t i = 0; i < Objectives().size(); ++i) {
        auto value = [&](std::size_t at) { return points[at][i]; };
        if (std::all_of(rank.begin(), rank.end(), [&](std::size_t at) { return value(at) == value(rank[0]); }))
            continue;
        for (std::size_t at = 0; at < rank.size(); ++at) varied[at].push_back(static_cast<double>(value(rank[at])));
    }
    return pagmo::crowding_distance(varied);
}

} // namespace

std::vector<std::size_t> nsga2_order(const std::vector<Objectives>& points) {
    std::vector<std::size_t> out(points.size());
    std::iota(out.begin(), out.end(), 0);
    if (points.size() < 2) return out;
    out.clear();
    std::vector<std::vector<double>> values;
    for (const Objectives& point : points) values.emplace_back(point.begin(), point.end());
    std::vector<std::vector<std::size_t>> ranks = std::get<0>(pagmo::fast_non_dominated_sorting(values));
    for (std::vector<std::size_t>& rank : ranks) {
        std::sort(rank.begin(), rank.end());
        std::vector<double> crowding = crowding_of(points, rank);
        std::vector<std::size_t> order(rank.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return crowding[a] > crowding[b]; });
        for (std::size_t at : order) out.push_back(rank[at]);
    }
    return out;
}

Nsga2Search::Nsga2Search(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget)
    : space_(std::move(scenario)), proposer_(space_), random_(seed),
      size_(std::clamp(static_cast<std::size_t>((budget == 0 ? assumed_budget : budget) / generations), smallest,
                       largest)) {}

std::vector<Mapping> Nsga2Search::propose(std::size_t most) {
    if (queue_.empty()) {
        if (started_) {
            select();
            next_generation();
        } else {
            first_generation();
            started_ = true;
        }
    }
    std::vector<Mapping> out;
    for (std::size_t count = std::min({most, queue_.size(), part_size}); count > 0; --count) {
        out.push_back(space_.mapping(queue_.front().assignment, queue_.front().genes));
        pending_.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return out;
}

void Nsga2Search::report(const std::vector<Candidate>& candidates) {
    if (candidates.size() > pending_.size()) throw std::logic_error("more reports than proposals");
    for (const Candidate& candidate : candidates) {
        if (candidate.evaluation.legal) {
            pending_.front().objectives = objectives_of(candidate.evaluation);
            children_.push_back(std::move(pending_.front()));
        }
        pending_.pop_front();
    }
}

void Nsga2Search::first_generation() {
    std::size_t operators = space_.graph().operators.size();
    const PartitionTree& tree = space_.tree();
    auto fitted = [&](Assignment assignment) {
        if (!space_.normalize(assignment)) return;
        StrategyGenes genes = proposer_.fitted(assignment);
        propose(std::move(assignment), std::move(genes));
    };
    // Everything on one set, of each size and with each design: few accelerators are slow and take little energy, and
    // splitting the weights takes little memory.
    std::set<std::int64_t> sizes;
    for (PartitionTree::Index node = 0; node < tree.nodes().size(); ++node) {
        if (!sizes.insert(tree.size_of(node)).second) continue;
        for (DesignIndex design : space_.allowed(node)) {
            Assignment assignment{{{node, design}}, IdVector<OperatorId, std::uint32_t>(operators, 0)};
            if (!space_.normalize(assignment)) continue;
            fitted(assignment);
            propose(assignment, proposer_.uniform(assignment, {Dim::K}));
        }
    }
    if (space_.has_fixed_designs())
        for (Assignment& assignment : FixedSets(space_).seeds()) fitted(std::move(assignment));
    for (std::size_t i = 0; i < 2 * size_ && queue_.size() < size_; ++i)
        if (std::optional<Assignment> assignment = weighted_assignment(space_, random_)) fitted(std::move(*assignment));
}

void Nsga2Search::next_generation() {
    auto breed = [&](auto make) {
        int failures = 0; // in a row
        while (queue_.size() < size_ && failures < tries) {
            std::optional<Individual> next = make();
            bool found = next && propose(std::move(next->assignment), std::move(next->genes));
            failures = found ? 0 : failures + 1;
        }
    };
    breed([&] { return child(); });
    // A small problem: nothing new near the population, but perhaps elsewhere.
    if (queue_.empty()) breed([&] { return stranger(); });
}

void Nsga2Search::select() {
    std::vector<Individual> all = std::move(population_);
    population_.clear();
    std::set<Objectives> seen;
    for (const Individual& one : all) seen.insert(one.objectives);
    for (Individual& one : children_) // of equals only the first: they would crowd out what is new
        if (seen.insert(one.objectives).second) all.push_back(std::move(one));
    children_.clear();
    std::vector<Objectives> points;
    for (const Individual& one : all) points.push_back(one.objectives);
    for (std::size_t at : nsga2_order(points)) {
        if (population_.size() == size_) break;
        population_.push_back(std::move(all[at]));
    }
}

const Nsga2Search::Individual& Nsga2Search::parent() {
    std::size_t one = random_.below(population_.size()), other = random_.below(population_.size());
    return population_[std::min(one, other)];
}

std::optional<Nsga2Search::Individual> Nsga2Search::child() {
    if (population_.empty()) return stranger(); // nothing legal yet
    Individual out;
    const Individual& first = parent();
    const Individual& second = parent();
    out = first;
    if (random_.chance(assignment_share)) {
        bool cross = first.assignment != second.assignment && random_.chance(0.5);
        std::optional<Assignment> changed = cross ? crossover(space_, first.assignment, second.assignment, random_)
                                                  : mutate(space_, first.assignment, random_);
        if (!changed) return std::nullopt;
        out.genes = proposer_.carried_over(first.assignment, first.genes, *changed);
        out.assignment = std::move(*changed);
        if (random_.chance(0.5)) return out;
    } else if (first.assignment == second.assignment && random_.chance(0.5)) {
        out.genes = crossover(first.genes, second.genes, random_);
        if (random_.chance(0.3)) return out;
    }
    out.genes = mutated(out.assignment, out.genes);
    return out;
}

std::optional<Nsga2Search::Individual> Nsga2Search::stranger() {
    std::optional<Assignment> assignment = random_assignment(space_, random_);
    if (!assignment) return std::nullopt;
    StrategyGenes genes = random_strategies(space_, *assignment, random_);
    return Individual{std::move(*assignment), std::move(genes), {}};
}

StrategyGenes Nsga2Search::mutated(const Assignment& assignment, const StrategyGenes& genes) {
    if (!random_.chance(uniform_share)) return proposer_.mutated(assignment, genes, random_);
    StrategyGenes out = genes;
    OperatorRun run = random_run(genes.size(), longest_run, random_);
    for (std::size_t i = run.begin; i < run.end; ++i) {
        OperatorId op(i);
        const SetGene& set = assignment.sets[assignment.set_of[op]];
        out[op] = static_cast<std::uint32_t>(random_.below(space_.strategies(set, op).size()));
    }
    return out;
}

bool Nsga2Search::propose(Assignment assignment, StrategyGenes genes) {
    if (!proposed_.insert(mapping_key(space_.mapping(assignment, genes))).second) return false;
    queue_.push_back({std::move(assignment), std::move(genes), {}});
    return true;
}

} // namespace arsia
