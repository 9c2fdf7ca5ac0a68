// Systolic array of 11 rows, 13 columns, SIMD 8; tiles of K 66, C 32, P 13, Q 13.
// A tile takes ceil(k/11)*ceil(q/13)*ceil(c/8)*p*R*S + 22 cycles.
#include <gtest/gtest.h>

#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

class Systolic : public testing::Test {
protected:
    DesignPtr design = read_design("systolic_11_13_8");
};

TEST_F(Systolic, FullTile) {
    // ceil(66/11)*1*ceil(32/8)*13*9 + 22 = 6*4*117 + 22 = 2,830.
    EXPECT_EQ(plan_whole(*design, conv({1, 66, 32, 13, 13, 3, 1, 1})).compute_cycles, 2'830);
}

TEST_F(Systolic, Conv3x3) {
    // 64 -> 64 channels, 56x56. K: one tile, ceil(64/11) = 6. C: two tiles of ceil(32/8) = 4. Rows 13,13,13,13,4 clip
    // to 56 together. Columns 13,13,13,13,4: five passes. 2*4*6*56*9*5 = 120,960, and 22 for each of 2*5*5 = 50 tiles.
    TilePlan plan = plan_whole(*design, conv({1, 64, 64, 56, 56, 3, 1, 1}));
    EXPECT_EQ(plan.tiles, 50);
    EXPECT_EQ(plan.compute_cycles, 120'960 + 1'100);
    // Rows read by the tiles: 15*4 + 6 = 66, columns likewise; all 64 channels.
    EXPECT_EQ(plan.input_bytes, 64 * 66 * 66 * 2);
    EXPECT_EQ(plan.weight_bytes, 25 * 64 * 64 * 9 * 2);
    EXPECT_EQ(plan.store_bytes, 64 * 56 * 56 * 2);
}

TEST_F(Systolic, Conv7x7Stride2) {
    // 3 -> 64 channels, 112x112: 6*1*112*49 cycles in each of 9 column tiles, and 22 in each of 81 tiles.
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 3, 112, 112, 7, 2, 3})).compute_cycles, 9 * 32'928 + 81 * 22);
}

TEST_F(Systolic, Conv1x1Stride2) {
    // 64 -> 128 channels, 28x28. K 66 and 62: 6 + 6; C 8 in two tiles; columns 13, 13, 2: three; 28 rows.
    // 12*8*3*28 = 8,064, and 22 in each of 2*2*3*3 = 36 tiles.
    EXPECT_EQ(plan_whole(*design, conv({1, 128, 64, 28, 28, 1, 2, 0})).compute_cycles, 8'064 + 792);
}

TEST_F(Systolic, FullyConnected) {
    // 512 -> 1000: K 15 tiles of 6 and one of 10 channels: 91; C 16 tiles of 4: 64. 91*64 + 22*16*16.
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 512)).compute_cycles, 5'824 + 5'632);
}

TEST_F(Systolic, IdleRowsColumnsAndLanesCost) {
    // One output of one channel from one channel: one pass of one cycle and the filling.
    EXPECT_EQ(plan_whole(*design, conv({1, 1, 1, 1, 1, 1})).compute_cycles, 1 + 22);
    // 12 channels need two passes of 11 rows, 14 columns two tiles, 9 input channels two passes of 8 lanes.
    // (2*1*2*5 + 22) for the full column tile, the same for the tile of one column.
    EXPECT_EQ(plan_whole(*design, conv({1, 12, 9, 5, 14, 1})).compute_cycles, 2 * (2 * 2 * 5 + 22));
}

TEST_F(Systolic, Depthwise) {
    // Each of 32 groups: one row of 11 and one lane of 8; 14x14 is cut 13+1 along both: rows 14 in two column tiles.
    // 32 * (2*14*9 + 4*22).
    EXPECT_EQ(plan_whole(*design, conv({1, 32, 1, 14, 14, 3, 1, 1, 1, 32})).compute_cycles, 32 * (252 + 88));
}

} // namespace
} // namespace arsia
