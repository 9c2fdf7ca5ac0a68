// The loop that runs a search: budget, cache, log, interruption. Searches and evaluations are stand-ins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/evaluation/evaluation_cache.h"
#include "mapper/search.h"

namespace arsia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A mapping that stands for a number.
Mapping numbered(std::size_t number) {
    Mapping mapping;
    mapping.sets.push_back({{NodeId(number)}, "design", false, {{OperatorId(0), {}, std::nullopt}}});
    return mapping;
}

std::size_t number_of(const Mapping& mapping) { return mapping.sets[0].accelerators[0].value(); }

/// Proposes the given numbers in batches of three.
class ListSearch : public Search {
public:
    explicit ListSearch(std::vector<std::size_t> numbers) : numbers_(std::move(numbers)) {}

    std::vector<Mapping> propose(std::size_t most) override {
        asked.push_back(most);
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

    std::vector<std::size_t> asked, reported;
    std::vector<TimePs> latencies;

private:
    std::vector<std::size_t> numbers_;
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

TEST(RunSearch, LogsEveryNewBestAndKeepsTheBest) {
    ListSearch search({5, 7, 3, 3, 4, 13, 2});
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {100, 0});
    EXPECT_EQ(result.evaluations, 7u);
    EXPECT_EQ(result.illegal, 1u);
    EXPECT_THAT(result.latencies, ElementsAre(500, 700, 300, 300, 400, -1, 200));
    ASSERT_TRUE(result.best);
    EXPECT_EQ(result.best->evaluation.latency, 200);
    EXPECT_EQ(number_of(result.best->mapping), 2u);
    ASSERT_EQ(result.log.size(), 3u);
    EXPECT_EQ(result.log[0].evaluation, 1u);
    EXPECT_EQ(result.log[1].evaluation, 3u);
    EXPECT_EQ(result.log[2].evaluation, 7u);
    EXPECT_EQ(result.log[2].latency, 200);
    EXPECT_FALSE(result.interrupted);
}

TEST(RunSearch, ReportsWhatWasProposedInOrder) {
    ListSearch search({5, 7, 3, 4});
    CountingEvaluation evaluation;
    run_search(search, evaluation.function(), {100, 0});
    EXPECT_THAT(search.reported, ElementsAre(5, 7, 3, 4));
    EXPECT_THAT(search.latencies, ElementsAre(500, 700, 300, 400));
}

TEST(RunSearch, SimulatesNothingTwiceButCountsIt) {
    ListSearch search({5, 5, 5, 6, 5, 6});
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {100, 0});
    EXPECT_EQ(evaluation.calls, 2);
    EXPECT_EQ(result.evaluations, 6u);
    EXPECT_THAT(search.latencies, ElementsAre(500, 500, 500, 600, 500, 600));
}

TEST(RunSearch, NeverExceedsTheBudget) {
    for (std::uint64_t budget : {1, 2, 3, 4, 7}) {
        ListSearch search({9, 8, 7, 6, 5, 4, 3, 2, 1});
        CountingEvaluation evaluation;
        SearchResult result = run_search(search, evaluation.function(), {budget, 0});
        EXPECT_EQ(result.evaluations, budget);
        EXPECT_EQ(evaluation.calls, static_cast<int>(budget));
        EXPECT_EQ(search.asked.front(), budget);
        EXPECT_EQ(result.latencies.size(), budget);
    }
}

TEST(RunSearch, EndsWhenTheSearchHasNothingMoreToTry) {
    ListSearch search({4});
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {0, 0});
    EXPECT_EQ(result.evaluations, 1u);
}

TEST(RunSearch, StopsWhenProgressSaysSo) {
    ListSearch search({9, 8, 7, 6, 5, 4, 3});
    CountingEvaluation evaluation;
    int batches = 0;
    SearchResult result = run_search(search, evaluation.function(), {0, 0}, [&](const SearchResult& so_far) {
        ++batches;
        EXPECT_EQ(so_far.evaluations, static_cast<std::uint64_t>(3 * batches));
        return batches < 2;
    });
    EXPECT_TRUE(result.interrupted);
    EXPECT_EQ(result.evaluations, 6u);
    EXPECT_EQ(result.best->evaluation.latency, 400);
}

