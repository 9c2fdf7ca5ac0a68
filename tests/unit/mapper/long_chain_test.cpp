// What is done for networks of very many operators: bounds in pieces, equal layers looked at once, even segments.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/bounds.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/searches/baseline.h"
#include "tests/support/mapper_fixtures.h"
#include "workloads/layer_kinds.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::HasSubstr;

/// Convolutions 1×1, one after another, of `channels(i)` output channels each.
template <class Channels>
std::shared_ptr<Scenario> chain(std::size_t length, std::size_t accelerators, Channels channels) {
    std::string operators, input = "image";
    for (std::size_t i = 0; i < length; ++i) {
        std::string name = "c" + std::to_string(i);
        operators += "  - {name: " + name + ", type: conv, input: " + input +
                     ", out_channels: " + std::to_string(channels(i)) + ", kernel: 1}\n";
        input = name;
    }
    return small_scenario(small_graph("image: [1, 8, 4, 4]", operators), small_platform(accelerators));
}

Bound chain_bound_of(const Scenario& scenario) {
    for (const Bound& bound : lower_bounds(scenario))
        if (bound.name == "chain") return bound;
    ADD_FAILURE() << "no chain bound";
    return {};
}

TEST(LongChain, InPiecesIsAlmostAsGoodAsWhole) {
    auto eight = [](std::size_t) { return 8; };
    auto whole = chain(512, 1, eight), pieces = chain(513, 1, eight);
    Bound of_whole = chain_bound_of(*whole), of_pieces = chain_bound_of(*pieces);
    EXPECT_THAT(of_whole.reasoning, ::testing::Not(HasSubstr("in pieces")));
    EXPECT_THAT(
        of_pieces.reasoning,
        HasSubstr("513 operators of the longest chain over up to 1 accelerators, with the least time that their "
                  "shards compute and their data travels; in pieces of 64 operators, each as if all accelerators "
                  "began it together"));
    // On one accelerator nothing travels: one more operator of 4·4·8·8 MACs, a cycle of 1 ns each, and the tile's
    // loads and stores at 10 bytes a ns (192 + 128 bytes, with 64 weights).
    EXPECT_GT(of_pieces.latency - of_whole.latency, 1'024'000);
    EXPECT_LT(of_pieces.latency - of_whole.latency, 1'024'000 + 40'000);
}

TEST(LongChain, InPiecesIsBelowWhatIsSimulated) {
    for (std::size_t accelerators : {1, 2, 3}) {
        auto scenario = chain(700, accelerators, [](std::size_t i) { return 4 + i % 5; });
        Bound bound = chain_bound_of(*scenario);
        Evaluator evaluator(scenario);
        Evaluation evaluation = evaluator.evaluate(baseline_mapping(*scenario));
        ASSERT_TRUE(evaluation.legal);
        EXPECT_LE(bound.latency, evaluation.latency) << accelerators;
        EXPECT_GT(bound.latency, evaluation.latency / 20) << accelerators;
    }
}

TEST(LongChain, SaysWhichOperatorsItLeavesOut) {
    // No two pieces are alike: 8 are gone along, and the last.
    auto scenario = chain(64 * 12, 1, [](std::size_t i) { return 1 + (i * i) % 97 + i / 64; });
    Bound bound = chain_bound_of(*scenario);
    EXPECT_THAT(bound.reasoning, HasSubstr(", without 192 operators beyond the first 512 that differ"));
    EXPECT_GT(bound.latency, 0);
}

TEST(LayerKinds, AreNumberedByTheirFirstOperators) {
    auto scenario = chain(7, 1, [](std::size_t i) { return i % 3 == 2 ? 4 : 8; });
    // c0 reads the input; c1 8→8; c2 8→4; c3 4→8; c4 is like c1, c5 like c2; c6 like c3, but its result goes back.
    LayerKinds kinds(scenario->graph);
    std::vector<std::uint32_t> found;
    for (OperatorId op : ids_of(scenario->graph.operators)) found.push_back(kinds.of(op).value());
    EXPECT_EQ(found, (std::vector<std::uint32_t>{0, 1, 2, 3, 1, 2, 4}));
    EXPECT_EQ(kinds.count(), 5u);
    EXPECT_EQ(kinds.first(LayerKindId(2)), OperatorId(2));
    EXPECT_TRUE(kinds.is_first(OperatorId(3)));
    EXPECT_FALSE(kinds.is_first(OperatorId(4)));
}

TEST(LayerTable, FindsOnceForEachKind) {
    auto scenario = chain(50, 1, [](std::size_t) { return 8; });
    LayerKinds kinds(scenario->graph);
    LayerTable<std::size_t> table(kinds);
    std::multiset<std::uint32_t> asked;
    for (OperatorId op : ids_of(scenario->graph.operators))
        EXPECT_EQ(table.of(op,
                           [&] {
                               asked.insert(kinds.of(op).value());
                               return std::size_t{kinds.of(op).value()};
                           }),
                  kinds.of(op).value());
    EXPECT_EQ(asked, (std::multiset<std::uint32_t>{0, 1, 2}));
}

} // namespace
} // namespace arsia
