#include "sim/sensitivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/small_run.h"

namespace arsia {
namespace {

const Sensitivity* find(const std::vector<Sensitivity>& rows, const std::string& kind, const std::string& resource) {
    for (const Sensitivity& row : rows)
        if (row.kind == kind && row.resource == resource) return &row;
    return nullptr;
}

/// host -- a -- b with 1 ns a byte: a computes 4,000 ns, then sends 1,000 B to the host, 1,000 ns and 100 ns latency.
class SensitivityTest : public ::testing::Test {
protected:
    SensitivityTest() {
        TaskId compute = program_.add(testing::compute_on(row_.a, program_.add_plan(testing::plan_of(4000))));
        program_.depend(program_.add(testing::transfer_of(row_.a, row_.host, 1000)), compute);
    }
    std::vector<Sensitivity> study(std::size_t most) {
        {
            Simulator simulator(row_.platform);
            result_ = simulator.run(program_);
        }
        return sensitivities(row_.platform, program_, result_, most, [&](std::size_t, std::size_t) { ++told_; });
    }

    testing::RowOfThree row_{0};
    Program program_;
    RunResult result_;
    std::size_t told_ = 0;
};

TEST_F(SensitivityTest, HalvesWhatThePathSpendsThere) {
    std::vector<Sensitivity> rows = study(10);
    EXPECT_EQ(result_.latency, 5'100'000);
    EXPECT_EQ(told_, rows.size());
    const Sensitivity* engine = find(rows, "compute", "a");
    ASSERT_TRUE(engine);
    EXPECT_EQ(engine->predicted, 3'100'000) << "2,000 ns of compute less";
    EXPECT_EQ(engine->confirmed, 3'100'000);
    EXPECT_EQ(engine->path_time, 4'000'000);
    EXPECT_EQ(engine->agreement, Agreement::agrees);
    const Sensitivity* link = find(rows, "links", "a->host");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->predicted, 4'600'000) << "500 ns of the wire less; the latency of 100 ns stays";
    EXPECT_EQ(link->confirmed, 4'600'000);
    const Sensitivity* all = find(rows, "links", "all links");
    ASSERT_TRUE(all);
    EXPECT_EQ(all->confirmed, 4'600'000);
    EXPECT_FALSE(find(rows, "links", "a->b")) << "nothing on the path passes it";
    EXPECT_FALSE(find(rows, "compute", "b"));
}

TEST_F(SensitivityTest, NumberLimitsSingleResourcesOnly) {
    std::vector<Sensitivity> rows = study(1);
    EXPECT_TRUE(find(rows, "compute", "all compute engines"));
    EXPECT_TRUE(find(rows, "links", "all links"));
    EXPECT_TRUE(find(rows, "compute", "a")) << "saves most";
    EXPECT_FALSE(find(rows, "links", "a->host"));
}

TEST_F(SensitivityTest, SaysWhereThePathMoves) {
    program_.add(testing::compute_on(row_.b, program_.add_plan(testing::plan_of(4900))));
    std::vector<Sensitivity> rows = study(10);
    EXPECT_EQ(result_.latency, 5'100'000);
    const Sensitivity* engine = find(rows, "compute", "a");
    ASSERT_TRUE(engine);
    EXPECT_EQ(engine->predicted, 3'100'000);
    EXPECT_EQ(engine->confirmed, 4'900'000) << "b computes as long as before";
    EXPECT_EQ(engine->agreement, Agreement::moved);
    EXPECT_EQ(engine->limited_by, "compute on b");
}

TEST_F(SensitivityTest, FasterPartsAreTwiceAsFastAndOthersStay) {
    SpeedUp what{"", "", {row_.a_host}, {row_.a}, {row_.a}, {}};
    Platform quick = faster(row_.platform, what);
    EXPECT_EQ(quick.links[row_.a_host].bandwidth.bits_per_second, 16'000'000'000U);
    EXPECT_EQ(quick.links[row_.host_a].bandwidth.bits_per_second, 8'000'000'000U);
    EXPECT_EQ(quick.nodes[row_.a].memory.bandwidth.bits_per_second, 256'000'000'000U);
    EXPECT_EQ(quick.nodes[row_.b].memory.bandwidth.bits_per_second, 128'000'000'000U);
    program_.add(testing::compute_on(row_.b, program_.task(TaskId(0)).plan));
    Program changed = faster(program_, what);
    ASSERT_EQ(changed.tasks().size(), 3U);
    EXPECT_EQ(changed.plan(changed.task(TaskId(0)).plan).clock.hertz, 2'000'000'000U);
    EXPECT_EQ(changed.plan(changed.task(TaskId(2)).plan).clock.hertz, 1'000'000'000U) << "the same plan elsewhere";
    EXPECT_EQ(changed.edges().size(), 1U);
}

} // namespace
} // namespace arsia
