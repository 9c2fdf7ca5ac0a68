// H2H's steps on systems made for the purpose, and the search on small scenarios.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/searches/h2h.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Layers and accelerators by table; all transfers through the host, at one second each way.
class Table : public H2hSystem {
public:
    explicit Table(std::vector<double> room) { weight_room_ = std::move(room); }

    /// `compute`: seconds by accelerator, −1 where it does not run.
    OperatorId add(std::vector<double> compute, const std::vector<OperatorId>& producers, double weights = 0) {
        OperatorId id(layers_.size());
        H2hLayer layer;
        layer.name = "layer" + std::to_string(id.value());
        layer.leader = id;
        layer.weights = weights;
        for (OperatorId producer : producers) {
            layer.inputs.push_back({producer, false});
            layers_[producer].consumers.push_back(id);
        }
        if (producers.empty()) layer.inputs.push_back({OperatorId{}, false});
        layers_.push_back(std::move(layer));
        compute_.push_back(std::move(compute));
        return id;
    }
    void follow(OperatorId layer, OperatorId leader) { layers_[layer].leader = leader; }
    void output(OperatorId layer) { layers_[layer].is_output = true; }
    double transfer = 1;
    bool ordered = false, through_host = true;

    bool runs(OperatorId layer, H2hAccelerator on) const override { return compute_[layer][on] >= 0; }
    double compute_time(OperatorId layer, H2hAccelerator on) const override { return compute_[layer][on]; }
    double weight_time(OperatorId layer, H2hAccelerator) const override { return layers_[layer].weights; }
    double read_time(OperatorId, std::size_t, H2hAccelerator, H2hAccelerator) const override { return transfer; }
    double write_time(OperatorId, H2hAccelerator) const override { return transfer; }
    bool passes_host() const override { return through_host; }
    bool in_order() const override { return ordered; }

private:
    IdVector<OperatorId, std::vector<double>> compute_;
};

H2hPlacement placed(const std::vector<H2hAccelerator>& on) {
    H2hPlacement out;
    for (H2hAccelerator accelerator : on) out.push_back(accelerator);
    return out;
}

TEST(H2hAssign, TakesWhatIsDoneFirstWithTransfersThroughTheHost) {
    Table system({10, 10});
    OperatorId a = system.add({3, 4}, {});
    system.add({5, 4}, {a});
    // a: 1 + 3 + 1 = 5 on the first. Its consumer: 5 + (1 + 5 + 1) there, 5 + (1 + 4 + 1) on the second: nothing is
    // kept.
    EXPECT_THAT(h2h_assign(system, H2hOrder::as_listed).items(), ElementsAre(0u, 1u));
}

TEST(H2hAssign, CountsWhatTheAcceleratorHasGotAlready) {
    Table system({10, 10});
    system.add({3, 4}, {});
    system.add({3, 4}, {});
    system.add({3, 9}, {});
    // 5 and 6 are the ends of the first two; the third ends at 10 on the first, at 17 on the second.
    EXPECT_THAT(h2h_assign(system, H2hOrder::as_listed).items(), ElementsAre(0u, 1u, 0u));
}

TEST(H2hAssign, ByDepthTakesFirstLayersFirst) {
    Table system({10, 10});
    OperatorId a = system.add({2, 9}, {});
    system.add({2, 9}, {a});
    system.add({2, 7}, {});
    // As listed the first two end at 4 and 8, so that the third ends at 12 there, at 9 on the second accelerator. By
    // depth it is second, and ends at 8 there.
    EXPECT_THAT(h2h_assign(system, H2hOrder::as_listed).items(), ElementsAre(0u, 0u, 1u));
    EXPECT_THAT(h2h_assign(system, H2hOrder::by_depth).items(), ElementsAre(0u, 0u, 0u));
}

TEST(H2hAssign, LayersWithoutAPlaceOfTheirOwnGoWithTheirLeaders) {
    Table system({10, 10});
    OperatorId a = system.add({5, 6}, {});
    OperatorId sum = system.add({-1, 1}, {a});
    system.follow(sum, a);
    // The first would be faster for the leader, but does not run what goes with it.
    EXPECT_THAT(h2h_runners(system, a), ElementsAre(1u));
    EXPECT_THAT(h2h_assign(system, H2hOrder::as_listed).items(), ElementsAre(1u, 1u));
}

TEST(H2hAssign, SaysWhatNoAcceleratorRuns) {
    Table system({10});
    system.add({1}, {});
    system.add({-1}, {});
    try {
        h2h_assign(system, H2hOrder::as_listed);
        FAIL();
    } catch (const IllegalError& error) {
        EXPECT_STREQ(error.what(), "no accelerator supports operator 'layer1'");
    }
}

