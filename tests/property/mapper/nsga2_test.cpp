// The search for Pareto sets on simulated problems that are small enough to know the whole set.
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mapper/search.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

/// Two designs: the one is slow and sparing, the other fast and draws power all the time.
std::shared_ptr<Scenario> trade(std::size_t operators, std::size_t accelerators) {
    std::string lines, input = "image";
    for (std::size_t i = 0; i < operators; ++i) {
        lines += fmt::format("  - {{name: c{}, type: conv, input: {}, out_channels: {}, kernel: [3, 3], padding: "
                             "[1, 1]}}\n",
                             i, input, 4 + 4 * i);
        input = fmt::format("c{}", i);
    }
    Platform platform = small_platform(accelerators);
    for (Link& link : platform.links) link.pj_per_byte = 500;
    auto scenario = small_scenario(small_graph("image: [1, 3, 6, 6]", lines), platform);
    auto sparing = std::make_shared<OneTileDesign>();
    sparing->energy.pj_per_mac = 3;
    sparing->energy.static_w = 0.01;
    scenario->designs["one_tile"] = sparing;
    auto fast = std::make_shared<OneTileDesign>("fast");
    fast->clock = {3'000'000'000};
    fast->energy.pj_per_mac = 9;
    fast->energy.static_w = 0.05;
    scenario->designs["fast"] = fast;
    return scenario;
}

SearchResult run(const std::string& name, const std::shared_ptr<Scenario>& scenario, std::uint64_t seed,
                 std::uint64_t evaluations, const SearchProgress& progress = {}) {
    Evaluator evaluator(scenario);
    evaluator.set_figures(true);
    auto search = find_search(name).make(scenario, seed, evaluations);
    return run_search(*search, evaluator, {evaluations, 0}, progress);
}

std::set<Objectives> objectives(const ParetoFront& front) {
    std::set<Objectives> out;
    for (const ParetoPoint& point : front.points()) out.insert(objectives_of(point.evaluation));
    return out;
}

/// Share of the box from 0 to `reference` that the points dominate.
double hypervolume(const std::set<Objectives>& points, const Objectives& reference) {
    // Slices along latency: behind each point, what all points up to it dominate of energy and memory.
    double volume = 0;
    for (auto point = points.begin(); point != points.end(); ++point) {
        auto next = std::next(point);
        std::int64_t end = next == points.end() ? reference[0] : std::min((*next)[0], reference[0]);
        std::set<std::pair<std::int64_t, std::int64_t>> plane;
        for (auto other = points.begin(); other != next; ++other) plane.insert({(*other)[1], (*other)[2]});
        double area = 0;
        std::int64_t lowest = reference[2];
        for (auto at = plane.begin(); at != plane.end(); ++at) {
            lowest = std::min(lowest, at->second);
            std::int64_t right =
                std::next(at) == plane.end() ? reference[1] : std::min(std::next(at)->first, reference[1]);
            area += static_cast<double>(std::max<std::int64_t>(0, right - at->first)) /
                    static_cast<double>(reference[1]) * static_cast<double>(reference[2] - lowest) /
                    static_cast<double>(reference[2]);
        }
        volume += area * static_cast<double>(std::max<std::int64_t>(0, end - (*point)[0])) /
                  static_cast<double>(reference[0]);
    }
    return volume;
}

TEST(Hypervolume, IsTheShareOfTheBoxThatIsDominated) {
    EXPECT_DOUBLE_EQ(hypervolume({{0, 0, 0}}, {2, 2, 2}), 1);
    EXPECT_DOUBLE_EQ(hypervolume({{1, 1, 1}}, {2, 2, 2}), 0.125);
    EXPECT_DOUBLE_EQ(hypervolume({{0, 1, 1}, {1, 0, 0}}, {2, 2, 2}), (1 * 1 * 1 + 1 * 2 * 2) / 8.0);
}

TEST(Nsga2, FindsTheWholeParetoSetOfSmallProblems) {
    for (std::size_t operators : {1, 2}) {
        auto scenario = trade(operators, 2);
        SearchResult all = run("exhaustive", scenario, 0, 0);
        std::set<Objectives> expected = objectives(all.front);
        EXPECT_GT(expected.size(), 3u) << "there is something to trade";
        for (std::uint64_t seed : {1, 2, 3})
            EXPECT_EQ(objectives(run("nsga2", scenario, seed, all.evaluations).front), expected)
                << operators << " operators, seed " << seed;
    }
}

TEST(Nsga2, FindsMostOfTheParetoSetByAFractionOfAllMappings) {
    auto scenario = trade(3, 2);
    SearchResult all = run("exhaustive", scenario, 0, 0);
    std::uint64_t budget = all.evaluations / 8;
    std::set<Objectives> expected = objectives(all.front);
    Objectives reference{};
    for (const Objectives& point : expected)
        for (std::size_t i = 0; i < point.size(); ++i) reference[i] = std::max(reference[i], point[i] + 1);
    double whole = hypervolume(expected, reference);
    for (std::uint64_t seed : {1, 2, 3}) {
        std::set<Objectives> found = objectives(run("nsga2", scenario, seed, budget).front);
        EXPECT_GE(hypervolume(found, reference), 0.97 * whole) << "seed " << seed;
        EXPECT_LE(hypervolume(found, reference), whole * (1 + 1e-12));
    }
}

TEST(Nsga2, DominatesMoreWithEveryGenerationAndMoreThanRandomMappings) {
    auto scenario = trade(4, 4);
    for (std::uint64_t seed : {1, 2, 3}) {
        std::vector<std::set<Objectives>> fronts;
        SearchResult found = run("nsga2", scenario, seed, 480, [&](const SearchResult& so_far) {
            if (so_far.evaluations % 24 == 0) fronts.push_back(objectives(so_far.front));
            return true;
        });
        SearchResult random = run("random", scenario, seed, 480);
        Objectives reference{};
        for (const auto* front : {&found.front, &random.front})
            for (const ParetoPoint& point : front->points())
                for (std::size_t i = 0; i < reference.size(); ++i)
                    reference[i] = std::max(reference[i], objectives_of(point.evaluation)[i] + 1);
        double before = 0;
        for (const std::set<Objectives>& front : fronts) {
            double volume = hypervolume(front, reference);
            EXPECT_GE(volume, before * (1 - 1e-12));
            before = volume;
        }
        EXPECT_GT(before, hypervolume(objectives(random.front), reference)) << "seed " << seed;
    }
}

TEST(Nsga2, KeepsWhatNothingEvaluatedDominates) {
    auto scenario = trade(3, 4);
    Evaluator evaluator(scenario);
    evaluator.set_figures(true);
    std::set<Objectives> all;
    auto search = find_search("nsga2").make(scenario, 9, 300);
    SearchResult result = run_search(*search,
                                     [&](const Mapping& mapping) {
                                         Evaluation evaluation = evaluator.evaluate(mapping);
                                         if (evaluation.legal) all.insert(objectives_of(evaluation));
                                         return evaluation;
                                     },
                                     {300, 0});
    std::set<Objectives> expected;
    for (const Objectives& one : all)
        if (std::none_of(all.begin(), all.end(), [&](const Objectives& other) { return dominates(other, one); }))
            expected.insert(one);
    EXPECT_EQ(objectives(result.front), expected);
    EXPECT_EQ(result.front.points().front().evaluation.latency, result.best->evaluation.latency);
    for (const ParetoPoint& point : result.front.points())
        EXPECT_EQ(objectives_of(evaluator.evaluate(point.mapping)), objectives_of(point.evaluation));
}

TEST(EvaluatorFigures, AreThoseOfTheRunAndDoNotChangeIt) {
    auto scenario = trade(2, 2);
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::P, 2}})});
    mapping.sets[0].design = "one_tile";
    Evaluator evaluator(scenario);
    Evaluation plain = evaluator.evaluate(mapping);
    EXPECT_FALSE(plain.figures);
    evaluator.set_figures(true);
    Evaluation full = evaluator.evaluate(mapping);
    ASSERT_TRUE(full.figures);
    EXPECT_EQ(full.latency, plain.latency);
    // 3 pJ a MAC of 36 · 9 · (3 · 4 + 4 · 8) MACs, two accelerators at 0.01 W, 500 pJ a byte over a link.
    Evaluator::Run run = evaluator.run(mapping);
    std::int64_t bytes = 0;
    for (const LinkUse& link : run.result.links) bytes += link.bytes;
    EXPECT_EQ(full.figures->energy_pj, 3 * 36 * 9 * 44 + 500 * bytes + (2 * run.result.latency + 50) / 100);
    IdVector<NodeId, Bytes> peaks = peak_memory(scenario->platform, run.program, run.result);
    EXPECT_EQ(full.figures->peak_memory, std::max(peaks[NodeId(0)], peaks[NodeId(1)]));
    EXPECT_GT(full.figures->peak_memory, 0);
}

} // namespace
} // namespace arsia