TEST(RunSearch, StopsWhenTimeIsUp) {
    /// Proposes for ever.
    class Endless : public Search {
    public:
        std::vector<Mapping> propose(std::size_t) override { return {numbered(++next_)}; }
        void report(const std::vector<Candidate>&) override {}

    private:
        std::size_t next_ = 0;
    };
    Endless search;
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {0, 0.02});
    EXPECT_GT(result.evaluations, 0u);
    EXPECT_GE(result.wall_s, 0.02);
    EXPECT_FALSE(result.interrupted);
}

TEST(RunSearch, HasNoBestWhereNothingIsLegal) {
    ListSearch search({13, 13});
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {10, 0});
    EXPECT_FALSE(result.best);
    EXPECT_EQ(result.illegal, 2u);
    EXPECT_TRUE(result.log.empty());
}

TEST(RunSearch, RefusesMoreProposalsThanItAskedFor) {
    class Greedy : public Search {
    public:
        std::vector<Mapping> propose(std::size_t most) override { return std::vector<Mapping>(most + 1, numbered(1)); }
        void report(const std::vector<Candidate>&) override {}
    };
    Greedy search;
    CountingEvaluation evaluation;
    EXPECT_THROW(run_search(search, evaluation.function(), {4, 0}), std::logic_error);
    EXPECT_EQ(evaluation.calls, 0);
}

TEST(MappingKey, TellsEveryFieldApart) {
    Mapping base = numbered(1);
    base.sets[0].accelerators.push_back(NodeId(2));
    base.sets[0].operators[0].strategy.es = {1, 2, 1, 1, 1, 1, 1};
    std::vector<Mapping> others(9, base);
    others[0].collectives = CollectiveChoice::ring;
    std::swap(others[1].sets[0].accelerators[0], others[1].sets[0].accelerators[1]);
    others[2].sets[0].design = "other";
    others[3].sets[0].reconfigure = true;
    others[4].sets[0].operators[0].strategy.es = {1, 1, 2, 1, 1, 1, 1};
    others[5].sets[0].operators[0].strategy.ss = Dim::N;
    others[6].sets[0].operators[0].resident = true;
    others[7].sets[0].operators[0].resident = false;
    others[8].sets[0].operators.push_back({OperatorId(1), {}, std::nullopt});
    std::vector<std::string> keys = {mapping_key(base)};
    EXPECT_EQ(mapping_key(base), keys[0]);
    for (const Mapping& other : others) {
        EXPECT_THAT(keys, ::testing::Not(::testing::Contains(mapping_key(other))));
        keys.push_back(mapping_key(other));
    }
}

TEST(MappingKey, KeepsLargeNumbersApart) {
    EXPECT_NE(mapping_key(numbered(127)), mapping_key(numbered(128)));
    EXPECT_NE(mapping_key(numbered(1)), mapping_key(numbered(129)));
    EXPECT_NE(mapping_key(numbered(300)), mapping_key(numbered(44)));
}

TEST(Searches, AreListedByNameAndFoundByIt) {
    std::vector<std::string> names;
    for (const SearchInfo& info : searches()) {
        names.push_back(info.name);
        EXPECT_FALSE(info.summary.empty());
        EXPECT_EQ(find_search(info.name).name, info.name);
    }
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_THAT(names, ::testing::IsSupersetOf({"baseline", "mars", "random"}));
}

TEST(Searches, SuggestTheNearestName) {
    try {
        find_search("mras");
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("unknown search 'mras'"));
        EXPECT_THAT(error.what(), HasSubstr("did you mean 'mars'"));
        EXPECT_THAT(error.what(), HasSubstr("baseline, mars, random"));
    }
}

} // namespace
} // namespace arsia
