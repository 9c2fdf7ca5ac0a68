// The search that arsia recommends: dynamic programming inside, evolution outside.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>

#include "mapper/search.h"
#include "mapper/searches/assignments.h"
#include "mapper/searches/fragment_costs.h"
#include "mapper/searches/strategy_proposer.h"
#include "mapper/searches/table_maker.h"

namespace arsia {

/// First many first-level choices, each with fitted strategies, are simulated. The best get tables of simulated
/// fragments (FragmentCosts), from which dynamic programming takes their strategies. The rest of the budget changes
/// what is best so far, always by one of:
///   window   one operator takes another strategy, and a few operators round it are fitted to it by dynamic
///            programming, over costs with some noise
///   mutate   strategies by redraw, align or leap (StrategyProposer)
///   assign   the sets, their designs or operators change, with the strategies carried over
/// How often each is tried follows how often it has helped. A new first-level choice that comes near the best gets
/// tables too. What is done next depends on seed, budget and reports only.
class AutoSearch final : public Search {
public:
    AutoSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>& candidates) override;
    bool proposes_ahead() const override { return started_; }
    std::size_t operators() const override { return space_.graph().operators.size(); }

private:
    enum Move : std::size_t { window, mutation, assign, moves };
    static constexpr std::size_t nobody = SIZE_MAX;

    /// A first-level choice.
    struct Level1 {
        Assignment assignment;
        bool tabled = false;                    ///< its tables have begun
        std::optional<StrategyProblem> problem; ///< once they are complete
        TimePs latency = 0;                     ///< its best, if there is one
        StrategyGenes genes;
        bool simulated = false;
    };
    struct Elite {
        TimePs latency = 0;
        std::size_t level1 = 0;
        StrategyGenes genes;
    };
    /// Something proposed and not yet reported: a fragment, or a whole mapping with where it comes from.
    struct Pending {
        bool fragment = false;
        std::size_t level1 = nobody;
        StrategyGenes genes;
        std::size_t move = moves; ///< that made it
        TimePs parent = 0;        ///< latency of what it was made from
    };
    struct Proposal {
        Mapping mapping;
        Pending pending;
    };

    void start();
    void add_foreign(Mapping mapping);
    std::size_t level1(const Assignment& assignment);
    bool add(std::size_t level1, StrategyGenes genes, std::size_t move = moves, TimePs parent = 0);
    /// Begins tables of first-level choices that are worth it.
    void choose_tables();
    /// The next fragments; puts what is found in complete tables into the queue.
    std::vector<Mapping> next_fragments(std::size_t most);
    void solve(std::size_t level1);
    /// Its problem, with what is among the best of it as options.
    void make_problem(std::size_t level1);
    void improve(std::size_t count);
    bool improve_once();
    bool move_window(const Elite& parent);
    bool move_assignment(const Elite& parent);
    void learn(const Pending& pending, const Evaluation& evaluation);
    std::size_t draw_move();
    const Elite& draw_parent();
    std::vector<Mapping> hand_out(std::size_t most);

    GenomeSpace space_;
    StrategyProposer proposer_;
    FragmentCosts costs_;
    Random random_;
    std::uint64_t budget_;
    bool started_ = false;
    double worth_ = 0; ///< of all proposals
    std::vector<Level1> level1_;
    std::vector<Elite> elite_; ///< best first
    TableMaker tables_;
    std::size_t tables_begun_ = 0;
    std::deque<Proposal> queue_;
    std::deque<Pending> pending_;
    std::size_t reported_ = 0; ///< whole mappings
    std::unordered_set<std::string> proposed_;
    std::array<double, moves> tries_{}, successes_{};
};

} // namespace arsia
