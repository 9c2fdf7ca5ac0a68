// The baseline's rules on cases small enough to check by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/legality.h"
#include "mapper/searches/baseline.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;

/// One line of a chain of 1×1 convolutions.
std::string conv(const std::string& name, const std::string& input, int channels) {
    return "  - {name: " + name + ", type: conv, input: " + input + ", out_channels: " + std::to_string(channels) +
           ", kernel: [1, 1]}\n";
}

/// Accelerators in groups of two, named a, b, …
Platform grouped(std::size_t groups) {
    Platform platform = small_platform(2 * groups);
    for (std::size_t i = 0; i < 2 * groups; ++i) platform.nodes[NodeId(i)].group = std::string(1, char('a' + i / 2));
    return platform;
}

std::vector<std::string> operators_of(const Scenario& scenario, const AcceleratorSet& set) {
    std::vector<std::string> out;
    for (const Placement& placement : set.operators) out.push_back(scenario.graph.operators[placement.op].name);
    return out;
}

TEST(Baseline, UsesNaturalGroupsAndBalancesContiguousSegments) {
    // On 8×8 pixels: 4,096 MACs, 4,096 and 8,192, so that two and one balance.
    auto scenario = small_scenario(
        small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8) + conv("c2", "c1", 8) + conv("c3", "c2", 16)),
        grouped(2));
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 2u);
    EXPECT_THAT(mapping.sets[0].accelerators, ElementsAre(NodeId(0), NodeId(1)));
    EXPECT_THAT(mapping.sets[1].accelerators, ElementsAre(NodeId(2), NodeId(3)));
    EXPECT_THAT(operators_of(*scenario, mapping.sets[0]), ElementsAre("c1", "c2"));
    EXPECT_THAT(operators_of(*scenario, mapping.sets[1]), ElementsAre("c3"));
    EXPECT_THAT(legality_problems(*scenario, mapping), ::testing::IsEmpty());
}

TEST(Baseline, CutsAfterTheHeavyBeginning) {
    // 16,384 MACs, then 3 × 4,096 that read 8 channels.
    auto scenario = small_scenario(small_graph("image: [1, 32, 8, 8]", conv("c1", "image", 8) + conv("c2", "c1", 8) +
                                                                           conv("c3", "c2", 8) + conv("c4", "c3", 8)),
                                   grouped(2));
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 2u);
    EXPECT_THAT(operators_of(*scenario, mapping.sets[0]), ElementsAre("c1"));
    EXPECT_THAT(operators_of(*scenario, mapping.sets[1]), ElementsAre("c2", "c3", "c4"));
}

TEST(Baseline, PutsEverythingOnOneSetWithoutGroups) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8) + conv("c2", "c1", 16)),
                                   small_platform(4));
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_EQ(mapping.sets[0].accelerators.size(), 4u);
    // c1: K, C, P, Q are all 8; the first two of them are split. c2: K 16, then C 8.
    EXPECT_EQ(mapping.sets[0].operators[0].strategy, split({{Dim::K, 2}, {Dim::C, 2}}));
    EXPECT_EQ(mapping.sets[0].operators[1].strategy, split({{Dim::K, 2}, {Dim::C, 2}}));
    EXPECT_FALSE(mapping.sets[0].operators[0].resident.has_value());
}

TEST(Baseline, LeavesOutSetsWithoutOperators) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), grouped(3));
    Mapping mapping = baseline_mapping(*scenario);
    EXPECT_EQ(mapping.sets.size(), 1u);
    EXPECT_THAT(legality_problems(*scenario, mapping), ::testing::IsEmpty());
}

TEST(Baseline, TakesTheDesignWithTheFewestComputeCycles) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), small_platform(2));
    auto fast = std::make_shared<OneTileDesign>("fast");
    fast->clock = {2'000'000'000};
    scenario->designs["fast"] = fast;
    EXPECT_EQ(baseline_mapping(*scenario).sets[0].design, "fast");
    // A faster design that is not allowed does not count.
    for (NodeId node : scenario->accelerators) scenario->platform.nodes[node].designs = {"one_tile"};
    EXPECT_EQ(baseline_mapping(*scenario).sets[0].design, "one_tile");
}

TEST(Baseline, PrefersADesignThatAcceptsMoreOperators) {
    auto scenario = small_scenario(
        small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8) + "  - {name: r, type: relu, input: c1}\n"),
        small_platform(2));
    auto fast = std::make_shared<OneTileDesign>("fast");
    fast->clock = {2'000'000'000};
    fast->refused = "relu";
    scenario->designs["fast"] = fast;
    EXPECT_EQ(baseline_mapping(*scenario).sets[0].design, "one_tile");
}

TEST(Baseline, MovesARefusedOperatorToASetThatRunsIt) {
    Platform platform = grouped(2);
    for (std::size_t i = 0; i < 4; ++i) platform.nodes[NodeId(i)].designs = {i < 2 ? "no_relu" : "one_tile"};
    auto scenario = small_scenario(
        small_graph("image: [1, 8, 8, 8]",
                    conv("c1", "image", 8) + "  - {name: r, type: relu, input: c1}\n" + conv("c2", "r", 8)),
        platform);
    auto narrow = std::make_shared<OneTileDesign>("no_relu");
    narrow->refused = "relu";
    scenario->designs["no_relu"] = narrow;
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 2u);
    EXPECT_THAT(operators_of(*scenario, mapping.sets[0]), ElementsAre("c1"));
    EXPECT_THAT(operators_of(*scenario, mapping.sets[1]), ElementsAre("r", "c2"));
    EXPECT_THAT(legality_problems(*scenario, mapping), ::testing::IsEmpty());
}

