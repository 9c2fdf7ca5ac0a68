// All-gathers and reduce-scatters inside a set, by every algorithm.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "mapper/lowering/group_collectives.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* two_convs = "  - {name: a, type: conv, input: x, out_channels: 8, kernel: [1, 1], bias: false}\n"
                                  "  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1], bias: false}\n";

std::shared_ptr<Scenario> scenario_of(Shape shape) {
    return small_scenario(small_graph("x: [1, 8, 4, 4]", two_convs), small_platform(4, shape));
}

const Strategy k4 = split({{Dim::K, 4}}), c4 = split({{Dim::C, 4}}), p4 = split({{Dim::P, 4}});

struct Count {
    int transfers = 0;
    int neighbours = 0; ///< of them, from a rank to the next
    Bytes bytes = 0;

    friend bool operator==(const Count& a, const Count& b) {
        return a.transfers == b.transfers && a.neighbours == b.neighbours && a.bytes == b.bytes;
    }
};

Count count_of(const Program& program, Purpose purpose) {
    Count out;
    for (const Task& task : program.tasks()) {
        EXPECT_NE(task.kind, TaskKind::reduce) << "sums are made as they arrive";
        EXPECT_EQ(task.repeat, 1);
        if (task.kind != TaskKind::transfer || task.purpose != purpose) continue;
        EXPECT_EQ(task.accumulate, purpose == Purpose::partial_sum);
        ++out.transfers;
        out.bytes += task.bytes;
        out.neighbours += task.destination.value() == (task.node.value() + 1) % 4;
    }
    return out;
}

std::vector<TaskId> arrivals_at(const Program& program, NodeId node, Purpose purpose) {
    std::vector<TaskId> out;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).purpose == purpose && program.task(id).destination == node) out.push_back(id);
    return out;
}

TEST(AllGather, MovesTheSameBytesByEveryAlgorithm) {
    auto scenario = scenario_of(Shape::clique);
    scenario->platform.grid.dims = {2, 2};
    Mapping mapping = one_set(*scenario, {k4, k4});
    Lowering lowering(*scenario);
    constexpr Bytes bytes = 12 * 32; // to each of four a quarter of 128 bytes from each of three
    struct Row {
        CollectiveChoice choice;
        int transfers, neighbours;
    };
    for (Row row : {Row{CollectiveChoice::automatic, 12, 4},       // directly: links between all
                    Row{CollectiveChoice::direct, 12, 4},          //
                    Row{CollectiveChoice::ring, 12, 12},           // 3 steps of 4
                    Row{CollectiveChoice::ring_both, 24, 12},      // the same with halves in both directions
                    Row{CollectiveChoice::halving_doubling, 8, 2}, // 2 exchanges: 0-2, 1-3, then 0-1, 2-3
                    Row{CollectiveChoice::hierarchical, 8, 2}}) {  // along a column, then along a row
        mapping.collectives = row.choice;
        ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
        const Program& program = lowering.lower(mapping);
        EXPECT_EQ(count_of(program, Purpose::collective), (Count{row.transfers, row.neighbours, bytes}))
            << collective_choice_names()[static_cast<std::size_t>(row.choice)];
        EXPECT_EQ(count_of(program, Purpose::activation).transfers, 0);
        for (NodeId node : scenario->accelerators) {
            // Each compute of b waits for all that arrives at it.
            std::vector<TaskId> waits =
                waits_for(program, tasks_of(program, TaskKind::compute, node, OperatorId(1)).at(0));
            EXPECT_EQ(waits, arrivals_at(program, node, Purpose::collective));
            Bytes there = 0;
            for (TaskId task : waits) there += program.task(task).bytes;
            EXPECT_EQ(there, 3 * 32);
        }
    }
}

TEST(AllGather, OnARingPartsAreHandedOn) {
    auto scenario = scenario_of(Shape::clique);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {k4, k4});
    mapping.collectives = CollectiveChoice::ring;
    const Program& program = lowering.lower(mapping);
    // What acc0 sends in the second step it got in the first, from acc3.
    std::vector<TaskId> sent;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).purpose == Purpose::collective && program.task(id).node == NodeId(0)) sent.push_back(id);
    ASSERT_EQ(sent.size(), 3u);
    std::vector<TaskId> waits = waits_for(program, sent[1]);
    ASSERT_EQ(waits.size(), 1u);
    EXPECT_EQ(program.task(waits[0]).node, NodeId(3));
    EXPECT_EQ(program.task(waits[0]).destination, NodeId(0));
}

