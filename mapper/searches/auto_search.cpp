#include "mapper/searches/auto_search.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "mapper/evaluation/codec.h"
#include "mapper/searches/baseline.h"
#include "mapper/searches/dp.h"
#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/h2h.h"
#include "mapper/searches/variation.h"

namespace arsia {

namespace {

constexpr std::uint64_t assumed_budget = 20'000; ///< where only time is limited
constexpr std::size_t few_assignments = 2000;    ///< so many are all looked at
constexpr std::size_t random_assignments = 24;
constexpr std::size_t most_first = 48; ///< whole mappings simulated to compare first-level choices
constexpr std::size_t batch = 32;      ///< changes handed out at once
constexpr std::size_t elite_size = 16;
constexpr std::size_t elite_of_one = 6; ///< with the same first-level choice
constexpr std::size_t first_tables = 5, most_tables = 10;
constexpr int tries = 64; ///< to find a change that was not proposed before

} // namespace

AutoSearch::AutoSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget)
    : space_(std::move(scenario)), proposer_(space_), costs_(space_), random_(seed),
      budget_(budget == 0 ? assumed_budget : budget), tables_(costs_, space_.graph().operators.size()) {}

std::size_t AutoSearch::level1(const Assignment& assignment) {
    auto at = std::find_if(level1_.begin(), level1_.end(),
                           [&](const Level1& other) { return other.assignment == assignment; });
    if (at == level1_.end()) {
        level1_.emplace_back();
        level1_.back().assignment = assignment;
        return level1_.size() - 1;
    }
    return static_cast<std::size_t>(at - level1_.begin());
}

bool AutoSearch::add(std::size_t level1, StrategyGenes genes, std::size_t move, TimePs parent) {
    Mapping mapping = space_.mapping(level1_[level1].assignment, genes);
    if (!proposed_.insert(mapping_key(mapping)).second) return false;
    queue_.push_back({std::move(mapping), {false, level1, std::move(genes), move, parent}});
    return true;
}

/// A mapping of another search: evaluated as it is.
void AutoSearch::add_foreign(Mapping mapping) {
    if (proposed_.insert(mapping_key(mapping)).second) queue_.push_back({std::move(mapping), {}});
}

void AutoSearch::start() {
    started_ = true;
    try {
        add_foreign(baseline_mapping(space_.scenario()));
    } catch (const IllegalError&) { // it has none
    }
    std::vector<Assignment> first = all_assignments(space_, few_assignments);
    if (first.empty()) first = first_assignments(space_, random_assignments, random_);
    struct Guess {
        double time;
        std::size_t level1;
        StrategyGenes genes;
    };
    std::vector<Guess> guesses;
    for (const Assignment& assignment : first) {
        StrategyGenes genes = proposer_.fitted(assignment);
        double time = proposer_.guess(assignment, genes);
        guesses.push_back({time, level1(assignment), std::move(genes)});
    }
    std::stable_sort(guesses.begin(), guesses.end(), [](const Guess& a, const Guess& b) { return a.time < b.time; });
    std::size_t count = std::clamp<std::size_t>(static_cast<std::size_t>(budget_ / 10), 4, most_first);
    std::optional<FixedSets> sets;
    if (space_.has_fixed_designs()) sets.emplace(space_);
    for (std::size_t i = 0; i < std::min(count, guesses.size()); ++i) {
        std::size_t level1 = guesses[i].level1;
        if (sets) { // branches side by side on one set
            StrategyProposer::Teams teams = sets->branch_teams(level1_[level1].assignment);
            if (!teams.empty()) add(level1, proposer_.fitted(level1_[level1].assignment, teams));
        }
        add(level1, guesses[i].genes);
    }
}

