// A plan lists kinds of tile; here every tile is walked one by one, and the sums must agree.
#include <algorithm>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "models/tiling.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

using CyclesOfTile = std::function<Cycles(const Operator&, const Tile&)>;

struct WalkedDesign {
    const char* name;
    TileShape tile;
    CyclesOfTile cycles;
};

std::vector<WalkedDesign> walked_designs() {
    return {
        {"superlip_64_7_7_14", {64, 7, 7, 14}, [](const Operator&, const Tile& t) { return t.r * t.s * 98; }},
        {"systolic_11_13_8",
         {66, 32, 13, 13},
         [](const Operator&, const Tile& t) {
             return (t.k + 10) / 11 * ((t.q + 12) / 13) * ((t.c + 7) / 8) * t.p * t.r * t.s + 22;
         }},
        {"winograd_4_3",
         {64, 32, 16, 16},
         [](const Operator& op, const Tile& t) {
             Cycles pieces = (t.k + 7) / 8 * ((t.c + 3) / 4) * ((t.p + 3) / 4) * ((t.q + 3) / 4);
             bool native = op.kind == OperatorKind::conv && t.r == 3 && t.s == 3 && op.window.stride_h == 1 &&
                           op.window.dilation_h == 1;
             return native ? pieces : pieces * t.r * t.s;
         }},
    };
}

TilePlan walk(const WalkedDesign& design, const Operator& op) {
    TilePlan sums;
    bool product = op.kind == OperatorKind::linear;
    std::int64_t n = op.extents[0], k = op.extents[1], c = op.extents[2], p = op.extents[3], q = op.extents[4];
    std::int64_t r = product ? 1 : op.extents[5], s = product ? 1 : op.extents[6];
    if (product) c *= op.extents[5] * op.extents[6];
    // A matrix product's positions are those of the whole batch, and fill a tile row by row.
    std::int64_t positions = product ? n * p * q : 0;
    if (product) n = 1;
    std::int64_t group = k / op.groups;
    const TileShape& size = design.tile;
    for (std::int64_t image = 0; image < n; ++image)
        for (std::int64_t g = 0; g < op.groups; ++g)
            for (std::int64_t k0 = 0; k0 < group; k0 += size.k)
                for (std::int64_t p0 = 0; p0 < p; p0 += size.p)
                    for (std::int64_t q0 = 0; q0 < q; q0 += size.q) {
                        Tile tile{std::min(size.k, group - k0), 0, std::min(size.p, p - p0),
                                  std::min(size.q, q - q0),     r, s};
                        std::int64_t plane = rows_read(op, tile.p, r) * columns_read(op, tile.q, s);
                        std::int64_t outputs = tile.p * tile.q;
                        if (product) {
                            plane = outputs = positions; // few enough for one tile
                            tile.p = (positions + size.q - 1) / size.q;
                            tile.q = std::min(positions, size.q);
                        }
                        for (std::int64_t c0 = 0; c0 < c; c0 += size.c) {
                            tile.c = std::min(size.c, c - c0);
                            sums.tiles += 1;
                            sums.compute_cycles += design.cycles(op, tile);
                            sums.weight_bytes += 2 * tile.k * tile.c * r * s;
                            sums.input_bytes += 2 * tile.c * plane;
                            sums.macs += tile.k * tile.c * outputs * r * s;
                        }
                        sums.store_bytes += 2 * tile.k * outputs;
                    }
    return sums;
}

