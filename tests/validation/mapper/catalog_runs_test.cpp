// Every shipped network on a platform that suits it, mapped by the baseline: what a run says about itself.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "mapper/evaluation/evaluator.h"
#include "mapper/searches/baseline.h"
#include "sim/critical_path.h"
#include "sim/sensitivity.h"

namespace arsia {
namespace {

/// Transformers need the memory of a pod.
std::string topology_for(const std::string& workload) {
    for (const char* large : {"bert_base", "gpt2", "llama2_7b", "llama2_7b_decode", "vit_b16"})
        if (workload == large) return "npu_pod8";
    return "f1_16xlarge";
}

struct OwnRun {
    std::shared_ptr<const Scenario> scenario;
    Program program;
    RunResult result;

    OwnRun(const std::string& workload, const std::string& topology) : scenario(load_scenario(workload, topology)) {
        Evaluator evaluator(scenario);
        Evaluator::Run run = evaluator.run(baseline_mapping(*scenario));
        program = run.program;
        result = run.result;
    }
};

TEST(CatalogRuns, BreakdownSumsToTheLatencyToThePicosecond) {
    for (const std::string& workload : catalog_names(CatalogKind::workload)) {
        OwnRun run(workload, topology_for(workload));
        const Platform& platform = run.scenario->platform;
        Breakdown parts = breakdown(platform, run.program, run.result);
        EXPECT_GT(run.result.latency, 0) << workload;
        EXPECT_EQ(parts.sum(), run.result.latency) << workload;
        TimePs by_link = 0, cursor = 0;
        for (TimePs time : parts.network_by_link) by_link += time;
        EXPECT_EQ(by_link, parts.network) << workload;
        for (const PathStep& step : critical_path(run.program, run.result)) {
            EXPECT_EQ(step.begin, cursor) << workload;
            cursor = step.end;
        }
        EXPECT_EQ(cursor, run.result.latency) << workload;
    }
}

class Sensitivities : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Sensitivities, AgreeWhereThePathStays) {
    OwnRun run(GetParam().first, GetParam().second);
    std::vector<Sensitivity> rows =
        sensitivities(run.scenario->platform, run.program, run.result, 5, [](std::size_t, std::size_t) {});
    ASSERT_FALSE(rows.empty());
    int agree = 0;
    for (const Sensitivity& row : rows) {
        std::string name = row.kind + " " + row.resource;
        EXPECT_LT(row.predicted, run.result.latency) << name;
        EXPECT_GE(row.path_time, 0) << name;
        double off = std::abs(static_cast<double>(row.predicted - row.confirmed)) / static_cast<double>(row.confirmed);
        // On the same path it is not predicted how accesses and messages fall among those of others; this matters for
        // resources that many tasks share, and the row says so.
        if (row.agreement == Agreement::waits) {
            EXPECT_THAT(row.resource, ::testing::AnyOf("all memories", "all links", "links of hosts"));
            EXPECT_LT(off, 0.1) << name << ": predicted " << row.predicted << ", simulated " << row.confirmed << ", "
                                << row.limited_by;
        }
        EXPECT_EQ(row.agreement == Agreement::agrees, off <= 0.05) << name;
        if (row.agreement == Agreement::agrees) {
            ++agree;
            EXPECT_EQ(row.limited_by, "") << name;
        } else if (row.agreement == Agreement::moved) {
            EXPECT_NE(row.limited_by, "") << name;
        }
    }
    EXPECT_GT(agree, 0);
}

INSTANTIATE_TEST_SUITE_P(Catalog, Sensitivities,
                         ::testing::Values(std::pair("alexnet", "f1_16xlarge"), std::pair("resnet34", "f1_16xlarge"),
                                           std::pair("vgg16", "f1_16xlarge"), std::pair("mobilenet_v2", "ring8"),
                                           std::pair("resnet18", "mesh4x4"), std::pair("cnn_lstm", "f1_16xlarge"),
                                           std::pair("gpt2", "npu_pod8")));

} // namespace
} // namespace arsia
