// Searches against the best of everything, on problems that are small enough to try everything.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "mapper/bounds.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/searches/exhaustive.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

constexpr int cases = 200;
constexpr std::uint64_t most_mappings = 4000; ///< of a case

std::int64_t between(Random& random, std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

/// Two or three operators on two to four accelerators.
std::shared_ptr<Scenario> random_case(Random& random) {
    std::string operators, input = "image";
    std::int64_t channels = between(random, 2, 8), side = between(random, 3, 9);
    std::string image = fmt::format("image: [1, {}, {}, {}]", channels, side, side);
    std::string first_input = input;
    for (std::int64_t i = 0, count = between(random, 2, 3); i < count; ++i) {
        std::string name = fmt::format("o{}", i);
        switch (random.below(4)) {
        case 0:
            operators +=
                fmt::format("  - {{name: {}, type: conv, input: {}, out_channels: {}, kernel: 3, padding: 1}}\n", name,
                            input, channels);
            break;
        case 1:
            operators += fmt::format("  - {{name: {}, type: conv, input: {}, out_channels: {}, kernel: 1}}\n", name,
                                     input, channels);
            break;
        case 2: operators += fmt::format("  - {{name: {}, type: relu6, input: {}}}\n", name, input); break;
        default: operators += fmt::format("  - {{name: {}, type: add, inputs: [{}, {}]}}\n", name, input, first_input);
        }
        input = name;
    }
    Platform platform = small_platform(static_cast<std::size_t>(between(random, 2, 4)),
                                       random.chance(0.5) ? Shape::clique : Shape::ring);
    auto link_rate = static_cast<std::uint64_t>(between(random, 1, 40)) * 80'000'000;
    auto host_rate = static_cast<std::uint64_t>(between(random, 1, 40)) * 80'000'000;
    TimePs latency = between(random, 0, 500'000);
    bool pairs = platform.accelerators().size() == 4 && random.chance(0.5);
    for (Link& link : platform.links) {
        bool to_host = link.from == platform.host() || link.to == platform.host();
        link.latency = latency;
        link.bandwidth = {to_host ? host_rate : link_rate};
        // Two pairs, farther from each other than inside: there the order of the accelerators matters.
        if (pairs && !to_host && link.from.value() / 2 != link.to.value() / 2) link.bandwidth = {link_rate / 4};
    }
    TimePs setup = between(random, 0, 200'000);
    for (Node& node : platform.nodes) node.dma.setup = setup;
    auto scenario = small_scenario(small_graph(image, operators), platform);
    scenario->designs["one_tile"] = std::make_shared<WholeOperandDesign>();
    if (random.chance(0.3)) {
        auto other = std::make_shared<WholeOperandDesign>("other");
        other->clock = {static_cast<std::uint64_t>(between(random, 5, 20)) * 100'000'000};
        scenario->designs["other"] = other;
    }
    return scenario;
}

struct Outcome {
    int found = 0, tried = 0;
    double worst = 1;
};

TEST(Optimum, IsFoundByDpAndByAutoInAlmostAllSmallCases) {
    Random random(20241122);
    Outcome dp, best_of_auto;
    while (dp.tried < cases) {
        std::shared_ptr<Scenario> scenario = random_case(random);
        std::unique_ptr<Search> all;
        try {
            all = std::make_unique<ExhaustiveSearch>(scenario, most_mappings);
        } catch (const std::exception&) { // too many
            continue;
        }
        Evaluator evaluator(scenario);
        TimePs least = run_search(*all, evaluator, {0, 0}).best->evaluation.latency;
        TimePs bound = best_bound(lower_bounds(*scenario));
        ASSERT_GE(least, bound);
        auto compare = [&](const char* name, std::uint64_t evaluations, Outcome& outcome) {
            auto search = find_search(name).make(scenario, 1, evaluations);
            SearchResult result = run_search(*search, evaluator, {evaluations, 0});
            ASSERT_TRUE(result.best);
            TimePs latency = result.best->evaluation.latency;
            ASSERT_GE(latency, least) << name << " is better than everything";
            ++outcome.tried;
            if (latency == least) ++outcome.found;
            outcome.worst = std::max(outcome.worst, static_cast<double>(latency) / static_cast<double>(least));
        };
        compare("dp", 0, dp);
        compare("auto", 500, best_of_auto);
    }
    RecordProperty("dp_found", dp.found);
    RecordProperty("auto_found", best_of_auto.found);
    std::printf("optimum found: dp %d, auto %d of %d\n", dp.found, best_of_auto.found, cases);
    EXPECT_GE(dp.found, cases * 95 / 100) << "dp; the worst is " << dp.worst << " times the optimum";
    EXPECT_GE(best_of_auto.found, cases * 95 / 100) << "auto; the worst is " << best_of_auto.worst;
}

} // namespace
} // namespace arsia
