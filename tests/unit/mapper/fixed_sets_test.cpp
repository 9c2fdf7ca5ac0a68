// Genomes on platforms of fixed, different accelerators.
#include <set>

#include <gmock/gmock.h>

#include "mapper/bounds.h"
#include "mapper/legality.h"
#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/mars.h"
#include "mapper/searches/random_search.h"
#include "mapper/searches/variation.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

/// Two inputs with a convolution each, their sum, a product on top. Accelerators 0 to 3 run convolutions at 4, 3, 2 and
/// 1 GHz, 4 and 5 products at 1 and 2 GHz.
std::shared_ptr<Scenario> two_branches() {
    Graph graph = small_graph("x: [1, 4, 12, 12], y: [1, 4, 12, 12]",
                              "  - {name: a, type: conv, input: x, out_channels: 8, kernel: 1}\n"
                              "  - {name: b, type: conv, input: y, out_channels: 8, kernel: 1}\n"
                              "  - {name: sum, type: add, inputs: [a, b]}\n"
                              "  - {name: c, type: conv, input: sum, out_channels: 8, kernel: 1}\n"
                              "  - {name: fc, type: linear, input: c, out_features: 2}\n");
    auto scenario = small_scenario(std::move(graph), small_platform(6));
    scenario->designs.clear();
    auto add = [&](std::size_t i, const std::string& name, const std::string& refused, std::uint64_t ghz) {
        auto design = std::make_shared<OneTileDesign>(name);
        design->refused = refused;
        design->clock = {ghz * 1'000'000'000};
        scenario->platform.nodes[NodeId(i)].designs = {name};
        scenario->designs[name] = design;
    };
    for (std::size_t i = 0; i < 4; ++i) add(i, "conv_" + std::to_string(i), "linear", 4 - i);
    add(4, "slow_linear", "conv", 1);
    add(5, "fast_linear", "conv", 2);
    return scenario;
}

std::vector<std::string> names_of(const GenomeSpace& space, const SetGene& set) {
    std::vector<std::string> out;
    for (NodeId node : space.tree().node(set.node).accelerators)
        out.push_back(space.scenario().platform.nodes[node].name);
    return out;
}

struct TwoBranches : ::testing::Test {
    GenomeSpace space{two_branches()};
    SetGene convs() const {
        PartitionTree::Index node = space.node_of({NodeId(3), NodeId(1), NodeId(0), NodeId(2)});
        return {node, space.allowed(node).front()};
    }
};

TEST_F(TwoBranches, SetsAreMixesWithTheFastestFirst) {
    EXPECT_TRUE(space.has_fixed_designs());
    SetGene set = convs();
    EXPECT_TRUE(space.is_mix(set.design));
    EXPECT_THAT(names_of(space, set), ElementsAre("acc0", "acc1", "acc2", "acc3"));
    EXPECT_EQ(space.node_of({NodeId(0), NodeId(1), NodeId(2), NodeId(3)}), set.node);
    EXPECT_TRUE(space.accepts(set.design, OperatorId(0)));
    EXPECT_FALSE(space.accepts(set.design, OperatorId(4)));
    // 4608 multiply-accumulates at a mean of 2.5 GHz.
    EXPECT_NEAR(space.compute_time(set.design, OperatorId(0)), 4608e3 / 2.5, 5);
}

TEST_F(TwoBranches, FittedSharesGiveWholeUnitsBySpeed) {
    SetGene set = convs();
    std::vector<std::string> all;
    for (const Strategy& strategy : space.strategies(set, OperatorId(0))) all.push_back(to_string(strategy));
    EXPECT_THAT(all, Contains("P4 by 5:4:2:1")); // of 12 rows, at 4, 3, 2 and 1 GHz: the longest takes 4/3 of a row
    EXPECT_THAT(all, Contains("P4 by 387:300:207:107"));
    EXPECT_THAT(all, Contains("P4"));
    EXPECT_THAT(all, Contains("- by 1:0:0:0"));
}

TEST_F(TwoBranches, EveryStrategyOfAMixIsLegal) {
    SetGene set = convs();
    Assignment assignment{{set}, {}};
    PartitionTree::Index linear = space.node_of({NodeId(4), NodeId(5)});
    assignment.sets.push_back({linear, space.allowed(linear).front()});
    assignment.set_of.assign(5, 0);
    assignment.set_of[OperatorId(4)] = 1;
    ASSERT_TRUE(space.normalize(assignment));
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::size_t count = space.strategies(assignment.sets[assignment.set_of[op]], op).size();
        EXPECT_GT(count, 4U);
        for (std::uint32_t i = 0; i < count; ++i) {
            StrategyGenes genes(5, 0);
            genes[op] = i;
            EXPECT_THAT(legality_problems(space.scenario(), space.mapping(assignment, genes)), ::testing::IsEmpty());
        }
    }
}

