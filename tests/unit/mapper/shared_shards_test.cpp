// SS: what is shared, what moves, and in which order.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "mapper/lowering/shared_shards.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::Eq;

/// 1×8×4×4 → 12 channels, 3×3: weights 12·8·9 = 864 bytes, input 128, output 192.
constexpr const char* one_conv =
    "  - {name: a, type: conv, input: x, out_channels: 12, kernel: [3, 3], padding: [1, 1], bias: false}\n";

struct SharedShards : ::testing::Test {
    std::shared_ptr<Scenario> scenario = small_scenario(small_graph("x: [1, 8, 4, 4]", one_conv), small_platform(4));
    Lowering lowering{*scenario};
    const Operator& op = scenario->graph.operators[OperatorId(0)];

    const Program& lower(const FactorList& es, Dim ss) { return lowering.lower(one_set(*scenario, {split(es, ss)})); }
    std::string problem(const FactorList& es, Dim dim) {
        return shared_shard_problem(op, scenario->graph, split(es).es, dim);
    }
};

std::vector<Bytes> bytes_received(const Program& program, NodeId node) {
    std::vector<Bytes> out;
    for (const Task& task : program.tasks())
        if (task.purpose == Purpose::shared_shard && task.destination == node) out.push_back(task.bytes);
    return out;
}

TEST_F(SharedShards, WeightsOfSplitRowsGoRoundInQuarters) {
    const Program& program = lower({{Dim::P, 4}}, Dim::K);
    // Three of the four quarters of 864 bytes arrive at each: 3/4 of the tensor.
    for (NodeId node : scenario->accelerators) EXPECT_THAT(bytes_received(program, node), ElementsAre(216, 216, 216));
    // One compute task a phase, each of 3 output channels and one row.
    for (NodeId node : scenario->accelerators) {
        std::vector<TaskId> phases = tasks_of(program, TaskKind::compute, node, OperatorId(0));
        ASSERT_EQ(phases.size(), 4u);
        for (TaskId phase : phases)
            EXPECT_EQ(program.plan(program.task(phase).plan).macs, 3 * 8 * 9 * 4); // K 3, C 8, 3×3, Q 4
    }
    // A quarter of the weights is there from the start.
    std::vector<Bytes> resident;
    for (const Buffer& buffer : program.buffers())
        if (!buffer.first.valid()) resident.push_back(buffer.bytes);
    EXPECT_THAT(resident, ElementsAre(216, 216, 216, 216));
}

TEST_F(SharedShards, TheNextPartTravelsWhileThePresentOneIsUsed) {
    const Program& program = lower({{Dim::P, 4}}, Dim::K);
    OperatorId a(0);
    NodeId rank0(0), rank1(1), rank3(3);
    auto arrivals = [&](NodeId node) {
        std::vector<TaskId> out;
        for (TaskId id : ids_of(program.tasks()))
            if (program.task(id).purpose == Purpose::shared_shard && program.task(id).destination == node)
                out.push_back(id);
        return out;
    };
    std::vector<TaskId> at0 = arrivals(rank0), at1 = arrivals(rank1), at3 = arrivals(rank3);
    std::vector<TaskId> compute = tasks_of(program, TaskKind::compute, rank0, a);
    ASSERT_EQ(at0.size(), 3u);
    EXPECT_EQ(program.task(at0[0]).node, rank1) << "parts come from the next rank";
    // The first may leave at once; the second when rank 1 has it and phase 0 has ended at rank 0; the third also when
    // rank 0 has passed on to rank 3 what is in the buffer that it will fill.
    EXPECT_THAT(waits_for(program, at0[0]), ElementsAre());
    EXPECT_THAT(waits_for(program, at0[1]), ElementsAre(compute[0], at1[0]));
    std::vector<TaskId> third = {compute[1], at1[1], at3[1]};
    std::sort(third.begin(), third.end());
    EXPECT_THAT(waits_for(program, at0[2]), Eq(third));
    EXPECT_THAT(waits_for(program, compute[2]), ElementsAre(at0[1]));
}

TEST_F(SharedShards, AnInputThatIsReplicatedByOutputChannelsIsSharedAlongRows) {
    auto two = small_scenario(small_graph("x: [1, 8, 4, 4]",
                                          "  - {name: a, type: conv, input: x, out_channels: 12, kernel: [1, 1], "
                                          "bias: false}\n"),
                              small_platform(2));
    Lowering of_two(*two);
    const Program& program = of_two.lower(one_set(*two, {split({{Dim::K, 2}}, Dim::P)}));
    // Each fetches half of the rows from the host, and gets the other half from the other.
    EXPECT_THAT(transfers_of(*two, program, "a"),
                ElementsAre("acc0->acc1 a shared_shard 64", "acc0->host a output 96", "acc1->acc0 a shared_shard 64",
                            "acc1->host a output 96", "host->acc0 a input 64", "host->acc1 a input 64"));
    // A part is sent on when it has come from the host.
    for (TaskId id : ids_of(program.tasks())) {
        if (program.task(id).purpose != Purpose::shared_shard) continue;
        std::vector<TaskId> waits = waits_for(program, id);
        ASSERT_EQ(waits.size(), 1u);
        EXPECT_EQ(program.task(waits[0]).purpose, Purpose::input);
        EXPECT_EQ(program.task(waits[0]).destination, program.task(id).node);
    }
}

