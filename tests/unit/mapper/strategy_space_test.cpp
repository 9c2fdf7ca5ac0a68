// Which strategies an operator may have, and the split over its longest dimensions.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/legality.h"
#include "mapper/searches/strategy_space.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

std::int64_t product(const Factors& factors) {
    std::int64_t out = 1;
    for (std::int64_t factor : factors) out *= factor;
    return out;
}

TEST(Factorizations, AreAsManyAsCombinatoricsSays) {
    Extents wide{100, 100, 100, 100, 100, 100, 100};
    // Ways to deal e equal prime factors to 7 dimensions: C(e + 6, 6).
    EXPECT_EQ(factorizations(1, wide).size(), 1u);
    EXPECT_EQ(factorizations(4, wide).size(), 28u);
    EXPECT_EQ(factorizations(8, wide).size(), 84u);
    EXPECT_EQ(factorizations(7, wide).size(), 7u);
    EXPECT_EQ(factorizations(6, wide).size(), 49u);
    EXPECT_EQ(factorizations(16, wide).size(), 210u);
}

TEST(Factorizations, KeepToTheLimits) {
    Extents limits{1, 3, 2, 1, 1, 1, 1};
    EXPECT_THAT(factorizations(6, limits), ::testing::ElementsAre(Factors{1, 3, 2, 1, 1, 1, 1}));
    EXPECT_THAT(factorizations(4, limits), ::testing::ElementsAre(Factors{1, 2, 2, 1, 1, 1, 1}));
    EXPECT_THAT(factorizations(5, limits), ::testing::IsEmpty());
}

TEST(Factorizations, AllHaveTheProductAndNoneComesTwice) {
    Extents limits{2, 64, 3, 7, 7, 3, 3};
    for (std::int64_t size = 1; size <= 24; ++size) {
        std::set<Factors> seen;
        for (const Factors& factors : factorizations(size, limits)) {
            EXPECT_EQ(product(factors), size);
            for (std::size_t i = 0; i < dim_count; ++i) EXPECT_LE(factors[i], limits[i]);
            EXPECT_TRUE(seen.insert(factors).second);
        }
    }
}

TEST(LegalStrategies, AreExactlyTheLegalOnes) {
    Graph graph = small_graph("image: [2, 4, 6, 6]", "  - {name: conv, type: conv, input: image, out_channels: 8, "
                                                     "kernel: [3, 3], padding: [1, 1]}\n");
    const Operator& op = graph.operators[OperatorId(0)];
    std::vector<Strategy> strategies = legal_strategies(graph, op, 4);
    std::size_t exclusive = factorizations(4, op.extents).size();
    std::size_t shared = 0;
    for (const Factors& es : factorizations(4, op.extents))
        for (Dim dim : all_dims) shared += shared_shard_problem(op, graph, es, dim).empty() ? 1 : 0;
    EXPECT_GT(shared, 0u);
    ASSERT_EQ(strategies.size(), exclusive + shared);
    for (std::size_t i = 0; i < strategies.size(); ++i) {
        EXPECT_EQ(product(strategies[i].es), 4);
        EXPECT_EQ(strategies[i].ss.has_value(), i >= exclusive);
        if (strategies[i].ss) {
            EXPECT_EQ(shared_shard_problem(op, graph, strategies[i].es, *strategies[i].ss), "");
        }
        for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(strategies[i] == strategies[j]);
    }
}

TEST(LegalStrategies, AreNoneWhereNoSplitCarriesTheSize) {
    Graph graph = small_graph("image: [1, 2, 1, 1]", "  - {name: fc, type: linear, input: image, out_features: 3}\n");
    EXPECT_TRUE(legal_strategies(graph, graph.operators[OperatorId(0)], 8).empty());
    EXPECT_FALSE(legal_strategies(graph, graph.operators[OperatorId(0)], 6).empty());
}

TEST(LegalStrategies, AreOneOnASingleAccelerator) {
    Graph graph = small_graph("image: [1, 2, 4, 4]", "  - {name: c, type: conv, input: image, out_channels: 4, "
                                                     "kernel: [1, 1]}\n");
    std::vector<Strategy> strategies = legal_strategies(graph, graph.operators[OperatorId(0)], 1);
    ASSERT_EQ(strategies.size(), 1u);
    EXPECT_EQ(strategies[0].es, no_split);
}

TEST(StrategySpaces, FindsAStrategyByValue) {
    Graph graph = small_graph("image: [1, 2, 8, 8]", "  - {name: c, type: conv, input: image, out_channels: 4, "
                                                     "kernel: [1, 1]}\n");
    StrategySpaces spaces(graph);
    const std::vector<Strategy>& space = spaces.of(OperatorId(0), 4);
    for (std::size_t i = 0; i < space.size(); ++i) EXPECT_EQ(spaces.index_of(OperatorId(0), 4, space[i]), i);
    EXPECT_EQ(spaces.index_of(OperatorId(0), 4, split({{Dim::K, 8}})), space.size());
}

TEST(LongestDimensionsSplit, IsEvenOverTheTwoLongest) {
    //                N  K   C  P   Q   R  S
    Extents extents{1, 64, 3, 56, 56, 7, 7};
    EXPECT_EQ(*longest_dimensions_split(extents, 4), (Factors{1, 2, 1, 2, 1, 1, 1}));
    EXPECT_EQ(*longest_dimensions_split(extents, 16), (Factors{1, 4, 1, 4, 1, 1, 1}));
    // Eight cannot be even: the longer dimension takes more.
    EXPECT_EQ(*longest_dimensions_split(extents, 8), (Factors{1, 4, 1, 2, 1, 1, 1}));
    EXPECT_EQ(*longest_dimensions_split(extents, 1), no_split);
    EXPECT_EQ(*longest_dimensions_split(extents, 3), (Factors{1, 3, 1, 1, 1, 1, 1}));
}

TEST(LongestDimensionsSplit, BreaksTiesInTheOrderOfDimensions) {
    EXPECT_EQ(*longest_dimensions_split({1, 8, 8, 8, 8, 1, 1}, 4), (Factors{1, 2, 2, 1, 1, 1, 1}));
    EXPECT_EQ(*longest_dimensions_split({1, 4, 4, 112, 112, 1, 1}, 2), (Factors{1, 1, 1, 2, 1, 1, 1}));
}

TEST(LongestDimensionsSplit, KeepsFactorsWithinExtents) {
    EXPECT_EQ(*longest_dimensions_split({1, 1000, 2, 1, 1, 1, 1}, 16), (Factors{1, 8, 2, 1, 1, 1, 1}));
    EXPECT_EQ(*longest_dimensions_split({1, 5, 1, 1, 1, 1, 1}, 5), (Factors{1, 5, 1, 1, 1, 1, 1}));
}

TEST(LongestDimensionsSplit, TakesMoreDimensionsWhereTwoAreTooShort) {
    EXPECT_EQ(*longest_dimensions_split({1, 2, 2, 2, 1, 1, 1}, 8), (Factors{1, 2, 2, 2, 1, 1, 1}));
}

TEST(LongestDimensionsSplit, IsNothingWhereNoSplitCarriesTheSize) {
    EXPECT_FALSE(longest_dimensions_split({1, 3, 2, 1, 1, 1, 1}, 7));
}

} // namespace
} // namespace arsia
