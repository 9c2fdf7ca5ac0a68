// Pareto sets against their definition, and the order in which NSGA-II prefers points.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/pareto.h"
#include "mapper/searches/nsga2.h"
#include "tests/support/search_stand_ins.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Evaluation evaluated(const Objectives& point) { return {true, point[0], {}, Figures{point[1], point[2]}}; }

/// Numbers of the points that stay.
std::vector<std::uint64_t> front_of(const std::vector<Objectives>& points) {
    ParetoFront front;
    for (std::size_t i = 0; i < points.size(); ++i) front.add(numbered(i), evaluated(points[i]), i);
    std::vector<std::uint64_t> out;
    for (const ParetoPoint& point : front.points()) {
        EXPECT_EQ(number_of(point.mapping), point.number);
        EXPECT_EQ(objectives_of(point.evaluation), points[point.number]);
        out.push_back(point.number);
    }
    return out;
}

TEST(Dominates, IsToBeNoWorseInAllAndBetterInOne) {
    EXPECT_TRUE(dominates({1, 2, 3}, {1, 2, 4}));
    EXPECT_TRUE(dominates({0, 0, 0}, {1, 1, 1}));
    EXPECT_FALSE(dominates({1, 2, 3}, {1, 2, 3}));
    EXPECT_FALSE(dominates({1, 2, 4}, {2, 3, 3}));
}

TEST(ParetoFront, IsSortedAndKeepsTheFirstOfEquals) {
    EXPECT_THAT(front_of({{5, 5, 5}, {4, 6, 5}, {5, 5, 5}, {4, 5, 6}}), ElementsAre(3, 1, 0));
    EXPECT_THAT(front_of({{5, 5, 5}, {4, 6, 5}, {4, 5, 5}}), ElementsAre(2)) << "beats what stood before";
}

TEST(ParetoFront, LeavesOutWhatIsNotLegalOrHasNoFigures) {
    ParetoFront front;
    front.add(numbered(1), {false, 0, {"no room"}, std::nullopt}, 1);
    front.add(numbered(2), {true, 7, {}, std::nullopt}, 2);
    EXPECT_THAT(front.points(), IsEmpty());
}

std::vector<Objectives> random_points() {
    std::vector<Objectives> out(*rc::gen::inRange<std::size_t>(1, 60));
    auto most = *rc::gen::element<std::int64_t>(2, 6, 1000);
    for (Objectives& point : out)
        for (std::int64_t& value : point) value = *rc::gen::inRange<std::int64_t>(0, most);
    return out;
}

RC_GTEST_PROP(ParetoFront, IsWhatNothingDominates, ()) {
    std::vector<Objectives> points = random_points();
    std::set<Objectives> expected;
    for (const Objectives& one : points)
        if (std::none_of(points.begin(), points.end(), [&](const Objectives& other) { return dominates(other, one); }))
            expected.insert(one);
    std::vector<Objectives> found;
    for (std::uint64_t number : front_of(points)) found.push_back(points[number]);
    RC_ASSERT(found == std::vector<Objectives>(expected.begin(), expected.end()));
}

/// How many times what nothing dominates must be taken away before the point is among it.
std::vector<int> ranks_of(const std::vector<Objectives>& points) {
    std::vector<int> rank(points.size(), -1);
    for (int round = 0; std::count(rank.begin(), rank.end(), -1) > 0; ++round) {
        std::vector<int> next = rank;
        for (std::size_t i = 0; i < points.size(); ++i) {
            bool beaten = false;
            for (std::size_t j = 0; j < points.size(); ++j) beaten |= rank[j] < 0 && dominates(points[j], points[i]);
            if (rank[i] < 0 && !beaten) next[i] = round;
        }
        rank = next;
    }
    return rank;
}

RC_GTEST_PROP(Nsga2Order, HasLowerRanksFirst, ()) {
    std::vector<Objectives> points = random_points();
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    std::vector<std::size_t> order = nsga2_order(points);
    RC_ASSERT(std::set<std::size_t>(order.begin(), order.end()).size() == points.size());
    std::vector<int> rank = ranks_of(points);
    for (std::size_t i = 1; i < order.size(); ++i) RC_ASSERT(rank[order[i - 1]] <= rank[order[i]]);
}

TEST(Nsga2Order, PrefersTheEndsAndThenWhatStandsAlone) {
    // One rank along a line; all have the same memory, which must not count.
    std::vector<Objectives> points = {{0, 100, 7}, {10, 90, 7}, {20, 80, 7}, {60, 40, 7}, {100, 0, 7}};
    EXPECT_THAT(nsga2_order(points), ElementsAre(0, 4, 3, 2, 1));
}

TEST(Nsga2Order, OfFewPointsIsTheirOwn) {
    EXPECT_THAT(nsga2_order({}), IsEmpty());
    EXPECT_THAT(nsga2_order({{1, 1, 1}}), ElementsAre(0));
    EXPECT_THAT(nsga2_order({{2, 1, 1}, {1, 1, 1}}), ElementsAre(1, 0));
}

} // namespace
} // namespace arsia