TEST(H2hKeptWeights, LargestFirstWhereTheyFit) {
    Table system({10, 3});
    system.add({1, 1}, {}, 4);
    system.add({1, 1}, {}, 7);
    system.add({1, 1}, {}, 3);
    system.add({1, 1}, {}, 4);
    // First accelerator: 7, then 3; 4 no longer fits. Second: 4 never does.
    EXPECT_THAT(h2h_kept_weights(system, placed({0, 0, 0, 1})).items(), ElementsAre(0, 1, 1, 0));
}

TEST(H2hMakespan, CountsWhatIsNotKept) {
    Table system({10, 10});
    OperatorId a = system.add({3, 3}, {}, 20);
    OperatorId b = system.add({4, 4}, {a}, 5);
    system.output(b);
    // Input 1, weights that do not fit 20, 3; the result stays; 4, and 1 for the output.
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 0})), 1 + 20 + 3 + 4 + 1);
    // Written and read in between.
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 1})), 1 + 20 + 3 + 1 + 1 + 4 + 1);
    system.through_host = false;
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 1})), 1 + 20 + 3 + 1 + 4 + 1);
}

TEST(H2hMakespan, AnAcceleratorGoesOnWithWhatReadsItsResult) {
    Table system({10, 10});
    OperatorId a = system.add({3, 3}, {});
    OperatorId other = system.add({5, 5}, {});
    system.add({4, 4}, {a});
    system.add({2, 2}, {other});
    // On the first: a until 4, then what reads it until 8 though `other` has been ready since 0; then that, 1 + 5 + 1,
    // until 15; what reads it on the second ends at 18.
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 0, 0, 1})), 18);
    // In order, `other` comes first: 4 + 7 = 11, its reader at 14; what reads a until 15.
    system.ordered = true;
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 0, 0, 1})), 15);
}

TEST(H2hRemap, MovesAWholeRunWhereOneLayerAloneWouldNotHelp) {
    Table system({10, 10});
    OperatorId a = system.add({2, 2}, {});
    OperatorId b = system.add({5, 3}, {a});
    OperatorId c = system.add({2, 6}, {b});
    system.output(c);
    H2hPlacement start = placed({0, 1, 1});
    EXPECT_DOUBLE_EQ(h2h_makespan(system, start), (1 + 2 + 1) + (1 + 3) + (6 + 1));
    EXPECT_DOUBLE_EQ(h2h_makespan(system, placed({0, 0, 1})), (1 + 2) + (5 + 1) + (1 + 6 + 1));
    H2hPlacement end = h2h_remapped(system, start);
    EXPECT_THAT(end.items(), ElementsAre(0u, 0u, 0u));
    EXPECT_DOUBLE_EQ(h2h_makespan(system, end), 1 + 2 + 5 + 2 + 1);
}

TEST(H2hRemap, EndsWhereNothingHelpsAndProposesNothingTwice) {
    Table system({10, 10, 10});
    std::vector<OperatorId> chain;
    for (int i = 0; i < 6; ++i) {
        std::vector<OperatorId> producers;
        if (!chain.empty()) producers.push_back(chain.back());
        chain.push_back(system.add({2, 3, 4}, producers));
    }
    H2hRemap remap(system, {placed({0, 1, 2, 0, 1, 2}), placed({1, 0, 0, 2, 2, 1})});
    std::set<std::vector<H2hAccelerator>> seen;
    double before = H2hRemap::never;
    for (;;) {
        std::vector<H2hPlacement> proposed = remap.propose(3);
        if (proposed.empty()) break;
        ASSERT_LE(proposed.size(), 3u);
        std::vector<double> times;
        for (const H2hPlacement& placement : proposed) {
            EXPECT_TRUE(seen.insert(placement.items()).second);
            times.push_back(h2h_makespan(system, placement));
        }
        remap.report(times);
        EXPECT_LE(remap.best_time(), before);
        before = remap.best_time();
    }
    EXPECT_THAT(remap.best().items(), ElementsAre(0u, 0u, 0u, 0u, 0u, 0u));
    // The input comes, six layers on the fastest accelerator, and the last result is no output.
    EXPECT_DOUBLE_EQ(remap.best_time(), 1 + 6 * 2);
}

TEST(H2hRemap, MovesToNeighboursOnly) {
    Table system({10, 10});
    OperatorId a = system.add({2, 1}, {});
    system.add({2, 1}, {a});
    // The other accelerator would be faster, but no neighbour is there.
    EXPECT_THAT(h2h_remapped(system, placed({0, 0})).items(), ElementsAre(0u, 0u));
}

