// Parameters and caches: in the memory of those who read them from the start, just the part that is read.
#include <gmock/gmock.h>

#include "mapper/bounds.h"
#include "mapper/legality.h"
#include "sim/simulator.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// One new token after seven, two heads of four channels; `places` is learned. Elements of one byte.
constexpr const char* attention =
    "format: arsia-workload/1\nname: step\nelement: 8 bit\n"
    "inputs: {token: [1, 8, 1]}\n"
    "parameters: {places: [1, 8, 1]}\n"
    "caches: {keys: [1, 8, 7], values: [1, 8, 7]}\n"
    "operators:\n"
    "  - {name: query, type: add, inputs: [token, places]}\n"
    "  - {name: scores, type: matmul, inputs: [query, keys, query], heads: 2, transpose: true}\n"
    "  - {name: context, type: matmul, inputs: [scores, values, query], heads: 2}\n";

struct Step {
    std::shared_ptr<Scenario> scenario;
    Lowering lowering;
    Mapping mapping;

    explicit Step(std::size_t accelerators, Bytes capacity = 1 << 20)
        : scenario(
              small_scenario(read_workload_text(attention), small_platform(accelerators, Shape::clique, capacity))),
          lowering(*scenario) {
        auto heads = split({{Dim::K, static_cast<std::int64_t>(accelerators)}});
        mapping = one_set(*scenario, {heads, heads, heads});
    }
    Bytes simulated_peak() {
        const Program& program = lowering.lower(mapping);
        Simulator simulator(scenario->platform);
        return peak_memory(scenario->platform, program, simulator.run(program))[NodeId(0)];
    }
};

TEST(Residents, NothingIsSentAndEverythingIsCounted) {
    Step one(1);
    const Program& program = one.lowering.lower(one.mapping);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::input), 8);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 0);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::weights), 0);
    // token 8, places 8, keys and values 56 each, query 8, scores 2 * 8, context 8.
    EXPECT_EQ(one.lowering.memory_need(one.mapping)[NodeId(0)], 8 + 8 + 2 * 56 + 8 + 16 + 8);
    EXPECT_LE(one.simulated_peak(), 160);
    EXPECT_GE(one.simulated_peak(), 8 + 2 * 56 + 8 + 16 + 8) << "residents are there at the end, too";
}

TEST(Residents, AHeadOnEachAcceleratorHasItsHalfOnly) {
    Step two(2);
    ASSERT_THAT(legality_problems(*two.scenario, two.mapping), IsEmpty());
    const Program& program = two.lowering.lower(two.mapping);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::input), 8);
    EXPECT_EQ(bytes_of_purpose(program, Purpose::activation), 0) << "heads are by themselves";
    for (NodeId node : {NodeId(0), NodeId(1)})
        EXPECT_EQ(two.lowering.memory_need(two.mapping)[node], (8 + 8 + 2 * 56 + 8 + 16 + 8) / 2);
    Bytes resident = 0;
    for (const Buffer& buffer : program.buffers())
        if (buffer.users.empty() && !buffer.first.valid()) resident += buffer.bytes;
    EXPECT_EQ(resident, 8 + 2 * 56);
}

TEST(Residents, APartThatSeveralOperatorsReadIsThereOnce) {
    auto scenario = small_scenario(read_workload_text("format: arsia-workload/1\nname: twice\nelement: 8 bit\n"
                                                      "inputs: {x: [1, 4, 10]}\nparameters: {p: [1, 4, 10]}\n"
                                                      "operators:\n"
                                                      "  - {name: a, type: add, inputs: [x, p]}\n"
                                                      "  - {name: b, type: mul, inputs: [a, p]}\n"),
                                   small_platform(2));
    Lowering lowering(*scenario);
    auto resident = [&](const std::vector<Strategy>& strategies) {
        std::vector<Bytes> out;
        for (const Buffer& buffer : lowering.lower(one_set(*scenario, strategies)).buffers())
            if (buffer.users.empty() && !buffer.first.valid()) out.push_back(buffer.bytes);
        return out;
    };
    auto rows = split({{Dim::P, 2}}), channels = split({{Dim::K, 2}});
    EXPECT_THAT(resident({rows, rows}), ElementsAre(20, 20));
    // 5 rows of 4 channels, then 10 rows of 2 channels, half of which are there.
    EXPECT_THAT(resident({rows, channels}), ElementsAre(20, 20, 10, 10));
}

TEST(Residents, WhatDoesNotFitIsIllegalAndNotStreamed) {
    // At the scores: residents 120, query 8, scores 16; the token is no longer needed.
    Step small(1, 119);
    std::vector<std::string> problems = legality_problems(*small.scenario, small.mapping);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_THAT(problems[0], ::testing::HasSubstr("memory of acc0: needs 152 bytes (152 B) at "));
    EXPECT_THAT(problems[0], ::testing::HasSubstr(", has 119 bytes"));
    Step enough(1, 152);
    EXPECT_THAT(legality_problems(*enough.scenario, enough.mapping), IsEmpty());
    EXPECT_LE(enough.simulated_peak(), 152);
}

TEST(Residents, BoundsDoNotWaitForThem) {
    // The host sends the token alone: 8 bytes at 1 GB/s.
    Step one(1);
    const Program& program = one.lowering.lower(one.mapping);
    Simulator simulator(one.scenario->platform);
    TimePs latency = simulator.run(program).latency;
    for (const Bound& bound : lower_bounds(*one.scenario)) EXPECT_LE(bound.latency, latency) << bound.name;
}

} // namespace
} // namespace arsia
