// The search that tries everything: it does, once each, and refuses where that is too much.
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/evaluation/codec.h"
#include "mapper/legality.h"
#include "mapper/searches/exhaustive.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::HasSubstr;

/// `count` operators in a row, each with two channels and two columns to split over.
std::shared_ptr<Scenario> chain(std::size_t count, std::size_t accelerators) {
    std::string lines, input = "image";
    for (std::size_t i = 0; i < count; ++i) {
        lines += fmt::format("  - {{name: c{}, type: conv, input: {}, out_channels: 2, kernel: [1, 1]}}\n", i, input);
        input = fmt::format("c{}", i);
    }
    return small_scenario(small_graph("image: [1, 2, 1, 2]", lines), small_platform(accelerators));
}

std::vector<Mapping> all_of(Search& search) {
    std::vector<Mapping> out;
    for (;;) {
        std::vector<Mapping> batch = search.propose(100);
        if (batch.empty()) return out;
        out.insert(out.end(), batch.begin(), batch.end());
    }
}

TEST(ExhaustiveSearch, TriesEachMappingOnce) {
    for (std::size_t operators : {1, 2, 3}) {
        for (std::size_t accelerators : {1, 2, 3}) {
            std::shared_ptr<Scenario> scenario = chain(operators, accelerators);
            scenario->designs["other"] = std::make_shared<OneTileDesign>("other");
            ExhaustiveSearch search(scenario, 0);
            std::vector<Mapping> all = all_of(search);
            EXPECT_EQ(all.size(), search.count());
            std::set<std::string> keys;
            for (const Mapping& mapping : all) {
                EXPECT_TRUE(keys.insert(mapping_key(mapping)).second);
                EXPECT_THAT(legality_problems(*scenario, mapping), ::testing::IsEmpty());
            }
        }
    }
}

TEST(ExhaustiveSearch, HasAsManyMappingsAsThereAre) {
    std::shared_ptr<Scenario> scenario = chain(1, 2);
    auto strategies = [&](std::int64_t size) {
        return legal_strategies(scenario->graph, scenario->graph.operators[OperatorId(0)], size).size();
    };
    ASSERT_EQ(strategies(1), 1u);
    std::size_t pair = strategies(2);
    EXPECT_GT(pair, 3u);
    // acc0, acc1, or both together.
    EXPECT_EQ(ExhaustiveSearch(scenario, 0).count(), 2 + pair);
    // Two operators: one set for both (acc0, acc1, both); or acc0 and acc1, each with one of them.
    EXPECT_EQ(ExhaustiveSearch(chain(2, 2), 0).count(), 2 + pair * pair + 2);
    scenario->designs["refusing"] = std::make_shared<OneTileDesign>("refusing");
    EXPECT_EQ(ExhaustiveSearch(scenario, 0).count(), 2 * (2 + pair));
    auto refusing = std::make_shared<OneTileDesign>("refusing");
    refusing->refused = "conv";
    scenario->designs["refusing"] = refusing;
    EXPECT_EQ(ExhaustiveSearch(scenario, 0).count(), 2 + pair);
}

TEST(ExhaustiveSearch, RefusesWhatIsTooMuch) {
    auto refusal = [](std::size_t operators, std::size_t accelerators, std::uint64_t budget) -> std::string {
        try {
            ExhaustiveSearch(chain(operators, accelerators), budget);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(refusal(40, 4, 0), HasSubstr("exhaustive: small onto small has at least "));
    EXPECT_THAT(refusal(40, 4, 0), HasSubstr(" mappings, more than its limit of 1000000"));
    std::uint64_t count = ExhaustiveSearch(chain(2, 2), 0).count();
    EXPECT_EQ(refusal(2, 2, count), "");
    EXPECT_THAT(refusal(2, 2, count - 1), HasSubstr(fmt::format("more than the {} evaluations allowed", count - 1)));
}

} // namespace
} // namespace arsia
