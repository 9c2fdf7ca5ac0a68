// Attention and recurrent layers under mappings: what may be split, what is shared, and what need not move.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "mapper/lowering/shared_shards.h"
#include "mapper/searches/baseline.h"
#include "mapper/searches/strategy_space.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Four heads of depth 2, six tokens.
constexpr const char* attention =
    "  - {name: q, type: linear, input: x, out_features: 8, flatten: false, bias: false}\n"
    "  - {name: k, type: linear, input: x, out_features: 8, flatten: false, bias: false}\n"
    "  - {name: v, type: linear, input: x, out_features: 8, flatten: false, bias: false}\n"
    "  - {name: scores, type: matmul, inputs: [q, k], heads: 4, transpose: true}\n"
    "  - {name: softmax, type: softmax, input: scores, groups: 4}\n"
    "  - {name: context, type: matmul, inputs: [softmax, v], heads: 4}\n"
    "  - {name: out, type: linear, input: context, out_features: 8, flatten: false, bias: false}\n";

std::shared_ptr<Scenario> attention_on_four() {
    return small_scenario(small_graph("x: [1, 8, 6]", attention), small_platform(4));
}

TEST(Heads, StayWhereTheyAreUntilTheirPartialSums) {
    auto scenario = attention_on_four();
    Strategy heads = split({{Dim::K, 4}});
    Mapping mapping = one_set(*scenario, {heads, heads, heads, heads, heads, heads, split({{Dim::C, 4}})});
    ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    for (const char* name : {"scores", "softmax", "context"})
        EXPECT_THAT(transfers_of(*scenario, program, name), IsEmpty()) << name;
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 0);
    // Each of the four needs all of x; the partial sums of 8 x 6 are scattered: three quarters leave each.
    EXPECT_EQ(bytes_of_purpose(program, Purpose::input), 4 * 48);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::partial_sum) + bytes_of_purpose(program, Purpose::collective), 3 * 48);
}

TEST(Heads, AreFetchedWholeWhereTokensAreSplit) {
    auto scenario = attention_on_four();
    Strategy tokens = split({{Dim::P, 2}, {Dim::K, 2}});
    Mapping mapping = one_set(*scenario, std::vector<Strategy>(7, tokens));
    ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    // Two heads and three tokens each: its own three keys of two heads are there, the other three are not.
    Bytes keys = 0;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer && scenario->graph.operators[task.op].name == "scores") keys += task.bytes;
    EXPECT_EQ(keys, 4 * 4 * 3);
}

TEST(SharedOperand, OfAMatmulIsWhatTheFactorsReplicate) {
    auto scenario = attention_on_four();
    const Operator& scores = scenario->graph.operators[OperatorId(3)];
    std::optional<SharedTensor> keys = find_shared_tensor(scores, scenario->graph, split({{Dim::P, 3}}).es, Dim::K);
    ASSERT_TRUE(keys.has_value());
    EXPECT_FALSE(keys->weights);
    EXPECT_EQ(keys->input, 1u) << "all rows of a meet all keys";
    EXPECT_EQ(keys->replicas, 3);
    EXPECT_EQ(shared_shard_problem(scores, scenario->graph, split({{Dim::K, 4}}).es, Dim::P),
              "the factors leave no tensor replicated, so that there is nothing to share")
        << "heads have their own rows of both operands";
    EXPECT_EQ(shared_shard_problem(scores, scenario->graph, split({{Dim::P, 3}}).es, Dim::P),
              "what the factors leave replicated (input k) is not split by P");

    Graph one_head =
        small_graph("a: [1, 8, 6], b: [1, 8, 6]", "  - {name: m, type: matmul, inputs: [a, b], transpose: true}\n");
    std::optional<SharedTensor> rows =
        find_shared_tensor(one_head.operators[OperatorId(0)], one_head, split({{Dim::K, 2}}).es, Dim::P);
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->input, 0u) << "within a head, all columns need the whole of a";
}

