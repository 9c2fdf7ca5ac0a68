#include <algorithm>
#include <chrono>
#include <limits>
#include <stdexcept>

#include "mapper/evaluation/evaluation_cache.h"
#include "mapper/search.h"

namespace arsia {

namespace {

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Adds one evaluation to the result.
void record(SearchResult& result, const Candidate& candidate) {
    ++result.evaluations;
    const Evaluation& evaluation = candidate.evaluation;
    result.latencies.push_back(evaluation.legal ? evaluation.latency : -1);
    if (!evaluation.legal) {
        ++result.illegal;
        return;
    }
    if (result.best && result.best->evaluation.latency <= evaluation.latency) return;
    result.best = candidate;
    result.log.push_back({result.evaluations, evaluation.latency});
}

} // namespace

SearchResult run_search(Search& search, const EvaluateMapping& evaluate, const SearchBudget& budget,
                        const SearchProgress& progress) {
    Stopwatch watch;
    SearchResult result;
    EvaluationCache cache;
    auto left = [&]() -> std::uint64_t {
        if (budget.evaluations == 0) return std::numeric_limits<std::uint64_t>::max();
        return budget.evaluations - result.evaluations;
    };
    auto out_of_time = [&] { return budget.seconds > 0 && watch.seconds() >= budget.seconds; };

    while (left() > 0 && !out_of_time()) {
        auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left(), 1U << 20));
        std::vector<Mapping> proposed = search.propose(most);
        if (proposed.size() > most) throw std::logic_error("a search proposed more mappings than it was asked for");
        if (proposed.empty()) break;

        std::vector<Candidate> batch;
        batch.reserve(proposed.size());
        for (Mapping& mapping : proposed) {
            if (out_of_time()) break;
            std::string key = mapping_key(mapping);
            const Evaluation* known = cache.find(key);
            if (known == nullptr) known = &cache.insert(std::move(key), evaluate(mapping));
            batch.push_back({std::move(mapping), *known});
            record(result, batch.back());
        }
        result.wall_s = watch.seconds();
        // A batch cut short by the clock is not reported: the search ends here anyway.
        if (batch.size() == proposed.size()) search.report(batch);
        if (progress && !progress(result)) {
            result.interrupted = true;
            break;
        }
    }
    result.wall_s = watch.seconds();
    return result;
}

SearchResult run_search(Search& search, Evaluator& evaluator, const SearchBudget& budget,
                        const SearchProgress& progress) {
    return run_search(
        search, [&](const Mapping& mapping) { return evaluator.evaluate(mapping); }, budget, progress);
}

} // namespace arsia
