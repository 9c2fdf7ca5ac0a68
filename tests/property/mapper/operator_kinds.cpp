// What lowering relies on, for every kind of operator.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/lowering/shared_shards.h"
#include "tests/property/mapper/index_sets.h"
#include "tests/property/mapper/random_mapping.h"
#include "tests/property/workloads/random_operators.h"

using namespace arsia;
using namespace arsia::testing;

// Ranks that differ only along dimensions that do not index a tensor hold the same part of it: replicas.
RC_GTEST_PROP(OperatorKinds, ReplicasNeedTheSameBox, ()) {
    Graph graph = test::random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    IterationBox one = test::random_part_of(op), other = test::random_part_of(op);
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        const TensorShape& shape = graph.tensors[op.inputs[input]].shape;
        DimSet indexed = input_dims(op, input, shape);
        IterationBox replica = one;
        for (Dim dim : all_dims)
            if (!indexed.has(dim)) at(replica, dim) = at(other, dim);
        RC_ASSERT(op.input_box(input, shape, replica) == op.input_box(input, shape, one));
    }
    IterationBox replica = other;
    for (Dim dim : all_dims)
        if (weight_dims().has(dim)) at(replica, dim) = at(one, dim);
    RC_ASSERT(op.weight_box(replica) == op.weight_box(one));
}

// What a shared tensor's parts need together is what the whole shard needs.
RC_GTEST_PROP(OperatorKinds, SharedPartsCoverTheShard, ()) {
    Graph graph = test::random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    std::vector<Factors> splits = factors_of(op.split_limits(), test::in_range(2, 4));
    RC_PRE(!splits.empty());
    Factors es = splits[static_cast<std::size_t>(test::in_range(0, static_cast<std::int64_t>(splits.size()) - 1))];
    for (Dim dim : all_dims) {
        std::optional<SharedTensor> shared = find_shared_tensor(op, graph, es, dim);
        if (!shared) continue;
        RC_ASSERT(op.may_split(dim));
        IterationBox shard = shard_of(op.extents, es, 0);
        auto box_of = [&](const IterationBox& part) {
            if (shared->weights) return op.weight_box(part);
            return op.input_box(shared->input, graph.tensors[op.inputs[shared->input]].shape, part);
        };
        Elements whole = elements_of(box_of(shard)), parts;
        for (std::int64_t i = 0; i < shared->replicas; ++i) {
            IterationBox part = shard;
            at(part, dim) = part_of(at(shard, dim), shared->replicas, i);
            parts.merge(elements_of(box_of(part)));
        }
        // A skipped row between two parts is in the whole's bounding box only.
        RC_ASSERT(std::includes(whole.begin(), whole.end(), parts.begin(), parts.end()));
        bool gaps = op.window.stride_h > at(op.extents, Dim::R) || op.window.stride_w > at(op.extents, Dim::S) ||
                    op.window.dilation_h > 1 || op.window.dilation_w > 1 || op.groups > 1;
        if (!gaps) RC_ASSERT(parts == whole);
    }
}

namespace {

/// One to three layers of attention with random sizes, then a few operators that only move.
Graph random_attention() {
    std::int64_t heads = test::in_range(1, 3), width = heads * test::in_range(1, 3), tokens = test::in_range(1, 6);
    std::string size = std::to_string(width), text, last = "x";
    std::string in_heads = ", heads: " + std::to_string(heads);
    auto line = [&](const std::string& name, const std::string& rest) {
        text += "  - {name: " + name + ", " + rest + "}\n";
        last = name;
    };
    for (const char* name : {"q", "k", "v"})
        line(name, "type: linear, input: x, flatten: false, out_features: " + size);
    line("scores", "type: matmul, inputs: [q, k], transpose: true" + in_heads);
    line("softmax", "type: softmax, input: scores, groups: " + std::to_string(heads));
    line("context", "type: matmul, inputs: [softmax, v]" + in_heads);
    line("sum", "type: add, inputs: [x, context]");
    line("norm", "type: layer_norm, input: sum");
    for (std::int64_t i = test::in_range(0, 3); i > 0; --i) {
        std::string name = "move" + std::to_string(i);
        switch (test::in_range(0, 4)) {
        case 0: line(name, "type: transpose, order: [rows, channels, columns], input: " + last); break;
        case 1: line(name, "type: concat, axis: rows, inputs: [" + last + ", " + last + "]"); break;
        case 2: line(name, "type: slice, begin: 0, size: 1, input: " + last); break;
        case 3: line(name, "type: resize, scale: [2, 1], input: " + last); break;
        default: line(name, "type: group_norm, groups: 1, input: " + last); break;
        }
    }
    return small_graph(
        "x: [" + std::to_string(test::in_range(1, 2)) + ", " + size + ", " + std::to_string(tokens) + "]", text);
}

} // namespace

RC_GTEST_PROP(OperatorKinds, AttentionUnderAnyMappingMovesWhatIndexSetsSay, ()) {
    auto scenario = small_scenario(random_attention(), small_platform(*rc::gen::inRange<std::size_t>(1, 5)));
    Mapping mapping = random_mapping(*scenario);
    RC_ASSERT(legality_problems(*scenario, mapping).empty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    std::int64_t macs = 0;
    std::map<std::uint32_t, Bytes> shared, outputs;
    for (const Task& task : program.tasks()) {
        if (task.kind == TaskKind::compute) macs += program.plan(task.plan).macs;
        if (task.kind == TaskKind::transfer && task.purpose == Purpose::shared_shard)
            shared[task.op.value()] += task.bytes;
        if (task.kind == TaskKind::transfer && task.purpose == Purpose::output) outputs[task.op.value()] += task.bytes;
    }
    RC_ASSERT(macs == scenario->graph.macs());
    IndexSets expected(*scenario, mapping);
    RC_ASSERT(outputs == expected.moved().outputs);
    std::map<std::uint32_t, Bytes> expected_shared;
    for (const auto& [where, bytes] : expected.moved().shared)
        if (bytes > 0) expected_shared[where.first] += bytes;
    RC_ASSERT(shared == expected_shared);
}