void AutoSearch::choose_tables() {
    while (tables_.may_begin() && !elite_.empty() && tables_begun_ < most_tables) {
        std::size_t chosen = nobody;
        for (std::size_t i = 0; i < level1_.size(); ++i) {
            const Level1& one = level1_[i];
            if (one.tabled || !one.simulated) continue;
            if (chosen == nobody || one.latency < level1_[chosen].latency) chosen = i;
        }
        if (chosen == nobody) return;
        Level1& one = level1_[chosen];
        // At first what may be good with better strategies; later what has come near the best without.
        double near = tables_begun_ < first_tables ? 2 : 1.02;
        if (static_cast<double>(one.latency) > near * static_cast<double>(elite_.front().latency)) return;
        constexpr double share = 0.3; // of what is left of the budget
        double left = static_cast<double>(budget_) - worth_ - tables_.promised();
        if (costs_.worth(one.assignment) >= share * left) return;
        tables_.begin(chosen, one.assignment);
        one.tabled = true;
        ++tables_begun_;
    }
}

std::vector<Mapping> AutoSearch::next_fragments(std::size_t most) {
    choose_tables();
    std::vector<Mapping> out = tables_.next(static_cast<double>(most));
    for (const Mapping& fragment : out) {
        worth_ += worth_of(fragment, operators());
        pending_.emplace_back();
        pending_.back().fragment = true;
    }
    while (std::optional<std::size_t> complete = tables_.take_complete()) solve(*complete);
    return out;
}

void AutoSearch::solve(std::size_t level1) {
    make_problem(level1);
    constexpr std::size_t most_plans = 24;
    for (const std::vector<ChoiceProblem::Choice>& choices : best_choices(level1_[level1].problem->problem, most_plans))
        add(level1, level1_[level1].problem->genes(choices));
}

void AutoSearch::make_problem(std::size_t level1) {
    std::vector<StrategyGenes> known = {level1_[level1].genes};
    for (const Elite& elite : elite_)
        if (elite.level1 == level1) known.push_back(elite.genes);
    level1_[level1].problem = costs_.problem(level1_[level1].assignment, known);
}

std::vector<Mapping> AutoSearch::propose(std::size_t most) {
    if (!started_) start();
    while (queue_.empty()) {
        std::vector<Mapping> fragments = next_fragments(most);
        if (!fragments.empty()) return fragments;
        if (!tables_.empty()) return {}; // they wait for reports
        if (queue_.empty()) improve(batch);
        if (queue_.empty()) return {};
    }
    return hand_out(most);
}

std::vector<Mapping> AutoSearch::hand_out(std::size_t most) {
    std::vector<Mapping> out;
    for (; !queue_.empty() && out.size() < std::min(most, batch); queue_.pop_front()) {
        out.push_back(std::move(queue_.front().mapping));
        pending_.push_back(std::move(queue_.front().pending));
    }
    worth_ += static_cast<double>(out.size());
    return out;
}

void AutoSearch::report(const std::vector<Candidate>& candidates) {
    for (const Candidate& candidate : candidates) {
        Pending pending = std::move(pending_.front());
        pending_.pop_front();
        if (pending.fragment)
            tables_.report(candidate.evaluation);
        else
            learn(pending, candidate.evaluation);
    }
}

void AutoSearch::learn(const Pending& pending, const Evaluation& evaluation) {
    ++reported_;
    if (pending.move != moves) {
        constexpr double forgetting = 0.995;
        for (std::size_t move = 0; move < moves; ++move) {
            tries_[move] *= forgetting;
            successes_[move] *= forgetting;
        }
        tries_[pending.move] += 1;
        if (evaluation.legal && evaluation.latency < pending.parent) successes_[pending.move] += 1;
    }
    if (!evaluation.legal || pending.level1 == nobody) return;
    Level1& one = level1_[pending.level1];
    if (!one.simulated || evaluation.latency < one.latency) {
        one.simulated = true;
        one.latency = evaluation.latency;
        one.genes = pending.genes;
    }
    auto at = std::upper_bound(elite_.begin(), elite_.end(), evaluation.latency,
                               [](TimePs latency, const Elite& other) { return latency < other.latency; });
    elite_.insert(at, {evaluation.latency, pending.level1, pending.genes});
    std::size_t same = 0;
    for (auto other = elite_.begin(); other != elite_.end();) {
        if (other->level1 == pending.level1 && ++same > elite_of_one)
            other = elite_.erase(other);
        else
            ++other;
    }
    if (elite_.size() > elite_size) elite_.pop_back();
}

