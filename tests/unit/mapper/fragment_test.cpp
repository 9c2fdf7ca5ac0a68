// Fragments: what is left out is taken as done, and what is there costs what it costs in the whole.
#include <deque>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/evaluation/codec.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/search.h"
#include "mapper/searches/table_maker.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::shared_ptr<Scenario> chain_of_three() {
    return small_scenario(
        small_graph("image: [1, 4, 8, 8]",
                    "  - {name: a, type: conv, input: image, out_channels: 4, kernel: 3, padding: 1}\n"
                    "  - {name: b, type: conv, input: a, out_channels: 4, kernel: 3, padding: 1}\n"
                    "  - {name: c, type: conv, input: b, out_channels: 4, kernel: 3, padding: 1}\n"),
        small_platform(2));
}

/// Only some operators of a mapping, by position.
Mapping fragment_of(const Mapping& whole, const std::vector<std::size_t>& operators) {
    Mapping out = whole;
    out.fragment = true;
    out.sets[0].operators.clear();
    for (std::size_t op : operators) out.sets[0].operators.push_back(whole.sets[0].operators[op]);
    return out;
}

TEST(Fragment, OfAllOperatorsIsTheWhole) {
    auto scenario = chain_of_three();
    Mapping whole = one_set(*scenario, {split({{Dim::P, 2}}), split({{Dim::K, 2}}), split({{Dim::Q, 2}})});
    Evaluator evaluator(scenario);
    EXPECT_EQ(evaluator.evaluate(fragment_of(whole, {0, 1, 2})).latency, evaluator.evaluate(whole).latency);
}

TEST(Fragment, BringsNothingFromOperatorsThatAreLeftOut) {
    auto scenario = chain_of_three();
    Mapping whole = one_set(*scenario, {split({{Dim::P, 2}}), split({{Dim::K, 2}}), split({{Dim::Q, 2}})});
    Lowering lowering(*scenario);
    Program program = lowering.lower(fragment_of(whole, {1}));
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 0);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::input), 0) << "the image is read by the first operator";
    EXPECT_EQ(bytes_of_purpose(program, Purpose::output), 0) << "the last operator makes the output";
    EXPECT_EQ(program.tasks().size(), 2u);

    program = lowering.lower(fragment_of(whole, {1, 2}));
    EXPECT_THAT(transfers_of(*scenario, program, "b"), IsEmpty());
    Program all = lowering.lower(whole);
    EXPECT_EQ(transfers_of(*scenario, program, "c"), transfers_of(*scenario, all, "c"));
}

TEST(Fragment, AWholeMappingMustStillPlaceEverything) {
    auto scenario = chain_of_three();
    Mapping part = fragment_of(one_set(*scenario, std::vector<Strategy>(3, split({{Dim::P, 2}}))), {0, 1});
    Evaluator evaluator(scenario);
    EXPECT_TRUE(evaluator.evaluate(part).legal);
    part.fragment = false;
    Evaluation evaluation = evaluator.evaluate(part);
    EXPECT_FALSE(evaluation.legal);
    EXPECT_THAT(evaluation.problems, ElementsAre("sets: every operator must be on a set; on none: c"));
}

TEST(Fragment, IsToldFromTheWholeByItsKey) {
    auto scenario = chain_of_three();
    Mapping whole = one_set(*scenario, std::vector<Strategy>(3, split({{Dim::P, 2}})));
    Mapping part = fragment_of(whole, {0, 1, 2});
    EXPECT_NE(mapping_key(whole), mapping_key(part));
    EXPECT_EQ(mapping_of_key(mapping_key(part)), part);
}

TEST(Fragment, CountsByItsShareOfTheOperators) {
    auto scenario = chain_of_three();
    Mapping whole = one_set(*scenario, std::vector<Strategy>(3, split({{Dim::P, 2}})));
    EXPECT_EQ(worth_of(whole, 3), 1);
    EXPECT_DOUBLE_EQ(worth_of(fragment_of(whole, {1, 2}), 3), 2.0 / 3);
}

/// Simulates all that is missing for one set of all accelerators.
StrategyProblem simulated_problem(const std::shared_ptr<Scenario>& scenario, const GenomeSpace& space,
                                  const Assignment& assignment, std::size_t* fragments = nullptr) {
    FragmentCosts costs(space);
    Evaluator evaluator(scenario);
    for (;;) {
        FragmentCosts::Missing missing = costs.missing(assignment);
        if (!missing.any()) break;
        if (fragments) *fragments += missing.fragments.size();
        for (const FragmentCosts::Fragment& fragment : missing.fragments)
            costs.report(fragment.key, evaluator.evaluate(fragment.mapping));
    }
    return costs.problem(assignment);
}

TEST(FragmentCosts, OnAChainTheirSumIsTheLatencyOfTheWhole) {
    auto scenario = chain_of_three();
    GenomeSpace space(scenario);
    Assignment assignment{{{0, 0}}, IdVector<OperatorId, std::uint32_t>(3, 0)};
    StrategyProblem problem = simulated_problem(scenario, space, assignment);
    Evaluator evaluator(scenario);
    // Where all ranks are equally busy nothing of an operator runs beside another one.
    for (Dim dim : {Dim::P, Dim::Q, Dim::K}) {
        StrategyGenes genes;
        for (OperatorId op : ids_of(scenario->graph.operators))
            genes.push_back(space.strategy_index(assignment.sets[0], op, split({{dim, 2}})));
        double sum = problem.problem.cost(*problem.choices(genes));
        auto latency = static_cast<double>(evaluator.evaluate(space.mapping(assignment, genes)).latency);
        EXPECT_NEAR(sum / latency, 1, 0.02) << dim_letter(dim);
    }
}

