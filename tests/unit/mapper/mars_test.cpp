// The two-level search on problems small enough to know the answer, and its determinism.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/evaluation/codec.h"
#include "mapper/search.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

std::shared_ptr<Scenario> chain(std::size_t accelerators) {
    return small_scenario(
        small_graph("image: [1, 4, 16, 16]",
                    "  - {name: c1, type: conv, input: image, out_channels: 8, kernel: [3, 3], padding: [1, 1]}\n"
                    "  - {name: c2, type: conv, input: c1, out_channels: 8, kernel: [3, 3], padding: [1, 1]}\n"
                    "  - {name: sum, type: add, inputs: [c1, c2]}\n"
                    "  - {name: fc, type: linear, input: sum, out_features: 4}\n"),
        small_platform(accelerators));
}

/// A latency without simulation: any function of the mapping that the same mapping always gets.
Evaluation hashed(const Mapping& mapping) {
    std::uint64_t hash = 1469598103934665603ULL;
    for (char c : mapping_key(mapping)) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return {true,
            static_cast<TimePs>(1000 + hash % 1'000'000),
            {},
            Figures{static_cast<std::int64_t>(hash % 10'007), static_cast<Bytes>(hash % 997)}};
}

SearchResult run(const std::string& name, const std::shared_ptr<Scenario>& scenario, std::uint64_t seed,
                 std::uint64_t evaluations, const EvaluateMapping& evaluate = hashed) {
    auto search = find_search(name).make(scenario, seed, evaluations);
    return run_search(*search, evaluate, {evaluations, 0});
}

class EverySearch : public ::testing::TestWithParam<std::string> {};

TEST_P(EverySearch, GivesTheSameForTheSameSeed) {
    auto scenario = chain(4);
    SearchResult a = run(GetParam(), scenario, 11, 300), b = run(GetParam(), scenario, 11, 300);
    EXPECT_EQ(a.latencies, b.latencies);
    ASSERT_TRUE(a.best && b.best);
    EXPECT_EQ(mapping_to_json(a.best->mapping, *scenario), mapping_to_json(b.best->mapping, *scenario));
    ASSERT_EQ(a.log.size(), b.log.size());
    for (std::size_t i = 0; i < a.log.size(); ++i) {
        EXPECT_EQ(a.log[i].evaluation, b.log[i].evaluation);
        EXPECT_EQ(a.log[i].latency, b.log[i].latency);
    }
}

TEST_P(EverySearch, GivesSomethingElseForAnotherSeed) {
    auto scenario = chain(4);
    EXPECT_NE(run(GetParam(), scenario, 1, 300).latencies, run(GetParam(), scenario, 2, 300).latencies);
}

TEST_P(EverySearch, UsesItsBudgetExactly) {
    auto scenario = chain(4);
    for (std::uint64_t budget : {1, 5, 41, 100}) EXPECT_EQ(run(GetParam(), scenario, 1, budget).evaluations, budget);
}

TEST_P(EverySearch, DoesNotDependOnHowManyAreAskedForAtOnce) {
    // The runner asks for all that is left; another may ask for few at a time.
    auto scenario = chain(4);
    auto search = find_search(GetParam()).make(scenario, 5, 200);
    std::vector<TimePs> latencies;
    while (latencies.size() < 200) {
        std::vector<Candidate> batch;
        for (Mapping& mapping : search->propose(std::min<std::size_t>(7, 200 - latencies.size())))
            batch.push_back({mapping, hashed(mapping)});
        ASSERT_FALSE(batch.empty());
        for (const Candidate& candidate : batch) latencies.push_back(candidate.evaluation.latency);
        search->report(batch);
    }
    EXPECT_EQ(latencies, run(GetParam(), scenario, 5, 200).latencies);
}

TEST_P(EverySearch, SurvivesThatNothingIsLegal) {
    auto scenario = chain(4);
    SearchResult result = run(GetParam(), scenario, 1, 60, [](const Mapping&) {
        return Evaluation{false, 0, {"no room"}};
    });
    EXPECT_FALSE(result.best);
    EXPECT_EQ(result.illegal, result.evaluations);
    EXPECT_GT(result.evaluations, 0u);
}

TEST_P(EverySearch, ProposesNothingWhereNoDesignRunsAnOperator) {
    auto scenario = chain(2);
    auto narrow = std::make_shared<OneTileDesign>();
    narrow->refused = "add";
    scenario->designs["one_tile"] = narrow;
    EXPECT_EQ(run(GetParam(), scenario, 1, 10).evaluations, 0u);
}

INSTANTIATE_TEST_SUITE_P(Searches, EverySearch, ::testing::Values("anneal", "mars", "nsga2", "random"),
                         [](const auto& named) { return named.param; });

TEST(Mars, NeverProposesTheSameTwice) {
    auto scenario = chain(4);
    auto search = find_search("mars").make(scenario, 3, 500);
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) {
        std::vector<Candidate> batch;
        for (Mapping& mapping : search->propose(50)) {
            EXPECT_TRUE(seen.insert(mapping_key(mapping)).second);
            batch.push_back({mapping, hashed(mapping)});
        }
        search->report(batch);
    }
    EXPECT_GT(seen.size(), 300u);
}

TEST(Mars, EndsWhenASmallProblemIsExhausted) {
    // One accelerator, one design: one mapping.
    auto scenario = chain(1);
    SearchResult result = run("mars", scenario, 1, 1000);
    EXPECT_EQ(result.evaluations, 1u);
}

TEST(Mars, IsNeverWorseThanTheBaselineItStartsWith) {
    auto scenario = chain(4);
    std::string baseline;
    run("baseline", scenario, 0, 1, [&](const Mapping& mapping) {
        baseline = mapping_key(mapping);
        return hashed(mapping);
    });
    bool proposed = false;
    run("mars", scenario, 1, 60, [&](const Mapping& mapping) {
        proposed |= mapping_key(mapping) == baseline;
        return hashed(mapping);
    });
    EXPECT_TRUE(proposed);
}

TEST(Mars, FollowsTheLatenciesItIsTold) {
    // Only the number of operators that are split along Q alone counts. Guesses know nothing of that.
    auto scenario = chain(4);
    auto pretended = [](const Mapping& mapping) {
        TimePs latency = 1000;
        for (const AcceleratorSet& set : mapping.sets)
            for (const Placement& placement : set.operators)
                if (at(placement.strategy.es, Dim::Q) == 4) latency -= 100;
        return Evaluation{true, latency, {}};
    };
    // The matrix product has one column and cannot be split along it.
    EXPECT_EQ(run("mars", scenario, 1, 600, pretended).best->evaluation.latency, 700);
}

} // namespace
} // namespace arsia
