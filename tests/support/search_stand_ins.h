// Stand-ins for searches and evaluations, where only the machinery between them is tested.
#pragma once

#include <algorithm>
#include <vector>

#include "mapper/search.h"

namespace arsia::testing {

/// A mapping that stands for a number.
inline Mapping numbered(std::size_t number) {
    Mapping mapping;
    mapping.sets.push_back({{NodeId(number)}, "design", false, {{OperatorId(0), {}, std::nullopt}}});
    return mapping;
}

inline std::size_t number_of(const Mapping& mapping) { return mapping.sets[0].accelerators[0].value(); }

/// Proposes the given numbers in batches of three, if it is told so with the next while the last is evaluated.
class ListSearch : public Search {
public:
    explicit ListSearch(std::vector<std::size_t> numbers, bool ahead = false)
        : numbers_(std::move(numbers)), ahead_(ahead) {}

    bool proposes_ahead() const override { return ahead_; }

    std::vector<Mapping> propose(std::size_t most) override {
        asked.push_back(most);
        reported_before.push_back(reported.size());
        std::vector<Mapping> out;
        while (out.size() < std::min<std::size_t>(most, 3) && next_ < numbers_.size())
            out.push_back(numbered(numbers_[next_++]));
        return out;
    }
    void report(const std::vector<Candidate>& candidates) override {
        for (const Candidate& candidate : candidates) {
            reported.push_back(number_of(candidate.mapping));
            latencies.push_back(candidate.evaluation.latency);
        }
    }

    std::vector<std::size_t> asked;           ///< `most` of each call
    std::vector<std::size_t> reported_before; ///< reports at each call
    std::vector<std::size_t> reported;
    std::vector<TimePs> latencies;

private:
    std::vector<std::size_t> numbers_;
    bool ahead_;
    std::size_t next_ = 0;
};

/// Latency 100 times the number; 13 is illegal. Counts how often it is asked.
struct CountingEvaluation {
    int calls = 0;
    EvaluateMapping function() {
        return [this](const Mapping& mapping) {
            ++calls;
            std::size_t number = number_of(mapping);
            if (number == 13) return Evaluation{false, 0, {"thirteen"}};
            return Evaluation{true, static_cast<TimePs>(100 * number), {}};
        };
    }
};

} // namespace arsia::testing
