// Links that slow down or fail, as a topology file states them.
#include <gtest/gtest.h>

#include "tests/unit/topologies/topology_text.h"
#include "topologies/routing.h"

namespace arsia {
namespace {

TEST(LinkEventsInFiles, AreSortedByTimeAndPartOfTheDigest) {
    Platform plain = platform_of("kind: ring, count: 4");
    Platform ring = platform_of("kind: ring, count: 4", "events:\n"
                                                        "  - {at: 5 us, from: acc1, to: acc2, fails: true}\n"
                                                        "  - {at: 2 us, between: [acc0, acc1], bandwidth: 100 MB/s}\n");
    ASSERT_EQ(ring.link_events.size(), 3u);
    EXPECT_EQ(ring.link_events[0].at, 2'000'000);
    EXPECT_EQ(ring.links[ring.link_events[0].link].name, "acc0->acc1");
    EXPECT_EQ(ring.links[ring.link_events[1].link].name, "acc1->acc0");
    EXPECT_EQ(ring.link_events[1].bandwidth, parse_bandwidth("100 MB/s"));
    EXPECT_EQ(ring.links[ring.link_events[2].link].name, "acc1->acc2");
    EXPECT_EQ(ring.link_events[2].bandwidth.bits_per_second, 0u);
    EXPECT_NE(plain.digest(), ring.digest());
}

TEST(LinkEventsInFiles, ErrorsSayWhatIsWrong) {
    auto problems = [](const std::string& event) {
        return problems_of(generated("kind: line, count: 3", "events:\n  - " + event + "\n"));
    };
    EXPECT_EQ(problems("{at: 1 us, from: acc0, to: acc1}"),
              "t.yaml:7: events[0]: an event needs one of 'bandwidth', to which the link slows down, or 'fails: true'");
    EXPECT_EQ(problems("{at: 1 us, from: acc0, to: acc2, fails: true}"),
              "t.yaml:7: events[0]: no link leads from 'acc0' to 'acc2'");
    EXPECT_EQ(problems("{at: 1 us, from: acc0, to: acc1, bandwidth: 2 GB/s}"),
              "t.yaml:7: events[0].bandwidth: link acc0->acc1 cannot get faster than it is, 8 Gbit/s");
    EXPECT_EQ(problems("{from: acc0, to: acc1, fails: true}"), "t.yaml:7: events[0]: missing key 'at'");
    EXPECT_NE(problems("{at: 3, from: acc0, to: acc1, fails: true}").find("'3' has no unit"), std::string::npos);
}

TEST(RouteAround, TakesTheOtherWayRoundARing) {
    Platform ring = platform_of("kind: ring, count: 5");
    IdVector<LinkId, bool> failed(ring.links.size(), false);
    NodeId from = ring.find_node("acc0"), to = ring.find_node("acc1");
    EXPECT_EQ(route_around(ring, failed, from, to), ring.route(from, to));
    failed[ring.route(from, to).front()] = true;
    Route detour = route_around(ring, failed, from, to);
    ASSERT_EQ(detour.size(), 4u);
    EXPECT_EQ(ring.links[detour.front()].name, "acc0->acc4");
    failed[detour[2]] = true;
    try {
        route_around(ring, failed, from, to);
        FAIL() << "both ways are cut";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "no route leads from 'acc0' to 'acc1' now that acc0->acc1, acc3->acc2 failed");
    }
}

} // namespace
} // namespace arsia
