// Sets that mix designs, and the shares of their accelerators: parts, legality, lowering, file.
#include <gmock/gmock.h>

#include "base/errors.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/legality.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Ranges along one dimension, as `0-3 3-8`.
std::string parts(std::int64_t size, const Strategy& strategy, Dim dim) {
    Extents extents = {1, size, 1, size, 1, 1, 1};
    std::string out;
    std::size_t ranks = 1;
    for (std::int64_t factor : strategy.es) ranks *= static_cast<std::size_t>(factor);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        Range range = at(shard_of(extents, strategy, rank), dim);
        out += (rank ? " " : "") + std::to_string(range.begin) + "-" + std::to_string(range.end);
    }
    return out;
}

Strategy weighted(const FactorList& factors, std::vector<std::int64_t> shares) {
    Strategy out = split(factors);
    out.shares = std::move(shares);
    return out;
}

TEST(Shares, PartsAreAsLargeAsTheirWeights) {
    EXPECT_EQ(parts(12, weighted({{Dim::P, 3}}, {3, 1, 2}), Dim::P), "0-6 6-8 8-12");
    EXPECT_EQ(parts(10, weighted({{Dim::P, 3}}, {3, 1, 2}), Dim::P), "0-5 5-6 6-10");
    EXPECT_EQ(parts(6, weighted({{Dim::P, 3}}, {3, 1, 2}), Dim::P), "0-3 3-4 4-6");
}

TEST(Shares, EqualWeightsAreEvenParts) {
    EXPECT_EQ(parts(11, weighted({{Dim::K, 4}}, {7, 7, 7, 7}), Dim::K), parts(11, split({{Dim::K, 4}}), Dim::K));
}

TEST(Shares, OfSeveralDimensionsEachPartWeighsWhatItsAcceleratorsDo) {
    Strategy strategy = weighted({{Dim::K, 2}, {Dim::P, 2}}, {1, 2, 3, 6}); // K: 3 and 9, P: 4 and 8
    EXPECT_EQ(parts(12, strategy, Dim::K), "0-3 0-3 3-12 3-12");
    EXPECT_EQ(parts(12, strategy, Dim::P), "0-4 4-12 0-4 4-12");
}

TEST(Shares, AreShownBesideTheFactors) {
    EXPECT_EQ(to_string(weighted({{Dim::P, 3}}, {3, 1, 2})), "P3 by 3:1:2");
    EXPECT_NE(weighted({{Dim::P, 2}}, {3, 1}), weighted({{Dim::P, 2}}, {1, 3}));
}

/// Three accelerators at 1, 2 and 3 GHz; one convolution of 12 rows, one activation.
struct MixedSet : ::testing::Test {
    std::shared_ptr<Scenario> scenario = [] {
        auto out = small_scenario(small_graph("x: [1, 3, 12, 8]",
                                              "  - {name: a, type: conv, input: x, out_channels: 4, kernel: [1, 1]}\n"
                                              "  - {name: b, type: relu, input: a}\n"),
                                  small_platform(3));
        fix_designs(*out, {1, 2, 3});
        return out;
    }();
    Mapping mapping = one_set(*scenario, {weighted({{Dim::P, 3}}, {1, 2, 3}), weighted({{Dim::P, 3}}, {1, 2, 3})});
    AcceleratorSet& set = mapping.sets[0];
    Strategy& first = set.operators[0].strategy;
    std::vector<std::string> warnings;

    std::vector<std::string> problems() { return legality_problems(*scenario, mapping); }
};