TEST(H2hRemap, GoesOnFromAPlacementThatCannotRun) {
    Table system({10, 10});
    OperatorId a = system.add({2, 2}, {});
    system.add({2, 2}, {a});
    H2hRemap remap(system, {placed({0, 1})});
    EXPECT_EQ(remap.propose(8).size(), 1u);
    remap.report({H2hRemap::never});
    // The first layer to the second's accelerator, with all that hangs together with it, which is itself; the second to
    // the first's.
    std::vector<H2hPlacement> moves = remap.propose(8);
    ASSERT_EQ(moves.size(), 2u);
    remap.report({H2hRemap::never, 5});
    EXPECT_EQ(remap.best().items(), moves[1].items());
    EXPECT_THROW(remap.report({1, 2, 3}), std::logic_error);
}

// The search on simulated platforms.

constexpr const char* two_convs = "  - {name: a, type: conv, input: x, out_channels: 8, kernel: 3, padding: 1}\n"
                                  "  - {name: b, type: conv, input: a, out_channels: 8, kernel: 3, padding: 1}\n"
                                  "  - {name: c, type: conv, input: b, out_channels: 8, kernel: 3, padding: 1}\n";

SearchResult searched(const std::shared_ptr<Scenario>& scenario) {
    H2hSearch search(scenario);
    Evaluator evaluator(scenario);
    SearchResult result = run_search(search, evaluator, SearchBudget{});
    EXPECT_TRUE(result.best);
    EXPECT_EQ(result.illegal, 0u);
    return result;
}

/// Accelerators by operator.
std::map<std::string, std::string> places(const Scenario& scenario, const Mapping& mapping) {
    std::map<std::string, std::string> out;
    for (const AcceleratorSet& set : mapping.sets) {
        EXPECT_EQ(set.accelerators.size(), 1u);
        for (const Placement& placement : set.operators) {
            EXPECT_EQ(placement.strategy, Strategy{});
            out[scenario.graph.operators[placement.op].name] = scenario.platform.nodes[set.accelerators[0]].name;
        }
    }
    return out;
}

TEST(H2hSearch, AChainStaysTogetherOnASlowNetwork) {
    auto scenario = small_scenario(small_graph("x: [1, 8, 16, 16]", two_convs), small_platform(3));
    for (Link& link : scenario->platform.links) link.bandwidth = {8'000'000}; // 1 MB/s
    SearchResult result = searched(scenario);
    EXPECT_EQ(result.best->mapping.sets.size(), 1u);
    EXPECT_EQ(result.best->mapping.sets[0].operators.size(), 3u);
}

TEST(H2hSearch, IndependentBranchesRunSideBySide) {
    auto scenario =
        small_scenario(small_graph("x: [1, 8, 16, 16]",
                                   "  - {name: a, type: conv, input: x, out_channels: 32, kernel: 3, padding: 1}\n"
                                   "  - {name: b, type: conv, input: x, out_channels: 32, kernel: 3, padding: 1}\n"
                                   "  - {name: c, type: conv, input: a, out_channels: 32, kernel: 3, padding: 1}\n"
                                   "  - {name: d, type: conv, input: b, out_channels: 32, kernel: 3, padding: 1}\n"),
                       small_platform(2));
    auto where = places(*scenario, searched(scenario).best->mapping);
    EXPECT_EQ(where["a"], where["c"]);
    EXPECT_EQ(where["b"], where["d"]);
    EXPECT_NE(where["a"], where["b"]);
}

/// Two accelerators that can only run convolutions and only everything else.
std::shared_ptr<Scenario> divided() {
    auto scenario = small_scenario(
        small_graph("x: [1, 8, 8, 8]", "  - {name: a, type: conv, input: x, out_channels: 8, kernel: 3, padding: 1}\n"
                                       "  - {name: relu, type: relu, input: a}\n"
                                       "  - {name: sum, type: add, inputs: [relu, x]}\n"
                                       "  - {name: fc, type: linear, input: sum, out_features: 4}\n"),
        small_platform(2));
    auto convs = std::make_shared<OneTileDesign>("convs"), products = std::make_shared<OneTileDesign>("products");
    convs->refused = "linear";
    products->refused = "conv";
    scenario->designs = {{"convs", convs}, {"products", products}};
    scenario->platform.nodes[NodeId(0)].designs = {"products"};
    scenario->platform.nodes[NodeId(1)].designs = {"convs"};
    return scenario;
}

