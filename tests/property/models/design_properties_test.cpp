// What holds for every shape on every design of the catalog.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/catalog.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

DesignPtr systolic_array(const std::string& dataflow, const std::string& sram) {
    return read_design_text(design_file(
        "systolic_2d", "dataflow: " + dataflow + "_stationary\narray: {rows: 16, columns: 8}\nsram: {input: " + sram +
                           ", weights: " + sram + ", output: 1 GiB}\n"));
}

/// Every design of the catalog, and of kinds whose parameters change what a plan looks like some more: memories that
/// hold little, tiles that are chosen, measurements.
const std::vector<DesignPtr>& designs() {
    static const std::vector<DesignPtr> all = [] {
        std::vector<DesignPtr> out;
        for (const std::string& name : catalog_names(CatalogKind::design)) out.push_back(read_design(name));
        for (const char* flow : {"output", "weight", "input"}) out.push_back(systolic_array(flow, "16 KiB"));
        const std::string buffers = "buffers: {input: 64 KiB, weight: 32 KiB, output: 16 KiB}\n";
        out.push_back(
            read_design_text(design_file("systolic_simd", "array: {rows: 11, columns: 13, simd: 8}\n" + buffers)));
        out.push_back(read_design_text(design_file(
            "winograd", "output_tile: 4\nkernel: 3\nparallelism: {K: 8, C: 4}\nfallback: direct\n" + buffers)));
        out.push_back(read_design_text(design_file("table", R"(multipliers: 512
lookup: nearest
measured:
  - {kind: conv, K: 64, C: 64, P: 56, Q: 56, R: 3, S: 3, cycles: 300000}
  - {kind: conv, K: 256, C: 64, P: 28, Q: 28, R: 3, S: 3, cycles: 250000}
  - {kind: conv, K: 64, C: 64, P: 56, Q: 56, cycles: 60000}
  - {kind: linear, K: 1000, C: 512, cycles: 9000}
  - {kind: matmul, K: 128, C: 64, P: 128, cycles: 9001}
  - {kind: lstm, K: 128, C: 256, P: 10, cycles: 77777}
)")));
        return out;
    }();
    return all;
}

/// Most multiply-accumulates that `used` multiplications of the design stand for: F(m x m, 3 x 3) does 9 m² with (m +
/// 2)².
std::int64_t most_macs(const Design& design, std::int64_t used) {
    if (design.kind != "winograd") return used;
    return design.name == "winograd_2_3" ? used * 9 / 4 : used * 4;
}

bool has_fixed_tiles(const Design& design) { return design.kind != "roofline" && design.name != "test"; }

std::int64_t size(std::int64_t least, std::int64_t most) { return *rc::gen::inRange<std::int64_t>(least, most + 1); }

Operator any_product() {
    switch (size(0, 9)) {
    case 0: return linear(size(1, 40), size(1, 300), size(1, 200), size(1, 4));
    case 1: return dense(size(1, 3), size(1, 300), size(1, 200), size(1, 200));
    case 2: return matmul(size(1, 2), size(1, 6), size(1, 150), size(1, 80), size(1, 150));
    case 3: {
        Operator op = recurrent(size(1, 3), size(1, 200), size(1, 200), size(1, 9), *rc::gen::element(1, 3, 4));
        op.sequence = *rc::gen::element(true, false);
        return op;
    }
    case 4: { // depthwise
        ConvShape shape{size(1, 2), size(1, 40), 1, size(1, 40), size(1, 40), 3, size(1, 2), 1};
        shape.groups = shape.k;
        return conv(shape);
    }
    default: break;
    }
    ConvShape shape;
    shape.groups = *rc::gen::element<std::int64_t>(1, 1, 2, 5);
    shape.n = size(1, 3);
    shape.k = shape.groups * size(1, 150);
    shape.c = size(1, 80);
    shape.p = size(1, 60);
    shape.q = size(1, 60);
    shape.kernel = *rc::gen::element<std::int64_t>(1, 3, 3, 3, 5, 7);
    shape.stride = *rc::gen::element<std::int64_t>(1, 1, 2);
    shape.dilation = *rc::gen::element<std::int64_t>(1, 1, 2);
    shape.padding = size(0, shape.kernel / 2);
    return conv(shape);
}

Operator any_normalization() {
    Operator op = elements(OperatorKind::normalization, size(1, 2), size(1, 30), size(1, 40), size(1, 10), 1);
    op.groups = *rc::gen::element<std::int64_t>(1, 3);
    at(op.extents, Dim::K) *= op.groups;
    op.mixing = *rc::gen::element(Mixing::channels, Mixing::planes, Mixing::neighbours);
    if (op.mixing == Mixing::neighbours) op.neighbours = size(1, 5);
    op.type = op.mixing == Mixing::channels ? "softmax" : "group_norm";
    return op;
}

Operator any_move() {
    auto kind = *rc::gen::element(OperatorKind::slice, OperatorKind::reshape, OperatorKind::transpose,
                                  OperatorKind::resize, OperatorKind::embedding);
    Operator op = elements(kind, size(1, 3), size(1, 200), size(1, 40), size(1, 40), 1);
    if (kind == OperatorKind::resize) op.scale_h = op.scale_w = size(1, 3);
    if (kind == OperatorKind::embedding) op.has_weights = true;
    return op;
}

Operator any_operator() {
    switch (size(0, 8)) {
    case 2: return any_normalization();
    case 3: return any_move();
    case 0: return pool({size(1, 3), size(1, 100), 1, size(1, 60), size(1, 60), size(1, 4), size(1, 3), 0});
    case 1: {
        auto kind = *rc::gen::element(OperatorKind::elementwise, OperatorKind::activation, OperatorKind::concat);
        auto inputs = static_cast<std::size_t>(kind == OperatorKind::activation ? 1 : size(2, 4));
        return elements(kind, size(1, 3), size(1, 200), size(1, 40), size(1, 40), inputs);
    }
    default: return any_product();
    }
}

/// Some part of the operator: an extent of each dimension.
Extents any_shard(const Operator& op) {
    Extents shard = op.extents;
    for (Dim dim : all_dims)
        if (size(0, 1)) at(shard, dim) = size(1, at(op.extents, dim));
    return shard;
}

std::int64_t volume(const Extents& extents) {
    std::int64_t out = 1;
    for (std::int64_t extent : extents) out *= extent;
    return out;
}

std::int64_t outputs(const Extents& extents) {
    return at(extents, Dim::N) * at(extents, Dim::K) * at(extents, Dim::P) * at(extents, Dim::Q);
}

/// Elements of the operand that is no input: weights, or the second of two activations.
std::int64_t weights(const Operator& op, const Extents& shard) {
    Extents kernels = shard;
    for (Dim dim : {Dim::P, Dim::Q}) at(kernels, dim) = 1;
    if (op.has_weights) at(kernels, Dim::N) = 1;
    return op.gates * volume(kernels);
}

/// Designs that run the operator.
std::vector<DesignPtr> designs_for(const Operator& op) {
    std::vector<DesignPtr> out;
    for (const DesignPtr& design : designs())
        if (!design->refusal(op)) out.push_back(design);
    return out;
}

TEST(Design, EveryKindRunsOnSeveral) {
    EXPECT_GE(designs_for(conv({1, 8, 8, 8, 8, 3})).size(), 20u);
    EXPECT_GE(designs_for(linear(1, 8, 8)).size(), 20u);
    EXPECT_GE(designs_for(matmul(1, 2, 8, 8, 8)).size(), 20u);
    EXPECT_GE(designs_for(recurrent(1, 8, 8, 8)).size(), 20u);
    EXPECT_EQ(designs_for(pool({1, 8, 1, 8, 8, 2})).size(), designs().size());
}

RC_GTEST_PROP(Design, CyclesAreAtLeastTheBound, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    for (const DesignPtr& design : designs_for(op)) {
        TilePlan plan = design->plan(op, shard, 16);
        Cycles least = design->least_cycles(op, shard);
        RC_ASSERT(plan.compute_cycles >= least);
        RC_ASSERT(least >= 1);
        RC_ASSERT(most_macs(*design, least * design->multipliers) >= plan.macs);
        RC_ASSERT(plan.macs == op.macs(shard));
    }
}

RC_GTEST_PROP(Design, EachOutputIsStoredOnce, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    std::int64_t stored = op.kind == OperatorKind::reshape ? 0 : outputs(shard);
    if (op.kind == OperatorKind::lstm && !op.sequence) stored /= at(shard, Dim::P);
    for (const DesignPtr& design : designs_for(op)) {
        const Bytes bytes = design->plan(op, shard, 16).store_bytes;
        // Sums that wait for further folds and do not fit on chip are stored more than once.
        if (design->kind == "systolic_2d")
            RC_ASSERT(bytes >= 2 * stored);
        else
            RC_ASSERT(bytes == 2 * stored);
    }
}

RC_GTEST_PROP(Design, EachWeightIsLoadedOnceAnOutputTileAtLeast, ()) {
    Operator op = any_product();
    Extents shard = any_shard(op);
    const std::int64_t once = weights(op, shard);
    for (const DesignPtr& design : designs_for(op)) {
        TilePlan plan = design->plan(op, shard, 16);
        RC_ASSERT(plan.weight_bytes >= 2 * once);
        // Where operands are kept on chip, that may be so for the weights of a part of a group alone.
        if (design->kind != "systolic_2d" && has_fixed_tiles(*design)) RC_ASSERT(plan.weight_bytes % (2 * once) == 0);
    }
}

RC_GTEST_PROP(Design, EveryStepComputesAndIsCounted, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    for (const DesignPtr& design : designs_for(op)) {
        TilePlan plan = design->plan(op, shard, 16);
        RC_ASSERT(!plan.phases.empty());
        RC_ASSERT(plan.phases.size() <= 32u);
        for (const TilePhase& phase : plan.phases) {
            RC_ASSERT(phase.repeat >= 1);
            RC_ASSERT(!phase.steps.empty());
            for (const TileStep& step : phase.steps) {
                RC_ASSERT(step.count >= 1);
                RC_ASSERT(step.cycles >= 1);
                RC_ASSERT(step.input_bytes >= 0);
            }
        }
        TilePlan again = plan;
        again.add_up();
        RC_ASSERT(again.compute_cycles == plan.compute_cycles);
        RC_ASSERT(again.memory_bytes() == plan.memory_bytes());
        RC_ASSERT(again.tiles == plan.tiles);
    }
}

RC_GTEST_PROP(Design, MoreWorkTakesNoFewerCycles, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    Dim dim = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    Extents smaller = shard;
    at(smaller, dim) = size(1, at(shard, dim));
    for (const DesignPtr& design : designs_for(op)) {
        // A shard with a part of the kernel runs in Winograd's slower mode.
        if (design->kind == "winograd" && (dim == Dim::R || dim == Dim::S)) continue;
        TilePlan less = design->plan(op, smaller, 16), more = design->plan(op, shard, 16);
        if (has_fixed_tiles(*design) || design->kind == "winograd" || design->kind == "table")
            RC_ASSERT(less.compute_cycles <= more.compute_cycles);
        RC_ASSERT(design->least_cycles(op, smaller) <= design->least_cycles(op, shard));
    }
}

RC_GTEST_PROP(Design, ChosenTilesCostNoMoreThanTheirOverhead, ()) {
    // Larger shards may get larger and so fewer tiles, each of which has a cost of its own: filling the array (22
    // cycles of an 11 x 13 array), or rounding up to a cycle. What is left without it grows with each dimension.
    Operator op = any_product();
    Extents shard = any_shard(op), smaller = shard;
    Dim dim = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    at(smaller, dim) = size(1, at(shard, dim));
    for (const DesignPtr& design : designs_for(op)) {
        TilePlan less = design->plan(op, smaller, 16), more = design->plan(op, shard, 16);
        if (design->kind == "roofline") RC_ASSERT(more.compute_cycles < design->least_cycles(op, shard) + more.tiles);
        if (design->kind == "systolic_simd")
            RC_ASSERT(less.compute_cycles - 22 * less.tiles <= more.compute_cycles - 22 * more.tiles);
    }
}

RC_GTEST_PROP(Design, PartsTogetherAreNotBelowTheBoundOfTheWhole, ()) {
    Operator op = any_operator();
    Dim first = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    Dim second = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    Extents limits = op.split_limits();
    if (op.kind == OperatorKind::lstm) at(limits, Dim::P) = at(op.extents, Dim::P); // its steps may be tasks
    std::int64_t first_parts = std::min(at(limits, first), size(1, 4));
    std::int64_t second_parts = first == second ? 1 : std::min(at(limits, second), size(1, 4));
    for (const DesignPtr& design : designs_for(op)) {
        Cycles bounds = 0, cycles = 0;
        for (std::int64_t i = 0; i < first_parts; ++i)
            for (std::int64_t j = 0; j < second_parts; ++j) {
                Extents part = op.extents;
                if (first != second) at(part, second) = part_of({0, at(op.extents, second)}, second_parts, j).size();
                at(part, first) = part_of({0, at(op.extents, first)}, first_parts, i).size();
                bounds += design->least_cycles(op, part);
                cycles += design->plan(op, part, 16).compute_cycles;
            }
        RC_ASSERT(bounds >= design->least_cycles(op, op.extents));
        RC_ASSERT(cycles >= bounds);
    }
}

RC_GTEST_PROP(Design, OneTileReadsNoMoreThanTheInput, ()) {
    // Any input that gives these outputs has at least this many rows: (P-1)*stride + dilated kernel - padding.
    Operator op = any_operator();
    if (op.kind != OperatorKind::conv && op.kind != OperatorKind::linear && op.kind != OperatorKind::pool) return;
    auto side = [](std::int64_t positions, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                   std::int64_t padding) {
        return std::max<std::int64_t>(1, (positions - 1) * stride + (kernel - 1) * dilation + 1 - padding);
    };
    const Window& window = op.window;
    std::int64_t rows = side(at(op.extents, Dim::P), at(op.extents, Dim::R), window.stride_h, window.dilation_h,
                             window.pad_top + window.pad_bottom);
    std::int64_t columns = side(at(op.extents, Dim::Q), at(op.extents, Dim::S), window.stride_w, window.dilation_w,
                                window.pad_left + window.pad_right);
    std::int64_t input = at(op.extents, Dim::N) * at(op.extents, Dim::C) * op.groups * rows * columns;
    for (const DesignPtr& design : designs_for(op)) {
        TilePlan plan = design->plan(op, op.extents, 16);
        if (plan.tiles == 1) RC_ASSERT(plan.input_bytes <= 2 * input);
    }
}

} // namespace
} // namespace arsia
