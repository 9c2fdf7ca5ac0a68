// Streams of requests to the picosecond: stages of equal time, of unequal time, arrivals, several workloads, and a real
// network in two sets.
#include <algorithm>

#include <gmock/gmock.h>

#include "mapper/evaluation/evaluator.h"
#include "tests/support/mapper_fixtures.h"
#include "workloads/merge.h"

namespace arsia {
namespace {

using namespace arsia::testing;

constexpr TimePs ns = 1000;
// A 1x1 convolution of 8 to 8 channels on 4x4 positions is 1,024 multiply-accumulates of 1 ns; each tensor has 128
// bytes, which pass a link of 1 GB/s in 128 ns.
constexpr TimePs stage = 1024 * ns, hop = 128 * ns;

/// Computes only: nothing of it touches the memory that transfers use.
class ComputeOnly final : public OneTileDesign {
public:
    TilePlan plan(const Operator& op, const Extents& shard, std::int64_t bits) const override {
        TilePlan out = OneTileDesign::plan(op, shard, bits);
        for (TilePhase& phase : out.phases) {
            phase.store_bytes = 0;
            for (TileStep& step : phase.steps) step.input_bytes = step.weight_bytes = 0;
        }
        out.add_up();
        return out;
    }
};

std::string convs(int count) {
    std::string out, input = "x";
    for (int i = 0; i < count; ++i) {
        std::string name = "op" + std::to_string(i);
        out += "  - {name: " + name + ", type: conv, input: " + input +
               ", out_channels: 8, kernel: [1, 1], bias: false}\n";
        input = name;
    }
    return out;
}

Graph chain(int count) { return small_graph("x: [1, 8, 4, 4]", convs(count)); }

/// Accelerators and a host whose memories take next to no time: 1 ps for each burst.
Platform fast_memory(std::size_t count, Bytes capacity = 1 << 30) {
    Platform platform = small_platform(count, Shape::clique, capacity);
    for (Node& node : platform.nodes) node.memory.bandwidth = {8'000'000'000'000'000};
    return platform;
}

std::shared_ptr<Scenario> pipeline(Graph graph, Platform platform) {
    std::shared_ptr<Scenario> out = small_scenario(std::move(graph), std::move(platform));
    out->designs["one_tile"] = std::make_shared<ComputeOnly>();
    return out;
}

/// Operator i on accelerator i, modulo their number.
Mapping dealt(const Scenario& scenario) {
    Mapping mapping;
    for (NodeId node : scenario.accelerators) mapping.sets.push_back({{node}, "one_tile", false, {}});
    for (OperatorId op : ids_of(scenario.graph.operators))
        mapping.sets[op.value() % mapping.sets.size()].operators.push_back({op, {}, std::nullopt});
    return mapping;
}

StreamTimes run(const std::shared_ptr<Scenario>& scenario, Stream stream) {
    scenario->stream = stream;
    Evaluator evaluator(scenario);
    Mapping mapping = dealt(*scenario);
    EXPECT_THAT(evaluator.evaluate(mapping).problems, ::testing::IsEmpty());
    return evaluator.times(evaluator.run(mapping));
}

TEST(Stream, WithEqualStagesThePeriodIsThatOfOneStage) {
    for (int k : {1, 2, 3, 4}) {
        auto scenario = pipeline(chain(k), fast_memory(static_cast<std::size_t>(k)));
        TimePs one = run(scenario, {1, 0}).first();
        // In from the host, k stages, k − 1 hops between them, and back.
        EXPECT_EQ(one, k * stage + (k + 1) * hop) << k;
        StreamTimes many = run(scenario, {16, 0});
        for (TimePs r = 0; r < 16; ++r) EXPECT_EQ(many.requests[static_cast<std::size_t>(r)].finish, one + r * stage);
        EXPECT_EQ(many.period(), stage) << k;
        // Latency over k but for the hops.
        EXPECT_EQ(many.period(), (one - (k + 1) * hop) / k);
    }
}

TEST(Stream, TheSlowestStageSetsThePeriod) {
    // Five operators on two accelerators: op0, op2 and op4 on the first.
    auto scenario = pipeline(chain(5), fast_memory(2));
    StreamTimes many = run(scenario, {12, 0});
    // The first works through a request before it begins the next, and waits for the other's results between.
    TimePs round = 5 * stage + 4 * hop;
    EXPECT_EQ(many.first(), round + 2 * hop);
    EXPECT_EQ(many.period(), round);
}

TEST(Stream, ArrivalsThatAreFarEnoughApartDoNotMeet) {
    auto scenario = pipeline(chain(3), fast_memory(3));
    TimePs one = run(scenario, {1, 0}).first();
    StreamTimes many = run(scenario, {6, 2 * stage});
    for (std::size_t r = 0; r < 6; ++r) {
        EXPECT_EQ(many.requests[r].arrival, static_cast<TimePs>(r) * 2 * stage);
        EXPECT_EQ(many.requests[r].latency(), one);
    }
    EXPECT_EQ(many.period(), 2 * stage);
}

TEST(Stream, ArrivalsThatAreTooCloseQueueUp) {
    auto scenario = pipeline(chain(3), fast_memory(3));
    TimePs one = run(scenario, {1, 0}).first();
    StreamTimes many = run(scenario, {6, stage / 2});
    for (TimePs r = 0; r < 6; ++r)
        EXPECT_EQ(many.requests[static_cast<std::size_t>(r)].latency(), one + r * (stage - stage / 2));
    EXPECT_EQ(many.worst(), one + 5 * stage / 2);
    EXPECT_EQ(many.mean(), one + 5 * stage / 4);
    EXPECT_EQ(many.period(), stage);
}

TEST(Stream, ASmallMemoryBoundsTheRequestsUnderWay) {
    // Per request and accelerator 128 B come and 128 B are made; weights are 64 B. 450 B hold one request and a half:
    // all eight need 8 · 256 + 64.
    auto scenario = pipeline(chain(2), fast_memory(2, 450));
    StreamTimes many = run(scenario, {8, 0});
    Lowering lowering(*scenario);
    for (NodeId node : scenario->accelerators) EXPECT_LE(lowering.memory_need(dealt(*scenario))[node], 450);
    EXPECT_GE(many.period(), stage);
    EXPECT_LE(many.period(), stage + 2 * hop);
    // No room for two tensors beside the weights: not even one request.
    scenario->platform = fast_memory(2, 300);
    EXPECT_FALSE(Lowering(*scenario).problems(dealt(*scenario)).empty());
}

TEST(Tenants, WorkloadsOnSetsOfTheirOwnDoNotMeet) {
    NamedGraph a{"a", chain(1)}, b{"b", small_graph("x: [1, 8, 8, 4]", convs(1))};
    auto scenario = pipeline(merged_graph({a, b}), fast_memory(2));
    scenario->tenants = {{"a", OperatorId(0), OperatorId(1)}, {"b", OperatorId(1), OperatorId(2)}};
    Evaluator evaluator(scenario);
    Mapping mapping = dealt(*scenario);
    Evaluator::Run one = evaluator.run(mapping);
    EXPECT_EQ(evaluator.times(one, OperatorId(0), OperatorId(1)).first(), stage + 2 * hop);
    // The host reads the second input 1 ps after the first.
    TimePs second = 2 * (stage + 2 * hop) + 1;
    EXPECT_EQ(evaluator.times(one, OperatorId(1), OperatorId(2)).first(), second);
    EXPECT_EQ(evaluator.times(one).first(), second);
    EXPECT_EQ(one.result.latency, second);
}

/// Busy time of the busiest engine.
TimePs busiest_engine(const RunResult& result) {
    TimePs out = 0;
    for (const NodeUse& node : result.nodes) out = std::max(out, node.compute_busy);
    return out;
}

TEST(Stream, ARealNetworkInTwoSetsRunsNearlyTwiceAsOften) {
    auto scenario = std::make_shared<Scenario>(*load_scenario("resnet18", "f1_16xlarge"));
    auto in_two = [&](std::size_t first) { // operators on the first half of the accelerators
        Mapping mapping;
        for (std::size_t half : {0, 1}) {
            auto begin = scenario->accelerators.begin() + static_cast<std::ptrdiff_t>(4 * half);
            mapping.sets.push_back({{begin, begin + 4}, "superlip_64_7_7_14", false, {}});
        }
        for (OperatorId op : ids_of(scenario->graph.operators)) {
            const Extents& extents = scenario->graph.operators[op].extents;
            Dim dim = at(extents, Dim::P) >= 4 ? Dim::P : Dim::K;
            mapping.sets[op.value() < first ? 0 : 1].operators.push_back({op, split({{dim, 4}}), std::nullopt});
        }
        return mapping;
    };
    TimePs best_period = 0, its_latency = 0;
    for (std::size_t first = 8; first < 24; first += 3) {
        TimePs latency = 0;
        {
            scenario->stream = {1, 0};
            Evaluator evaluator(scenario);
            latency = evaluator.evaluate(in_two(first)).latency;
            ASSERT_GT(latency, 0);
        }
        scenario->stream = {8, 0};
        Evaluator evaluator(scenario);
        Evaluator::Run many = evaluator.run(in_two(first));
        StreamTimes times = evaluator.times(many);
        EXPECT_GE(times.requests.back().finish, busiest_engine(many.result));
        EXPECT_LT(times.period(), latency);
        if (best_period == 0 || times.period() < best_period) {
            best_period = times.period();
            its_latency = latency;
        }
    }
    EXPECT_LT(static_cast<double>(best_period), 0.6 * static_cast<double>(its_latency));
}

} // namespace
} // namespace arsia
