// The loop that runs a search: budget, cache, log, interruption. Searches and evaluations are stand-ins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/search.h"
#include "tests/support/search_stand_ins.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
    std::uint64_t seen = 0;
    SearchResult result = run_search(search, evaluation.function(), {0, 0}, [&](const SearchResult& so_far) {
        EXPECT_LE(so_far.evaluations, seen + 1); // asked after each
        seen = so_far.evaluations;
        return seen < 5;
    });
    EXPECT_TRUE(result.interrupted);
    EXPECT_EQ(result.evaluations, 5u); // in the midst of a batch
    EXPECT_EQ(evaluation.calls, 5);
    EXPECT_EQ(result.best->evaluation.latency, 500);
    EXPECT_THAT(search.reported, ElementsAre(9, 8, 7)); // a batch cut short is not reported
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

TEST(RunSearch, ProposesTheNextBatchAheadWhereTheSearchAllowsIt) {
    ListSearch waiting({9, 8, 7, 6, 5, 4, 3}), ahead({9, 8, 7, 6, 5, 4, 3}, true);
    CountingEvaluation evaluation;
    SearchResult one = run_search(waiting, evaluation.function(), {5, 0});
    SearchResult other = run_search(ahead, evaluation.function(), {5, 0});
    EXPECT_THAT(waiting.reported_before, ElementsAre(0, 3));
    EXPECT_THAT(ahead.reported_before, ElementsAre(0, 0));
    EXPECT_THAT(ahead.asked, ElementsAre(5, 2)); // the budget counts what is under way
    EXPECT_EQ(one.latencies, other.latencies);
    EXPECT_EQ(waiting.reported, ahead.reported);
}

TEST(RunSearch, KnowsWhatIsStillUnderWay) {
    ListSearch search({5, 5, 6, 5, 6, 7, 7, 5}, true);
    CountingEvaluation evaluation;
    SearchResult result = run_search(search, evaluation.function(), {0, 0});
    EXPECT_EQ(evaluation.calls, 3);
    EXPECT_THAT(result.latencies, ElementsAre(500, 500, 600, 500, 600, 700, 700, 500));
    EXPECT_THAT(search.reported, ElementsAre(5, 5, 6, 5, 6, 7, 7, 5));
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
        EXPECT_THAT(error.what(), HasSubstr("anneal, auto, baseline, dp, exhaustive, h2h, mars"));
    }
}

} // namespace
} // namespace arsia
