#include "mapper/searches/anneal.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "mapper/evaluation/codec.h"
#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/variation.h"

namespace arsia {

namespace {

constexpr std::size_t batch_size = 16;
constexpr std::size_t start_count = 12;
constexpr double warm = 0.05;      ///< temperature at the beginning, as a share of the latency
constexpr double cold = 0.0005;    ///< and at the end of the budget
constexpr double move_share = 0.1; ///< changes of the sets, their designs or operators; the others are of strategies
constexpr std::uint64_t assumed_budget = 4000; ///< where only time is limited
constexpr int tries = 50;                      ///< to find a change that was not proposed before

} // namespace

AnnealSearch::AnnealSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget)
    : space_(std::move(scenario)), proposer_(space_), random_(seed), budget_(budget == 0 ? assumed_budget : budget) {}

std::vector<AnnealSearch::State> AnnealSearch::starts() {
    struct Guessed {
        double guess;
        State state;
    };
    std::vector<Guessed> found;
    auto add = [&](Assignment assignment) {
        if (!space_.normalize(assignment)) return;
        StrategyGenes genes = proposer_.fitted(assignment);
        double guess = proposer_.guess(assignment, genes);
        found.push_back({guess, {std::move(assignment), std::move(genes), 0}});
    };
    std::size_t operators = space_.graph().operators.size();
    for (DesignIndex design : space_.allowed(0))
        add({{{0, design}}, IdVector<OperatorId, std::uint32_t>(operators, 0)});
    if (space_.has_fixed_designs())
        for (Assignment& assignment : FixedSets(space_).seeds()) add(std::move(assignment));
    for (std::size_t i = 0; i < start_count; ++i)
        if (auto assignment = weighted_assignment(space_, random_)) add(std::move(*assignment));
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.guess < b.guess; });
    std::vector<State> out;
    for (Guessed& one : found) out.push_back(std::move(one.state));
    return out;
}

std::optional<AnnealSearch::State> AnnealSearch::neighbour() {
    State out = present_;
    if (random_.chance(move_share)) {
        std::optional<Assignment> moved = mutate(space_, present_.assignment, random_);
        if (!moved) return std::nullopt;
        out.genes = proposer_.carried_over(present_.assignment, present_.genes, *moved);
        out.assignment = std::move(*moved);
    } else {
        out.genes = proposer_.mutated(present_.assignment, present_.genes, random_);
    }
    return out;
}

std::optional<AnnealSearch::State> AnnealSearch::stranger() {
    std::optional<Assignment> assignment = random_assignment(space_, random_);
    if (!assignment) return std::nullopt;
    StrategyGenes genes = random_strategies(space_, *assignment, random_);
    return State{std::move(*assignment), std::move(genes), 0};
}

std::vector<Mapping> AnnealSearch::propose(std::size_t most) {
    auto queue = [&](State state) {
        if (!proposed_.insert(mapping_key(space_.mapping(state.assignment, state.genes))).second) return;
        queue_.push_back(std::move(state));
    };
    if (queue_.empty() && present_.latency > 0)
        for (int i = 0; i < tries && queue_.size() < batch_size; ++i)
            if (std::optional<State> state = neighbour()) queue(std::move(*state));
    if (reported_ > 0 && !found_) // what fits best by time may need more memory than there is
        for (int i = 0; i < tries && queue_.size() < batch_size; ++i)
            if (std::optional<State> state = stranger()) queue(std::move(*state));
    if (queue_.empty()) { // at the beginning, or where nothing near is new
        present_.latency = 0;
        for (State& state : starts()) queue(std::move(state));
    }
    auto count = static_cast<std::ptrdiff_t>(std::min(most, queue_.size()));
    pending_.assign(queue_.begin(), queue_.begin() + count);
    queue_.erase(queue_.begin(), queue_.begin() + count);
    std::vector<Mapping> out;
    for (const State& state : pending_) out.push_back(space_.mapping(state.assignment, state.genes));
    return out;
}

void AnnealSearch::report(const std::vector<Candidate>& candidates) {
    if (candidates.size() != pending_.size()) throw std::logic_error("as many reports as proposals are due");
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Evaluation& evaluation = candidates[i].evaluation;
        found_ = found_ || evaluation.legal;
        if (evaluation.legal && accepts(evaluation.latency)) {
            present_ = std::move(pending_[i]);
            present_.latency = evaluation.latency;
        }
        ++reported_;
    }
    pending_.clear();
}

bool AnnealSearch::accepts(TimePs latency) {
    if (present_.latency == 0 || latency <= present_.latency) return true;
    double more = static_cast<double>(latency - present_.latency) / static_cast<double>(present_.latency);
    return random_.chance(std::exp(-more / temperature()));
}

double AnnealSearch::temperature() const {
    double progress = std::min(1.0, static_cast<double>(reported_) / static_cast<double>(budget_));
    return warm * std::pow(cold / warm, progress);
}

} // namespace arsia
