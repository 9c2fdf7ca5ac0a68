// The algorithm that a group takes by itself is the fastest of those it chooses from, where bandwidth decides.
#include <gtest/gtest.h>

#include "collectives/collective.h"
#include "mapper/lowering/group_collectives.h"
#include "sim/simulator.h"
#include "topologies/platform.h"

using namespace arsia;

namespace {

using Operation = CollectiveOperation;
using Algorithm = CollectiveAlgorithm;

struct Case {
    const char* name;
    const char* generate;
    Algorithm chosen;
};

class ChosenAlgorithm : public ::testing::TestWithParam<Case> {};

TEST_P(ChosenAlgorithm, IsNotSlowerThanTheOthers) {
    Platform platform =
        read_topology_text(std::string("format: arsia-topology/1\nname: p\ngenerate: ") + GetParam().generate +
                           "\naccelerator: {memory: {capacity: 1 GiB, bandwidth: 200 GB/s}, "
                           "dma: {channels: 8, setup: 100 ns}}\nburst: 64 KiB\n");
    Distances distances(platform);
    GroupCollectives groups(platform, distances);
    Simulator simulator(platform);
    for (Operation operation : {Operation::all_gather, Operation::reduce_scatter}) {
        CollectiveSpec spec;
        spec.operation = operation;
        spec.ranks = platform.accelerators();
        spec.slices.assign(spec.ranks.size(), 4 << 20);
        auto time_by = [&](Algorithm algorithm) {
            spec.algorithm = algorithm;
            Program program;
            append_collective(program, platform, spec);
            return static_cast<double>(simulator.run(program).latency);
        };
        Algorithm chosen = groups.way(operation, spec.ranks, CollectiveChoice::automatic).algorithm;
        EXPECT_STREQ(info_of(chosen).name, info_of(GetParam().chosen).name);
        // 4 MiB a slice are 64 bursts: what is left out, latency and filling of the way, is less than 3 %.
        double time = time_by(chosen);
        for (Algorithm other : {Algorithm::direct, Algorithm::ring, Algorithm::halving_doubling})
            EXPECT_LE(time, 1.03 * time_by(other)) << info_of(other).name;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Platforms, ChosenAlgorithm,
    ::testing::Values(
        Case{"Clique", "{kind: fully_connected, count: 8, link: {bandwidth: 10 GB/s, latency: 100 ns}}",
             Algorithm::direct},
        Case{"Switch", "{kind: switch, count: 8, link: {bandwidth: 10 GB/s, latency: 100 ns}}", Algorithm::direct},
        Case{"Ring", "{kind: ring, count: 8, link: {bandwidth: 10 GB/s, latency: 100 ns}}", Algorithm::ring},
        Case{"Halves",
             "{kind: groups, inside: {kind: switch, count: 4, link: {bandwidth: 10 GB/s}}, "
             "between: {kind: ring, count: 2, link: {bandwidth: 1 GB/s}}}",
             Algorithm::halving_doubling}),
    [](const auto& each) { return each.param.name; });

} // namespace