TEST_F(MixedSet, RunsEachDesignOnItsAccelerator) {
    EXPECT_THAT(set.designs, ElementsAre("speed_1", "speed_2", "speed_3"));
    EXPECT_THAT(problems(), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    for (std::size_t rank = 0; rank < 3; ++rank) {
        std::vector<TaskId> tasks = tasks_of(program, TaskKind::compute, set.accelerators[rank], OperatorId(0));
        ASSERT_EQ(tasks.size(), 1U);
        const TilePlan& plan = program.plan(program.task(tasks[0]).plan);
        auto rows = static_cast<std::int64_t>(2 * (rank + 1)); // of 12
        EXPECT_EQ(plan.macs, rows * 8 * 3 * 4);
        EXPECT_EQ(plan.clock.hertz, (rank + 1) * 1'000'000'000);
        // 192 multiply-accumulates a GHz, one a cycle: all three end after 192 ns.
        EXPECT_EQ(cycles_time(plan.compute_cycles, plan.clock), 192'000);
    }
    // Same shares, same rows: nothing moves between the two operators.
    EXPECT_THAT(transfers_of(*scenario, program, "b"),
                ElementsAre("acc0->host b output 64", "acc1->host b output 128", "acc2->host b output 192"));
}

TEST_F(MixedSet, IsFasterWithSharesBySpeedThanEven) {
    Mapping even = one_set(*scenario, {split({{Dim::P, 3}}), split({{Dim::P, 3}})});
    Evaluator evaluator(scenario);
    EXPECT_LT(evaluator.evaluate(mapping).latency, evaluator.evaluate(even).latency);
}

TEST_F(MixedSet, LoadsEachDesignInItsTime) {
    std::const_pointer_cast<Design>(scenario->designs["speed_2"])->reconfiguration = 7;
    set.reconfigure = true;
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    std::vector<TimePs> durations;
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::reconfigure) durations.push_back(task.duration);
    EXPECT_THAT(durations, ElementsAre(5'000'000, 7, 5'000'000));
}

TEST_F(MixedSet, SharesThatDoNotFit) {
    first.shares = {1, 2};
    EXPECT_THAT(problems(),
                ElementsAre("sets[0].operators[0] (a): shares: one for each of the 3 accelerators; these are 2"));
    first.shares = {1, -1, 2'000'000'000};
    EXPECT_THAT(problems(),
                ElementsAre("sets[0].operators[0] (a): shares[1]: -1 is not between 0 and 1000000000",
                            "sets[0].operators[0] (a): shares[2]: 2000000000 is not between 0 and 1000000000"));
    first.shares = {40, 1, 1};
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): shares[1]: acc1 gets nothing of the 12 positions "
                                        "along P; give it more, or 0 to leave it out"));
}

TEST_F(MixedSet, SharesThatDoNotCountTheFactors) {
    first.shares = {1, 0, 2};
    EXPECT_THAT(problems(),
                ElementsAre("sets[0].operators[0] (a): es: the product of the factors (P3) is 3, with a share "
                            "above 0 there are 2 accelerators"));
    first.shares = {0, 0, 0};
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): shares: nobody has one above 0"));
}

TEST_F(MixedSet, WhoHasNoShareTakesNoPart) {
    for (Placement& placement : set.operators) placement.strategy = weighted({{Dim::P, 2}}, {1, 0, 3});
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(at(shard_of({1, 4, 3, 12, 8, 1, 1}, first, 0), Dim::P), (Range{0, 3}));
    EXPECT_TRUE(shard_of({1, 4, 3, 12, 8, 1, 1}, first, 1).empty());
    EXPECT_EQ(at(shard_of({1, 4, 3, 12, 8, 1, 1}, first, 2), Dim::P), (Range{3, 12}));
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    EXPECT_THAT(tasks_of(program, TaskKind::compute, NodeId(1), OperatorId(0)), IsEmpty());
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer) {
            EXPECT_TRUE(task.node != NodeId(1) && task.destination != NodeId(1));
        }
    EXPECT_EQ(lowering.memory_need(mapping)[NodeId(1)], 0);
    set.operators[0].resident = false; // nor is anything streamed to it
    for (const Task& task : lowering.lower(mapping).tasks())
        if (task.kind == TaskKind::transfer) {
            EXPECT_NE(task.destination, NodeId(1));
        }
}

TEST_F(MixedSet, PartialSumsAreAddedByThoseWhoTakePart) {
    first = weighted({{Dim::C, 2}}, {1, 0, 2});
    EXPECT_THAT(problems(), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::partial_sum), 4 * 12 * 8);
    EXPECT_GT(Evaluator(scenario).evaluate(mapping).latency, 0);
}

TEST_F(MixedSet, SharesWithSharedShards) {
    set.operators[0].strategy = weighted({{Dim::P, 3}}, {1, 2, 3});
    first.ss = Dim::K;
    EXPECT_THAT(problems(),
                ElementsAre("sets[0].operators[0] (a): shares: with ss K parts are even, so that all shards that go "
                            "round are of one size; leave out one of the two"));
    first.shares.clear();
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(MixedSet, SharesWhereAllRunOneDesign) {
    fix_designs(*scenario, {2, 2, 2});
    set.design = "speed_2";
    set.designs.clear();
    set.operators[1].strategy.shares.clear();
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): shares: all accelerators of the set run speed_2, so "
                                        "that parts are even; shares are for sets that mix designs"));
}