TEST(Baseline, SaysWhichOperatorNobodyRuns) {
    auto scenario = small_scenario(
        small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8) + "  - {name: r, type: relu, input: c1}\n"),
        small_platform(2));
    auto narrow = std::make_shared<OneTileDesign>("one_tile");
    narrow->refused = "relu";
    scenario->designs["one_tile"] = narrow;
    try {
        baseline_mapping(*scenario);
        FAIL() << "no error";
    } catch (const IllegalError& error) {
        EXPECT_STREQ(error.what(), "the fastest design of no set supports operator 'r'");
    }
}

TEST(Baseline, UsesFewerAcceleratorsWhereAnOperatorIsTooSmall) {
    // 3 features of 2 inputs cannot be split in 8 or 7; 6 = 3 · 2 can.
    auto scenario = small_scenario(
        small_graph("image: [1, 2, 1, 1]", "  - {name: fc, type: linear, input: image, out_features: 3}\n"),
        small_platform(8));
    Mapping mapping = baseline_mapping(*scenario);
    EXPECT_EQ(mapping.sets[0].accelerators.size(), 6u);
    EXPECT_EQ(mapping.sets[0].operators[0].strategy, split({{Dim::K, 3}, {Dim::C, 2}}));
}

/// acc0 … acc3 in one group; each may load these.
std::shared_ptr<Scenario> four_with(const std::vector<std::vector<std::string>>& designs) {
    Platform platform = small_platform(4);
    for (std::size_t i = 0; i < 4; ++i) {
        platform.nodes[NodeId(i)].group = "a";
        platform.nodes[NodeId(i)].designs = designs[i];
    }
    auto scenario = small_scenario(
        small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8) + conv("c2", "c1", 8) + conv("c3", "c2", 8)),
        platform);
    for (const char* name : {"two", "three"}) scenario->designs[name] = std::make_shared<OneTileDesign>(name);
    return scenario;
}

TEST(Baseline, PartsAGroupThatHasNoDesignInCommon) {
    // acc0 and acc2 share one_tile; acc3 could join acc1, but not on three; acc1 has that alone in common with nobody.
    auto scenario = four_with({{"one_tile", "two"}, {"three"}, {"one_tile"}, {"two"}});
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 2u); // three equal operators: two on the pair, one on the next, as soon as can be
    EXPECT_THAT(mapping.sets[0].accelerators, ElementsAre(NodeId(0), NodeId(2)));
    EXPECT_EQ(mapping.sets[0].design, "one_tile");
    EXPECT_THAT(mapping.sets[1].accelerators, ElementsAre(NodeId(1)));
    EXPECT_EQ(mapping.sets[1].design, "three");
    EXPECT_THAT(legality_problems(*scenario, mapping), ::testing::IsEmpty());
}

TEST(Baseline, DoesNotPartAGroupThatSharesADesign) {
    auto scenario = four_with({{"one_tile", "two"}, {"two"}, {"two", "three"}, {"one_tile", "two"}});
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_EQ(mapping.sets[0].accelerators.size(), 4u);
    EXPECT_EQ(mapping.sets[0].design, "two");
}

/// From now on no design fits the accelerators, which list none.
void take_away_designs(Scenario& scenario, const std::vector<std::size_t>& accelerators) {
    auto design = std::make_shared<OneTileDesign>();
    design->resources.dsp = 2;
    scenario.designs["one_tile"] = design;
    for (std::size_t i : accelerators) scenario.platform.nodes[NodeId(i)].resources.dsp = 1;
}

TEST(Baseline, LeavesOutWhoMayLoadNoDesign) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), small_platform(3));
    take_away_designs(*scenario, {0});
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_THAT(mapping.sets[0].accelerators, ElementsAre(NodeId(1), NodeId(2)));
}

TEST(Baseline, SaysWhyThereIsNone) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), small_platform(2));
    take_away_designs(*scenario, {0, 1});
    Evaluator evaluator(scenario);
    BaselineOutcome outcome = evaluated_baseline(evaluator);
    EXPECT_FALSE(outcome.mapping);
    EXPECT_FALSE(outcome.evaluation.legal);
    EXPECT_THAT(outcome.evaluation.problems, ElementsAre("no accelerator may load any design"));
    EXPECT_EQ(nothing_found("mars found nothing", outcome),
              "mars found nothing\nthe baseline makes no mapping: no accelerator may load any design");
    EXPECT_TRUE(BaselineSearch(scenario).propose(10).empty());
}

TEST(Baseline, SaysWhyItsMappingIsNotLegal) {
    auto scenario =
        small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), small_platform(1, Shape::ring, 64));
    Evaluator evaluator(scenario);
    BaselineOutcome outcome = evaluated_baseline(evaluator);
    EXPECT_TRUE(outcome.mapping);
    EXPECT_THAT(
        nothing_found("mars found nothing", outcome),
        ::testing::StartsWith("mars found nothing\nfor example in the baseline's mapping: memory of acc0: needs "));
}

TEST(Baseline, IsProposedOnce) {
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", conv("c1", "image", 8)), small_platform(2));
    BaselineSearch search(scenario);
    EXPECT_TRUE(search.propose(0).empty());
    EXPECT_EQ(search.propose(10).size(), 1u);
    EXPECT_TRUE(search.propose(10).empty());
}

} // namespace
} // namespace arsia