TEST(FragmentCosts, SimulatesLayersThatRepeatOnce) {
    auto fragments_of = [](int layers) {
        std::string operators = "  - {name: c0, type: conv, input: image, out_channels: 4, kernel: 3, padding: 1}\n";
        for (int i = 1; i < layers; ++i)
            operators += "  - {name: c" + std::to_string(i) + ", type: conv, input: c" + std::to_string(i - 1) +
                         ", out_channels: 4, kernel: 3, padding: 1}\n";
        auto scenario = small_scenario(small_graph("image: [1, 4, 8, 8]", operators), small_platform(2));
        GenomeSpace space(scenario);
        // The first reads from the host and the last writes to it; those between are alike.
        EXPECT_EQ(FragmentCosts(space).pair_kinds(), 3u);
        Assignment assignment{{{0, 0}}, IdVector<OperatorId, std::uint32_t>(static_cast<std::size_t>(layers), 0)};
        std::size_t fragments = 0, strategies = space.strategies(assignment.sets[0], OperatorId(1)).size();
        simulated_problem(scenario, space, assignment, &fragments);
        EXPECT_GE(fragments, 3 * strategies);
        EXPECT_LE(fragments, 3 * strategies + 3 * strategies * strategies);
        return fragments;
    };
    // Which pairs are looked at depends on the best way through all layers; so not quite the same.
    EXPECT_LE(fragments_of(40), fragments_of(10) * 3 / 2);
}

/// Two assignments of the chain, whose tables are made side by side.
struct TwoAssignments {
    std::shared_ptr<Scenario> scenario = chain_of_three();
    GenomeSpace space{scenario};
    Assignment whole{{{0, 0}}, IdVector<OperatorId, std::uint32_t>(3, 0)};
    Assignment parts{{{1, 0}, {2, 0}}, IdVector<OperatorId, std::uint32_t>(3, 0)};
    FragmentCosts costs{space};
    TableMaker tables{costs, 3};
    std::vector<std::size_t> complete;

    void gather() {
        while (std::optional<std::size_t> id = tables.take_complete()) complete.push_back(*id);
    }
};

TEST(TableMaker, AsksForTheSecondWhileTheFirstIsUnderWay) {
    TwoAssignments two;
    two.parts.set_of[OperatorId(2)] = 1;
    two.tables.begin(7, two.whole);
    EXPECT_TRUE(two.tables.may_begin());
    two.tables.begin(9, two.parts);
    EXPECT_FALSE(two.tables.may_begin());
    EXPECT_GT(two.tables.promised(), 0);
    std::vector<Mapping> first = two.tables.next(1e9), second = two.tables.next(1e9);
    ASSERT_FALSE(first.empty());
    ASSERT_FALSE(second.empty());
    EXPECT_EQ(first[0].sets.size(), 1u);
    EXPECT_EQ(second[0].sets[0].accelerators.size(), 1u) << "on one of the two sets";
    EXPECT_TRUE(two.tables.next(1e9).empty()) << "nothing has been reported";
}

TEST(TableMaker, EndsWithTheProblemsThatOneAfterTheOtherHas) {
    TwoAssignments two;
    two.parts.set_of[OperatorId(2)] = 1;
    two.tables.begin(7, two.whole);
    two.tables.begin(9, two.parts);
    std::optional<Evaluator> evaluator(two.scenario); // one at a time in a process
    std::deque<std::vector<Mapping>> batches;
    for (bool more = true; more;) {
        std::vector<Mapping> batch = two.tables.next(10);
        two.gather();
        more = !batch.empty() || !batches.empty();
        if (!batch.empty()) batches.push_back(std::move(batch));
        if (batches.empty() || (batches.size() < 2 && !batch.empty())) continue;
        for (const Mapping& fragment : batches.front()) two.tables.report(evaluator->evaluate(fragment));
        batches.pop_front();
    }
    evaluator.reset();
    EXPECT_TRUE(two.tables.empty());
    EXPECT_EQ(two.tables.promised(), 0);
    std::sort(two.complete.begin(), two.complete.end());
    EXPECT_EQ(two.complete, (std::vector<std::size_t>{7, 9}));
    for (const Assignment& assignment : {two.whole, two.parts}) {
        StrategyProblem alone = simulated_problem(two.scenario, two.space, assignment);
        StrategyProblem beside = two.costs.problem(assignment);
        EXPECT_EQ(beside.options, alone.options);
        EXPECT_EQ(beside.problem.solve().cost, alone.problem.solve().cost);
    }
}

TEST(TableMaker, WaitsForWhatAnotherTableHasAskedFor) {
    TwoAssignments two;
    two.tables.begin(1, two.whole);
    two.tables.begin(2, two.whole);
    std::vector<Mapping> first = two.tables.next(1e9);
    ASSERT_FALSE(first.empty());
    EXPECT_TRUE(two.tables.next(1e9).empty()) << "the second needs the same";
    two.gather();
    EXPECT_TRUE(two.complete.empty());
}

} // namespace
} // namespace arsia
