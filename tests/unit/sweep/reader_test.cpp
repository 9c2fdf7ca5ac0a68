#include "sweep/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "sweep/axis_kinds.h"
#include "sweep/plan.h"
#include "tests/unit/sweep/sweep_text.h"

namespace arsia {
namespace {

using ::testing::HasSubstr;

TEST(SweepReader, ReadsAxesInOrder) {
    SweepSpec spec = sweep_of("question: why?\nmeasure: energy\nbatch: 2\nsearch: {name: random, evaluations: 7}\n"
                              "axes:\n"
                              "  - {axis: bandwidth, links: network, values: [1 Gbps, 2 GB/s]}\n"
                              "  - {axis: bandwidth, name: host rate, links: host, values: [1 Gbps]}\n"
                              "  - {axis: burst, values: [64 KiB, message]}\n");
    EXPECT_EQ(spec.question, "why?");
    EXPECT_EQ(spec.measure, "energy");
    EXPECT_EQ(spec.base.batch, 2);
    EXPECT_EQ(spec.base.search.name, "random");
    EXPECT_EQ(spec.base.search.evaluations, 7U);
    EXPECT_EQ(spec.base.search.seed, 1U);
    ASSERT_EQ(spec.axes.size(), 3U);
    EXPECT_EQ(spec.axes[0].name, "bandwidth");
    EXPECT_EQ(spec.axes[0].values[1].label, "2 GB/s");
    EXPECT_EQ(spec.axes[0].values[1].number, 16e9);
    EXPECT_EQ(spec.axes[1].name, "host rate");
    EXPECT_TRUE(spec.axes[0].is_quantity());
    EXPECT_FALSE(spec.axes[2].is_quantity()) << "'message' is no number";
    EXPECT_EQ(spec.points(), 4U);
}

TEST(SweepReader, SaysAllThatIsWrongAtOnce) {
    std::string text = problems_of_sweep("format: arsia-sweep/1\nname: test\ntopologi: f1\nmeasure: latenci\naxes:\n"
                                         "  - {axis: bandwith, values: [1 Gbps]}\n"
                                         "  - {axis: count, values: [2, two, 2], links: all}\n"
                                         "  - {axis: latency, values: [5], links: hosts}\n"
                                         "  - {axis: change, values: [{events: []}]}\n"
                                         "  - {axis: search, values: [mras, {name: mars, seeds: 1}]}\n"
                                         "  - {axis: batch, values: []}\n"
                                         "  - {axis: designs, value: [a]}\n");
    for (const char* problem :
         {"s.yaml:3: topologi: unknown key 'topologi'; did you mean 'topology'?",
          "s.yaml:4: measure: 'latenci' is unknown; did you mean 'latency'?",
          "missing key 'workload', which no axis states either", "missing key 'topology', which no axis states either",
          "s.yaml:6: axes[0].axis: 'bandwith' is unknown; did you mean 'bandwidth'?",
          "s.yaml:7: axes[1].values[1]: expected a whole number, found 'two'",
          "s.yaml:7: axes[1].values[2]: '2' stands twice on axis 'count'",
          "s.yaml:7: axes[1].links: 'links' is for axes of links, not for 'count'", "s.yaml:8: axes[2].values[0]: '5'",
          "s.yaml:8: axes[2].links: 'hosts' is unknown; did you mean 'host'?",
          "s.yaml:9: axes[3].values[0]: missing key 'name'",
          "s.yaml:10: axes[4].values[0]: 'mras' is unknown; did you mean 'mars'?",
          "s.yaml:10: axes[4].values[1].seeds: unknown key 'seeds'; did you mean 'seed'?",
          "s.yaml:11: axes[5].values: axis 'batch' needs at least one value",
          "s.yaml:12: axes[6].value: unknown key 'value'; did you mean 'values'?"})
        EXPECT_THAT(text, HasSubstr(problem));
}

TEST(SweepReader, RefusesWhatHasNoEffect) {
    EXPECT_THAT(problems_of_sweep(sweep_head + "mapping: m.json\nsearch: mars\naxes: [{axis: batch, values: [1]}]\n"),
                HasSubstr("'search' has no effect: 'mapping' states the mapping of every point"));
    EXPECT_THAT(problems_of_sweep(sweep_head + "axes: [{axis: workload, values: [vgg16]}]\n"),
                HasSubstr("s.yaml:3: workload: 'workload' is stated, and an axis too"));
    EXPECT_THAT(problems_of_sweep(sweep_head + "measure: period\naxes: [{axis: batch, values: [1]}]\n"),
                HasSubstr("measure 'period' is that of a stream; 'requests' must be at least 2"));
    EXPECT_THAT(problems_of_sweep(sweep_head + "axes: [{axis: batch, values: [1]}, {axis: batch, values: [2]}]\n"),
                HasSubstr("a second axis 'batch'; 'name' tells axes of one kind apart"));
    EXPECT_THAT(problems_of_sweep(sweep_head + "axes: [{axis: batch, name: \"b\\a\", values: [1]}]\n"),
                HasSubstr("axes[0].name: the name 'b\\x07' holds the control character U+0007, which a name cannot"));
    EXPECT_THAT(problems_of_sweep(sweep_head + "axes: []\n"), HasSubstr("axes: expected at least one axis"));
    EXPECT_THAT(problems_of_sweep(sweep_head), HasSubstr("missing key 'axes'"));
    std::string hundred = "[1";
    for (int value = 2; value <= 101; ++value) hundred += ", " + std::to_string(value);
    hundred += "]";
    EXPECT_THAT(problems_of_sweep(sweep_head + "axes: [{axis: batch, values: " + hundred +
                                  "}, {axis: seed, values: " + hundred + "}]\n"),
                HasSubstr("the axes make more than 10000 points"));
}

TEST(SweepReader, ShippedStudiesCanBeRead) {
    std::vector<std::string> names = catalog_names(CatalogKind::study);
    EXPECT_THAT(names, ::testing::IsSupersetOf({"f1_bandwidth", "shapes", "scaling", "failed_link"}));
    for (const std::string& name : names) {
        SweepSpec spec = read_sweep(name);
        EXPECT_EQ(spec.name, name);
        EXPECT_FALSE(spec.question.empty()) << name;
        EXPECT_NO_THROW(require_points(spec)) << name;
    }
    EXPECT_THROW(read_sweep("f1_bandwith"), InputError);
    try {
        read_sweep("f1_bandwith");
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("unknown study 'f1_bandwith'; did you mean 'f1_bandwidth'?"));
    }
}

} // namespace
} // namespace arsia
