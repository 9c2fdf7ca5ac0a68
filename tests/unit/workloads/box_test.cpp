#include <gtest/gtest.h>

#include "workloads/box.h"

namespace arsia {
namespace {

TEST(Range, PartsAreEvenAndSpreadTheRemainder) {
    EXPECT_EQ(part_of({0, 10}, 4, 0), (Range{0, 2}));
    EXPECT_EQ(part_of({0, 10}, 4, 1), (Range{2, 5}));
    EXPECT_EQ(part_of({0, 10}, 4, 2), (Range{5, 7}));
    EXPECT_EQ(part_of({0, 10}, 4, 3), (Range{7, 10}));
    EXPECT_EQ(part_of({5, 8}, 1, 0), (Range{5, 8}));
    EXPECT_TRUE(part_of({0, 2}, 3, 0).empty());
}

TEST(Range, AnEmptyOneIsInside) {
    EXPECT_TRUE((Range{3, 5}.contains({9, 9})));
    EXPECT_FALSE((Range{3, 5}.contains({3, 6})));
    EXPECT_EQ((Range{7, 3}.size()), 0);
}

TEST(Box, Intersection) {
    Box<2> a{{Range{0, 4}, Range{0, 4}}};
    Box<2> b{{Range{2, 6}, Range{1, 3}}};
    EXPECT_EQ(intersect(a, b), (Box<2>{{Range{2, 4}, Range{1, 3}}}));
    EXPECT_EQ(intersect(a, b).volume(), 4);
    Box<2> apart{{Range{4, 6}, Range{0, 4}}};
    EXPECT_TRUE(intersect(a, apart).empty());
    EXPECT_EQ(intersect(a, apart).volume(), 0);
}

TEST(Box, SubtractingTheMiddleLeavesTheFrame) {
    Box<2> whole{{Range{0, 4}, Range{0, 4}}};
    std::vector<Box<2>> rest;
    subtract(whole, {{Range{1, 3}, Range{1, 3}}}, rest);
    std::int64_t volume = 0;
    for (const Box<2>& box : rest) volume += box.volume();
    EXPECT_EQ(rest.size(), 4u);
    EXPECT_EQ(volume, 16 - 4);
}

TEST(Box, SubtractingWhatIsElsewhereOrEverything) {
    Box<2> whole{{Range{0, 4}, Range{0, 4}}};
    std::vector<Box<2>> rest;
    subtract(whole, {{Range{4, 9}, Range{0, 4}}}, rest);
    EXPECT_EQ(rest, std::vector<Box<2>>{whole});
    rest.clear();
    subtract(whole, {{Range{-1, 9}, Range{-1, 4}}}, rest);
    EXPECT_TRUE(rest.empty());
    subtract(Box<2>{}, whole, rest);
    EXPECT_TRUE(rest.empty());
}

TEST(Box, Contains) {
    Box<2> whole{{Range{0, 4}, Range{0, 4}}};
    EXPECT_TRUE(whole.contains({{Range{1, 4}, Range{0, 1}}}));
    EXPECT_FALSE(whole.contains({{Range{1, 5}, Range{0, 1}}}));
    EXPECT_TRUE(whole.contains({{Range{9, 9}, Range{0, 1}}})) << "nothing is contained in everything";
}

TEST(Box, DimensionsHaveTheirLettersInOrder) {
    std::string letters;
    for (Dim dim : all_dims) letters += dim_letter(dim);
    EXPECT_EQ(letters, "NKCPQRS");
    Extents extents{1, 2, 3, 4, 5, 6, 7};
    EXPECT_EQ(at(extents, Dim::K), 2);
    EXPECT_EQ(sizes_of(whole_box(extents)), extents);
}

} // namespace
} // namespace arsia