TEST_F(TwoBranches, BeginWithOneSetOfEachSizeBranchesAndSingles) {
    std::vector<std::vector<std::string>> seen;
    std::size_t with_branches = 0;
    for (const Assignment& assignment : FixedSets(space).seeds()) {
        for (const SetGene& set : assignment.sets) seen.push_back(names_of(space, set));
        const auto& of = assignment.set_of;
        with_branches += of[OperatorId(0)] != of[OperatorId(1)];
    }
    for (std::vector<std::string> fastest : std::vector<std::vector<std::string>>{
             {"acc0"}, {"acc0", "acc1"}, {"acc0", "acc1", "acc2"}, {"acc0", "acc1", "acc2", "acc3"}})
        EXPECT_THAT(seen, Contains(fastest));
    EXPECT_THAT(seen, Contains(std::vector<std::string>{"acc0", "acc3"})); // 4 + 1 against 3 + 2 GHz
    EXPECT_THAT(seen, Contains(std::vector<std::string>{"acc1", "acc2"}));
    EXPECT_THAT(seen, Contains(std::vector<std::string>{"acc5"}));
    EXPECT_GE(with_branches, 2U);
}

TEST_F(TwoBranches, BranchesOnOneSetAreDealtToTeams) {
    FixedSets sets(space);
    for (const Assignment& assignment : sets.seeds()) {
        if (names_of(space, assignment.sets[assignment.set_of[OperatorId(0)]]).size() != 4) continue;
        auto teams = sets.branch_teams(assignment);
        EXPECT_THAT(teams[OperatorId(0)], ElementsAre(0, 3));
        EXPECT_THAT(teams[OperatorId(1)], ElementsAre(1, 2));
        EXPECT_TRUE(teams[OperatorId(3)].empty());
        StrategyProposer proposer(space);
        Mapping mapping = space.mapping(assignment, proposer.fitted(assignment, teams));
        for (const AcceleratorSet& set : mapping.sets)
            for (const Placement& placement : set.operators)
                if (placement.op == OperatorId(1)) {
                    EXPECT_THAT(active_ranks(placement.strategy, set.accelerators.size()), ElementsAre(1, 2));
                }
        return;
    }
    FAIL() << "no seed has both branches on all four";
}

TEST_F(TwoBranches, ChangesKeepEveryRule) {
    Random random(1);
    std::optional<Assignment> present = random_assignment(space, random);
    ASSERT_TRUE(present);
    std::size_t changes = 0;
    for (int i = 0; i < 200; ++i) {
        std::optional<Assignment> next = mutate(space, *present, random);
        if (!next) continue;
        ++changes;
        StrategyGenes genes = random_strategies(space, *next, random);
        ASSERT_THAT(legality_problems(space.scenario(), space.mapping(*next, genes)), ::testing::IsEmpty());
        present = next;
    }
    EXPECT_GT(changes, 40U);
}

/// A chain of simple operators and, if asked for, a product before them; accelerator i runs all but `refused[i]`.
std::shared_ptr<Scenario> simple_chain(bool product, const std::vector<std::string>& refused) {
    std::string first = product ? "a" : "x";
    Graph graph = small_graph("x: [1, 4, 8, 8]",
                              (product ? "  - {name: a, type: conv, input: x, out_channels: 4, kernel: 1}\n" : "") +
                                  ("  - {name: b, type: relu, input: " + first + "}\n") +
                                  "  - {name: c, type: max_pool, input: b, kernel: 2, stride: 2}\n");
    auto scenario = small_scenario(std::move(graph), small_platform(refused.size()));
    fix_designs(*scenario, {1, 2, 3, 4});
    for (std::size_t i = 0; i < refused.size(); ++i) {
        auto design = std::make_shared<OneTileDesign>("speed_" + std::to_string(i + 1));
        design->refused = refused[i];
        scenario->designs[design->name] = design;
    }
    return scenario;
}

