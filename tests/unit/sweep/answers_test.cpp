#include "sweep/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sweep/records.h"

namespace arsia {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t compute = 0, network = 2;

SweepAxis bandwidths(std::vector<double> values) {
    return quantity_axis("bandwidth", "of link bandwidth", std::move(values), "Gbps");
}

TEST(SweepAnswers, ACurveThatFlattens) {
    // Steps: 1 - 300/600 = 50 %, 1 - 180/300 = 40 %, 1 - 176/180 = 2.2 %, 1 - 174/176 = 1.1 % a doubling.
    SweepRecord record = record_of({bandwidths({1, 2, 4, 8, 16})},
                                   {point_of(600, network), point_of(300, network), point_of(180, compute),
                                    point_of(176, compute), point_of(174, compute)});
    EXPECT_THAT(sweep_answers(record),
                ElementsAre("From 1 Gbps to 16 Gbps of link bandwidth latency falls 3.4×, from 600 us to 174 us. "
                            "Above 4 Gbps compute bounds it, and each doubling gains less than 5 %. "
                            "The network is the largest part of the latency up to 2 Gbps and compute from 4 Gbps on."));
}

TEST(SweepAnswers, AStepOfFourIsTwoDoublings) {
    // 400 to 370 over a factor of 4: 1 - √(370/400) = 3.8 % a doubling, less than 5 %; as one step it would be 7.5 %.
    SweepRecord record = record_of({bandwidths({1, 4, 16})}, {point_of(800), point_of(400), point_of(370)});
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("Above 4 Gbps compute bounds it, and each doubling gains less"));
    record.points[2] = point_of(300); // 1 - √(300/400) = 13 %
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("The last step, to 16 Gbps, still gains 13 % a doubling."));
}

TEST(SweepAnswers, ValuesInAnyOrderAndPointsWithoutResult) {
    SweepRecord falling = record_of({bandwidths({4, 2, 1})}, {point_of(100), point_of(200), point_of(400)});
    EXPECT_THAT(sweep_answers(falling)[0], HasSubstr("From 1 Gbps to 4 Gbps of link bandwidth latency falls 4×"));
    falling.points[2] = failed_point("acc0 needs 3 GiB\nand more");
    EXPECT_THAT(sweep_answers(falling)[0], HasSubstr("From 2 Gbps to 4 Gbps of link bandwidth latency falls 2×"));
    EXPECT_THAT(sweep_answers(falling),
                Contains("1 of 3 points has no result; at 1 Gbps of link bandwidth: acc0 needs 3 GiB"));
}

TEST(SweepAnswers, WhatCostsTime) {
    SweepRecord record = record_of({quantity_axis("latency", "of link latency", {0, 1, 2, 4}, "us")},
                                   {point_of(100), point_of(102), point_of(104), point_of(130)});
    EXPECT_THAT(sweep_answers(record)[0],
                HasSubstr("From 0 us to 4 us of link latency latency rises by 30 %, from 100 us to 130 us. "
                          "Up to 2 us that costs less than 5 %."));
    record.points[3] = point_of(101);
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("latency hardly changes, from 100 us to 101 us."));
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("Compute is the largest part of the latency throughout, 75 %."));
}

TEST(SweepAnswers, ScalingAndItsBestValue) {
    SweepRecord record = record_of({quantity_axis("count", "accelerators", {2, 4, 8, 16})},
                                   {point_of(800), point_of(400), point_of(250), point_of(320)});
    // 800/320 = 2.5 of 8 times.
    EXPECT_THAT(sweep_answers(record)[0],
                HasSubstr("From 2 to 16 accelerators latency falls 2.5×, from 800 us to 320 us (31 % of the 8× that as "
                          "many more could give); it is lowest at 8, 250 us."));
}

