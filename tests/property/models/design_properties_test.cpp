// What holds for every shape on every design of the catalog.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

DesignPtr systolic_array(const std::string& dataflow, const std::string& sram) {
    return read_design_text(design_file(
        "systolic_2d", "dataflow: " + dataflow + "_stationary\narray: {rows: 16, columns: 8}\nsram: {input: " + sram +
                           ", weights: " + sram + ", output: 1 GiB}\n"));
}

const std::vector<DesignPtr>& designs() {
    static const std::vector<DesignPtr> all = {
        read_design("superlip_64_7_7_14"),  read_design("systolic_11_13_8"),    read_design("winograd_4_3"),
        systolic_array("output", "16 KiB"), systolic_array("weight", "16 KiB"), systolic_array("input", "64 KiB"),
    };
    return all;
}

/// Most multiply-accumulates that one multiplication of the design stands for: F(4x4, 3x3) does 16*9 = 144 with 36.
std::int64_t gain(const Design& design) { return design.kind == "winograd" ? 4 : 1; }

std::int64_t size(std::int64_t least, std::int64_t most) { return *rc::gen::inRange<std::int64_t>(least, most + 1); }

Operator any_product() {
    if (size(0, 4) == 0) return linear(size(1, 4), size(1, 300), size(1, 200), size(1, 4));
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

Operator any_operator() {
    switch (size(0, 5)) {
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

RC_GTEST_PROP(Design, CyclesAreAtLeastTheBound, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    for (const DesignPtr& design : designs()) {
        TilePlan plan = design->plan(op, shard, 16);
        Cycles least = design->least_cycles(op, shard);
        RC_ASSERT(plan.compute_cycles >= least);
        RC_ASSERT(least >= 1);
        RC_ASSERT(least * design->multipliers * gain(*design) >= plan.macs);
        RC_ASSERT(plan.macs == (op.has_weights ? volume(shard) : 0));
    }
}

RC_GTEST_PROP(Design, EachOutputIsStoredOnce, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    for (const DesignPtr& design : designs()) RC_ASSERT(design->plan(op, shard, 16).store_bytes == 2 * outputs(shard));
}

RC_GTEST_PROP(Design, EachWeightIsLoadedOnceAnOutputTileAtLeast, ()) {
    Operator op = any_product();
    Extents shard = any_shard(op);
    Extents kernels = shard;
    for (Dim dim : {Dim::N, Dim::P, Dim::Q}) at(kernels, dim) = 1;
    for (const DesignPtr& design : designs()) {
        TilePlan plan = design->plan(op, shard, 16);
        RC_ASSERT(plan.weight_bytes >= 2 * volume(kernels));
        // A systolic array keeps what fits, which may be the weights of a part of a group alone.
        if (design->kind != "systolic_2d") RC_ASSERT(plan.weight_bytes % (2 * volume(kernels)) == 0);
    }
}

RC_GTEST_PROP(Design, EveryStepComputesAndIsCounted, ()) {
    Operator op = any_operator();
    Extents shard = any_shard(op);
    for (const DesignPtr& design : designs()) {
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
    for (const DesignPtr& design : designs()) {
        // A shard with a part of the kernel runs in Winograd's slower mode.
        if (design->kind == "winograd" && (dim == Dim::R || dim == Dim::S)) continue;
        RC_ASSERT(design->plan(op, smaller, 16).compute_cycles <= design->plan(op, shard, 16).compute_cycles);
        RC_ASSERT(design->least_cycles(op, smaller) <= design->least_cycles(op, shard));
    }
}

RC_GTEST_PROP(Design, PartsTogetherAreNotBelowTheBoundOfTheWhole, ()) {
    Operator op = any_operator();
    Dim first = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    Dim second = *rc::gen::elementOf(std::vector<Dim>(all_dims.begin(), all_dims.end()));
    std::int64_t first_parts = std::min(at(op.extents, first), size(1, 4));
    std::int64_t second_parts = first == second ? 1 : std::min(at(op.extents, second), size(1, 4));
    for (const DesignPtr& design : designs()) {
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
    if (op.kind == OperatorKind::elementwise || op.kind == OperatorKind::concat) return;
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
    for (const DesignPtr& design : designs()) {
        TilePlan plan = design->plan(op, op.extents, 16);
        if (plan.tiles == 1) RC_ASSERT(plan.input_bytes <= 2 * input);
    }
}

} // namespace
} // namespace arsia
