// Simulated annealing over the genomes of MarsSearch.
#pragma once

#include <memory>
#include <unordered_set>

#include "mapper/search.h"
#include "mapper/searches/strategy_proposer.h"

namespace arsia {

/// One mapping at a time, changed again and again (Kirkpatrick, Gelatt, Vecchi: Optimization by simulated annealing,
/// Science 1983). A change that takes the share d more time is accepted with probability exp(−d / temperature); the
/// temperature falls geometrically over the budget. Changes are proposed by the batch, all of the mapping that is
/// present then, and are decided on in their order, each beside the mapping that is present by then: so others can
/// evaluate them side by side. Where no change is new, it begins elsewhere; as long as nothing legal is known, at
/// random.
class AnnealSearch final : public Search {
public:
    AnnealSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>& candidates) override;

private:
    struct State {
        Assignment assignment;
        StrategyGenes genes;
        TimePs latency = 0; ///< 0: nothing legal yet
    };

    /// Starting points, the most promising first.
    std::vector<State> starts();
    std::optional<State> neighbour();
    std::optional<State> stranger();
    bool accepts(TimePs latency);
    double temperature() const;

    GenomeSpace space_;
    StrategyProposer proposer_;
    Random random_;
    std::uint64_t budget_;
    std::uint64_t reported_ = 0;
    bool found_ = false; ///< something legal
    State present_;
    std::vector<State> queue_;                 ///< of this batch, not yet handed out
    std::vector<State> pending_;               ///< handed out, not yet reported
    std::unordered_set<std::string> proposed_; ///< keys of all mappings proposed so far
};

} // namespace arsia