TEST(AllGather, DirectlyEachServesTheRankAfterItFirst) {
    auto scenario = scenario_of(Shape::clique);
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {k4, k4}));
    std::int32_t least = -1;
    for (const Task& task : program.tasks()) {
        if (task.purpose != Purpose::collective) continue;
        auto distance = static_cast<std::int32_t>((task.destination.value() + 4 - task.node.value()) % 4);
        if (least < 0) least = task.priority - distance;
        EXPECT_EQ(task.priority, least + distance);
    }
    EXPECT_GE(least, 0);
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

TEST(AllGather, AGroupThatTheAlgorithmCannotServeFetches) {
    auto scenario = small_scenario(small_graph("x: [1, 9, 4, 4]", two_convs), small_platform(3));
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 3}}), split({{Dim::K, 3}})});
    mapping.collectives = CollectiveChoice::halving_doubling;
    EXPECT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    const Program& program = lowering.lower(mapping);
    EXPECT_EQ(count_of(program, Purpose::collective).transfers, 0);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 2 * 8 * 16);
}

TEST(AllGather, WhatIsGatheredServesLaterConsumers) {
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 4, 4]", std::string(two_convs) + "  - {name: s, type: add, inputs: [a, b]}\n"),
        small_platform(4));
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {k4, k4, p4});
    for (CollectiveChoice choice :
         {CollectiveChoice::direct, CollectiveChoice::ring_both, CollectiveChoice::halving_doubling}) {
        mapping.collectives = choice;
        const Program& program = lowering.lower(mapping);
        // All of a is everywhere; each lacks its row of the 6 channels of b that others computed.
        EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 4 * 6 * 4);
        // x, weights, both results, all of a that is others', parts of b, the sum's row.
        MemoryNeed need = lowering.memory_need(mapping);
        EXPECT_EQ(need[NodeId(1)], 128 + 2 * 16 + 2 * 32 + 96 + 24 + 32);
    }
}

TEST(ReduceScatter, MovesTheSameBytesByEveryAlgorithm) {
    auto scenario = scenario_of(Shape::clique);
    scenario->platform.grid.dims = {2, 2};
    Mapping mapping = one_set(*scenario, {k4, c4});
    Lowering lowering(*scenario);
    constexpr Bytes bytes = 3 * 8 * 16; // each moves 3/4 of the output
    struct Row {
        CollectiveChoice choice;
        int transfers, neighbours;
    };
    for (Row row : {Row{CollectiveChoice::automatic, 12, 4}, Row{CollectiveChoice::direct, 12, 4},
                    Row{CollectiveChoice::ring, 12, 12}, Row{CollectiveChoice::ring_both, 24, 12},
                    Row{CollectiveChoice::halving_doubling, 8, 2}, Row{CollectiveChoice::hierarchical, 8, 2}}) {
        mapping.collectives = row.choice;
        ASSERT_THAT(legality_problems(*scenario, mapping), IsEmpty());
        const Program& program = lowering.lower(mapping);
        EXPECT_EQ(count_of(program, Purpose::partial_sum), (Count{row.transfers, row.neighbours, bytes}))
            << collective_choice_names()[static_cast<std::size_t>(row.choice)];
        EXPECT_EQ(bytes_of_purpose(program, Purpose::output), 8 * 16);
        // The partial result is all that there is beside the operands: x, two weights, a's result.
        MemoryNeed need = lowering.memory_need(mapping);
        for (NodeId node : scenario->accelerators) EXPECT_EQ(need[node], 128 + 2 * 16 + 32 + 128);
    }
}

TEST(ReduceScatter, OnARingASumIsPassedOnWhenItsPartHasArrived) {
    auto scenario = scenario_of(Shape::ring);
    Lowering lowering(*scenario);
    Mapping mapping = one_set(*scenario, {k4, c4});
    mapping.collectives = CollectiveChoice::ring;
    const Program& program = lowering.lower(mapping);
    // The second sum that arrives at acc1 comes from acc0, which has added to it what came from acc3.
    std::vector<TaskId> arrivals = arrivals_at(program, NodeId(1), Purpose::partial_sum);
    ASSERT_EQ(arrivals.size(), 3u);
    std::vector<TaskId> first = arrivals_at(program, NodeId(0), Purpose::partial_sum);
    EXPECT_THAT(waits_for(program, arrivals[1]),
                UnorderedElementsAre(tasks_of(program, TaskKind::compute, NodeId(1), OperatorId(1)).at(0), first[0]));
    // acc1's own slice is complete with the last.
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.purpose != Purpose::output || task.node != NodeId(1)) continue;
        EXPECT_THAT(waits_for(program, id), ElementsAre(arrivals[2]));
    }
}