TEST(SweepAnswers, WinnersChangeAlongAnAxis) {
    SweepRecord record = record_of(
        {quantity_axis("count", "accelerators", {2, 4, 8}), named_axis("shape", AxisRole::rivals, {"ring", "mesh"})},
        {point_of(400), point_of(440), point_of(200), point_of(201), point_of(150), point_of(120)});
    EXPECT_THAT(sweep_answers(record)[0], "Ring wins at 2 accelerators, by 10 % over mesh; ring and mesh are level "
                                          "at 4 accelerators, 0.5 % apart; mesh wins at 8 accelerators, by 25 % "
                                          "over ring.");
    record.points[1] = failed_point("no");
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("at 2 accelerators only ring has a result"));
    EXPECT_THAT(sweep_answers(record), Contains(HasSubstr("Of all 5 points the lowest latency, 120 us, is at 8 "
                                                          "accelerators, mesh.")));
}

TEST(SweepAnswers, RivalsAlone) {
    SweepRecord record = record_of({named_axis("search", AxisRole::rivals, {"a", "b", "c"})},
                                   {point_of(110), point_of(100), point_of(300)});
    EXPECT_THAT(sweep_answers(record),
                ElementsAre("B has the lowest latency, 100 us; then a 10 % more and c 200 % more."));
    // More combinations than can be named are counted.
    std::vector<SweepPoint> points;
    for (int at = 0; at < 5; ++at) {
        points.push_back(point_of(100));
        points.push_back(point_of(at == 0 ? 101 : at == 1 ? 90 : 110 + at));
    }
    SweepRecord many = record_of({named_axis("workload", AxisRole::cases, {"p", "q", "r", "s", "t"}),
                                  named_axis("search", AxisRole::rivals, {"a", "b"})},
                                 points);
    EXPECT_THAT(sweep_answers(many), ElementsAre("A wins at 3 of 5, by 12 to 14 %; b wins at 1 of 5, by 11 %; at 1 of "
                                                 "5 the best two are level."));
}

TEST(SweepAnswers, ChangesAreComparedWithTheFirst) {
    SweepRecord record = record_of({named_axis("fault", AxisRole::changes, {"healthy", "one", "two", "three"})},
                                   {point_of(100), point_of(112), point_of(98), failed_point("no way left")});
    EXPECT_THAT(sweep_answers(record),
                ElementsAre("Against healthy (100 us), by latency: one takes 12 % more; two takes 2 % less.",
                            "1 of 4 points has no result; at three: no way left"));
}

TEST(SweepAnswers, MeasureAndEnergy) {
    SweepRecord record = record_of({bandwidths({1, 2})}, {point_of(200, compute, 1.0), point_of(100, compute, 1.5)});
    EXPECT_THAT(sweep_answers(record),
                Contains("The least energy, 1 J, is at 1 Gbps of link bandwidth, for 2× the time; the fastest point "
                         "takes 50 % more energy. No point beats these two in both."));
    record.measure = "energy";
    EXPECT_THAT(sweep_answers(record)[0], HasSubstr("energy rises by 50 %, from 1 J to 1.5 J"));
}

TEST(SweepAnswers, PointsWithoutEnergyAreLeftOutAndNamed) {
    SweepRecord record =
        record_of({named_axis("designs", AxisRole::rivals, {"mute", "frugal"}), bandwidths({1, 2})},
                  {point_of(200), point_of(100), point_of(300, compute, 3.0), point_of(150, compute, 2.0)});
    record.measure = "energy";
    EXPECT_THAT(sweep_answers(record),
                ElementsAre("At 1 Gbps of link bandwidth only frugal has a known energy; at 2 Gbps of link bandwidth "
                            "only frugal has a known energy.",
                            "With frugal: from 1 Gbps to 2 Gbps of link bandwidth energy falls by 33 %, from 3 J to 2 "
                            "J. The last step, to 2 Gbps, still gains 33 % a doubling. Compute is the largest part of "
                            "the latency throughout, 75 %.",
                            "Of all 2 points the lowest energy, 2 J, is at frugal, 2 Gbps of link bandwidth.",
                            "Energy is not known at 2 of 4 points (the first: mute, 1 Gbps of link bandwidth), and "
                            "those are left out of what is said here: designs of their mappings state no energy "
                            "figures."));
    record.points[0].energy_j = 1;
    EXPECT_THAT(sweep_answers(record),
                Contains("Energy is not known at 1 of 4 points (mute, 2 Gbps of link bandwidth), and that is left out "
                         "of what is said here: a design of its mapping states no energy figures."));
}

