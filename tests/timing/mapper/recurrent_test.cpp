// A recurrent layer whose hidden channels are shared out takes, beside input and output, T steps and T − 1 exchanges.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/legality.h"
#include "sim/simulator.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::IsEmpty;

constexpr TimePs ns = 1000;

/// Eight hidden channels, an input of six, one byte an element, of one sample.
std::shared_ptr<Scenario> layer_of(std::int64_t steps, std::size_t accelerators, const std::string& type = "lstm") {
    return small_scenario(small_graph("x: [1, 6, " + std::to_string(steps) + "]",
                                      "  - {name: l, type: " + type + ", input: x, out_features: 8, bias: false}\n"),
                          small_platform(accelerators));
}

struct LayerRun {
    TimePs first_start = 0, last_end = 0; ///< of the computing
    Bytes exchanged = 0;
    std::size_t computes = 0;
};

LayerRun run(std::int64_t steps, std::int64_t ranks, const std::string& type = "lstm") {
    auto scenario = layer_of(steps, static_cast<std::size_t>(ranks), type);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, ranks}})});
    EXPECT_THAT(legality_problems(*scenario, mapping), IsEmpty());
    Lowering lowering(*scenario);
    const Program& program = lowering.lower(mapping);
    Simulator simulator(scenario->platform);
    RunResult result = simulator.run(program);
    LayerRun out;
    out.first_start = std::numeric_limits<TimePs>::max();
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.purpose == Purpose::collective) out.exchanged += task.bytes;
        if (task.kind != TaskKind::compute) continue;
        ++out.computes;
        out.first_start = std::min(out.first_start, result.tasks[id].start);
        out.last_end = std::max(out.last_end, result.tasks[id].end);
    }
    return out;
}

class StepsOfALayer : public ::testing::TestWithParam<std::int64_t> {}; // ranks

TEST_P(StepsOfALayer, TakeTheirComputingAndTheExchangesBetween) {
    const std::int64_t ranks = GetParam(), own = 8 / ranks;
    // A step loads its weights (4 gates · own channels · 14 inputs) and the 14 inputs at 10 bytes a nanosecond,
    // computes 4 · own · 14 products, one a nanosecond, and stores its own channels.
    const TimePs step = (4 * own * 14 + 14) * ns / 10 + 4 * own * 14 * ns + own * ns / 10;
    // All pairs are linked, so each slice travels by itself, a byte a nanosecond, after the memory has given it out to
    // the others before, 10 bytes a nanosecond.
    const TimePs exchange = own * ns + (ranks - 2) * own * ns / 10;
    for (std::int64_t steps : {1, 2, 3}) {
        LayerRun found = run(steps, ranks);
        // The host's memory gives out a rank's input after another's, 100 bytes a nanosecond.
        const TimePs later = (ranks - 1) * 6 * steps * ns / 100;
        EXPECT_EQ(found.last_end - found.first_start, later + steps * step + (steps - 1) * exchange)
            << steps << " steps";
        EXPECT_EQ(found.exchanged, (steps - 1) * ranks * (ranks - 1) * own);
        EXPECT_EQ(found.computes, static_cast<std::size_t>(steps * ranks));
    }
}

INSTANTIATE_TEST_SUITE_P(Ranks, StepsOfALayer, ::testing::Values(2, 4));

TEST(RecurrentKinds, HaveTheirGates) {
    for (auto [type, gates] : {std::pair("lstm", 4), std::pair("gru", 3), std::pair("rnn", 1)}) {
        const TimePs step = (gates * 4 * 14 + 14) * ns / 10 + gates * 4 * 14 * ns + 4 * ns / 10;
        LayerRun found = run(5, 2, type);
        EXPECT_EQ(found.last_end - found.first_start, 5 * 6 * ns / 100 + 5 * step + 4 * 4 * ns) << type;
    }
}

TEST(RecurrentLimit, ManyStepsOnManyAcceleratorsAreRefusedWithTheNumbers) {
    auto scenario = small_scenario(
        small_graph("x: [1, 6, 20000]", "  - {name: l, type: lstm, input: x, out_features: 8, sequence: false}\n"),
        small_platform(8));
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 8}})});
    mapping.collectives = CollectiveChoice::direct;
    // 19,999 exchanges of 8 · 7 messages.
    EXPECT_THAT(
        legality_problems(*scenario, mapping),
        ::testing::ElementsAre("l: its 20000 steps on 8 accelerators exchange 1119944 messages; at most 1000000 "
                               "are simulated: split K by a smaller factor"));
}

} // namespace
} // namespace arsia
