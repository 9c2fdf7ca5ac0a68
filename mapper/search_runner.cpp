#include <algorithm>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <unordered_map>

#include "mapper/evaluation/evaluation_cache.h"
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

/// One run of a search.
class SearchRun {
public:
    SearchRun(Search& search, EvaluationPool& pool, const SearchBudget& budget, const SearchProgress& progress)
        : search_(search), pool_(pool), budget_(budget), progress_(progress) {}

    SearchResult run() {
        while (left() > 0 && go_on()) {
            auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left(), 1U << 20));
            std::vector<Mapping> proposed = search_.propose(most);
            if (proposed.size() > most) throw std::logic_error("a search proposed more mappings than it was asked for");
            if (proposed.empty()) break;
            std::size_t count = proposed.size();
            std::vector<Candidate> batch = evaluated(std::move(proposed));
            // A batch cut short is not reported: the search ends here anyway.
            if (batch.size() < count) break;
            search_.report(batch);
        }
        result_.wall_s = watch_.seconds();
        return std::move(result_);
    }

private:
    std::uint64_t left() const {
        if (budget_.evaluations == 0) return std::numeric_limits<std::uint64_t>::max();
        return budget_.evaluations - result_.evaluations;
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

    /// The candidates in their order, or the first of them if the search is stopped.
    std::vector<Candidate> evaluated(std::vector<Mapping> proposed) {
        struct Slot {
            std::string key;
            const Evaluation* known = nullptr;
        };
        std::vector<Slot> slots;
        std::vector<const Mapping*> unknown;
        std::vector<std::size_t> positions; ///< of `unknown`, in `proposed`
        std::unordered_map<std::string, std::size_t> asked;
        for (const Mapping& mapping : proposed) {
            Slot slot{mapping_key(mapping), nullptr};
            slot.known = cache_.find(slot.key);
            if (slot.known == nullptr && asked.emplace(slot.key, slots.size()).second) {
                unknown.push_back(&mapping);
                positions.push_back(slots.size());
            }
            slots.push_back(std::move(slot));
        }

        std::vector<Candidate> batch;
        // Records all that is known, up to the first that is not.
        auto advance = [&] {
            while (batch.size() < slots.size()) {
                Slot& slot = slots[batch.size()];
                if (slot.known == nullptr) slot.known = cache_.find(slot.key);
                if (slot.known == nullptr) return;
                batch.push_back({std::move(proposed[batch.size()]), *slot.known});
                record(batch.back());
            }
        };
        advance();
        std::size_t taken = 0;
        if (!unknown.empty())
            pool_.evaluate(
                unknown,
                [&](Evaluation evaluation) {
                    cache_.insert(slots[positions[taken++]].key, std::move(evaluation));
                    advance();
                },
                [&] { return go_on(); });
        return batch;
    }

    void record(const Candidate& candidate) {
        ++result_.evaluations;
        const Evaluation& evaluation = candidate.evaluation;
        result_.latencies.push_back(evaluation.legal ? evaluation.latency : -1);
        if (!evaluation.legal) {
            ++result_.illegal;
            return;
        }
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
    EvaluationCache cache_;
    bool stopped_ = false;
};

} // namespace

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
