// Transfers of one node that start at the same instant: the lower priority goes first, whatever their destinations.
#include <gtest/gtest.h>

#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

TEST(Priority, DecidesWhoTakesALinkFirst) {
    TestPlatform on(0);
    NodeId source = on.accelerator(), hub = on.switch_node();
    NodeId near = on.accelerator(), far = on.accelerator();
    on.link(source, hub);
    on.link(hub, near);
    on.link(hub, far);
    auto ends = [&](std::int32_t near_priority, std::int32_t far_priority) {
        Program program;
        Task first = transfer(source, near, 1000), second = transfer(source, far, 1000);
        first.priority = near_priority;
        second.priority = far_priority;
        TaskId to_near = program.add(first), to_far = program.add(second);
        Simulator simulator(on.platform);
        const RunResult& result = simulator.run(program);
        return std::pair(result.tasks[to_near].end, result.tasks[to_far].end);
    };
    EXPECT_EQ(ends(0, 0), std::pair(2000 * ns, 3000 * ns)) << "otherwise the lower destination";
    EXPECT_EQ(ends(1, 0), std::pair(3000 * ns, 2000 * ns));
    EXPECT_EQ(ends(0, 1), std::pair(2000 * ns, 3000 * ns));
}
