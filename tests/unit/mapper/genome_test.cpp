// Genomes become mappings that keep every static rule, whatever happens to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/legality.h"
#include "mapper/searches/strategy_proposer.h"
#include "mapper/searches/variation.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

const char* const network =
    "  - {name: c1, type: conv, input: image, out_channels: 16, kernel: [3, 3], padding: [1, 1]}\n"
    "  - {name: c2, type: conv, input: c1, out_channels: 16, kernel: [3, 3], padding: [1, 1]}\n"
    "  - {name: sum, type: add, inputs: [c1, c2]}\n"
    "  - {name: pool, type: max_pool, input: sum, kernel: [2, 2], stride: [2, 2]}\n"
    "  - {name: fc, type: linear, input: pool, out_features: 10}\n";

/// Two groups of two that meet at the host; one of two designs refuses pools.
std::shared_ptr<Scenario> two_groups() {
    Platform platform = small_platform(4);
    std::vector<Link> kept;
    for (const Link& link : platform.links) {
        bool host = link.from.value() == 4 || link.to.value() == 4;
        if (host || link.from.value() / 2 == link.to.value() / 2) kept.push_back(link);
    }
    for (std::size_t i = 0; i < 4; ++i) platform.nodes[NodeId(i)].forwards = false;
    for (Link& link : kept)
        if (link.from.value() == 4 || link.to.value() == 4) link.bandwidth = {2'000'000'000};
    platform.links.items() = kept;
    auto scenario = small_scenario(small_graph("image: [1, 3, 16, 16]", network), platform);
    auto narrow = std::make_shared<OneTileDesign>("no_pool");
    narrow->refused = "max_pool";
    scenario->designs["no_pool"] = narrow;
    return scenario;
}

Assignment on_one_set(const GenomeSpace& space, SetGene set) {
    return {{set}, IdVector<OperatorId, std::uint32_t>(space.graph().operators.size(), 0)};
}

TEST(GenomeSpace, MovesOperatorsOffASetThatRefusesThem) {
    auto scenario = two_groups();
    GenomeSpace space(scenario);
    ASSERT_EQ(space.designs()[0]->name, "no_pool");
    PartitionTree::Index left = space.tree().node(0).children[0], right = space.tree().node(0).children[1];
    Assignment assignment = on_one_set(space, {left, 0});
    EXPECT_FALSE(space.normalize(assignment)) << "nobody runs the pool";
    assignment = on_one_set(space, {left, 0});
    assignment.sets.push_back({right, 1});
    ASSERT_TRUE(space.normalize(assignment));
    EXPECT_THAT(assignment.set_of.items(), ::testing::ElementsAre(0, 0, 0, 1, 0));
}

TEST(GenomeSpace, NormalizesEqualAssignmentsToTheSame) {
    GenomeSpace space(two_groups());
    PartitionTree::Index left = space.tree().node(0).children[0], right = space.tree().node(0).children[1];
    Assignment a{{{left, 1}, {right, 1}}, {}};
    a.set_of.items() = {0, 0, 1, 1, 1};
    Assignment b{{{right, 1}, {left, 1}}, {}};
    b.set_of.items() = {1, 1, 0, 0, 0};
    ASSERT_TRUE(space.normalize(a));
    ASSERT_TRUE(space.normalize(b));
    EXPECT_EQ(a, b);
}

TEST(GenomeSpace, DropsSetsWithoutOperators) {
    GenomeSpace space(two_groups());
    PartitionTree::Index left = space.tree().node(0).children[0], right = space.tree().node(0).children[1];
    Assignment assignment{{{left, 1}, {right, 1}}, IdVector<OperatorId, std::uint32_t>(5, 1)};
    ASSERT_TRUE(space.normalize(assignment));
    ASSERT_EQ(assignment.sets.size(), 1u);
    EXPECT_EQ(assignment.sets[0].node, right);
    EXPECT_THAT(assignment.set_of.items(), ::testing::Each(0u));
}

TEST(GenomeSpace, MappingSaysWhatTheGenomeSays) {
    GenomeSpace space(two_groups());
    PartitionTree::Index left = space.tree().node(0).children[0];
    Assignment assignment = on_one_set(space, {left, 1});
    StrategyGenes genes(5, 0);
    genes[OperatorId(1)] = space.strategy_index(assignment.sets[0], OperatorId(1), split({{Dim::P, 2}}));
    Mapping mapping = space.mapping(assignment, genes);
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_EQ(mapping.sets[0].design, "one_tile");
    EXPECT_THAT(mapping.sets[0].accelerators, ::testing::ElementsAre(NodeId(0), NodeId(1)));
    EXPECT_EQ(mapping.sets[0].operators[1].strategy, split({{Dim::P, 2}}));
}

TEST(Variation, KeepsEveryStaticRule) {
    auto scenario = two_groups();
    GenomeSpace space(scenario);
    StrategyProposer proposer(space);
    Random random(7);
    int mutations = 0, crossings = 0;
    for (int i = 0; i < 60; ++i) {
        auto a = random_assignment(space, random), b = weighted_assignment(space, random);
        ASSERT_TRUE(a && b);
        std::vector<Assignment> made = {*a, *b};
        for (int j = 0; j < 5; ++j) {
            if (auto child = mutate(space, made.back(), random)) {
                made.push_back(*child);
                ++mutations;
            }
        }
        if (auto child = crossover(space, *a, *b, random)) {
            made.push_back(*child);
            ++crossings;
        }
        StrategyGenes genes = random_strategies(space, made[0], random);
        for (std::size_t at = 0; at < made.size(); ++at) {
            genes = at == 0 ? genes : proposer.carried_over(made[at - 1], genes, made[at]);
            genes = proposer.mutated(made[at], genes, random);
            EXPECT_THAT(legality_problems(*scenario, space.mapping(made[at], genes)), ::testing::IsEmpty());
            StrategyGenes crossed = crossover(genes, proposer.fitted(made[at]), random);
            EXPECT_THAT(legality_problems(*scenario, space.mapping(made[at], crossed)), ::testing::IsEmpty());
        }
    }
    EXPECT_GT(mutations, 100);
    EXPECT_GT(crossings, 40);
}

TEST(Variation, DrawsTheFasterDesignMoreOften) {
    auto scenario = two_groups();
    auto slow = std::make_shared<OneTileDesign>("slow");
    slow->clock = {250'000'000};
    scenario->designs["slow"] = slow;
    GenomeSpace space(scenario);
    Random random(1);
    std::vector<int> drawn(3, 0);
    for (int i = 0; i < 1700; ++i) ++drawn[*draw_design(space, 0, {OperatorId(0), OperatorId(1)}, random)];
    // Weights 1 : 1 : (1/4)² for no_pool, one_tile and slow.
    EXPECT_NEAR(drawn[0], 824, 80);
    EXPECT_NEAR(drawn[1], 824, 80);
    EXPECT_NEAR(drawn[2], 52, 25);
    // A design that refuses an operator yields to those that accept it.
    for (int i = 0; i < 100; ++i) EXPECT_NE(*draw_design(space, 0, {OperatorId(3)}, random), 0u);
}

TEST(Variation, RunsStayInside) {
    Random random(3);
    for (int i = 0; i < 1000; ++i) {
        OperatorRun run = random_run(9, 20, random);
        EXPECT_LT(run.begin, run.end);
        EXPECT_LE(run.end, 9u);
        run = random_run(9, 2, random);
        EXPECT_LE(run.end - run.begin, 2u);
    }
}

TEST(StrategyProposer, SplitsAlongTheGivenDimensions) {
    GenomeSpace space(two_groups());
    Assignment assignment = on_one_set(space, {0, 1});
    StrategyProposer proposer(space);
    StrategyGenes genes = proposer.uniform(assignment, {Dim::P});
    auto strategy = [&](std::size_t op) {
        return space.strategies(assignment.sets[0], OperatorId(op))[genes[OperatorId(op)]];
    };
    EXPECT_EQ(strategy(0), split({{Dim::P, 4}}));
    EXPECT_EQ(strategy(2), split({{Dim::P, 4}}));
    // A matrix product has no rows: its two longest dimensions, C 16 and K 10.
    EXPECT_EQ(strategy(4), split({{Dim::K, 2}, {Dim::C, 2}}));
}

TEST(StrategyProposer, FitsNeighboursTogether) {
    // On links much slower than computing, a chain should stay split the same way as far as it can.
    Platform platform = small_platform(2);
    for (Link& link : platform.links) link.bandwidth = {8'000'000};
    auto scenario = small_scenario(small_graph("image: [1, 8, 8, 8]", "  - {name: a, type: relu, input: image}\n"
                                                                      "  - {name: b, type: relu, input: a}\n"
                                                                      "  - {name: c, type: relu, input: b}\n"),
                                   platform);
    GenomeSpace space(scenario);
    Assignment assignment = on_one_set(space, {0, 0});
    StrategyGenes genes = StrategyProposer(space).fitted(assignment);
    auto es = [&](std::size_t op) {
        return space.strategies(assignment.sets[0], OperatorId(op))[genes[OperatorId(op)]].es;
    };
    EXPECT_EQ(es(0), es(1));
    EXPECT_EQ(es(1), es(2));
}

} // namespace
} // namespace arsia
