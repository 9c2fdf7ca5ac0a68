// Dynamic programming over simulated tables.
#pragma once

#include <deque>
#include <memory>
#include <unordered_set>

#include "mapper/search.h"
#include "mapper/searches/assignments.h"
#include "mapper/searches/fragment_costs.h"
#include "mapper/searches/strategy_proposer.h"
#include "mapper/searches/table_maker.h"

namespace arsia {

/// Choices near the best of a problem, by cost, at most `most`: of a small problem those with the least costs; of a
/// larger one the best, and those in which one variable takes another choice and those round it are fitted to it.
std::vector<std::vector<ChoiceProblem::Choice>> best_choices(const ChoiceProblem& problem, std::size_t most);

/// For first-level choices in the order of a guess (on small problems all of them): each operator with each strategy
/// and each pair of neighbours is simulated once as a fragment, and the best strategies along the graph are found by
/// dynamic programming over these times. The best of all first-level choices, and what is near them, is then simulated
/// as a whole.
class DpSearch final : public Search {
public:
    DpSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>& candidates) override;
    bool proposes_ahead() const override { return true; }
    std::size_t operators() const override { return space_.graph().operators.size(); }

private:
    struct Plan {
        double cost = 0;
        std::size_t assignment = 0;
        StrategyGenes genes;
    };

    void plan(std::size_t assignment);
    void finish_plans();
    std::vector<Mapping> next_fragments(std::size_t most);
    std::vector<Mapping> next_plans(std::size_t most);

    GenomeSpace space_;
    StrategyProposer proposer_;
    FragmentCosts costs_;
    std::uint64_t budget_;
    std::vector<Assignment> assignments_;
    TableMaker tables_;
    std::size_t begun_ = 0;    ///< so many assignments' tables
    std::deque<bool> pending_; ///< proposed, by whether it is a fragment
    std::vector<Plan> plans_;
    bool planned_ = false;
    std::size_t next_plan_ = 0, plans_to_try_ = 0;
    std::unordered_set<std::string> proposed_;
};

} // namespace arsia
