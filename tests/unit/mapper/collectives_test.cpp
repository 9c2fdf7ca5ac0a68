// All-gathers and reduce-scatters, direct and on a ring, on four accelerators.
#include <gmock/gmock.h>

#include "mapper/lowering/distances.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;

constexpr const char* two_convs = "  - {name: a, type: conv, input: x, out_channels: 8, kernel: [1, 1], bias: false}\n"
                                  "  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1], bias: false}\n";

std::shared_ptr<Scenario> scenario_of(Shape shape) {
    return small_scenario(small_graph("x: [1, 8, 4, 4]", two_convs), small_platform(4, shape));
}

struct Count {
    int transfers = 0;
    int neighbours = 0; ///< of them, from a rank to the next
    Bytes bytes = 0;
    int reduces = 0;
};

Count count_of(const Program& program, Purpose purpose) {
    Count out;
    for (const Task& task : program.tasks()) {
        if (task.kind == TaskKind::reduce) ++out.reduces;
        if (task.kind != TaskKind::transfer || task.purpose != purpose) continue;
        ++out.transfers;
        out.bytes += task.bytes;
        out.neighbours += task.destination.value() == (task.node.value() + 1) % 4;
    }
    return out;
}

TEST(AllGather, DirectlyEverybodyFetchesFromEveryOwner) {
    auto scenario = scenario_of(Shape::clique);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 4}}), split({{Dim::K, 4}})});
    Count count = count_of(lowering.lower(mapping), Purpose::activation);
    EXPECT_EQ(count.transfers, 12); // 4 ranks, 3 others
    EXPECT_EQ(count.bytes, 12 * 32);
}

TEST(AllGather, OnARingPartsAreHandedOn) {
    auto scenario = scenario_of(Shape::clique);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 4}}), split({{Dim::K, 4}})});
    mapping.collectives = CollectiveChoice::ring;
    const Program& program = lowering.lower(mapping);
    Count count = count_of(program, Purpose::collective);
    EXPECT_EQ(count.transfers, 12); // 3 steps of 4
    EXPECT_EQ(count.neighbours, 12);
    EXPECT_EQ(count.bytes, 12 * 32);
    EXPECT_EQ(count_of(program, Purpose::activation).transfers, 0);
    // What acc0 sends in the second step it got in the first, from acc3.
    std::vector<TaskId> sent;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).purpose == Purpose::collective && program.task(id).node == NodeId(0)) sent.push_back(id);
    ASSERT_EQ(sent.size(), 3u);
    std::vector<TaskId> waits = waits_for(program, sent[1]);
    ASSERT_EQ(waits.size(), 1u);
    EXPECT_EQ(program.task(waits[0]).node, NodeId(3));
    EXPECT_EQ(program.task(waits[0]).destination, NodeId(0));
    // Each compute of b waits for its three arrivals.
    EXPECT_EQ(waits_for(program, tasks_of(program, TaskKind::compute, NodeId(2), OperatorId(1)).at(0)).size(), 3u);
}

TEST(AllGather, GroupsThatNeedTheSameGatherAmongThemselves) {
    auto scenario = small_scenario(small_graph("x: [2, 9, 4, 4]", two_convs), small_platform(6));
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::N, 2}, {Dim::K, 3}}), split({{Dim::N, 2}, {Dim::K, 3}})});
    mapping.collectives = CollectiveChoice::ring;
    // Two rings of three ranks: 2 steps each, no transfer between images.
    const Program& program = lowering.lower(mapping);
    int transfers = 0;
    for (const Task& task : program.tasks()) {
        if (task.purpose != Purpose::collective) continue;
        ++transfers;
        EXPECT_EQ(task.node.value() / 3, task.destination.value() / 3);
    }
    EXPECT_EQ(transfers, 12);
}

TEST(ReduceScatter, DirectlyEveryMemberGetsItsSliceFromAll) {
    auto scenario = scenario_of(Shape::clique);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 4}}), split({{Dim::C, 4}})});
    Count count = count_of(lowering.lower(mapping), Purpose::partial_sum);
    EXPECT_EQ(count.transfers, 12);
    EXPECT_EQ(count.bytes, 3 * 8 * 16); // each moves 3/4 of the output
    EXPECT_EQ(count.reduces, 4);
}

TEST(ReduceScatter, OnARingEachStepAddsOnePart) {
    auto scenario = scenario_of(Shape::ring);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 4}}), split({{Dim::C, 4}})});
    mapping.collectives = CollectiveChoice::ring;
    const Program& program = lowering.lower(mapping);
    Count count = count_of(program, Purpose::partial_sum);
    EXPECT_EQ(count.transfers, 12);
    EXPECT_EQ(count.neighbours, 12);
    EXPECT_EQ(count.bytes, 3 * 8 * 16);
    EXPECT_EQ(count.reduces, 12);
    // The second reduce of acc1 adds what acc0 summed first; acc0 sent it after its own first reduce.
    TaskId second = tasks_of(program, TaskKind::reduce, NodeId(1), OperatorId(1)).at(1);
    std::vector<TaskId> waits = waits_for(program, second);
    ASSERT_EQ(waits.size(), 2u); // its own compute, and the arrival
    EXPECT_EQ(program.task(waits[1]).node, NodeId(0));
    EXPECT_THAT(waits_for(program, waits[1]),
                ElementsAre(tasks_of(program, TaskKind::reduce, NodeId(0), OperatorId(1)).at(0)));
}

TEST(ReduceScatter, MoreMembersThanSlicesLeaveSomeWithNothing) {
    // 3 outputs summed by 4 ranks: slices of 0, 1, 1, 1 elements of the longest axis.
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 1, 1]", "  - {name: f, type: linear, input: x, out_features: 3, bias: false}\n"),
        small_platform(4));
    for (CollectiveChoice choice : {CollectiveChoice::direct, CollectiveChoice::ring}) {
        Lowering lowering(*scenario);
        Mapping mapping = one_set(*scenario, {split({{Dim::C, 4}})});
        mapping.collectives = choice;
        const Program& program = lowering.lower(mapping);
        Count count = count_of(program, Purpose::partial_sum);
        EXPECT_EQ(count.transfers, 9);
        EXPECT_EQ(count.bytes, 9);
        EXPECT_EQ(count.reduces, choice == CollectiveChoice::direct ? 3 : 9);
        EXPECT_EQ(bytes_of_purpose(program, Purpose::output), 3);
    }
}

TEST(CollectiveChoice, ByItselfTheLessBusyLinksDecide) {
    Platform clique = small_platform(8), ring = small_platform(8, Shape::ring);
    ring.nodes[ring.host()].forwards = false;
    std::vector<NodeId> all = clique.accelerators(), two = {NodeId(0), NodeId(1)};
    Distances in_clique(clique), in_ring(ring);
    // Directly a link of the clique carries one share, as a ring seven. On a ring of eight each way carries
    // (1 + 2 + 3) shares of pairs up to three apart, and all of those four apart that go this way round.
    EXPECT_FALSE(in_clique.use_ring(all, CollectiveChoice::automatic));
    EXPECT_TRUE(in_ring.use_ring(all, CollectiveChoice::automatic));
    EXPECT_TRUE(in_clique.use_ring(all, CollectiveChoice::ring));
    EXPECT_FALSE(in_ring.use_ring(all, CollectiveChoice::direct));
    EXPECT_FALSE(in_ring.use_ring(two, CollectiveChoice::ring)) << "for two both ways are the same";
}

} // namespace
} // namespace arsia
