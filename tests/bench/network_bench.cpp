// Large networks, from the topology's text to the result: what public simulators were measured on.
#include <benchmark/benchmark.h>

#include "collectives/collective.h"
#include "sim/simulator.h"
#include "tests/bench/peak_memory.h"
#include "traffic/patterns.h"

using namespace arsia;

namespace {

void count(benchmark::State& state, std::uint64_t events) {
    state.counters["events_per_s"] =
        benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsIterationInvariantRate);
    state.counters["peak_bytes"] = bench::peak_resident_bytes();
}

/// Ring all-reduce of 256 MiB over 1,024 nodes, messages never cut: 2.1 million sends.
void RingAllReduce1024(benchmark::State& state) {
    std::uint64_t events = 0;
    for (auto _ : state) {
        Platform platform = read_topology_text(R"(
format: arsia-topology/1
name: ring1024
generate: {kind: ring, count: 1024, link: {bandwidth: 50 GiB/s, latency: 500 ns}}
accelerator: {memory: {capacity: 16 GiB, bandwidth: 1000 GB/s}, dma: {channels: 2, setup: 10 ns}}
burst: message
)");
        CollectiveSpec spec;
        spec.operation = CollectiveOperation::all_reduce;
        spec.algorithm = CollectiveAlgorithm::ring;
        spec.ranks = platform.accelerators();
        spec.bytes = Bytes(256) << 20;
        Program program;
        append_collective(program, platform, spec);
        Simulator simulator(platform);
        events = simulator.run(program).events;
    }
    count(state, events);
}

/// 10,000 random transfers of 1 to 16 MiB, all at once, in bursts of 64 KiB.
void RandomTransfersOnTorus(benchmark::State& state) {
    std::uint64_t events = 0;
    for (auto _ : state) {
        Platform platform = read_topology_text(R"(
format: arsia-topology/1
name: torus4x4x4
generate: {kind: torus, dims: [4, 4, 4], link: {bandwidth: 50 GB/s, latency: 500 ns}}
accelerator: {memory: {capacity: 64 GiB, bandwidth: 1000 GB/s}, dma: {channels: 1024}}
burst: 64 KiB
)");
        TrafficOptions options;
        options.count = 10'000;
        options.seed = 1;
        options.least_bytes = Bytes(1) << 20;
        options.most_bytes = Bytes(16) << 20;
        Program program = program_of(random_traffic(platform, "uniform", options));
        Simulator simulator(platform);
        events = simulator.run(program).events;
    }
    count(state, events);
}

} // namespace

BENCHMARK(RingAllReduce1024)->Unit(benchmark::kMillisecond);
BENCHMARK(RandomTransfersOnTorus)->Unit(benchmark::kMillisecond);
