// What the searches reach on the shipped networks and platforms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "mapper/bounds.h"
#include "mapper/legality.h"
#include "mapper/search.h"
#include "mapper/searches/baseline.h"

namespace arsia {
namespace {

TEST(Baseline, IsLegalForEveryShippedNetworkAndPlatform) {
    for (const std::string& topology : catalog_names(CatalogKind::topology)) {
        for (const std::string& workload : catalog_names(CatalogKind::workload)) {
            auto scenario = load_scenario(workload, topology);
            EXPECT_THAT(legality_problems(*scenario, baseline_mapping(*scenario)), ::testing::IsEmpty())
                << workload << " on " << topology;
        }
    }
}

TEST(Baseline, UsesBothGroupsOfF1) {
    auto scenario = load_scenario("resnet34", "f1_16xlarge");
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 2u);
    EXPECT_EQ(mapping.sets[0].accelerators.size(), 4u);
    EXPECT_EQ(mapping.sets[1].accelerators.size(), 4u);
    EXPECT_GT(mapping.sets[1].operators.size(), 5u);
}

TEST(Mars, BeatsTheBaselineByThirtyPercentOnResnet34) {
    auto scenario = load_scenario("resnet34", "f1_16xlarge");
    Evaluator evaluator(scenario);
    auto latency = [&](const std::string& name, std::uint64_t evaluations) {
        auto search = find_search(name).make(scenario, 1, evaluations);
        SearchResult result = run_search(*search, evaluator, {evaluations, 0});
        EXPECT_TRUE(result.best) << name;
        return result.best ? static_cast<double>(result.best->evaluation.latency) : 0.0;
    };
    double baseline = latency("baseline", 1), mars = latency("mars", 300);
    EXPECT_LT(mars, 0.7 * baseline);
    EXPECT_LT(mars, latency("random", 300));
    EXPECT_GT(mars, static_cast<double>(best_bound(lower_bounds(*scenario))));
}

TEST(Mars, GivesTheSameMappingForTheSameSeed) {
    auto scenario = load_scenario("alexnet", "ring8");
    auto run = [&](std::uint64_t seed) {
        Evaluator evaluator(scenario);
        auto search = find_search("mars").make(scenario, seed, 150);
        return run_search(*search, evaluator, {150, 0});
    };
    SearchResult a = run(1), b = run(1), other = run(2);
    ASSERT_TRUE(a.best && b.best && other.best);
    EXPECT_EQ(a.latencies, b.latencies);
    EXPECT_EQ(mapping_to_json(a.best->mapping, *scenario), mapping_to_json(b.best->mapping, *scenario));
    EXPECT_NE(a.latencies, other.latencies);
}

} // namespace
} // namespace arsia
