// The two-level genetic algorithm of MARS (DAC 2023, arXiv 2307.12234), with simulated latency as fitness.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>

#include "mapper/search.h"
#include "mapper/searches/strategy_proposer.h"

namespace arsia {

/// First level: assignments (sets, designs, operators of each set). Second level: for every assignment a population of
/// strategies, which is kept from one generation to the next (the paper starts it anew). A generation is one batch:
/// some new assignments by crossover and mutation of good ones, each with a few strategies carried over from its parent
/// and fitted to their neighbours; and new strategies for the best assignments so far. The share of new assignments
/// falls over the budget. A generation is bred while the last part of the one before is evaluated, so it knows nothing
/// of that part, whether or not somebody evaluates meanwhile. The fitness of an assignment is that of its best
/// strategies.
class MarsSearch final : public Search {
public:
    MarsSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>& candidates) override;
    bool proposes_ahead() const override;

private:
    struct ScoredStrategies {
        TimePs latency = 0;
        StrategyGenes genes;
    };
    /// An assignment and its second-level population, best first. Illegal candidates are not kept.
    struct Individual {
        Assignment assignment;
        std::vector<ScoredStrategies> population;

        TimePs best() const { return population.front().latency; }
    };
    struct Proposal {
        std::size_t individual = 0;
        StrategyGenes genes;
    };

    /// A reported proposal that the populations do not know yet.
    struct Reported {
        Proposal proposal;
        Evaluation evaluation;
    };

    void breed();
    /// Takes reports into the populations, up to a number of proposals.
    void learn(std::uint64_t up_to);
    void first_generation();
    void next_generation();
    void explore(std::size_t evaluations);
    void exploit(std::size_t evaluations);
    void add_baseline();
    /// Position of the assignment among the individuals; added if new.
    std::size_t individual(const Assignment& assignment);
    /// Individuals with a legal mapping, best first.
    std::vector<std::size_t> ranking() const;
    /// One of the first, with weights that fall by `ratio` from each to the next.
    std::size_t draw_rank(std::size_t count, double ratio);
    StrategyGenes bred(const Individual& parent);
    /// Queues a proposal unless it was proposed before.
    bool propose(std::size_t individual, StrategyGenes genes);
    double progress() const;

    GenomeSpace space_;
    StrategyProposer proposer_;
    Random random_;
    std::uint64_t budget_;
    // Proposals made, reported and learned from so far.
    std::uint64_t proposals_ = 0, reported_ = 0, learned_ = 0;
    std::uint64_t lag_ = 0; ///< proposals at the end of the last generation that the next is bred without
    bool started_ = false;
    bool dry_ = false; ///< nothing new was found without them
    std::vector<Individual> individuals_;
    std::unordered_set<std::string> proposed_; ///< keys of all mappings proposed so far
    std::deque<Proposal> queue_;               ///< of this generation, not yet handed out
    std::deque<Proposal> pending_;             ///< handed out, not yet reported
    std::deque<Reported> reports_;             ///< reported, not yet learned from
};

} // namespace arsia