TEST_F(SharedShards, AlongAReducedDimensionLaterPhasesLoadTheirOutputAgain) {
    const Program& program = lower({{Dim::P, 2}, {Dim::Q, 2}}, Dim::C);
    for (NodeId node : scenario->accelerators) EXPECT_THAT(bytes_received(program, node), ElementsAre(216, 216, 216));
    std::vector<TaskId> phases = tasks_of(program, TaskKind::compute, NodeId(0), OperatorId(0));
    ASSERT_EQ(phases.size(), 4u);
    const TilePlan& first = program.plan(program.task(phases[0]).plan);
    const TilePlan& later = program.plan(program.task(phases[1]).plan);
    EXPECT_EQ(first.store_bytes, 12 * 2 * 2);
    EXPECT_EQ(later.input_bytes, first.input_bytes + first.store_bytes);
    EXPECT_EQ(later.compute_cycles, first.compute_cycles);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::partial_sum), 0) << "phases add up where they run";
}

TEST_F(SharedShards, BiasesTravelWithTheirOutputChannelsAndStayOtherwise) {
    auto biased = small_scenario(
        small_graph("x: [1, 8, 4, 4]",
                    "  - {name: a, type: conv, input: x, out_channels: 12, kernel: [3, 3], padding: [1, 1]}\n"),
        small_platform(4));
    Lowering of_biased(*biased);
    const Program& by_k = of_biased.lower(one_set(*biased, {split({{Dim::P, 4}}, Dim::K)}));
    EXPECT_THAT(bytes_received(by_k, NodeId(0)), ElementsAre(219, 219, 219));
    const Program& by_c = of_biased.lower(one_set(*biased, {split({{Dim::P, 4}}, Dim::C)}));
    EXPECT_THAT(bytes_received(by_c, NodeId(0)), ElementsAre(216, 216, 216));
    for (const Buffer& buffer : by_c.buffers()) {
        if (buffer.first.valid()) continue;
        EXPECT_EQ(buffer.bytes, 864 / 4 + 12) << "a quarter of the weights and all biases stay";
    }
}

TEST_F(SharedShards, TheLargerOfTwoCandidatesIsShared) {
    // K 2 replicates the input over two, P 2 the weights; C indexes both. The weights are larger.
    Factors es = split({{Dim::K, 2}, {Dim::P, 2}}).es;
    auto shared = find_shared_tensor(op, scenario->graph, es, Dim::C);
    ASSERT_TRUE(shared);
    EXPECT_TRUE(shared->weights);
    EXPECT_EQ(shared->replicas, 2);
    // Only the input is indexed by Q.
    shared = find_shared_tensor(op, scenario->graph, es, Dim::Q);
    ASSERT_TRUE(shared);
    EXPECT_FALSE(shared->weights);
    EXPECT_TRUE(shared->replicated_over.has(Dim::K));
    EXPECT_FALSE(shared->replicated_over.has(Dim::P));
}

TEST_F(SharedShards, ReasonsWhyADimensionCannotBeShared) {
    EXPECT_EQ(problem({{Dim::P, 4}}, Dim::K), "");
    EXPECT_EQ(problem({{Dim::P, 4}}, Dim::Q), "what the factors leave replicated (the weights) is not split by Q");
    EXPECT_EQ(problem({{Dim::K, 4}}, Dim::K), "what the factors leave replicated (input x) is not split by K");
    EXPECT_EQ(problem({{Dim::K, 4}}, Dim::R), "what the factors leave replicated (input x) is not split by R");
    EXPECT_EQ(problem({{Dim::P, 4}}, Dim::R), "it needs at least 4 positions along R in every shard, one for each "
                                              "replica of the weights, but the smallest has 3");
    EXPECT_EQ(problem({{Dim::C, 4}}, Dim::K),
              "the factors leave no tensor replicated, so that there is nothing to share");
}

TEST(SharedShardDims, BroadcastOperandsAreReplicated) {
    Graph graph = small_graph("x: [1, 8, 4, 4], y: [1, 8, 1, 1]", "  - {name: m, type: mul, inputs: [x, y]}\n");
    const Operator& op = graph.operators[OperatorId(0)];
    Factors es = split({{Dim::P, 2}}).es;
    EXPECT_EQ(shared_shard_problem(op, graph, es, Dim::K), "");
    EXPECT_EQ(find_shared_tensor(op, graph, es, Dim::K)->input, 1u);
    EXPECT_EQ(shared_shard_problem(op, graph, es, Dim::Q),
              "what the factors leave replicated (input y) is not split by Q");
}

} // namespace
} // namespace arsia
