// Local memory: what stays, what is streamed, what a small memory makes wait, and what does not fit.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "sim/simulator.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Three 1×1 convolutions in a row on 10 channels of 4×4: tensors of 160 bytes, weights of 100.
constexpr const char* three_convs =
    "  - {name: a, type: conv, input: x, out_channels: 10, kernel: [1, 1], bias: false}\n"
    "  - {name: b, type: conv, input: a, out_channels: 10, kernel: [1, 1], bias: false}\n"
    "  - {name: c, type: conv, input: b, out_channels: 10, kernel: [1, 1], bias: false}\n";

struct OneAccelerator {
    std::shared_ptr<Scenario> scenario;
    Lowering lowering;
    Mapping mapping;

    explicit OneAccelerator(Bytes capacity)
        : scenario(
              small_scenario(small_graph("x: [1, 10, 4, 4]", three_convs), small_platform(1, Shape::clique, capacity))),
          lowering(*scenario), mapping(one_set(*scenario, {split({}), split({}), split({})})) {}

    std::vector<std::string> streamed() {
        const Program& program = lowering.lower(mapping);
        std::vector<std::string> out;
        for (const Task& task : program.tasks())
            if (task.purpose == Purpose::weights) out.push_back(describe_transfer(*scenario, task));
        return out;
    }
    Bytes need() { return lowering.memory_need(mapping)[NodeId(0)]; }
    Bytes simulated_peak() {
        const Program& program = lowering.lower(mapping);
        Simulator simulator(scenario->platform);
        return peak_memory(scenario->platform, program, simulator.run(program))[NodeId(0)];
    }
};

TEST(MemoryPlan, WhatFitsAllTogetherStaysAndNothingWaits) {
    // x 160, weights 300, results 480.
    OneAccelerator one(940);
    EXPECT_THAT(one.streamed(), IsEmpty());
    EXPECT_EQ(one.need(), 940);
    EXPECT_LE(one.simulated_peak(), 940);
    for (const Task& task : one.lowering.lower(one.mapping).tasks()) EXPECT_NE(task.kind, TaskKind::join);
}

TEST(MemoryPlan, WithRoomForAllWeightsAndTwoTensorsAllStaysButCopiesWait) {
    // Program order needs 300 + 160 + 160 at most at a and b; c's result stays to the end.
    OneAccelerator one(620);
    EXPECT_THAT(one.streamed(), IsEmpty());
    EXPECT_EQ(one.need(), 620);
    EXPECT_LE(one.simulated_peak(), 620);
}

TEST(MemoryPlan, TheWeightsOfTheFirstOperatorsStayAsLongAsTheyFit) {
    // 320 for two tensors; a's weights stay (100), the others pass through one after the other (100).
    OneAccelerator one(520);
    EXPECT_THAT(one.streamed(), ElementsAre("host->acc0 b weights 100", "host->acc0 c weights 100"));
    EXPECT_EQ(one.need(), 520);
    EXPECT_LE(one.simulated_peak(), 520);
    // b's weights arrive beside a (100 of 200 left); c's only when b has ended.
    const Program& program = one.lowering.lower(one.mapping);
    std::vector<TaskId> transfers;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).purpose == Purpose::weights) transfers.push_back(id);
    ASSERT_THAT(transfers, SizeIs(2));
    auto engine_tasks_before = [&](TaskId task) {
        std::vector<OperatorId> out;
        for (TaskId before : waits_for(program, task))
            if (program.task(before).kind == TaskKind::compute) out.push_back(program.task(before).op);
        return out;
    };
    EXPECT_THAT(engine_tasks_before(transfers[0]), IsEmpty());
    EXPECT_THAT(engine_tasks_before(transfers[1]), ElementsAre(OperatorId(1)));
    // Each compute waits for its weights.
    std::vector<TaskId> waits = waits_for(program, tasks_of(program, TaskKind::compute, NodeId(0), OperatorId(1))[0]);
    EXPECT_THAT(waits, ElementsAre(transfers[0]));
}

TEST(MemoryPlan, StatedResidencyIsKept) {
    OneAccelerator roomy(10000);
    roomy.mapping.sets[0].operators[1].resident = false;
    EXPECT_THAT(roomy.streamed(), ElementsAre("host->acc0 b weights 100"));
    const Program& program = roomy.lowering.lower(roomy.mapping);
    for (TaskId id : ids_of(program.tasks())) {
        if (program.task(id).purpose == Purpose::weights) {
            EXPECT_THAT(waits_for(program, id), IsEmpty()) << "there is room from the start";
        }
    }
    OneAccelerator small(520);
    small.mapping.sets[0].operators[2].resident = true;
    EXPECT_THAT(small.streamed(), ElementsAre("host->acc0 a weights 100", "host->acc0 b weights 100"));
    EXPECT_LE(small.simulated_peak(), 520);
}

