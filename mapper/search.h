// Searches propose mappings and are told simulated latencies.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/evaluation/evaluation_pool.h"
#include "mapper/pareto.h"

namespace arsia {

/// A proposed mapping and what the simulation said of it.
struct Candidate {
    Mapping mapping;
    Evaluation evaluation;
};

/// A search algorithm. Everything random comes from the seed given at construction: the same seed and the same reports
/// give the same proposals.
class Search {
public:
    virtual ~Search() = default;
    /// The next mappings to evaluate, worth at most `most` (worth_of); empty: the search has nothing more to try before
    /// something is reported, and if all is reported, nothing more at all.
    virtual std::vector<Mapping> propose(std::size_t most) = 0;
    /// Evaluations of the earliest proposals that were not reported yet, in their order.
    virtual void report(const std::vector<Candidate>& candidates) = 0;
    /// Whether propose may be called although a batch, and no more than one, is not reported yet: others evaluate that
    /// one meanwhile. Depends on proposals and reports only, never on who evaluates or how fast.
    virtual bool proposes_ahead() const { return false; }
    /// How many operators the workload has; asked only of searches that propose fragments.
    virtual std::size_t operators() const { return 1; }
};

struct SearchInfo {
    std::string name;
    std::string summary; ///< one line for `arsia list searches`
    std::function<std::unique_ptr<Search>(std::shared_ptr<const Scenario>, std::uint64_t seed, std::uint64_t budget)>
        make;
    bool ends = false;    ///< it has a number of mappings to try, and so needs no budget
    bool figures = false; ///< it looks at energy and memory too: the evaluator must find them (set_figures)
};

/// All searches, sorted by name.
const std::vector<SearchInfo>& searches();
/// Throws InputError that names the nearest and all legal ones.
const SearchInfo& find_search(const std::string& name);

/// Makes a search known to the whole process. To be called from main, before a search is looked for and any other
/// thread runs. Throws std::logic_error if the name is taken.
void add_search(SearchInfo search);

struct SearchBudget {
    std::uint64_t evaluations = 0; ///< 0: no limit by number; fragments count by their share of the operators
    double seconds = 0;            ///< 0: no limit by time
};

/// One line of the search log: a new best.
struct Improvement {
    std::uint64_t evaluation = 0; ///< count at which it was found, from 1
    TimePs latency = 0;
};

struct SearchResult {
    std::optional<Candidate> best; ///< nothing: no legal mapping was found
    std::uint64_t evaluations = 0; ///< of whole mappings
    std::uint64_t fragments = 0;   ///< evaluations of fragments
    double worth = 0;              ///< of both, in whole mappings
    std::uint64_t illegal = 0;     ///< of the whole mappings
    double wall_s = 0;
    bool interrupted = false;
    std::vector<Improvement> log;
    std::vector<TimePs> latencies; ///< of every whole mapping in order; −1: illegal
    ParetoFront front;             ///< of all whole mappings whose evaluations have figures
};

/// Called after each evaluation and, where others evaluate, while waiting for them; return false to stop at once
/// (Ctrl-C).
using SearchProgress = std::function<bool(const SearchResult&)>;

/// What evaluating a mapping takes of a budget: 1, of a fragment as much as it has of the operators.
double worth_of(const Mapping& mapping, std::size_t operators);

/// Runs a search to the end of its budget, or until it has nothing more to try. A mapping that was evaluated before is
/// not simulated again, but counts as an evaluation, so that a budget by number always ends. The result depends on the
/// search and its budget by number only, not on the pool.
SearchResult run_search(Search& search, EvaluationPool& pool, const SearchBudget& budget,
                        const SearchProgress& progress = {});

// The same with one evaluation after the other, in this process.
SearchResult run_search(Search& search, Evaluator& evaluator, const SearchBudget& budget,
                        const SearchProgress& progress = {});
SearchResult run_search(Search& search, const EvaluateMapping& evaluate, const SearchBudget& budget,
                        const SearchProgress& progress = {});

} // namespace arsia
