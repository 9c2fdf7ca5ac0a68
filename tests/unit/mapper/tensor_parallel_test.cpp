// Tensor parallelism of transformers as Megatron-LM does it (M. Shoeybi et al., arXiv 1909.08053; rows of
// normalisations split: V. Korthikanti et al., arXiv 2205.05198), as mappings: the program moves what its two
// all-reduces a layer do.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "mapper/lowering.h"
#include "mapper/scenario.h"

namespace arsia {
namespace {

using ::testing::IsEmpty;

/// Query, key, value, the first matrices of the MLP and all of attention split over K (by heads), the matrices behind
/// them over C, what lies between over rows.
Dim split_of(const Operator& op) {
    auto ends_in = [&](const std::string& end) {
        return op.name.size() >= end.size() && op.name.compare(op.name.size() - end.size(), end.size(), end) == 0;
    };
    if (ends_in(".output") || ends_in(".down")) return Dim::C;
    if (op.kind == OperatorKind::linear || op.kind == OperatorKind::matmul || op.type == "softmax" ||
        op.type == "rotary" || op.type == "mul")
        return Dim::K;
    return at(op.extents, Dim::P) > 1 ? Dim::P : Dim::K;
}

std::int64_t layer_of(const Operator& op) {
    return op.name.rfind("layer.", 0) == 0 ? std::stoll(op.name.substr(6)) : -1;
}

/// As many stages of equal numbers of layers as there are groups of `ranks` accelerators, in the platform's order.
Mapping tensor_parallel(const Scenario& scenario, std::size_t ranks, std::int64_t layers) {
    Mapping mapping;
    mapping.collectives = CollectiveChoice::halving_doubling;
    std::size_t stages = scenario.accelerators.size() / ranks;
    mapping.sets.resize(stages);
    for (std::size_t i = 0; i < scenario.accelerators.size(); ++i)
        mapping.sets[i / ranks].accelerators.push_back(scenario.accelerators[i]);
    std::size_t stage = 0;
    for (OperatorId id : ids_of(scenario.graph.operators)) {
        const Operator& op = scenario.graph.operators[id];
        if (layer_of(op) >= 0)
            stage = static_cast<std::size_t>(layer_of(op)) * stages / static_cast<std::size_t>(layers);
        Strategy strategy;
        at(strategy.es, split_of(op)) = static_cast<std::int64_t>(ranks);
        mapping.sets[stage].operators.push_back({id, strategy, std::nullopt});
    }
    for (AcceleratorSet& set : mapping.sets) set.design = "systolic_ws_128x128";
    return mapping;
}

/// What the operators of each layer receive from other accelerators, by layer.
std::vector<Bytes> received_by_layer(const Scenario& scenario, const Program& program, std::int64_t layers) {
    std::vector<Bytes> out(static_cast<std::size_t>(layers), 0);
    for (const Task& task : program.tasks()) {
        if (task.kind != TaskKind::transfer || task.purpose == Purpose::output) continue;
        std::int64_t layer = layer_of(scenario.graph.operators[task.op]);
        if (layer >= 0) out[static_cast<std::size_t>(layer)] += task.bytes;
    }
    return out;
}

struct Case {
    const char* workload;
    const char* topology;
    std::size_t accelerators, ranks; ///< of a stage; they must divide the heads
    std::int64_t layers, tokens, width;
};

class TensorParallel : public testing::TestWithParam<Case> {};

TEST_P(TensorParallel, MovesTheTwoAllReducesOfALayerAndFits) {
    const Case& given = GetParam();
    auto scenario = load_scenario(given.workload, given.topology);
    ASSERT_EQ(scenario->accelerators.size(), given.accelerators);
    Mapping mapping = tensor_parallel(*scenario, given.ranks, given.layers);
    Lowering lowering(*scenario);
    EXPECT_THAT(legality_problems(*scenario, mapping, lowering), IsEmpty());
    std::vector<Bytes> received =
        received_by_layer(*scenario, lowering.lower(mapping, Buffers::left_out), given.layers);
    // A ring's or any other all-reduce that moves no more than it must: a reduce-scatter and an all-gather, in each of
    // which a rank receives (t − 1) / t of the tensor. Two of them a layer: 2 · 2 · (t − 1) / t · tokens · width a
    // rank.
    auto t = static_cast<Bytes>(given.ranks);
    Bytes two_all_reduces = 2 * 2 * (t - 1) * given.tokens * given.width * 2;
    std::int64_t stages = static_cast<std::int64_t>(given.accelerators / given.ranks);
    for (std::int64_t layer = 1; layer < given.layers; ++layer) {
        bool first_of_stage = layer % (given.layers / stages) == 0; // its input comes from elsewhere
        if (first_of_stage) continue;
        EXPECT_EQ(received[static_cast<std::size_t>(layer)], two_all_reduces) << layer;
    }
    // Matrices are shared out: nobody has more than its part of them, and the tables of words.
    const MemoryNeed& need = lowering.memory_need(mapping);
    for (NodeId node : scenario->accelerators) EXPECT_LT(need[node], Bytes(16) << 30);
}

// BERT-base has 12 heads, LLaMA-2-7B 32: four and 32 ranks, two stages of them.
INSTANTIATE_TEST_SUITE_P(Megatron, TensorParallel,
                         testing::Values(Case{"bert_base", "npu_pod8", 8, 4, 12, 128, 768},
                                         Case{"llama2_7b", "npu_pod64", 64, 32, 32, 512, 4096}),
                         [](const auto& tested) { return std::string(tested.param.workload); });

// Per layer and rank: its heads of 511 keys and values.
TEST(TensorParallelDecode, EveryRankHasTheCacheOfItsHeads) {
    auto scenario = load_scenario("llama2_7b_decode", "npu_pod8");
    Mapping mapping = tensor_parallel(*scenario, 8, 32);
    Lowering lowering(*scenario);
    EXPECT_THAT(legality_problems(*scenario, mapping, lowering), IsEmpty());
    const Program& program = lowering.lower(mapping);
    IdVector<NodeId, Bytes> resident(scenario->platform.nodes.size(), 0);
    for (const Buffer& buffer : program.buffers())
        if (buffer.users.empty() && !buffer.first.valid()) resident[buffer.node] += buffer.bytes;
    Bytes weights = 0;
    for (const Operator& op : scenario->graph.operators)
        if (split_of(op) != Dim::P && (op.kind == OperatorKind::linear || op.kind == OperatorKind::embedding))
            weights += 2 * op.weight_elements() / 8;
    Bytes caches = 32 * 2 * 511 * 4096 * 2 / 8;
    for (NodeId node : scenario->accelerators) {
        EXPECT_GE(resident[node], weights + caches);
        EXPECT_LT(resident[node], weights + caches + 65 * 4096 * 2 + 1) << "and 65 normalisations";
    }
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer && task.purpose == Purpose::input) {
            EXPECT_EQ(task.bytes, 2) << "the word alone";
        }
}

} // namespace
} // namespace arsia
