// A roofline's cycles, and tiles that are chosen within buffers.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "models/tile_choice.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

DesignPtr roofline(const std::string& efficiency, const std::string& buffers) {
    return read_design_text(
        design_file("roofline", "multipliers: 1000\nefficiency: {" + efficiency + "}\nbuffers: {" + buffers + "}\n"));
}

const std::string ample = "input: 1 GiB, weight: 1 GiB, output: 1 GiB";

TEST(Roofline, PeakTimesEfficiency) {
    // One tile: 64*64*9*56*56 MACs at 500 a cycle.
    DesignPtr design = roofline("conv: 0.5, grouped_conv: 0.125, linear: 0.8", ample);
    TilePlan plan = plan_whole(*design, conv({1, 64, 64, 56, 56, 3, 1, 1}));
    EXPECT_EQ(plan.tiles, 1);
    EXPECT_EQ(plan.compute_cycles, (64 * 64 * 9 * 56 * 56 + 499) / 500);
    ConvShape grouped{1, 64, 16, 56, 56, 3, 1, 1};
    grouped.groups = 4; // a tile a group
    EXPECT_EQ(plan_whole(*design, conv(grouped)).compute_cycles, 4 * ((16 * 16 * 9 * 56 * 56 + 124) / 125));
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 512)).compute_cycles, 640);
}

TEST(Roofline, WithoutAnEfficiencyOfItsOwnAGroupHasThatOfConvolutions) {
    ConvShape grouped{1, 64, 16, 56, 56, 3, 1, 1};
    grouped.groups = 4;
    EXPECT_EQ(plan_whole(*roofline("conv: 1", ample), conv(grouped)).compute_cycles,
              4 * ((16 * 16 * 9 * 56 * 56 + 999) / 1000));
}

TEST(Roofline, RefusesKindsWithoutEfficiency) {
    EXPECT_EQ(roofline("conv: 0.5", ample)->refusal(linear(1, 10, 10)),
              "design 'test' states no efficiency for operators of kind linear, which 'layer' is");
    EXPECT_EQ(roofline("conv: 0.5", ample)->refusal(pool({1, 8, 1, 8, 8, 2})), std::nullopt);
}

TEST(ChosenTiles, EverythingIsLoadedOnceWhereItFits) {
    TilePlan plan = plan_whole(*roofline("conv: 1", ample), conv({1, 64, 32, 56, 56, 3, 1, 1}));
    EXPECT_EQ(plan.input_bytes, 32 * 56 * 56 * 2);
    EXPECT_EQ(plan.weight_bytes, 64 * 32 * 9 * 2);
    EXPECT_EQ(plan.store_bytes, 64 * 56 * 56 * 2);
}

TEST(ChosenTiles, TheLargerOperandIsKept) {
    // A product of 64 rows by 256 columns, depth 1024, one byte an element; buffers hold (twice) 32 positions or 32
    // channels of full depth and 32 x 32 outputs: 2 x 8 tiles. Keeping the weights costs 256 K + 8 * 64 K = 768 K
    // elements, keeping the input 64 K + 2 * 256 K = 576 K, tiles of less depth 2 * 256 K + 8 * 64 K.
    DesignPtr design = roofline("linear: 1", "input: 64 KiB, weight: 64 KiB, output: 2 KiB");
    Operator op = dense(1, 256, 1024, 64);
    TilePlan plan = design->plan(op, op.extents, 8);
    EXPECT_EQ(plan.tiles, 16);
    EXPECT_EQ(plan.input_bytes, 64 * 1024);
    EXPECT_EQ(plan.weight_bytes, 2 * 256 * 1024);
}

TEST(ChosenTiles, DepthIsCutWhereLargerTilesMoveLess) {
    // The same with room for all outputs: tiles of all 64 x 256 outputs and an eighth of the depth load everything
    // once.
    DesignPtr design = roofline("linear: 1", "input: 64 KiB, weight: 64 KiB, output: 1 GiB");
    Operator op = dense(1, 256, 1024, 64);
    TilePlan plan = design->plan(op, op.extents, 8);
    EXPECT_EQ(plan.tiles, 8);
    EXPECT_EQ(plan.input_bytes, 64 * 1024);
    EXPECT_EQ(plan.weight_bytes, 256 * 1024);
}

