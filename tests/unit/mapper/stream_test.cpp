// Streams: how they are written, what is said of their times, what is minimised, how they are lowered.
#include <gmock/gmock.h>

#include "base/errors.h"
#include "mapper/bounds.h"
#include "mapper/objective.h"
#include "mapper/stream.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

template <class Function>
void expect_refused(Function function, const std::string& text) {
    EXPECT_THAT(function, Throws<InputError>(Property(&InputError::what, HasSubstr(text))));
}

TEST(Arrival, IsAtOnceOrAtADistance) {
    EXPECT_EQ(parse_arrival("all at once"), 0);
    EXPECT_EQ(parse_arrival("every 5 ms"), 5'000'000'000);
    EXPECT_EQ(arrival_text({4, 0}), "all at once");
    EXPECT_EQ(parse_arrival(arrival_text({4, 5'000'000'000})), 5'000'000'000);
    EXPECT_EQ((Stream{4, 250}).arrival(3), 750);
}

TEST(Arrival, SaysWhatIsLegal) {
    expect_refused([] { parse_arrival("now"); },
                   "'now' is no arrival; legal: 'all at once', or a distance like 'every 5 ms'");
    expect_refused([] { parse_arrival("every 5"); }, "5");
    expect_refused([] { parse_arrival("every 0 ms"); }, "the distance must be above 0; 'all at once' has none");
}

/// Four requests, 10 apart; the second overtakes nobody, the last is held up.
StreamTimes four() { return {{{0, 100}, {10, 130}, {20, 160}, {30, 200}}}; }

TEST(StreamTimes, SumUpTheRequests) {
    EXPECT_EQ(four().first(), 100);
    EXPECT_EQ(four().worst(), 170);
    EXPECT_EQ(four().mean(), (100 + 120 + 140 + 170) / 4);
    EXPECT_DOUBLE_EQ(four().throughput(), 4 * 1e12 / 200);
    EXPECT_EQ(four().period(), (200 - 130) / 2); // from the second finish to the fourth
}

TEST(StreamTimes, OfOneRequestHaveNoPeriod) {
    StreamTimes one{{{0, 50}}};
    EXPECT_EQ(one.period(), 0);
    EXPECT_EQ(one.mean(), 50);
    EXPECT_DOUBLE_EQ(one.throughput(), 1e12 / 50);
    EXPECT_EQ((StreamTimes{{{0, 50}, {0, 80}}}).period(), 30);
}

TEST(Objective, IsLatencyUnlessSaidOtherwise) {
    EXPECT_EQ(Objective().name(), "latency");
    EXPECT_EQ(Objective().score(777, {}), 777);
    EXPECT_EQ(Objective::parse("latency").score(777, four()), 777);
    EXPECT_EQ(Objective().text(1'500'000), "latency " + format_time(1'500'000));
}

TEST(Objective, OfThroughputIsThePeriod) {
    Objective throughput = Objective::parse("throughput");
    EXPECT_EQ(throughput.score(777, four()), 35);
    EXPECT_EQ(throughput.text(35), "period " + format_time(35));
    EXPECT_FALSE(throughput.is_latency() || throughput.is_weighted());
}

TEST(Objective, OfAWeightIsRelativeToItsReference) {
    Objective mix = Objective::parse("0.7");
    EXPECT_TRUE(mix.is_weighted());
    mix.relate_to(four());
    EXPECT_EQ(mix.score(777, four()), 1'000'000'000);
    StreamTimes other{{{0, 50}, {0, 60}, {0, 120}, {0, 200}}}; // latency 50 of 100, period 70 of 35
    EXPECT_EQ(mix.score(777, other), 700'000'000 / 2 + 300'000'000 * 2);
    EXPECT_EQ(mix.text(950'000'000), "score 0.950000");
    EXPECT_EQ(mix.name(), "0.7");
    // Without a reference, of times in ms.
    EXPECT_EQ(Objective::parse("0.5").score(0, {{{0, 1'000'000'000}, {0, 3'000'000'000}}}), 1'500'000'000);
}

TEST(Objective, SaysWhatIsLegal) {
    for (const char* wrong : {"1.5", "-0.1", "nan", "0.7x", "", "speed"})
        expect_refused([&] { Objective::parse(wrong); }, std::string("'") + wrong + "' is no objective");
    expect_refused([] { Objective::parse("latncy"); }, "did you mean 'latency'");
}

/// Two convolutions, each on an accelerator of its own.
struct Pipeline {
    std::shared_ptr<Scenario> scenario = small_scenario(
        small_graph("x: [1, 8, 4, 4]",
                    "  - {name: a, type: conv, input: x, out_channels: 8, kernel: [1, 1], bias: false}\n"
                    "  - {name: b, type: conv, input: a, out_channels: 8, kernel: [1, 1], bias: false}\n"),
        small_platform(2));
    Mapping mapping{{{{NodeId(0)}, "one_tile", false, {{OperatorId(0), {}, std::nullopt}}},
                     {{NodeId(1)}, "one_tile", false, {{OperatorId(1), {}, std::nullopt}}}}};
};

TEST(StreamLowering, GoesRequestByRequest) {
    Pipeline given;
    given.scenario->stream = {3, 1000};
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    const std::vector<TaskId>& ends = lowering.request_ends(given.mapping);
    // Of each request: input, a, its result to b, b, output.
    ASSERT_THAT(ends, ::testing::ElementsAre(TaskId(5), TaskId(10), TaskId(15)));
    EXPECT_EQ(program.tasks().size(), 15U);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        EXPECT_EQ(task.not_before, static_cast<TimePs>(id.value() / 5) * 1000);
        EXPECT_EQ(task.kind, program.task(TaskId(id.value() % 5)).kind);
        EXPECT_EQ(task.bytes, program.task(TaskId(id.value() % 5)).bytes);
        if (id.value() >= 5 && task.kind == TaskKind::transfer) {
            EXPECT_GT(task.priority, program.task(TaskId(id.value() - 5)).priority);
        }
    }
}

TEST(StreamLowering, WeightsAreThereOnceForAllRequests) {
    Pipeline given;
    given.scenario->stream = {3, 0};
    Lowering lowering(*given.scenario);
    // Of each request a tensor comes and one is made, 128 bytes each; weights 64.
    EXPECT_EQ(lowering.memory_need(given.mapping)[NodeId(0)], 3 * 256 + 64);
    // Streamed, they come once and stay: there is room.
    given.mapping.sets[0].operators[0].resident = false;
    EXPECT_EQ(lowering.memory_need(given.mapping)[NodeId(0)], 3 * 256 + 64);
    EXPECT_EQ(bytes_of_purpose(lowering.lower(given.mapping), Purpose::weights), 64);
    // Where there is none, for each request anew.
    given.scenario->platform.nodes[NodeId(0)].memory.capacity = 500;
    Lowering tight(*given.scenario);
    EXPECT_EQ(bytes_of_purpose(tight.lower(given.mapping), Purpose::weights), 3 * 64);
    EXPECT_LE(tight.memory_need(given.mapping)[NodeId(0)], 500);
}

TEST(StreamBounds, CountTheWorkOfAllOrTheLastArrival) {
    Pipeline given;
    auto bound = [&](const Stream& stream, const std::string& name) {
        given.scenario->stream = stream;
        for (const Bound& one : lower_bounds(*given.scenario))
            if (one.name == name) return one;
        throw std::logic_error("no bound " + name);
    };
    Bound work = bound({1, 0}, "work"), path = bound({1, 0}, "critical_path");
    EXPECT_EQ(bound({5, 0}, "work").latency, 5 * work.latency);
    EXPECT_THAT(bound({5, 0}, "work").reasoning, HasSubstr("of all 5 requests: "));
    EXPECT_EQ(bound({5, 0}, "critical_path").latency, path.latency);
    TimePs far = 10 * work.latency;
    EXPECT_EQ(bound({5, far}, "work").latency, 4 * far + work.latency);
    EXPECT_EQ(bound({5, far}, "critical_path").latency, 4 * far + path.latency);
    EXPECT_THAT(bound({5, far}, "work").reasoning, HasSubstr("of the last of 5 requests, from its arrival on: "));
}

TEST(LongStreams, AreRefusedWithTheMostThereMayBe) {
    auto load = [](Stream stream) { load_scenario(ScenarioSource{{"alexnet"}, "f1_16xlarge", 1, stream}); };
    expect_refused([&] { load({4'000'000'000U, 0}); }, "a stream of 4000000000 requests is too long; of 11 operators");
    expect_refused([&] { load({1000, INT64_MAX / 2}); }, "the last of 1000 requests every");
    expect_refused([&] { load({0, 0}); }, "a stream has at least one request");
}

TEST(LongStreams, BeginWhereScenariosAreLoaded) {
    auto scenario = load_scenario(ScenarioSource{{"one=alexnet", "two=alexnet"}, "f1_16xlarge", 2, {3, 7}});
    EXPECT_EQ(scenario->graph.name, "one+two");
    EXPECT_EQ(scenario->stream.requests, 3U);
    ASSERT_EQ(scenario->tenants.size(), 2U);
    EXPECT_EQ(scenario->tenants[1].name, "two");
    EXPECT_EQ(scenario->tenants[1].begin, OperatorId(11));
    EXPECT_EQ(scenario->tenants[1].end, OperatorId(22));
    EXPECT_EQ(scenario->graph.macs(), 4 * load_scenario("alexnet", "f1_16xlarge")->graph.macs());
    EXPECT_TRUE(load_scenario(ScenarioSource{{"alexnet"}, "f1_16xlarge", 1, {}})->tenants.empty());
}

} // namespace
} // namespace arsia
