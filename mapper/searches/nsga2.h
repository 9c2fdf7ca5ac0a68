// NSGA-II: mappings that trade latency, energy and memory for each other.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>

#include "mapper/pareto.h"
#include "mapper/search.h"
#include "mapper/searches/strategy_proposer.h"

namespace arsia {

/// The genetic algorithm of K. Deb, A. Pratap, S. Agarwal, T. Meyarivan (A fast and elitist multiobjective genetic
/// algorithm: NSGA-II, IEEE Trans. Evolutionary Computation 6(2), 2002) over the genomes of MarsSearch, both levels at
/// once. Of parents and children together those survive that fewest dominate (rank by rank), and of the rank that is
/// not taken whole, those that stand most alone. Ranks and crowding are pagmo's. Variation is MarsSearch's, and
/// strategies drawn uniformly beside it, since its guesses know of time only.
class Nsga2Search final : public Search {
public:
    Nsga2Search(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    /// Evaluations must have figures.
    void report(const std::vector<Candidate>& candidates) override;
    bool proposes_ahead() const override { return !queue_.empty(); }

private:
    struct Individual {
        Assignment assignment;
        StrategyGenes genes;
        Objectives objectives{};
    };

    void first_generation();
    void next_generation();
    /// The survivors of parents and children, best first.
    void select();
    /// The better of two that are drawn.
    const Individual& parent();
    std::optional<Individual> child();
    /// Random, of no parents.
    std::optional<Individual> stranger();
    StrategyGenes mutated(const Assignment& assignment, const StrategyGenes& genes);
    /// Queues what was not proposed before.
    bool propose(Assignment assignment, StrategyGenes genes);

    GenomeSpace space_;
    StrategyProposer proposer_;
    Random random_;
    std::size_t size_; ///< of the population, and of a generation
    bool started_ = false;
    std::vector<Individual> population_;       ///< best first: by rank, then by crowding
    std::vector<Individual> children_;         ///< of this generation, legal, evaluated
    std::deque<Individual> queue_;             ///< of this generation, not yet handed out
    std::deque<Individual> pending_;           ///< handed out, not yet reported
    std::unordered_set<std::string> proposed_; ///< keys of all mappings proposed so far
};

/// The order in which NSGA-II prefers points of which no two are equal: by rank, then those that stand most alone, then
/// the earlier.
std::vector<std::size_t> nsga2_order(const std::vector<Objectives>& points);

} // namespace arsia
