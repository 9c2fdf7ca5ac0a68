// For random scenarios: what searches propose is legal, and no simulated latency is below a bound.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/bounds.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/legality.h"
#include "mapper/search.h"
#include "mapper/searches/strategy_space.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

/// A small network with a branch, a stride, a pool and a matrix product; sizes are random.
std::string random_network() {
    int c1 = *rc::gen::inRange(1, 12), c2 = *rc::gen::inRange(1, 12), c3 = *rc::gen::inRange(1, 12);
    int kernel = *rc::gen::element(1, 3, 5), stride = *rc::gen::element(1, 2);
    return fmt::format(
        "  - {{name: c1, type: conv, input: image, out_channels: {0}, kernel: [{3}, {3}], padding: [{4}, "
        "{4}]}}\n"
        "  - {{name: c2, type: conv, input: c1, out_channels: {1}, kernel: [{3}, {3}], padding: [{4}, "
        "{4}], stride: [{5}, {5}]}}\n"
        "  - {{name: c3, type: conv, input: c1, out_channels: {1}, kernel: [1, 1], stride: [{5}, {5}]}}\n"
        "  - {{name: sum, type: add, inputs: [c2, c3]}}\n"
        "  - {{name: pool, type: max_pool, input: sum, kernel: [2, 2], stride: [2, 2]}}\n"
        "  - {{name: fc, type: linear, input: pool, out_features: {2}}}\n",
        c1, c2, c3, kernel, kernel / 2, stride);
}

std::shared_ptr<Scenario> random_scenario() {
    int batch = *rc::gen::inRange(1, 4), channels = *rc::gen::inRange(1, 6), side = *rc::gen::inRange(8, 20);
    Platform platform = small_platform(static_cast<std::size_t>(*rc::gen::inRange(1, 7)),
                                       *rc::gen::element(Shape::clique, Shape::ring));
    for (Link& link : platform.links) {
        link.latency = *rc::gen::inRange(0, 2'000'000);
        link.bandwidth = {static_cast<std::uint64_t>(*rc::gen::inRange(1, 100)) * 80'000'000};
    }
    for (Node& node : platform.nodes) {
        node.dma.setup = *rc::gen::inRange(0, 1'000'000);
        node.memory.bandwidth = {static_cast<std::uint64_t>(*rc::gen::inRange(1, 100)) * 800'000'000};
    }
    auto scenario = small_scenario(
        small_graph(fmt::format("image: [{}, {}, {}, {}]", batch, channels, side, side), random_network()), platform);
    scenario->designs["one_tile"] = std::make_shared<WholeOperandDesign>();
    auto fast = std::make_shared<WholeOperandDesign>("fast");
    fast->clock = {static_cast<std::uint64_t>(*rc::gen::inRange(1, 50)) * 100'000'000};
    fast->refused = *rc::gen::element(std::string(), std::string("add"), std::string("max_pool"));
    scenario->designs["fast"] = fast;
    return scenario;
}

RC_GTEST_PROP(SearchProperties, ProposalsAreLegalAndNoLatencyIsBelowABound, ()) {
    std::shared_ptr<Scenario> scenario = random_scenario();
    std::vector<Bound> bounds = lower_bounds(*scenario);
    Evaluator evaluator(scenario);
    auto seed = *rc::gen::arbitrary<std::uint64_t>();
    for (const char* name : {"random", "mars", "baseline"}) {
        auto search = find_search(name).make(scenario, seed, 30);
        SearchResult result =
            run_search(*search,
                       [&](const Mapping& mapping) {
                           Evaluation evaluation = evaluator.evaluate(mapping);
                           if (!evaluation.legal) RC_FAIL(evaluation.problems.at(0));
                           for (const Bound& bound : bounds)
                               if (evaluation.latency < bound.latency)
                                   RC_FAIL(fmt::format("{} ps is below the {} bound of {} ps:\n{}", evaluation.latency,
                                                       bound.name, bound.latency, mapping_to_json(mapping, *scenario)));
                           return evaluation;
                       },
                       {30, 0});
        RC_ASSERT(result.evaluations > 0u);
    }
}

RC_GTEST_PROP(SearchProperties, TheLongestDimensionsSplitIsTheMostEvenOfItsDimensions, ()) {
    Extents extents{};
    for (std::int64_t& extent : extents) extent = *rc::gen::inRange(1, 12);
    std::int64_t size = *rc::gen::inRange(1, 40);
    std::optional<Factors> found = longest_dimensions_split(extents, size);
    RC_ASSERT(found.has_value() == !factorizations(size, extents).empty());
    if (!found) return;
    // No other split of the same dimensions has a smaller largest factor.
    Extents limits = no_split;
    for (std::size_t i = 0; i < dim_count; ++i)
        if ((*found)[i] > 1) limits[i] = extents[i];
    for (const Factors& other : factorizations(size, limits))
        RC_ASSERT(*std::max_element(found->begin(), found->end()) <= *std::max_element(other.begin(), other.end()));
}

} // namespace
} // namespace arsia