TEST(ReduceScatter, MoreMembersThanSlicesLeaveSomeWithNothing) {
    // 3 outputs summed by 4 ranks: slices of 0, 1, 1, 1 elements of the longest axis.
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 1, 1]", "  - {name: f, type: linear, input: x, out_features: 3, bias: false}\n"),
        small_platform(4));
    for (CollectiveChoice choice : {CollectiveChoice::direct, CollectiveChoice::ring, CollectiveChoice::ring_both,
                                    CollectiveChoice::halving_doubling}) {
        Lowering lowering(*scenario);
        Mapping mapping = one_set(*scenario, {c4});
        mapping.collectives = choice;
        const Program& program = lowering.lower(mapping);
        EXPECT_EQ(count_of(program, Purpose::partial_sum).bytes, 9);
        EXPECT_EQ(bytes_of_purpose(program, Purpose::output), 3);
    }
}

TEST(ReduceScatter, AGroupThatTheAlgorithmCannotServeIsIllegal) {
    auto scenario = small_scenario(small_graph("x: [1, 9, 4, 4]", two_convs), small_platform(3));
    Mapping mapping = one_set(*scenario, {split({{Dim::C, 3}}), split({{Dim::C, 3}})});
    mapping.collectives = CollectiveChoice::halving_doubling;
    EXPECT_THAT(legality_problems(*scenario, mapping),
                ElementsAre("a: its partial sums: halving-doubling needs a power of two of ranks, not 3",
                            "b: its partial sums: halving-doubling needs a power of two of ranks, not 3"));
    mapping.collectives = CollectiveChoice::hierarchical;
    EXPECT_THAT(legality_problems(*scenario, mapping),
                ElementsAre("a: its partial sums: hierarchical needs a mesh, a torus or groups of nodes; on small acc0 "
                            "is in none",
                            "b: its partial sums: hierarchical needs a mesh, a torus or groups of nodes; on small acc0 "
                            "is in none"));
    mapping.collectives = CollectiveChoice::automatic;
    EXPECT_THAT(legality_problems(*scenario, mapping), IsEmpty());
}

// ---- Which axis a sum is cut along

Bytes moved_to(const Program& program, OperatorId op) {
    Bytes sum = 0;
    for (const Task& task : program.tasks())
        if (task.op == op && (task.purpose == Purpose::activation || task.purpose == Purpose::collective))
            sum += task.bytes;
    return sum;
}

std::shared_ptr<Scenario> sum_and(const std::string& consumers, const std::string& input = "x: [1, 8, 4, 4]") {
    std::string sum = "  - {name: a, type: conv, input: x, out_channels: 8, kernel: [1, 1], bias: false}\n";
    return small_scenario(small_graph(input, sum + consumers), small_platform(4));
}

TEST(SliceAxis, IsWhatTheConsumerIsSplitOver) {
    auto scenario = sum_and("  - {name: b, type: relu, input: a}\n");
    Lowering lowering(*scenario);
    for (Dim dim : {Dim::K, Dim::P, Dim::Q}) {
        const Program& program = lowering.lower(one_set(*scenario, {c4, split({{dim, 4}})}));
        EXPECT_EQ(moved_to(program, OperatorId(1)), 0) << dim_letter(dim);
        EXPECT_EQ(bytes_of_purpose(program, Purpose::partial_sum), 3 * 128);
    }
}

TEST(SliceAxis, IsTheLongestWithoutAConsumerAndAmongEquals) {
    auto scenario = sum_and("  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1]}\n");
    Lowering lowering(*scenario);
    // b needs all of a everywhere: channels, the longest axis, travel as 2 of 8.
    const Program& program = lowering.lower(one_set(*scenario, {c4, k4}));
    EXPECT_EQ(moved_to(program, OperatorId(1)), 4 * 96);
    // Consumers on another set have no part in it: acc3 gets its rows of the channels of each.
    Mapping mapping = one_set(*scenario, {c4, p4});
    mapping.sets[0].accelerators.resize(3);
    at(mapping.sets[0].operators[0].strategy.es, Dim::C) = 3;
    mapping.sets.push_back({{NodeId(3)}, "one_tile", false, {{OperatorId(1), split({}), std::nullopt}}});
    mapping.sets[0].operators.pop_back();
    std::vector<Bytes> bytes;
    for (const Task& task : lowering.lower(mapping).tasks())
        if (task.purpose == Purpose::activation) bytes.push_back(task.bytes);
    EXPECT_THAT(bytes, UnorderedElementsAre(2 * 16, 3 * 16, 3 * 16));
}