TEST(TileSums, AgreeWithAWalkOverEveryTile) {
    std::vector<Operator> ops = {
        conv({1, 64, 64, 56, 56, 3, 1, 1}),
        conv({2, 96, 3, 55, 55, 11, 4, 2}),
        conv({1, 130, 70, 29, 31, 1, 1, 0}),
        conv({1, 67, 33, 14, 27, 3, 2, 1}),
        conv({1, 8, 9, 5, 5, 5, 1, 2}),
        conv({3, 12, 4, 17, 9, 3, 1, 2, 2, 3}),
        conv({1, 140, 35, 15, 15, 3, 1, 1, 1, 2}),
        conv({1, 24, 1, 30, 30, 3, 1, 1, 1, 24}),
        linear(2, 1000, 512),
        linear(90, 100, 50),
        linear(1, 100, 50, 6),
    };
    for (const WalkedDesign& walked : walked_designs()) {
        DesignPtr design = read_design(walked.name);
        for (std::size_t i = 0; i < ops.size(); ++i) {
            SCOPED_TRACE(std::string(walked.name) + ", operator " + std::to_string(i));
            TilePlan plan = plan_whole(*design, ops[i]);
            TilePlan expected = walk(walked, ops[i]);
            EXPECT_EQ(plan.tiles, expected.tiles);
            EXPECT_EQ(plan.compute_cycles, expected.compute_cycles);
            EXPECT_EQ(plan.input_bytes, expected.input_bytes);
            EXPECT_EQ(plan.weight_bytes, expected.weight_bytes);
            EXPECT_EQ(plan.store_bytes, expected.store_bytes);
            EXPECT_EQ(plan.macs, expected.macs);
            EXPECT_LE(plan.phases.size(), 8u);
        }
    }
}

TEST(TileSums, PhasesKeepTheOrderOfAnOutputTile) {
    // K 65 = 64 + 1, C 15 = 2*7 + 1, one tile of rows and columns: two phases of two steps.
    DesignPtr design = read_design("superlip_64_7_7_14");
    TilePlan plan = plan_whole(*design, conv({1, 65, 15, 7, 14, 1}));
    ASSERT_EQ(plan.phases.size(), 2u);
    EXPECT_EQ(plan.phases[0].repeat, 1);
    EXPECT_EQ(plan.phases[0].steps, (std::vector<TileStep>{{2, 7 * 98 * 2, 64 * 7 * 2, 98}, {1, 98 * 2, 64 * 2, 98}}));
    EXPECT_EQ(plan.phases[0].store_bytes, 64 * 98 * 2);
    EXPECT_EQ(plan.phases[1].steps, (std::vector<TileStep>{{2, 7 * 98 * 2, 7 * 2, 98}, {1, 98 * 2, 2, 98}}));
    EXPECT_EQ(plan.phases[1].store_bytes, 98 * 2);
    EXPECT_EQ(plan.clock, Frequency{200'000'000});
}

TEST(TileSums, ShapesBeyondCountingAreErrors) {
    DesignPtr design = read_design("winograd_4_3");
    std::int64_t huge = std::int64_t(1) << 31;
    Operator op = conv({huge, huge, huge, 1, 1, 1});
    try {
        plan_whole(*design, op);
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "an operator's number of multiplications does not fit in 63 bits");
    }
}

TEST(Rows, HaloStrideDilationAndPadding) {
    Operator op = conv({1, 1, 1, 56, 28, 3, 1, 1}); // 56 rows and 28 columns of input
    EXPECT_EQ(rows_read(op, 14, 3), 16);
    EXPECT_EQ(rows_read(op, 56, 3), 56);
    EXPECT_EQ(columns_read(op, 28, 3), 28);
    EXPECT_EQ(rows_read(op, 14, 1), 14);
    EXPECT_EQ(rows_read(conv({1, 1, 1, 28, 28, 1, 2, 0}), 14, 1), 27);
    EXPECT_EQ(rows_read(conv({1, 1, 1, 32, 32, 3, 1, 2, 2}), 4, 3), 8);
}

TEST(Cut, FullTilesAndOneEdge) {
    auto runs = [](std::int64_t extent, std::int64_t tile) {
        std::vector<std::pair<std::int64_t, std::int64_t>> out;
        for (const EqualTiles& run : Cut(extent, tile)) out.push_back({run.size, run.count});
        return out;
    };
    using Runs = std::vector<std::pair<std::int64_t, std::int64_t>>;
    EXPECT_EQ(runs(28, 7), (Runs{{7, 4}}));
    EXPECT_EQ(runs(29, 7), (Runs{{7, 4}, {1, 1}}));
    EXPECT_EQ(runs(3, 7), (Runs{{3, 1}}));
}

} // namespace
} // namespace arsia