TEST(H2hSearch, PlacesOperatorsOnlyWhereTheDesignRunsThem) {
    auto scenario = divided();
    H2hSearch search(scenario);
    std::vector<Mapping> proposed = search.propose(8);
    ASSERT_FALSE(proposed.empty());
    for (const Mapping& mapping : proposed) {
        auto where = places(*scenario, mapping);
        EXPECT_EQ(where["a"], "acc1");
        EXPECT_EQ(where["relu"], "acc1"); // with the convolution whose result it reads
        EXPECT_EQ(where["sum"], "acc1");
        EXPECT_EQ(where["fc"], "acc0");
    }
    EXPECT_EQ(searched(scenario).evaluations, 1u); // there is nothing to move
}

TEST(H2hSearch, SaysWhatNoDesignSupports) {
    auto scenario = divided();
    scenario->platform.nodes[NodeId(0)].designs = {"convs"};
    try {
        H2hSearch search(scenario);
        FAIL();
    } catch (const IllegalError& error) {
        EXPECT_STREQ(error.what(), "no accelerator supports operator 'fc'");
    }
}

TEST(H2hSearch, ChangesADesignWhereNobodyWouldRunALayer) {
    auto scenario = divided(); // each refuses one operator; both would have `products`, which then computes least
    for (std::size_t i : {0, 1}) scenario->platform.nodes[NodeId(i)].designs = {};
    H2hPlatform platform(scenario);
    EXPECT_EQ(platform.design_of(0), "convs");
    EXPECT_EQ(platform.design_of(1), "products");
    auto where = places(*scenario, searched(scenario).best->mapping);
    EXPECT_EQ(where["a"], "acc0");
    EXPECT_EQ(where["fc"], "acc1");
}

TEST(H2hSearch, LeavesOutWhoMayLoadNoDesign) {
    auto scenario = small_scenario(small_graph("x: [1, 8, 16, 16]", two_convs), small_platform(2));
    auto design = std::make_shared<OneTileDesign>();
    design->resources.dsp = 2;
    scenario->designs["one_tile"] = design;
    scenario->platform.nodes[NodeId(0)].resources.dsp = 1;
    for (const auto& [layer, on] : places(*scenario, searched(scenario).best->mapping)) EXPECT_EQ(on, "acc1") << layer;
}

TEST(H2hSearch, TakesTheDesignWithTheLeastCompute) {
    auto scenario = small_scenario(small_graph("x: [1, 8, 8, 8]", two_convs), small_platform(2));
    auto slow = std::make_shared<OneTileDesign>("a_slow_one");
    slow->clock = {500'000'000};
    scenario->designs["a_slow_one"] = slow;
    scenario->platform.nodes[NodeId(1)].designs = {"a_slow_one"};
    H2hPlatform platform(scenario);
    EXPECT_EQ(platform.design_of(0), "one_tile");
    EXPECT_EQ(platform.design_of(1), "a_slow_one");
    // One cycle a multiply-accumulate: 8·8·8·8·9 of them, at 1 ns and 2 ns.
    EXPECT_DOUBLE_EQ(platform.compute_time(OperatorId(0), 0), 36'864e3);
    EXPECT_DOUBLE_EQ(platform.compute_time(OperatorId(0), 1), 2 * 36'864e3);
    // 512 bytes at 1 GB/s.
    EXPECT_DOUBLE_EQ(platform.write_time(OperatorId(0), 0), 512e3);
    EXPECT_DOUBLE_EQ(platform.weight_time(OperatorId(0), 0), 576e3);
}

TEST(H2hSearch, IsNeverWorseThanItsFirstStepAndAlwaysTheSame) {
    auto scenario = load_scenario("casia_surf", "h2h_0.5");
    H2hPlatform platform(scenario);
    Evaluator evaluator(scenario);
    auto run = [&] {
        H2hSearch search(scenario);
        return run_search(search, evaluator, {30, 0});
    };
    SearchResult first = run(), second = run();
    ASSERT_TRUE(first.best && second.best);
    EXPECT_EQ(first.latencies, second.latencies);
    EXPECT_EQ(first.best->mapping, second.best->mapping);
    Evaluation step_1 = evaluator.evaluate(platform.mapping(h2h_assign(platform, H2hOrder::as_listed)));
    ASSERT_TRUE(step_1.legal);
    EXPECT_EQ(first.latencies.front(), step_1.latency);
    EXPECT_LE(first.best->evaluation.latency, step_1.latency);
}

} // namespace
} // namespace arsia
