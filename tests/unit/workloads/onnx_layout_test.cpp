// Layouts: which part of which axis of a tensor an axis of an ONNX tensor is.
#include <gtest/gtest.h>

#include "workloads/onnx/layout.h"

namespace arsia::onnx_import {
namespace {

constexpr std::size_t n = 0, channels = 1, rows = 2, columns = 3;

/// [batch, tokens, heads·depth] over N x channels x rows x 1.
Layout tokens() { return Layout::placed("x", {2, 128, 768}, {n, rows, channels}); }

TEST(Layout, PlacesAxesWhereTheirRolesSay) {
    Layout layout = tokens();
    EXPECT_EQ(layout.base(), "x");
    EXPECT_EQ(layout.base_shape(), (TensorShape{2, 768, 128, 1}));
    EXPECT_EQ(layout.dims(), (Dims{2, 128, 768}));
}

TEST(Layout, SplittingHeadsMovesNothing) {
    std::optional<Layout> split = tokens().reshaped({2, 128, 12, 64});
    ASSERT_TRUE(split);
    Layout heads = split->transposed({0, 2, 1, 3});
    EXPECT_EQ(heads.dims(), (Dims{2, 12, 128, 64}));
    EXPECT_EQ(heads.base_shape(), (TensorShape{2, 768, 128, 1}));
    // Heads are the outer part of the channels, depth the inner.
    EXPECT_EQ(heads.on_base(channels), (Atoms{heads.axis(1)[0], heads.axis(3)[0]}));
    std::optional<Layout> joined = heads.transposed({0, 2, 1, 3}).reshaped({2, 128, 768});
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->axis(2), joined->on_base(channels));
}

TEST(Layout, JoinsAxesThatLieApart) {
    std::optional<Layout> joined = tokens().reshaped({256, 768});
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->axis(0), (Atoms{joined->on_base(n)[0], joined->on_base(rows)[0]}));
    EXPECT_EQ(joined->reshaped({2, 128, 768})->axes(), tokens().axes());
}

TEST(Layout, RefusesReshapesAcrossFactors) {
    Layout layout = Layout::placed("x", {12, 10}, {rows, channels});
    EXPECT_FALSE(layout.reshaped({8, 15}));
    EXPECT_TRUE(layout.reshaped({4, 3, 10}));
    EXPECT_TRUE(layout.reshaped({4, 30})); // 3 of the rows with the channels
    EXPECT_FALSE(layout.reshaped({12, 9}));
}

TEST(Layout, AxesOfSizeOneComeAndGo) {
    Layout layout = Layout::placed("x", {1, 5, 1, 7}, {n, channels, rows, columns});
    EXPECT_EQ(layout.reshaped({5, 7, 1, 1})->dims(), (Dims{5, 7, 1, 1}));
    EXPECT_EQ(layout.without_axis(0).dims(), (Dims{5, 1, 7}));
    EXPECT_EQ(layout.with_axis(1).dims(), (Dims{1, 1, 5, 1, 7}));
}

TEST(Layout, RefinesTwoAxesToTheSameAtoms) {
    Layout a = tokens().reshaped({2, 128, 12, 64})->reshaped({2, 128, 768}).value();
    Layout b = Layout::placed("y", {768}, {channels});
    ASSERT_TRUE(Layout::refine_together(a, 2, b, 0));
    EXPECT_EQ(b.axis(0).size(), 2u);
    EXPECT_EQ(b.atom_size(b.axis(0)[0]), 12);
    EXPECT_EQ(b.on_base(channels), b.axis(0));
    Layout c = Layout::placed("z", {5, 4}, {channels, rows}).reshaped({20}).value();
    Layout d = Layout::placed("z", {4, 5}, {channels, rows}).reshaped({20}).value();
    EXPECT_FALSE(Layout::refine_together(c, 0, d, 0));
}

TEST(Layout, ReplacesAnAxis) {
    Layout out = tokens().with_replaced("y", 2, channels, 10);
    EXPECT_EQ(out.base(), "y");
    EXPECT_EQ(out.dims(), (Dims{2, 128, 10}));
    EXPECT_EQ(out.base_shape(), (TensorShape{2, 10, 128, 1}));
    EXPECT_EQ(tokens().with_replaced("y", 2, channels, 1).base_shape(), (TensorShape{2, 1, 128, 1}));
}

} // namespace
} // namespace arsia::onnx_import
