// Which transfers each kind of split needs, by hand: two accelerators or four, one byte an element.
#include <gmock/gmock.h>

#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Lines = std::vector<std::string>;

/// conv a: 4×8×8 → 4 channels 8×8, 3×3, pad 1; conv b the same.
constexpr const char* two_convs =
    "  - {name: a, type: conv, input: x, out_channels: 4, kernel: [3, 3], padding: [1, 1], bias: false}\n"
    "  - {name: b, type: conv, input: a, out_channels: 4, kernel: [3, 3], padding: [1, 1], bias: false}\n";

struct TwoConvs : ::testing::Test {
    std::shared_ptr<Scenario> scenario = small_scenario(small_graph("x: [1, 4, 8, 8]", two_convs), small_platform(2));
    Lowering lowering{*scenario};

    Lines transfers(const Strategy& a, const Strategy& b, const std::string& op) {
        return transfers_of(*scenario, lowering.lower(one_set(*scenario, {a, b})), op);
    }
};

TEST_F(TwoConvs, InputComesFromTheHostAndTheOutputGoesBack) {
    Strategy k = split({{Dim::K, 2}});
    EXPECT_THAT(transfers(k, k, "a"), ElementsAre("host->acc0 a input 256", "host->acc1 a input 256"));
    const Program& program = lowering.lower(one_set(*scenario, {k, k}));
    EXPECT_EQ(bytes_of_purpose(program, Purpose::output), 256);
    // The owner of each half sends it once its compute has ended.
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.purpose != Purpose::output) continue;
        EXPECT_EQ(task.destination, scenario->host);
        EXPECT_EQ(task.bytes, 128);
        EXPECT_THAT(waits_for(program, id),
                    ElementsAre(tasks_of(program, TaskKind::compute, task.node, OperatorId(1)).at(0)));
    }
}

TEST_F(TwoConvs, SplitOutputChannelsAreGatheredByAConsumerThatReadsAll) {
    Strategy k = split({{Dim::K, 2}});
    // Each owns two of a's four channels of 64 and lacks the other two.
    EXPECT_THAT(transfers(k, k, "b"), ElementsAre("acc0->acc1 b activation 128", "acc0->host b output 128",
                                                  "acc1->acc0 b activation 128", "acc1->host b output 128"));
}

TEST_F(TwoConvs, SplitRowsExchangeTheirHalos) {
    Strategy p = split({{Dim::P, 2}});
    // Rows 0–3 need row 4, rows 4–7 need row 3: 4 channels × 1 row × 8.
    EXPECT_THAT(transfers(p, p, "b"), ElementsAre("acc0->acc1 b activation 32", "acc0->host b output 128",
                                                  "acc1->acc0 b activation 32", "acc1->host b output 128"));
    // From the host each gets its rows with halo: 5 rows.
    EXPECT_THAT(transfers(p, p, "a"), ElementsAre("host->acc0 a input 160", "host->acc1 a input 160"));
}

TEST_F(TwoConvs, RowsToColumnsMoveTheQuarterThatChangesHands) {
    // acc0 owns rows 0–3 and needs columns 0–4 of all rows: rows 4–7, columns 0–4 from acc1.
    EXPECT_THAT(transfers(split({{Dim::P, 2}}), split({{Dim::Q, 2}}), "b"),
                ElementsAre("acc0->acc1 b activation 80", "acc0->host b output 128", "acc1->acc0 b activation 80",
                            "acc1->host b output 128"));
}

TEST_F(TwoConvs, OutputChannelsFeedInputChannelsWithoutATransfer) {
    // a split over K leaves each with just the input channels that b split over C reads there.
    Lines b = transfers(split({{Dim::K, 2}}), split({{Dim::C, 2}}), "b");
    EXPECT_THAT(b, ElementsAre("acc0->acc1 b partial_sum 128", "acc0->host b output 128",
                               "acc1->acc0 b partial_sum 128", "acc1->host b output 128"));
}