void AutoSearch::improve(std::size_t count) {
    if (elite_.empty()) { // nothing legal yet: anything else
        for (int i = 0; i < tries && queue_.size() < count; ++i)
            if (auto assignment = random_assignment(space_, random_))
                add(level1(*assignment), random_strategies(space_, *assignment, random_));
        return;
    }
    for (int failures = 0; queue_.size() < count && failures < tries;)
        if (!improve_once()) ++failures;
}

std::size_t AutoSearch::draw_move() {
    std::vector<double> weights;
    constexpr double least = 0.01;
    for (std::size_t move = 0; move < moves; ++move)
        weights.push_back(least + (successes_[move] + 0.5) / (tries_[move] + 5));
    return random_.weighted(weights);
}

const AutoSearch::Elite& AutoSearch::draw_parent() {
    // Later, more of the work is on what is best.
    double progress = std::min(1.0, worth_ / static_cast<double>(budget_));
    double ratio = 0.85 - 0.35 * progress;
    std::vector<double> weights(elite_.size(), 1);
    for (std::size_t i = 1; i < weights.size(); ++i) weights[i] = weights[i - 1] * ratio;
    return elite_[random_.weighted(weights)];
}

bool AutoSearch::improve_once() {
    std::size_t move = draw_move();
    const Elite& parent = draw_parent();
    if (move == window) return move_window(parent);
    if (move == assign) return move_assignment(parent);
    StrategyGenes genes = proposer_.mutated(level1_[parent.level1].assignment, parent.genes, random_);
    return add(parent.level1, std::move(genes), mutation, parent.latency);
}

bool AutoSearch::move_window(const Elite& parent) {
    const Level1& one = level1_[parent.level1];
    if (!one.problem) return false;
    std::optional<std::vector<ChoiceProblem::Choice>> present = one.problem->choices(parent.genes);
    if (!present) { // mutation has brought in something new
        make_problem(parent.level1);
        present = one.problem->choices(parent.genes);
    }
    const ChoiceProblem& problem = one.problem->problem;
    auto centre = static_cast<std::size_t>(random_.below(problem.size()));
    if (problem.options(centre) < 2) return false;
    double share = random_.real();
    auto radius = static_cast<std::size_t>(share * share * share * 24);
    std::vector<ChoiceProblem::Choice> fixed = *present;
    std::size_t begin = centre < radius ? 0 : centre - radius, end = std::min(problem.size(), centre + radius + 1);
    std::vector<std::vector<double>> extra;
    if (random_.chance(0.5)) {
        extra.resize(problem.size());
        double strength = 0.3 * random_.real() * random_.real();
        for (std::size_t v = begin; v < end; ++v)
            for (std::size_t choice = 0; choice < problem.options(v); ++choice)
                extra[v].push_back(strength * random_.real() * problem.least(v));
    }
    for (std::size_t v = begin; v < end; ++v) fixed[v] = ChoiceProblem::open;
    auto choice = static_cast<ChoiceProblem::Choice>(random_.below(problem.options(centre) - 1));
    fixed[centre] = choice < (*present)[centre] ? choice : choice + 1;
    ChoiceProblem::Solution solution = problem.solve(fixed, *present, extra);
    return add(parent.level1, one.problem->genes(solution.choices), window, parent.latency);
}

bool AutoSearch::move_assignment(const Elite& parent) {
    const Assignment before = level1_[parent.level1].assignment;
    std::optional<Assignment> child;
    if (elite_.size() > 1 && random_.chance(0.25))
        child = crossover(space_, before, level1_[draw_parent().level1].assignment, random_);
    else
        child = mutate(space_, before, random_);
    if (child && random_.chance(0.25)) child = mutate(space_, *child, random_);
    if (!child || *child == before) return false;
    StrategyGenes genes = proposer_.carried_over(before, parent.genes, *child);
    TimePs latency = parent.latency;
    return add(level1(*child), std::move(genes), assign, latency);
}

} // namespace arsia