TEST(RandomOnFixedDesigns, NeedsNoProduct) {
    GenomeSpace space(simple_chain(false, {"", "", "", ""}));
    ASSERT_TRUE(space.has_fixed_designs());
    Random random(1);
    std::set<std::size_t> sizes;
    for (int i = 0; i < 50; ++i) {
        std::optional<Assignment> assignment = random_assignment(space, random);
        ASSERT_TRUE(assignment);
        sizes.insert(space.tree().node(assignment->sets.front().node).accelerators.size());
    }
    EXPECT_GT(sizes.size(), 2U);
    EXPECT_GE(FixedSets(space).seeds().size(), 4U);
}

TEST(RandomOnFixedDesigns, FindsWhoRunsWhatTheOthersRefuse) {
    // Three run no relu, so that a set of some of them and the fourth runs none either.
    for (bool product : {false, true}) {
        GenomeSpace space(simple_chain(product, {"relu", "relu", "relu", "conv"}));
        Random random(1);
        for (int i = 0; i < 50; ++i) {
            std::optional<Assignment> assignment = random_assignment(space, random);
            ASSERT_TRUE(assignment) << i;
            const SetGene& set = assignment->sets[assignment->set_of[OperatorId(product ? 1 : 0)]];
            EXPECT_THAT(names_of(space, set), ElementsAre("acc3"));
        }
    }
}

TEST(RandomSearchOnFixedDesigns, StaysAboveTheBoundsOfTheCatalogsSystem) {
    std::shared_ptr<const Scenario> scenario = load_scenario("facebag", "h2h_1.25");
    std::vector<Bound> bounds = lower_bounds(*scenario);
    for (const Bound& bound : bounds) EXPECT_NE(bound.name, "chain") << "it relies on even parts";
    // What the eight convolution accelerators need if none of them ever waits: the sum over the operators of the time
    // that all of them take together.
    EXPECT_NEAR(static_cast<double>(best_bound(bounds)), 25.93e9, 0.05e9);
    Evaluator evaluator(scenario);
    for (const Mapping& mapping : RandomSearch(scenario, 1, 6).propose(6)) {
        Evaluation evaluation = evaluator.evaluate(mapping);
        ASSERT_TRUE(evaluation.legal) << evaluation.problems.front();
        EXPECT_GT(evaluation.latency, best_bound(bounds));
    }
}

TEST(MarsOnFixedDesigns, FindsMoreThanSinglesDoAndTheSameAgain) {
    auto scenario = two_branches();
    TimePs best[2] = {0, 0};
    std::vector<std::string> proposed[2];
    for (int run = 0; run < 2; ++run) {
        MarsSearch search(scenario, 7, 150);
        Evaluator evaluator(scenario);
        for (std::size_t count = 0; count < 150;) {
            std::vector<Candidate> candidates;
            for (Mapping& mapping : search.propose(150 - count)) {
                proposed[run].push_back(mapping_to_json(mapping, *scenario));
                Evaluation evaluation = evaluator.evaluate(mapping);
                ASSERT_TRUE(evaluation.legal) << evaluation.problems.front();
                if (best[run] == 0 || evaluation.latency < best[run]) best[run] = evaluation.latency;
                candidates.push_back({std::move(mapping), std::move(evaluation)});
            }
            if (candidates.empty()) break;
            count += candidates.size();
            search.report(candidates);
        }
    }
    EXPECT_EQ(proposed[0], proposed[1]);
    GenomeSpace space(scenario);
    Evaluator evaluator(scenario);
    Assignment singles = FixedSets(space).seeds().back();
    for (const SetGene& set : singles.sets) EXPECT_EQ(space.tree().size_of(set.node), 1);
    Mapping whole = space.mapping(singles, StrategyGenes(singles.set_of.size(), 0));
    EXPECT_LT(best[0], evaluator.evaluate(whole).latency);
}

} // namespace
} // namespace arsia