TEST(MemoryPlan, WhatCannotFitIsIllegalWithTheBytesNeededAndThere) {
    OneAccelerator one(419);
    EXPECT_THAT(legality_problems(*one.scenario, one.mapping),
                ElementsAre("memory of acc0: needs 420 bytes (420 B) at a, has 419 bytes (419 B)"));
    OneAccelerator enough(420);
    EXPECT_THAT(legality_problems(*enough.scenario, enough.mapping), IsEmpty());
    EXPECT_EQ(enough.simulated_peak(), 420);
    OneAccelerator stated(620 - 1);
    for (Placement& placement : stated.mapping.sets[0].operators) placement.resident = true;
    EXPECT_THAT(legality_problems(*stated.scenario, stated.mapping),
                ElementsAre("memory of acc0: needs 620 bytes (620 B) at a, has 619 bytes (619 B)"));
}

TEST(MemoryPlan, APositionWaitsUntilOthersHaveReadWhatItsPlaceNeeds) {
    // a and c on acc0, b on acc1: acc0 may begin c when acc1 has read a's result.
    auto scenario = small_scenario(small_graph("x: [1, 10, 4, 4]", three_convs), small_platform(2, Shape::clique, 450));
    Mapping mapping;
    auto put = [](std::size_t op) { return Placement{OperatorId(op), split({}), std::nullopt}; };
    mapping.sets.push_back({{NodeId(0)}, "one_tile", false, {put(0), put(2)}});
    mapping.sets.push_back({{NodeId(1)}, "one_tile", false, {put(1)}});
    ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    std::vector<TaskId> joins;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).kind == TaskKind::join) joins.push_back(id);
    ASSERT_THAT(joins, SizeIs(1));
    std::vector<TaskId> waits = waits_for(program, joins[0]);
    ASSERT_THAT(waits, SizeIs(2));
    EXPECT_EQ(program.task(waits[0]).kind, TaskKind::compute);
    EXPECT_EQ(describe_transfer(*scenario, program.task(waits[1])), "acc0->acc1 b activation 160");
    EXPECT_TRUE(is_acyclic(program, scenario->platform.nodes.size()));
}

TEST(MemoryPlan, WhatFollowsAnOperatorThatLeavesARankOutWaitsForItsTurn) {
    auto scenario = small_scenario(small_graph("x: [1, 10, 4, 4]", three_convs), small_platform(2, Shape::clique, 500));
    fix_designs(*scenario, {1, 2});
    Strategy second = split({});
    second.shares = {0, 1};
    Mapping mapping = one_set(*scenario, {split({{Dim::P, 2}}), second, split({{Dim::P, 2}})});
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    EXPECT_THAT(lowering.problems(mapping), IsEmpty());
    std::vector<TaskId> left_out = tasks_of(program, TaskKind::join, NodeId(0), OperatorId(1));
    std::vector<TaskId> third = tasks_of(program, TaskKind::compute, NodeId(0), OperatorId(2));
    ASSERT_THAT(left_out, ::testing::Not(IsEmpty()));
    ASSERT_THAT(third, SizeIs(1));
    // It has no engine task there by whose order the third would wait for what the second waits for.
    EXPECT_THAT(waits_for(program, third[0]), ::testing::Contains(left_out.front()));
    EXPECT_TRUE(is_acyclic(program, scenario->platform.nodes.size()));
}

TEST(MemoryPlan, SharedWeightsNeedTheirPartAndTwoSpares) {
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 4, 4]",
                    "  - {name: a, type: conv, input: x, out_channels: 12, kernel: [1, 1], bias: false}\n"),
        small_platform(4));
    Lowering lowering(*scenario);
    // A quarter of 96 bytes thrice, one row of input (32) and of output (48).
    MemoryNeed need = lowering.memory_need(one_set(*scenario, {split({{Dim::P, 4}}, Dim::K)}));
    EXPECT_EQ(need[NodeId(2)], 3 * 24 + 32 + 48);
    // Without SS all weights are there.
    need = lowering.memory_need(one_set(*scenario, {split({{Dim::P, 4}})}));
    EXPECT_EQ(need[NodeId(2)], 96 + 32 + 48);
}

TEST(MemoryPlan, TheSameMappingIsLoweredOnce) {
    OneAccelerator one(940);
    const Program& first = one.lowering.lower(one.mapping, Buffers::left_out);
    EXPECT_THAT(first.buffers().items(), IsEmpty());
    std::size_t tasks = first.tasks().size();
    const Program& again = one.lowering.lower(one.mapping);
    EXPECT_EQ(again.tasks().size(), tasks);
    EXPECT_EQ(again.buffers().size(), 7u); // input, three weights, three results
    one.lowering.lower(one.mapping);
    EXPECT_EQ(again.buffers().size(), 7u);
}

} // namespace
} // namespace arsia
