// Every reason why a mapping is illegal, one by one.
#include <gmock/gmock.h>

#include "mapper/legality.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* conv_and_relu =
    "  - {name: a, type: conv, input: x, out_channels: 4, kernel: [3, 3], padding: [1, 1]}\n"
    "  - {name: b, type: relu, input: a}\n";

struct Legality : ::testing::Test {
    std::shared_ptr<Scenario> scenario =
        small_scenario(small_graph("x: [1, 3, 8, 8]", conv_and_relu), small_platform(4));
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 4}}), split({{Dim::P, 4}})});
    AcceleratorSet& set = mapping.sets[0];

    std::vector<std::string> problems() { return legality_problems(*scenario, mapping); }
};

TEST_F(Legality, ALegalMappingHasNoProblems) { EXPECT_THAT(problems(), IsEmpty()); }

TEST_F(Legality, NoSets) {
    mapping.sets.clear();
    EXPECT_THAT(problems(), ElementsAre("sets: there is none", "sets: every operator must be on a set; on none: a, b"));
}

TEST_F(Legality, EmptySet) {
    mapping.sets.push_back({{}, "one_tile", false, {}});
    EXPECT_THAT(problems(), ElementsAre("sets[1].accelerators: there is none"));
}

TEST_F(Legality, AcceleratorsInTwoSetsOrTwiceInOne) {
    mapping.sets.push_back({{NodeId(1), NodeId(1)}, "one_tile", false, {}});
    EXPECT_THAT(problems(),
                ElementsAre("sets[1].accelerators[0]: acc1 is already in sets[0]; an accelerator belongs to one set",
                            "sets[1].accelerators[1]: acc1 is named twice"));
}

TEST_F(Legality, TheHostIsNoAccelerator) {
    mapping.sets.push_back({{scenario->host}, "one_tile", false, {}});
    EXPECT_THAT(problems(), ElementsAre("sets[1].accelerators[0]: host is a host, not an accelerator"));
}

TEST_F(Legality, UnknownDesign) {
    set.design = "one_tle";
    EXPECT_THAT(problems(), ElementsAre("sets[0].design: unknown design 'one_tle'; did you mean 'one_tile'?; the "
                                        "accelerators may load one_tile"));
}

TEST_F(Legality, DesignThatNeedsMoreThanTheDeviceHas) {
    auto large = std::make_shared<OneTileDesign>("large");
    large->resources = {1152, 300};
    scenario->designs["large"] = large;
    set.design = "large";
    EXPECT_THAT(problems(), IsEmpty()); // nothing is stated of the devices
    scenario->platform.nodes[NodeId(1)].resources = {900, -1};
    scenario->platform.nodes[NodeId(2)].resources = {1152, 299};
    scenario->platform.nodes[NodeId(3)].resources = {1152, 300};
    EXPECT_THAT(problems(), ElementsAre("sets[0].design: large needs 1152 DSP slices, and acc1 has 900",
                                        "sets[0].design: large needs 300 blocks of RAM, and acc2 has 299"));
}

TEST_F(Legality, DesignThatAnAcceleratorDoesNotAllow) {
    scenario->designs["other"] = std::make_shared<OneTileDesign>("other");
    scenario->platform.nodes[NodeId(2)].designs = {"other", "third"};
    EXPECT_THAT(problems(), ElementsAre("sets[0].design: acc2 may not load one_tile; it allows other, third"));
}

TEST_F(Legality, DesignThatRefusesAnOperator) {
    auto design = std::make_shared<OneTileDesign>();
    design->refused = "relu";
    scenario->designs["one_tile"] = design;
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[1] (b): design one_tile cannot run it: no relu here"));
}

TEST_F(Legality, OperatorMissing) {
    set.operators.pop_back();
    EXPECT_THAT(problems(), ElementsAre("sets: every operator must be on a set; on none: b"));
}

TEST_F(Legality, OperatorTwice) {
    set.accelerators.pop_back();
    set.operators[0].strategy = split({{Dim::K, 3}});
    set.operators[1].strategy = split({{Dim::P, 3}});
    set.operators.push_back(set.operators[1]);
    Placement alone{OperatorId(0), split({}), std::nullopt};
    mapping.sets.push_back({{NodeId(3)}, "one_tile", false, {alone}});
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[2] (b): is named twice",
                                        "sets[1].operators[0] (a): is already in sets[0]; an operator runs on one "
                                        "set"));
}

TEST_F(Legality, ProductOfTheFactors) {
    set.operators[0].strategy = split({{Dim::K, 2}, {Dim::P, 3}});
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): es: the product of the factors (K2 P3) is 6, the "
                                        "set has 4 accelerators"));
}

TEST_F(Legality, FactorAboveTheExtent) {
    set.operators[0].strategy = split({{Dim::C, 4}});
    set.operators[1].strategy = split({{Dim::P, 0}});
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): es.C: factor 4 is not between 1 and the extent 3",
                                        "sets[0].operators[1] (b): es.P: factor 0 is not between 1 and the extent 8"));
}

TEST_F(Legality, SharedShardsWithoutAReplica) {
    set.operators[0].strategy = split({{Dim::K, 4}}, Dim::K);
    EXPECT_THAT(problems(), ElementsAre("sets[0].operators[0] (a): ss K with es K4: what the factors leave replicated "
                                        "(input x) is not split by K"));
}

TEST_F(Legality, AMissingWayThroughThePlatform) {
    // Accelerators that are linked to the host only, and a host that does not forward.
    scenario->platform = small_platform(2);
    Platform& platform = scenario->platform;
    platform.nodes[platform.host()].forwards = false;
    IdVector<LinkId, Link> kept;
    for (const Link& link : platform.links)
        if (link.from == platform.host() || link.to == platform.host()) kept.push_back(link);
    platform.links = kept;
    scenario->accelerators = platform.accelerators();
    scenario->host = platform.host();
    mapping = one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::K, 2}})});
    EXPECT_THAT(problems(), IsEmpty());
    mapping = one_set(*scenario, {split({{Dim::K, 2}}), split({{Dim::P, 2}})});
    EXPECT_THAT(problems(), ElementsAre("b: needs a transfer from acc1 to acc0, and the platform has no way between "
                                        "them",
                                        "b: needs a transfer from acc0 to acc1, and the platform has no way between "
                                        "them"));
}

TEST(ShardOf, FactorsCountInTheOrderOfTheDimensionsLastFastest) {
    Extents extents = {1, 5, 1, 4, 1, 1, 1};
    Factors es = split({{Dim::K, 2}, {Dim::P, 2}}).es;
    auto ranges = [&](std::size_t rank) {
        IterationBox box = shard_of(extents, es, rank);
        return std::vector<std::int64_t>{at(box, Dim::K).begin, at(box, Dim::K).end, at(box, Dim::P).begin,
                                         at(box, Dim::P).end};
    };
    EXPECT_THAT(ranges(0), ElementsAre(0, 2, 0, 2));
    EXPECT_THAT(ranges(1), ElementsAre(0, 2, 2, 4));
    EXPECT_THAT(ranges(2), ElementsAre(2, 5, 0, 2));
    EXPECT_THAT(ranges(3), ElementsAre(2, 5, 2, 4));
}

TEST(StrategyText, NamesFactorsAboveOneAndTheSharedDimension) {
    EXPECT_EQ(to_string(split({{Dim::K, 2}, {Dim::P, 2}})), "K2 P2");
    EXPECT_EQ(to_string(split({{Dim::P, 4}}, Dim::K)), "P4 +SS K");
    EXPECT_EQ(to_string(split({})), "-");
}

} // namespace
} // namespace arsia