TEST(ChosenTiles, TheOutputBufferLimitsThem) {
    // 4 KiB of sums, twice, one byte each: no tile holds more than 4,096 outputs.
    DesignPtr design = roofline("conv: 1", "input: 1 GiB, weight: 1 GiB, output: 8 KiB");
    Operator op = conv({1, 64, 32, 56, 56, 3, 1, 1});
    TilePlan plan = design->plan(op, op.extents, 8);
    for (const TilePhase& phase : plan.phases) EXPECT_LE(phase.store_bytes, 4096);
    EXPECT_GE(plan.tiles, 49);
    EXPECT_EQ(plan.weight_bytes, 64 * 32 * 9); // kept, or all channels in a tile
}

/// Bytes of input and weights with tiles of fixed sizes, the best of all within the buffers, as a plan of fixed tiles
/// moves them (nothing is kept).
Bytes best_fixed(const Operator& op, Bytes input, Bytes weight, Bytes output) {
    Bytes best = INT64_MAX;
    const LoopNest nest = loop_nests(op, op.extents).front();
    for (std::int64_t k = 1; k <= nest.k; ++k)
        for (std::int64_t p = 1; p <= nest.p; ++p)
            for (std::int64_t q = 1; q <= nest.q; ++q) {
                if (2 * k * p * q > output || 2 * k * nest.r * nest.s > weight) continue;
                Bytes planes = 0;
                std::int64_t tiles = 0, largest = 0;
                for (const PositionTiles& run : position_tiles(op, nest, {k, 1, p, q})) {
                    planes += run.plane * run.count;
                    tiles += run.count;
                    largest = std::max(largest, run.plane);
                }
                if (2 * largest > input) continue;
                best =
                    std::min(best, planes * nest.c * divide_up(nest.k, k) + nest.k * nest.c * nest.r * nest.s * tiles);
            }
    return best;
}

TEST(ChosenTiles, MoveNoMuchMoreThanTheBestOfAllTiles) {
    // Only even cuts are tried. They come within a tenth of the best tile of any size; where an operand can be kept,
    // they move less than any plan that keeps nothing.
    DesignPtr design = roofline("conv: 1, linear: 1", "input: 8 KiB, weight: 8 KiB, output: 8 KiB");
    for (const Operator& op : {conv({1, 40, 24, 27, 27, 3, 1, 1}), conv({1, 64, 128, 14, 14, 1}),
                               conv({1, 24, 3, 30, 30, 7, 2, 3}), conv({1, 30, 60, 13, 13, 5, 1, 2})}) {
        TilePlan plan = design->plan(op, op.extents, 8);
        Bytes best = best_fixed(op, 8192, 8192, 8192);
        EXPECT_LE(static_cast<double>(plan.input_bytes + plan.weight_bytes), 1.1 * static_cast<double>(best));
    }
}

TEST(ChosenTiles, AreTheSameEveryTime) {
    DesignPtr design = roofline("conv: 1", "input: 8 KiB, weight: 8 KiB, output: 8 KiB");
    Operator op = conv({1, 40, 24, 27, 27, 3, 1, 1});
    TilePlan first = plan_whole(*design, op), second = plan_whole(*design, op);
    ASSERT_EQ(first.phases.size(), second.phases.size());
    for (std::size_t i = 0; i < first.phases.size(); ++i) EXPECT_EQ(first.phases[i].steps, second.phases[i].steps);
}

TEST(ChosenTiles, ASmallestTileMustFit) {
    DesignPtr design = read_design_text(
        design_file("winograd", "output_tile: 4\nkernel: 3\nparallelism: {K: 8, C: 4}\nfallback: direct\n"
                                "buffers: {input: 64 KiB, weight: 4 KiB, output: 64 KiB}\n"));
    EXPECT_EQ(design->refusal(conv({1, 8, 4, 8, 8, 3, 1, 1})), std::nullopt);
    EXPECT_EQ(design->refusal(conv({1, 8, 4, 8, 8, 11, 1, 5})),
              "design 'test' cannot cut 'layer' into tiles: the weight buffer of 4096 bytes does not hold the two "
              "smallest tiles, 15488 bytes");
}

TEST(ChosenTiles, TileAndBuffersExcludeEachOther) {
    try {
        read_design_text(design_file("systolic_simd", "array: {rows: 2, columns: 2, simd: 2}\n"
                                                      "tile: {K: 2, C: 2, P: 2, Q: 2}\n"
                                                      "buffers: {input: 1 KiB, weight: 1 KiB, output: 1 KiB}\n"),
                         "d.yaml");
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "d.yaml:7: tile: both 'tile' and 'buffers' are stated; with buffers the sizes of "
                                   "tiles are chosen");
    }
}

} // namespace
} // namespace arsia