TEST(SweepAnswers, NoPointHasWhatIsMeasured) {
    SweepRecord record = record_of({bandwidths({1, 2, 4})}, {point_of(200), point_of(100), failed_point("no room")});
    record.measure = "energy";
    EXPECT_THAT(sweep_answers(record),
                ElementsAre("Energy is not known at any point, so that nothing is compared: designs of their mappings "
                            "state no energy figures.",
                            "1 of 3 points has no result; at 4 Gbps of link bandwidth: no room"));
    record.measure = "period";
    EXPECT_THAT(sweep_answers(record)[0],
                "Period is not known at any point, so that nothing is compared: a single request has none.");
}

TEST(SweepAnswers, SaysWhichSearchesDoNotLookForLowEnergy) {
    SweepRecord record = record_of({bandwidths({1, 2})}, {point_of(200, compute, 3.0), point_of(100, compute, 2.0)});
    record.measure = "energy";
    record.points[0].search = "auto";
    record.points[1].search = "nsga2";
    EXPECT_THAT(sweep_answers(record),
                Contains("Of the mappings that its search tried, each point has the one that takes least energy; but "
                         "auto looks for low latency alone, while nsga2 looks for low energy too."));
    record.points[0].search = "nsga2";
    EXPECT_THAT(sweep_answers(record), SizeIs(1));
}

TEST(SweepAnswers, NothingIsDividedByNothing) {
    const SweepPoint nothing = point_of(0);
    for (AxisRole role : {AxisRole::quantity, AxisRole::rivals, AxisRole::changes, AxisRole::cases}) {
        SweepAxis axis = role == AxisRole::quantity ? quantity_axis("count", "accelerators", {1, 2, 4})
                                                    : named_axis("names", role, {"a", "b", "c"});
        for (const std::vector<SweepPoint>& points : std::vector<std::vector<SweepPoint>>{
                 {nothing, nothing, nothing}, {nothing, point_of(5), point_of(7)}, {point_of(5), point_of(7), nothing}})
            for (const std::string& text : sweep_answers(record_of({axis}, points)))
                EXPECT_THAT(text, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
    }
    EXPECT_THAT(sweep_answers(record_of({bandwidths({1, 2})}, {nothing, nothing}))[0],
                HasSubstr("latency hardly changes, from 0 ps to 0 ps."));
    EXPECT_THAT(sweep_answers(record_of({bandwidths({1, 2})}, {point_of(1), nothing}))[0],
                HasSubstr("latency falls, from 1 us to 0 ps."));
}

TEST(SweepAnswers, NothingDoneNothingSaid) {
    SweepRecord record = record_of({bandwidths({1, 2})}, {failed_point("a"), failed_point("b")});
    EXPECT_THAT(sweep_answers(record), ElementsAre("2 of 2 points have no result; at 1 Gbps of link bandwidth: a"));
    record.points.assign(2, SweepPoint());
    EXPECT_THAT(sweep_answers(record), IsEmpty());
}

TEST(ParetoFront, IsWhatNothingBeats) {
    EXPECT_THAT(pareto_front({3, 1, 2, 2}, {1, 5, 4, 3}), ElementsAre(1, 3, 0));
    EXPECT_THAT(pareto_front({1, 1}, {2, 2}), ElementsAre(0)) << "of equal points the first";
}

} // namespace
} // namespace arsia