TEST(SliceAxis, IsTheOneThatLeavesMostInPlace) {
    // One consumer by columns, two by rows.
    auto scenario = sum_and("  - {name: b, type: relu, input: a}\n  - {name: c, type: relu, input: a}\n"
                            "  - {name: d, type: relu, input: a}\n");
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(one_set(*scenario, {c4, split({{Dim::Q, 4}}), p4, p4}));
    EXPECT_EQ(moved_to(program, OperatorId(1)), 4 * 24); // 8 channels, 3 of 4 rows of the column
    EXPECT_EQ(moved_to(program, OperatorId(2)), 0);
    EXPECT_EQ(moved_to(program, OperatorId(3)), 0);
}

// Tensor parallelism with sequence parallelism (Korthikanti et al., Reducing activation recomputation in large
// transformer models, 2022): the sum after the second product ends as rows, the normalisation works on rows, and the
// next product gathers them. Together that moves exactly what one all-reduce of the tensor does: 2 (n − 1) S.
TEST(SliceAxis, OfATransformerBlockCostsOneAllReduce) {
    constexpr Bytes s = 8 * 32; // channels, rows
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 32, 1]",
                    "  - {name: up, type: linear, input: x, out_features: 16, bias: false, flatten: false}\n"
                    "  - {name: down, type: linear, input: up, out_features: 8, bias: false, flatten: false}\n"
                    "  - {name: norm, type: layer_norm, input: down}\n"
                    "  - {name: next, type: linear, input: norm, out_features: 16, bias: false, flatten: false}\n"),
        small_platform(4));
    Mapping mapping = one_set(*scenario, {k4, c4, p4, k4});
    Lowering lowering(*scenario);
    for (CollectiveChoice choice :
         {CollectiveChoice::automatic, CollectiveChoice::ring, CollectiveChoice::halving_doubling}) {
        mapping.collectives = choice;
        const Program& program = lowering.lower(mapping);
        EXPECT_EQ(moved_to(program, OperatorId(1)), 0) << "the columns of one product are the depth of the next";
        EXPECT_EQ(bytes_of_purpose(program, Purpose::partial_sum), 3 * s);
        EXPECT_EQ(moved_to(program, OperatorId(2)), 0) << "rows are where they are needed";
        EXPECT_EQ(moved_to(program, OperatorId(3)), 3 * s);
    }
}

// ---- Which algorithm a group takes by itself

CollectiveAlgorithm taken(const Platform& platform, const std::vector<NodeId>& members,
                          CollectiveChoice choice = CollectiveChoice::automatic) {
    Distances distances(platform);
    GroupCollectives groups(platform, distances);
    return groups.way(CollectiveOperation::all_gather, members, choice).algorithm;
}

TEST(CollectiveChoice, ByItselfTheLessBusyLinksDecide) {
    Platform clique = small_platform(8), ring = small_platform(8, Shape::ring);
    ring.nodes[ring.host()].forwards = false;
    std::vector<NodeId> all = clique.accelerators(), two = {NodeId(0), NodeId(1)};
    // Directly a link of the clique carries one slice, as a ring seven. On a ring of eight each way carries
    // (1 + 2 + 3) slices of pairs up to three apart, and all of those four apart that go this way round.
    EXPECT_EQ(taken(clique, all), CollectiveAlgorithm::direct);
    EXPECT_EQ(taken(ring, all), CollectiveAlgorithm::ring);
    EXPECT_EQ(taken(clique, all, CollectiveChoice::ring), CollectiveAlgorithm::ring);
    EXPECT_EQ(taken(ring, all, CollectiveChoice::direct), CollectiveAlgorithm::direct);
    EXPECT_EQ(taken(ring, two, CollectiveChoice::ring), CollectiveAlgorithm::direct) << "two have one way only";
}

TEST(CollectiveChoice, HalvingAndDoublingPassLeastThroughALinkBetweenTwoHalves) {
    // Four and four behind a switch each, one link each way between the switches: a slice of each crosses it, where a
    // ring passes seven and each to each sixteen.
    Platform halves = read_topology_text(R"(
format: arsia-topology/1
name: halves
generate: {kind: groups, inside: {kind: switch, count: 4, link: {bandwidth: 10 GB/s}},
           between: {kind: ring, count: 2, link: {bandwidth: 1 GB/s}}}
accelerator: {memory: {capacity: 1 GiB, bandwidth: 100 GB/s}, dma: {channels: 4, setup: 0 ns}}
)");
    EXPECT_EQ(taken(halves, halves.accelerators()), CollectiveAlgorithm::halving_doubling);
    std::vector<NodeId> six = halves.accelerators();
    six.erase(six.begin() + 3);
    six.pop_back();
    EXPECT_EQ(taken(halves, six), CollectiveAlgorithm::ring) << "no power of two";
}

} // namespace
} // namespace arsia