TEST_F(TwoConvs, PartialSumsAreAddedWhereTheyArriveWhenBothHaveComputed) {
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::C, 2}})}));
    OperatorId b(1);
    for (NodeId node : scenario->accelerators) {
        NodeId other(1 - node.value());
        std::vector<TaskId> arrivals;
        TaskId output;
        for (TaskId id : ids_of(program.tasks())) {
            const Task& task = program.task(id);
            if (task.op == b && task.purpose == Purpose::partial_sum && task.destination == node)
                arrivals.push_back(id);
            if (task.op == b && task.purpose == Purpose::output && task.node == node) output = id;
        }
        ASSERT_EQ(arrivals.size(), 1u);
        EXPECT_TRUE(program.task(arrivals[0]).accumulate);
        EXPECT_EQ(program.task(arrivals[0]).node, other);
        EXPECT_THAT(waits_for(program, arrivals[0]),
                    UnorderedElementsAre(tasks_of(program, TaskKind::compute, node, b).at(0),
                                         tasks_of(program, TaskKind::compute, other, b).at(0)));
        EXPECT_THAT(waits_for(program, output), ElementsAre(arrivals[0]));
    }
    for (const Task& task : program.tasks()) EXPECT_NE(task.kind, TaskKind::reduce);
}

TEST_F(TwoConvs, AShareOfPartialSumsIsWaitedForWhereItLies) {
    // a split over C leaves each with the half of the output channels that b split over C reads there.
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::C, 2}}), split({{Dim::C, 2}})}));
    OperatorId a(0), b(1);
    for (NodeId node : scenario->accelerators) {
        TaskId share;
        for (TaskId id : ids_of(program.tasks())) {
            const Task& task = program.task(id);
            if (task.op == a && task.purpose == Purpose::partial_sum && task.destination == node) share = id;
        }
        ASSERT_TRUE(share.valid());
        EXPECT_THAT(waits_for(program, tasks_of(program, TaskKind::compute, node, b).at(0)), ElementsAre(share));
    }
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 0) << "nothing else travels";
}

TEST(Resharding, BatchSplitsNeedNothingFromEachOther) {
    auto scenario = small_scenario(small_graph("x: [2, 4, 8, 8]", two_convs), small_platform(2));
    Lowering lowering(*scenario);
    Strategy n = split({{Dim::N, 2}});
    const Program& program = lowering.lower(one_set(*scenario, {n, n}));
    EXPECT_THAT(transfers_of(*scenario, program, "b"),
                ElementsAre("acc0->host b output 256", "acc1->host b output 256"));
}

TEST(Resharding, AResidualInputThatIsOwnedIsNotFetched) {
    auto scenario = small_scenario(
        small_graph("x: [1, 4, 8, 8]", std::string(two_convs) + "  - {name: s, type: add, inputs: [a, b]}\n"),
        small_platform(2));
    Lowering lowering(*scenario);
    Strategy p = split({{Dim::P, 2}});
    const Program& same = lowering.lower(one_set(*scenario, {p, p, p}));
    EXPECT_THAT(transfers_of(*scenario, same, "s"), ElementsAre("acc0->host s output 128", "acc1->host s output 128"));
    // Split another way, the add needs a quarter of each operand from the other.
    const Program& other = lowering.lower(one_set(*scenario, {p, p, split({{Dim::K, 2}})}));
    EXPECT_THAT(transfers_of(*scenario, other, "s"),
                ElementsAre("acc0->acc1 s activation 48", "acc0->acc1 s activation 64", "acc0->host s output 128",
                            "acc1->acc0 s activation 48", "acc1->acc0 s activation 64", "acc1->host s output 128"));
}

TEST(Resharding, ACopyThatIsThereServesALaterConsumer) {
    auto scenario = small_scenario(
        small_graph("x: [1, 4, 8, 8]", std::string(two_convs) + "  - {name: s, type: add, inputs: [a, b]}\n"),
        small_platform(2));
    Lowering lowering(*scenario);
    // b gathers all of a; the add then has its half of a everywhere and lacks only b's.
    const Program& program =
        lowering.lower(one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::K, 2}}), split({{Dim::P, 2}})}));
    EXPECT_THAT(transfers_of(*scenario, program, "s"),
                ElementsAre("acc0->acc1 s activation 64", "acc0->host s output 128", "acc1->acc0 s activation 64",
                            "acc1->host s output 128"));
}

