#include <algorithm>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <unordered_map>

#include "mapper/evaluation/codec.h"
#include "mapper/search.h"

namespace arsia {

namespace {

/// Time of a search, that of the earlier run which it resumes included.
class Stopwatch {
public:
    double seconds() const {
        return before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    void restart(double at) {
        before_ = at;
        start_ = std::chrono::steady_clock::now();
    }

private:
    double before_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

constexpr std::uint64_t most_a_batch = 1U << 20;
constexpr double rounding = 1e-6; ///< of sums of fragments' worths

/// One run of a search.
class SearchRun {
public:
    SearchRun(Search& search, EvaluationPool& pool, const SearchBudget& budget, const SearchProgress& progress)
        : search_(search), pool_(pool), budget_(budget), progress_(progress) {}

    SearchResult run() {
        while (go_on()) {
            while (under_way_.size() < (search_.proposes_ahead() ? 2U : 1U) && propose()) {
            }
            if (under_way_.empty()) break;
            // A batch cut short is not reported: the search ends here anyway.
            if (!collect(under_way_.front())) break;
            search_.report(under_way_.front().candidates);
            under_way_.pop_front();
        }
        result_.wall_s = watch_.seconds();
        return std::move(result_);
    }

private:
    /// Evaluations by key; nothing yet for what is under way.
    using Known = std::unordered_map<std::string, std::optional<Evaluation>>;

    struct Batch {
        std::vector<Mapping> proposed;
        std::vector<const std::optional<Evaluation>*> evaluations; ///< of each; a mapping may be there twice
        std::vector<std::optional<Evaluation>*> simulated;         ///< those that are new
        std::vector<Candidate> candidates;                         ///< evaluated so far
    };

    /// Adds a batch to those under way; false if the budget is used up or the search has nothing more to try.
    bool propose() {
        std::uint64_t most = most_a_batch;
        if (budget_.evaluations > 0) {
            double left = static_cast<double>(budget_.evaluations) - proposed_;
            most = std::min(most, static_cast<std::uint64_t>(std::max(0.0, left + rounding)));
        }
        if (most == 0) return false;
        std::vector<Mapping> proposed = search_.propose(static_cast<std::size_t>(most));
        double worth = 0;
        for (const Mapping& mapping : proposed) worth += worth_of(mapping, search_.operators());
        if (worth > static_cast<double>(most) + rounding)
            throw std::logic_error("a search proposed more mappings than it was asked for");
        if (proposed.empty()) return false;
        proposed_ += worth;
        Batch& batch = under_way_.emplace_back();
        batch.proposed = std::move(proposed);
        std::vector<const Mapping*> unknown;
        for (const Mapping& mapping : batch.proposed) {
            auto [at, added] = known_.try_emplace(mapping_key(mapping));
            batch.evaluations.push_back(&at->second);
            if (!added) continue;
            batch.simulated.push_back(&at->second);
            unknown.push_back(&mapping);
        }
        if (!unknown.empty()) pool_.submit(std::move(unknown));
        return true;
    }

    /// False if the search was stopped before all were evaluated.
    bool collect(Batch& batch) {
        record_known(batch);
        std::size_t taken = 0;
        if (!batch.simulated.empty())
            pool_.collect(
                [&](Evaluation evaluation) {
                    *batch.simulated[taken++] = std::move(evaluation);
                    record_known(batch);
                },
                [&] { return go_on(); });
        return batch.candidates.size() == batch.proposed.size();
    }

    /// Records candidates up to the first that is not evaluated yet.
    void record_known(Batch& batch) {
        for (std::size_t at = batch.candidates.size(); at < batch.proposed.size(); ++at) {
            const std::optional<Evaluation>& known = *batch.evaluations[at];
            if (!known) return;
            batch.candidates.push_back({std::move(batch.proposed[at]), *known});
            record(batch.candidates.back());
        }
    }

    bool go_on() {
        if (stopped_) return false;
        // What an earlier run has found is never given up for lack of time.
        if (pool_.replaying()) watch_.restart(pool_.seconds_before());
        result_.wall_s = watch_.seconds();
        if (progress_ && !progress_(result_)) {
            result_.interrupted = stopped_ = true;
        } else if (budget_.seconds > 0 && !pool_.replaying() && watch_.seconds() >= budget_.seconds) {
            stopped_ = true;
        }
        return !stopped_;
    }

    void record(const Candidate& candidate) {
        result_.worth += worth_of(candidate.mapping, search_.operators());
        if (candidate.mapping.fragment) {
            ++result_.fragments;
            return;
        }
        ++result_.evaluations;
        const Evaluation& evaluation = candidate.evaluation;
        result_.latencies.push_back(evaluation.legal ? evaluation.latency : -1);
        if (!evaluation.legal) {
            ++result_.illegal;
            return;
        }
        result_.front.add(candidate.mapping, evaluation, result_.evaluations);
        if (result_.best && result_.best->evaluation.latency <= evaluation.latency) return;
        result_.best = candidate;
        result_.log.push_back({result_.evaluations, evaluation.latency});
    }

    Search& search_;
    EvaluationPool& pool_;
    SearchBudget budget_;
    const SearchProgress& progress_;
    Stopwatch watch_;
    SearchResult result_;
    double proposed_ = 0; ///< worth of what was proposed
    std::deque<Batch> under_way_;
    Known known_;
    bool stopped_ = false;
};

} // namespace

double worth_of(const Mapping& mapping, std::size_t operators) {
    if (!mapping.fragment) return 1;
    return static_cast<double>(placed_operators(mapping)) / static_cast<double>(operators);
}

SearchResult run_search(Search& search, EvaluationPool& pool, const SearchBudget& budget,
                        const SearchProgress& progress) {
    return SearchRun(search, pool, budget, progress).run();
}

SearchResult run_search(Search& search, Evaluator& evaluator, const SearchBudget& budget,
                        const SearchProgress& progress) {
    LocalPool pool(evaluator);
    return run_search(search, pool, budget, progress);
}

SearchResult run_search(Search& search, const EvaluateMapping& evaluate, const SearchBudget& budget,
                        const SearchProgress& progress) {
    LocalPool pool(evaluate);
    return run_search(search, pool, budget, progress);
}

} // namespace arsia