TEST_F(MixedSet, DesignsThatDoNotFit) {
    set.designs = {"speed_1", "speed_2"};
    EXPECT_THAT(problems(), ElementsAre("sets[0].designs: one for each of the 3 accelerators; these are 2"));
    set.designs = {"speed_1", "speed_3", "speed_4"};
    EXPECT_THAT(problems(), ElementsAre("sets[0].designs[1]: acc1 may not load speed_3; it allows speed_2",
                                        "sets[0].designs[2]: unknown design 'speed_4'; did you mean 'speed_1'?; the "
                                        "accelerators may load speed_1, speed_2, speed_3"));
}

TEST_F(MixedSet, DesignsWhereOneWouldDo) {
    for (NodeId node : scenario->accelerators) scenario->platform.nodes[node].designs.push_back("speed_3");
    EXPECT_THAT(problems(), ElementsAre("sets[0].designs: a set mixes designs only where its accelerators have none in "
                                        "common; these may all load speed_3"));
}

TEST_F(MixedSet, OneDesignThatRefusesAnOperator) {
    std::const_pointer_cast<OneTileDesign>(
        std::static_pointer_cast<const OneTileDesign>(DesignPtr(scenario->designs["speed_2"])))
        ->refused = "relu";
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[1] (b): design speed_2 cannot run it: no relu here"));
}

TEST_F(MixedSet, IsWrittenAndReadBack) {
    std::string text = mapping_to_json(mapping, *scenario);
    EXPECT_THAT(text, ::testing::HasSubstr(R"(
  {"accelerators": ["acc0", "acc1", "acc2"],
   "designs": ["speed_1", "speed_2", "speed_3"],
   "operators": [
     {"name": "a", "es": {"P": 3}, "shares": [1, 2, 3]},
     {"name": "b", "es": {"P": 3}, "shares": [1, 2, 3]}]}])"));
    EXPECT_EQ(read_mapping_text(text, "m.json", *scenario, warnings), mapping);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(MixedSet, AListOfOneDesignIsThatDesign) {
    fix_designs(*scenario, {2, 2, 2});
    Mapping read = read_mapping_text(R"({"format": "arsia-mapping/1", "workload": {"name": "small"},
 "topology": {"name": "small"}, "sets": [{"accelerators": ["acc0", "acc1"], "designs": ["speed_2", "speed_2"],
 "operators": []}]})",
                                     "m.json", *scenario, warnings);
    EXPECT_EQ(read.sets[0].design, "speed_2");
    EXPECT_FALSE(read.sets[0].is_mixed());
}

TEST_F(MixedSet, ProblemsOfTheFile) {
    try {
        read_mapping_text(R"({"format": "arsia-mapping/1", "workload": {"name": "small"},
 "topology": {"name": "small"}, "sets": [
 {"accelerators": ["acc0", "acc1"], "design": "speed_1", "designs": ["speed_1", 5, "sped_2"],
  "operators": [{"name": "a", "shares": [1, 0.5, -2, 1000000001]}]}]})",
                          "m.json", *scenario, warnings);
        FAIL();
    } catch (const InputError& error) {
        std::vector<std::string> texts;
        for (const Problem& problem : error.problems()) texts.push_back(problem.text());
        EXPECT_THAT(
            texts,
            ElementsAre(
                "m.json: sets[0]: has both 'design' (of all its accelerators) and 'designs' (of each)",
                "m.json: sets[0].designs[1]: must be the name of a design, is 5",
                "m.json: sets[0].designs[2]: unknown design 'sped_2'; did you mean 'speed_2'?; known: "
                "speed_1, speed_2, speed_3",
                "m.json: sets[0].designs: one for each accelerator of the set, which has 2; these are 3",
                "m.json: sets[0].operators[0].shares[1]: a share is a whole number from 0 to 1000000000, this is "
                "0.5",
                "m.json: sets[0].operators[0].shares[2]: a share is a whole number from 0 to 1000000000, this is "
                "-2",
                "m.json: sets[0].operators[0].shares[3]: a share is a whole number from 0 to 1000000000, this is "
                "1000000001"));
    }
}

} // namespace
} // namespace arsia
