#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/traffic/platforms.h"
#include "traffic/patterns.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

TrafficOptions draws(std::uint64_t count, std::uint64_t seed = 1) {
    TrafficOptions options;
    options.count = count;
    options.seed = seed;
    return options;
}

bool is_accelerator(const Platform& platform, NodeId node) {
    return platform.nodes[node].kind == NodeKind::accelerator;
}

} // namespace

TEST(Patterns, AreListedByNameWithASentence) {
    std::vector<std::string> names;
    for (const TrafficPattern& pattern : traffic_patterns()) {
        names.push_back(pattern.name);
        EXPECT_FALSE(pattern.summary.empty());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"incast", "nearest_neighbour", "permutation", "uniform"}));
}

class EveryPattern : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPattern, DrawsWhatIsAskedFor) {
    Platform platform = star();
    TrafficOptions options = draws(500);
    options.least_bytes = 100;
    options.most_bytes = 103;
    options.latest_start = 2;
    Traffic traffic = random_traffic(platform, GetParam(), options);
    ASSERT_EQ(traffic.size(), 500u);
    std::set<Bytes> bytes;
    std::set<TimePs> starts;
    for (const Demand& demand : traffic) {
        EXPECT_NE(demand.source, demand.destination);
        EXPECT_TRUE(is_accelerator(platform, demand.source) && is_accelerator(platform, demand.destination));
        bytes.insert(demand.bytes);
        starts.insert(demand.start);
    }
    EXPECT_EQ(bytes, (std::set<Bytes>{100, 101, 102, 103})) << "both ends of the range are drawn";
    EXPECT_EQ(starts, (std::set<TimePs>{0, 1, 2}));
}

TEST_P(EveryPattern, IsTheSameForTheSameSeedAndAnotherForAnother) {
    Platform platform = ring(16);
    Traffic first = random_traffic(platform, GetParam(), draws(40, 7));
    EXPECT_EQ(first, random_traffic(platform, GetParam(), draws(40, 7)));
    EXPECT_NE(first, random_traffic(platform, GetParam(), draws(40, 8)));
}

TEST_P(EveryPattern, PairsDoNotDependOnSizesAndStarts) {
    Platform platform = ring(16);
    TrafficOptions options = draws(40);
    Traffic plain = random_traffic(platform, GetParam(), options);
    options.most_bytes = options.least_bytes * 16;
    options.latest_start = 1'000'000;
    Traffic varied = random_traffic(platform, GetParam(), options);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_EQ(plain[i].source, varied[i].source);
        EXPECT_EQ(plain[i].destination, varied[i].destination);
    }
}

TEST_P(EveryPattern, NeedsTwoAccelerators) {
    EXPECT_EQ(error_of([] { random_traffic(ring(1), GetParam(), draws(1)); }),
              "random traffic needs at least 2 accelerators; ring has 1");
}

INSTANTIATE_TEST_SUITE_P(Patterns, EveryPattern,
                         ::testing::Values("incast", "nearest_neighbour", "permutation", "uniform"));

TEST(Uniform, DrawsEveryPairAboutEquallyOften) {
    std::map<std::pair<NodeId, NodeId>, int> drawn;
    for (const Demand& demand : random_traffic(ring(4), "uniform", draws(12'000)))
        ++drawn[{demand.source, demand.destination}];
    EXPECT_EQ(drawn.size(), 12u);
    for (const auto& [pair, times] : drawn) EXPECT_NEAR(times, 1000, 150) << "five standard deviations";
}

TEST(Permutation, EachSendsToOneAndReceivesFromOne) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Traffic traffic = random_traffic(ring(5), "permutation", draws(10, seed));
        std::set<NodeId> sources, destinations;
        for (std::size_t i = 0; i < 5; ++i) {
            sources.insert(traffic[i].source);
            destinations.insert(traffic[i].destination);
            EXPECT_EQ(traffic[i], traffic[i + 5]) << "the partner stays";
        }
        EXPECT_EQ(sources.size(), 5u);
        EXPECT_EQ(destinations.size(), 5u);
    }
}

TEST(Incast, AllOthersSendToTheTargetInTurn) {
    Platform platform = ring(5);
    TrafficOptions options = draws(8);
    options.target = platform.find_node("acc3");
    std::map<NodeId, int> sent;
    for (const Demand& demand : random_traffic(platform, "incast", options)) {
        EXPECT_EQ(demand.destination, options.target);
        ++sent[demand.source];
    }
    EXPECT_EQ(sent.size(), 4u);
    for (const auto& [source, times] : sent) EXPECT_EQ(times, 2);
}

TEST(Incast, AHostMayBeTheTarget) {
    Platform platform = star();
    TrafficOptions options = draws(4);
    options.target = platform.host();
    std::set<NodeId> sources;
    for (const Demand& demand : random_traffic(platform, "incast", options)) sources.insert(demand.source);
    EXPECT_EQ(sources.size(), 4u);
}

TEST(NearestNeighbour, StaysWithinAHopOfARing) {
    Platform platform = ring(8);
    std::set<std::pair<NodeId, NodeId>> pairs;
    for (const Demand& demand : random_traffic(platform, "nearest_neighbour", draws(400))) {
        EXPECT_EQ(platform.route(demand.source, demand.destination).size(), 1u);
        pairs.insert({demand.source, demand.destination});
    }
    EXPECT_EQ(pairs.size(), 16u) << "both neighbours of each are drawn";
}

TEST(NearestNeighbour, LooksThroughSwitches) {
    std::set<std::pair<NodeId, NodeId>> pairs;
    for (const Demand& demand : random_traffic(star(), "nearest_neighbour", draws(400)))
        pairs.insert({demand.source, demand.destination});
    EXPECT_EQ(pairs.size(), 12u) << "behind one switch each is nearest to each";
}

TEST(Patterns, ErrorsSayWhatIsWrong) {
    Platform platform = star();
    EXPECT_EQ(error_of([&] { random_traffic(platform, "unifrom", draws(1)); }),
              "unknown pattern 'unifrom'; did you mean 'uniform'?; there are: incast, nearest_neighbour, permutation, "
              "uniform");
    EXPECT_EQ(error_of([&] { random_traffic(platform, "uniform", draws(10'000'001)); }),
              "10000001 transfers are too many; at most 10000000");
    TrafficOptions at_switch = draws(1);
    at_switch.target = platform.find_node("sw0");
    EXPECT_EQ(error_of([&] { random_traffic(platform, "incast", at_switch); }),
              "the target 'sw0' is a switch, which cannot receive");
    EXPECT_EQ(error_of([&] { random_traffic(platform, "uniform", at_switch); }),
              "only the pattern incast has a target, not uniform");
}