TEST(Resharding, TheSameTensorTwiceIsFetchedOnce) {
    auto scenario =
        small_scenario(small_graph("x: [1, 4, 4, 4]", "  - {name: s, type: add, inputs: [x, x]}\n"), small_platform(2));
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::K, 2}})}));
    EXPECT_THAT(transfers_of(*scenario, program, "s"), ElementsAre("acc0->host s output 32", "acc1->host s output 32",
                                                                   "host->acc0 s input 32", "host->acc1 s input 32"));
}

TEST(Resharding, AConcatenationReadsOfEachInputWhatFallsInItsChannels) {
    auto scenario =
        small_scenario(small_graph("x: [1, 2, 4, 4], y: [1, 6, 4, 4]", "  - {name: c, type: concat, inputs: [x, y]}\n"),
                       small_platform(2));
    Lowering lowering(*scenario);
    // acc0 computes channels 0–3: x whole and two channels of y; acc1 the other four of y.
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::K, 2}})}));
    EXPECT_THAT(transfers_of(*scenario, program, "c"),
                ElementsAre("acc0->host c output 64", "acc1->host c output 64", "host->acc0 c input 32",
                            "host->acc0 c input 32", "host->acc1 c input 64"));
}

TEST(Resharding, TheNearestHolderServes) {
    // a on acc0 alone; b on acc1 copies it; then c on acc2 takes b's copy of a, one hop away, not a's, two away.
    Graph graph = small_graph("x: [1, 1, 4, 4]", "  - {name: a, type: relu, input: x}\n"
                                                 "  - {name: b, type: relu, input: a}\n"
                                                 "  - {name: c, type: add, inputs: [a, b]}\n");
    Platform platform = small_platform(5, Shape::ring);
    platform.nodes[platform.host()].forwards = false;
    auto scenario = small_scenario(graph, platform);
    Mapping mapping;
    for (std::size_t i = 0; i < 3; ++i)
        mapping.sets.push_back({{NodeId(i)}, "one_tile", false, {{OperatorId(i), split({}), std::nullopt}}});
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    EXPECT_THAT(transfers_of(*scenario, program, "b"), ElementsAre("acc0->acc1 b activation 16"));
    EXPECT_THAT(transfers_of(*scenario, program, "c"),
                ElementsAre("acc1->acc2 c activation 16", "acc1->acc2 c activation 16", "acc2->host c output 16"));
}

TEST(Resharding, BytesAreRoundedUpOncePerTransfer) {
    Graph graph = small_graph("x: [1, 1, 3, 3]", "  - {name: a, type: relu, input: x}\n");
    graph.element_bits = 4; // 9 elements: 4.5 bytes
    auto scenario = small_scenario(graph, small_platform(1));
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {split({})}));
    EXPECT_THAT(transfers_of(*scenario, program, "a"), ElementsAre("acc0->host a output 5", "host->acc0 a input 5"));
}

TEST(Resharding, ReconfigurationComesBeforeEverythingElseOnTheEngine) {
    auto scenario = small_scenario(small_graph("x: [1, 4, 8, 8]", two_convs), small_platform(2));
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::K, 2}})});
    auto reconfigurations = [&] {
        std::vector<TaskId> out;
        const Program& program = lowering.lower(mapping);
        for (TaskId id : ids_of(program.tasks()))
            if (program.task(id).kind == TaskKind::reconfigure) out.push_back(id);
        return out;
    };
    EXPECT_THAT(reconfigurations(), IsEmpty());
    mapping.sets[0].reconfigure = true;
    EXPECT_THAT(reconfigurations(), ElementsAre(TaskId(0), TaskId(1)));
    EXPECT_EQ(lowering.lower(mapping).task(TaskId(1)).duration, 5'000'000);
    EXPECT_EQ(lowering.lower(mapping).task(TaskId(1)).node, NodeId(1));
}

TEST(Resharding, TransfersGoByTheirConsumersPlaceInTheGraph) {
    auto scenario = small_scenario(small_graph("x: [1, 4, 8, 8]", two_convs), small_platform(2));
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::K, 2}})}));
    for (const Task& task : program.tasks()) {
        if (task.kind != TaskKind::transfer) continue;
        // Their turns are fewer than the platform's nodes.
        EXPECT_EQ(task.priority / 3, static_cast<std::int32_t>(task.op.value()));
    }
}

} // namespace
} // namespace arsia
