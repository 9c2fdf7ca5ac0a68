#include "sim/busy_bins.h"

#include <numeric>

#include <gtest/gtest.h>

namespace arsia {
namespace {

using Row = std::vector<TimePs>;

TEST(BusyBins, PutTimesWhereTheyBelong) {
    BusyBins bins;
    EXPECT_EQ(bins.width(), 0);
    bins.start(2);
    EXPECT_EQ(bins.width(), 1024);
    bins.add(LinkId(0), 1000, 3000);
    bins.add(LinkId(0), 3000, 3000);
    bins.finish(3000);
    EXPECT_EQ(bins.busy(LinkId(0)), (Row{24, 1024, 952}));
    EXPECT_EQ(bins.busy(LinkId(1)), Row{});
}

TEST(BusyBins, GrowWithTheRunAndLoseNothing) {
    BusyBins bins;
    bins.start(2);
    TimePs sum = 0;
    for (TimePs at = 0; at < 10'000'000; at += 7919) {
        bins.add(LinkId(1), at, at + 500);
        sum += 500;
    }
    bins.add(LinkId(0), 5'000'000, 5'000'001);
    bins.finish(10'000'000);
    // 512 bins must hold 10 million ps: 1024 · 2⁵ is the first width that does.
    EXPECT_EQ(bins.width(), 32'768);
    const Row& row = bins.busy(LinkId(1));
    EXPECT_LE(row.size(), BusyBins::most_bins);
    EXPECT_EQ(std::accumulate(row.begin(), row.end(), TimePs{0}), sum);
    const Row& other = bins.busy(LinkId(0));
    ASSERT_EQ(other.size(), 5'000'000u / 32'768 + 1);
    EXPECT_EQ(other.back(), 1);
}

// Memory of a run file would grow with the time after the last transfer otherwise.
TEST(BusyBins, CoverARunWhoseLinksAreIdleAtTheEnd) {
    BusyBins bins;
    bins.start(1);
    bins.add(LinkId(0), 100, 2'000'000);
    bins.finish(TimePs{1} << 52);
    EXPECT_EQ(bins.width(), TimePs{1} << 43);
    EXPECT_EQ(bins.busy(LinkId(0)), Row{1'999'900});
}

} // namespace
} // namespace arsia
