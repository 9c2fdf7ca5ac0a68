// Tables of simulated fragments for several first-level choices at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "mapper/searches/fragment_costs.h"

namespace arsia {

/// Asks for the fragments of some first-level choices in turn, so that those of one are simulated while those of
/// another are thought of. What it asks for depends on the order of calls and reports only.
class TableMaker {
public:
    /// `operators`: of the workload.
    TableMaker(FragmentCosts& costs, std::size_t operators) : costs_(costs), operators_(operators) {}

    /// `id`: the caller's name for the first-level choice.
    void begin(std::size_t id, Assignment assignment);
    bool may_begin() const { return tables_.size() < side_by_side; }
    bool empty() const { return tables_.empty(); }
    /// What the tables that have begun will still take of the budget, about.
    double promised() const;

    /// Fragments to evaluate, worth at most `most`; none: tables are complete, or wait for reports.
    std::vector<Mapping> next(double most);
    /// The evaluation of the earliest fragment that was not reported yet.
    void report(const Evaluation& evaluation);
    /// A first-level choice whose tables have become complete; each is named once.
    std::optional<std::size_t> take_complete();

private:
    static constexpr std::size_t side_by_side = 2;

    struct Table {
        std::size_t id = 0;
        Assignment assignment;
        std::deque<FragmentCosts::Fragment> fragments; ///< to hand out
        std::size_t waits_for = 0;                     ///< so many reports
        double worth = 0;                              ///< of what is still to come, about
    };

    /// Thinks of what comes next for a table that has nothing to hand out; false if it is complete.
    bool advance(Table& table);
    std::vector<Mapping> hand_out(Table& table, double most);

    FragmentCosts& costs_;
    std::size_t operators_;
    std::deque<Table> tables_; ///< the one whose turn it is first
    std::deque<std::size_t> complete_;
    std::deque<FragmentCosts::Key> under_way_;
    std::size_t handed_out_ = 0, reported_ = 0;
};

} // namespace arsia