TEST(SharedOperand, GoesRoundInParts) {
    auto scenario = small_scenario(
        small_graph("a: [1, 8, 6], b: [1, 8, 6]", "  - {name: m, type: matmul, inputs: [a, b], transpose: true}\n"),
        small_platform(3));
    Mapping mapping = one_set(*scenario, {split({{Dim::P, 3}}, Dim::K)});
    ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    // Two of b's six rows of eight for each, from the host; then twice the next two from the neighbour.
    EXPECT_EQ(bytes_of_purpose(program, Purpose::input), 48 + 3 * 16);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::shared_shard), 3 * 2 * 16);
}

struct Recurrent : ::testing::Test {
    std::shared_ptr<Scenario> scenario = small_scenario(
        small_graph("x: [4, 6, 5]", "  - {name: l, type: lstm, input: x, out_features: 8}\n"), small_platform(4));
    const Graph& graph = scenario->graph;
    const Operator& op = graph.operators[OperatorId(0)];

    std::vector<std::string> problems(const FactorList& es, std::optional<Dim> ss = std::nullopt) {
        return legality_problems(*scenario, one_set(*scenario, {split(es, ss)}));
    }
};

TEST_F(Recurrent, BatchAndHiddenChannelsAreSharedStepsAreNot) {
    EXPECT_THAT(problems({{Dim::N, 4}}), IsEmpty());
    EXPECT_THAT(problems({{Dim::K, 4}}), IsEmpty());
    EXPECT_THAT(problems({{Dim::C, 4}}),
                ElementsAre("sets[0].operators[0] (l): es.C: factor 4: the steps of a lstm follow each other and need "
                            "the whole result of the one before; it is split along N and K only, not along C"));
    EXPECT_THAT(problems({{Dim::N, 2}, {Dim::P, 2}}),
                ElementsAre("sets[0].operators[0] (l): es.P: factor 2: the steps of a lstm follow each other and need "
                            "the whole result of the one before; it is split along N and K only, not along P"));
    EXPECT_THAT(problems({{Dim::N, 4}}, Dim::K),
                ElementsAre("sets[0].operators[0] (l): ss K with es N4: the steps of a lstm follow each other; none of "
                            "its tensors is kept in shared shards"));
}

TEST_F(Recurrent, BatchAndHiddenChannelsAreProposed) {
    std::vector<Strategy> four = legal_strategies(graph, op, 4);
    EXPECT_THAT(four, ::testing::UnorderedElementsAre(split({{Dim::N, 4}}), split({{Dim::K, 4}}),
                                                      split({{Dim::N, 2}, {Dim::K, 2}})));
    EXPECT_THAT(legal_strategies(graph, op, 64), IsEmpty()) << "4 samples of 8 channels";
    EXPECT_EQ(*longest_dimensions_split(op, 8), split({{Dim::N, 2}, {Dim::K, 4}}).es);
    EXPECT_FALSE(longest_dimensions_split(op, 64).has_value());
}

TEST_F(Recurrent, EveryGateOfAPartIsKept) {
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::N, 4}})}));
    std::int64_t macs = 0;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::compute) macs += program.plan(task.plan).macs;
    EXPECT_EQ(macs, 4 * 4 * 8 * (6 + 8) * 5);
    // Weights of 4·8 x 14 and a bias for each of the 32 gates, on every accelerator.
    EXPECT_EQ(bytes_of_purpose(program, Purpose::weights), 0) << "they fit: resident";
    for (NodeId node : scenario->accelerators)
        EXPECT_GE(lowering.memory_need(one_set(*scenario, {split({{Dim::N, 4}})}))[node], 32 * 14 + 32);
}

TEST(Baseline, CutsASetToWhatARecurrentLayerCarries) {
    auto scenario =
        small_scenario(small_graph("x: [1, 6, 5]", "  - {name: l, type: lstm, input: x, out_features: 2}\n"
                                                   "  - {name: f, type: linear, input: l, out_features: 8}\n"),
                       small_platform(4));
    Mapping mapping = baseline_mapping(*scenario);
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_EQ(mapping.sets[0].accelerators.size(), 2u);
    EXPECT_THAT(legality_problems(*scenario, mapping), IsEmpty());
}

} // namespace
} // namespace arsia
