#include "mapper/searches/dp.h"

#include <algorithm>
#include <iterator>

#include "mapper/evaluation/codec.h"

namespace arsia {

namespace {

constexpr std::size_t few_assignments = 4000; ///< so many are all looked at
constexpr std::size_t random_assignments = 24;
constexpr std::size_t most_assignments = 12; ///< of a larger problem
constexpr std::size_t most_plans = 64;       ///< simulated as a whole
constexpr std::size_t more_plans = 1024;     ///< where all assignments are looked at
constexpr double few_choices = 20'000;       ///< so many are all looked at
constexpr std::size_t window = 3;            ///< operators on each side that are fitted to one that changes

} // namespace

using Choices = std::vector<ChoiceProblem::Choice>;
using Costed = std::vector<std::pair<double, Choices>>;

static double count_of(const ChoiceProblem& problem) {
    double count = 1;
    for (std::size_t v = 0; v < problem.size(); ++v) count *= static_cast<double>(problem.options(v));
    return count;
}

static Costed all_choices(const ChoiceProblem& problem) {
    Costed out;
    Choices choices(problem.size(), 0);
    for (bool more = true; more;) {
        out.emplace_back(problem.cost(choices), choices);
        more = false;
        for (std::size_t v = 0; v < choices.size() && !more; ++v) {
            more = ++choices[v] < problem.options(v);
            if (!more) choices[v] = 0;
        }
    }
    return out;
}

/// The best, and where one variable takes another choice and those round it are fitted to it.
static Costed near_the_best(const ChoiceProblem& problem) {
    ChoiceProblem::Solution best = problem.solve();
    Costed found = {{best.cost, best.choices}};
    for (std::size_t v = 0; v < problem.size(); ++v) {
        Choices fixed = best.choices;
        std::size_t begin = v < window ? 0 : v - window, end = std::min(problem.size(), v + window + 1);
        for (std::size_t other = begin; other < end; ++other) fixed[other] = ChoiceProblem::open;
        for (ChoiceProblem::Choice choice = 0; choice < problem.options(v); ++choice) {
            if (choice == best.choices[v]) continue;
            fixed[v] = choice;
            ChoiceProblem::Solution solution = problem.solve(fixed, best.choices);
            found.emplace_back(solution.cost, std::move(solution.choices));
        }
    }
    return found;
}

std::vector<Choices> best_choices(const ChoiceProblem& problem, std::size_t most) {
    Costed found = count_of(problem) <= few_choices ? all_choices(problem) : near_the_best(problem);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() > most) found.resize(most);
    std::vector<Choices> out;
    for (auto& entry : found) out.push_back(std::move(entry.second));
    return out;
}

DpSearch::DpSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget)
    : space_(std::move(scenario)), proposer_(space_), costs_(space_, budget == 0), budget_(budget),
      tables_(costs_, space_.graph().operators.size()) {
    Random random(seed);
    assignments_ = all_assignments(space_, few_assignments);
    bool all = !assignments_.empty();
    plans_to_try_ = all ? more_plans : most_plans;
    if (!all) assignments_ = first_assignments(space_, random_assignments, random);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < assignments_.size(); ++i)
        order.emplace_back(proposer_.guess(assignments_[i], proposer_.fitted(assignments_[i])), i);
    std::sort(order.begin(), order.end());
    if (!all && order.size() > most_assignments) order.resize(most_assignments);
    std::vector<Assignment> sorted;
    for (const auto& entry : order) sorted.push_back(std::move(assignments_[entry.second]));
    assignments_ = std::move(sorted);
}

void DpSearch::plan(std::size_t index) {
    const Assignment& assignment = assignments_[index];
    StrategyProblem problem = costs_.problem(assignment);
    for (const std::vector<ChoiceProblem::Choice>& choices : best_choices(problem.problem, most_plans))
        plans_.push_back({problem.problem.cost(choices), index, problem.genes(choices)});
}

/// The best of each assignment first, then what is near them.
void DpSearch::finish_plans() {
    planned_ = true;
    if (plans_.empty()) // no budget for tables: what is guessed to be good
        for (std::size_t i = 0; i < assignments_.size(); ++i)
            plans_.push_back({static_cast<double>(i), i, proposer_.fitted(assignments_[i])});
    std::stable_sort(plans_.begin(), plans_.end(), [](const Plan& a, const Plan& b) { return a.cost < b.cost; });
    std::vector<bool> seen(assignments_.size(), false);
    std::vector<Plan> first, rest;
    for (Plan& plan : plans_) {
        bool again = seen[plan.assignment];
        seen[plan.assignment] = true;
        (again ? rest : first).push_back(std::move(plan));
    }
    plans_ = std::move(first);
    plans_.insert(plans_.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
}

std::vector<Mapping> DpSearch::propose(std::size_t most) {
    std::size_t reserve = budget_ == 0 ? 0 : std::min<std::size_t>(most_plans, 1 + budget_ / 4);
    if (!planned_ && (budget_ == 0 || most > reserve)) {
        std::vector<Mapping> fragments = next_fragments(budget_ == 0 ? most : most - reserve);
        if (!fragments.empty() || !tables_.empty()) return fragments;
    }
    if (!planned_) finish_plans();
    return next_plans(most);
}

std::vector<Mapping> DpSearch::next_fragments(std::size_t most) {
    std::vector<Mapping> out;
    do {
        for (; tables_.may_begin() && begun_ < assignments_.size(); ++begun_)
            tables_.begin(begun_, assignments_[begun_]);
        out = tables_.next(static_cast<double>(most));
        while (std::optional<std::size_t> complete = tables_.take_complete()) plan(*complete);
    } while (out.empty() && begun_ < assignments_.size() && tables_.may_begin());
    pending_.insert(pending_.end(), out.size(), true);
    return out;
}

std::vector<Mapping> DpSearch::next_plans(std::size_t most) {
    std::vector<Mapping> out;
    while (next_plan_ < plans_.size() && proposed_.size() < plans_to_try_ &&
           out.size() < std::min<std::size_t>(most, 16)) {
        const Plan& plan = plans_[next_plan_++];
        Mapping mapping = space_.mapping(assignments_[plan.assignment], plan.genes);
        if (!proposed_.insert(mapping_key(mapping)).second) continue;
        pending_.push_back(false);
        out.push_back(std::move(mapping));
    }
    return out;
}

void DpSearch::report(const std::vector<Candidate>& candidates) {
    for (const Candidate& candidate : candidates) {
        if (pending_.front()) tables_.report(candidate.evaluation);
        pending_.pop_front();
    }
}

} // namespace arsia
