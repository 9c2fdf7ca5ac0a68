// Which designs an accelerator of a scenario may load.
#include <fstream>

#include <gmock/gmock.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "mapper/scenario.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

using ::testing::Contains;
using ::testing::Not;

Graph one_convolution() {
    return read_workload_text("format: arsia-workload/1\nname: one\nelement: 16 bit\ninputs: {x: [1, 3, 8, 8]}\n"
                              "operators: [{name: a, type: conv, input: x, out_channels: 4, kernel: [3, 3]}]\n");
}

Platform one_device(const std::string& more) {
    return read_topology_text("format: arsia-topology/1\n"
                              "name: small\n"
                              "generate: {kind: ring, count: 1, link: {bandwidth: 1 GB/s}}\n"
                              "accelerator:\n"
                              "  memory: {capacity: 1 GiB, bandwidth: 1 GB/s}\n" +
                              more +
                              "host:\n"
                              "  memory: {capacity: 1 GiB, bandwidth: 1 GB/s}\n"
                              "  link: {bandwidth: 1 GB/s}\n");
}

TEST(Scenario, AListedDesignMustFitTheDevice) {
    try {
        make_scenario(one_convolution(), one_device("  designs: [superlip_64_7_7_14, winograd_4_3]\n"
                                                    "  resources: {dsp: 900}\n"));
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "topology 'small': acc0 may load winograd_4_3, but winograd_4_3 needs 1152 DSP "
                                   "slices, and acc0 has 900");
    }
}

TEST(Scenario, ADesignNamedByItsFileIsCalledByItsOwnName) {
    std::string file = resolve_catalog_file(CatalogKind::design, "winograd_4_3");
    auto scenario = make_scenario(one_convolution(), one_device("  designs: [superlip_64_7_7_14, " + file + "]\n"));
    EXPECT_THAT(scenario->common_designs(scenario->accelerators),
                ::testing::ElementsAre("superlip_64_7_7_14", "winograd_4_3"));
    EXPECT_NE(scenario->find_design("winograd_4_3"), nullptr);
}

TEST(Scenario, KnowsDesignsThatStateNoEnergy) {
    EXPECT_THAT(make_scenario(one_convolution(), one_device(""))->designs_without_energy(), ::testing::IsEmpty())
        << "the whole catalog states some";
    const std::string file = ::testing::TempDir() + "mute.yaml";
    std::ofstream(file) << "format: arsia-design/1\nname: mute\nmodel: tiled_loop\nclock: 100 MHz\n"
                           "tile: {K: 16, C: 16, P: 14, Q: 14}\nvector: {width: 16, tile: 4096}\n";
    auto scenario = make_scenario(one_convolution(), one_device("  designs: [" + file + ", winograd_4_3]\n"));
    EXPECT_THAT(scenario->designs_without_energy(), ::testing::ElementsAre("mute"));
}

TEST(Scenario, TwoDesignsCannotHaveOneName) {
    std::string file = resolve_catalog_file(CatalogKind::design, "winograd_4_3");
    try {
        make_scenario(one_convolution(), one_device("  designs: [winograd_4_3, " + file + "]\n"));
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_THAT(
            error.what(),
            ::testing::HasSubstr("topology 'small' allows two designs that are both called 'winograd_4_3'; one is "));
    }
}

TEST(Scenario, OfTheWholeCatalogWhatDoesNotFitIsLeftOut) {
    auto scenario = make_scenario(one_convolution(), one_device("  resources: {dsp: 900}\n"));
    std::vector<std::string> designs = scenario->common_designs(scenario->accelerators);
    EXPECT_THAT(designs, Contains("superlip_64_7_7_14"));
    EXPECT_THAT(designs, Not(Contains("winograd_4_3")));
    EXPECT_THAT(make_scenario(one_convolution(), one_device(""))->common_designs({NodeId(0)}),
                Contains("winograd_4_3"));
}

} // namespace
} // namespace arsia
