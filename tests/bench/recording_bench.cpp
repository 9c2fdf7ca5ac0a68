// What recording costs: the same program with and without a run file, one after the other.
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>

#include "collectives/collective.h"
#include "sim/recorder/run_recorder.h"
#include "tests/bench/peak_memory.h"
#include "traffic/patterns.h"

using namespace arsia;

namespace {

double seconds_of_plain_run(Simulator& simulator, const Program& program) {
    auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(simulator.run(program).latency);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Times recorded runs; says what share of the plain run's time they take more, and what memory and file they need.
void record(benchmark::State& state, const Platform& platform, const Program& program) {
    namespace fs = std::filesystem;
    std::string path = fs::temp_directory_path() / "arsia-recording-bench.h5";
    Simulator simulator(platform);
    double plain = 0, recorded = 0, before = 0;
    for (auto _ : state) {
        state.PauseTiming();
        plain += seconds_of_plain_run(simulator, program);
        before = bench::peak_resident_bytes();
        state.ResumeTiming();
        auto begin = std::chrono::steady_clock::now();
        RunRecorder recorder(path, platform, nullptr);
        RunOptions options;
        options.watch_links = true;
        options.observer = &recorder;
        const RunResult& result = simulator.run(program, options);
        recorder.finish({platform, program, result, nullptr, "bench", "", "", {}, std::nullopt});
        recorded += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    state.counters["overhead"] = recorded / plain - 1;
    state.counters["recorder_bytes"] = bench::peak_resident_bytes() - before;
    state.counters["file_bytes"] = static_cast<double>(fs::file_size(path));
    fs::remove(path);
}

/// Transfers of 64 KiB to 1 MiB on a torus, in bursts of 64 KiB: as many bursts at once as in a busy network.
void RecordTraffic(benchmark::State& state) {
    Platform platform = read_topology_text(R"(
format: arsia-topology/1
name: torus4x4
generate: {kind: torus, dims: [4, 4], link: {bandwidth: 50 GB/s, latency: 500 ns}}
accelerator: {memory: {capacity: 64 GiB, bandwidth: 1000 GB/s}, dma: {channels: 4}}
burst: 64 KiB
)");
    TrafficOptions options;
    options.count = static_cast<std::uint64_t>(state.range(0));
    options.seed = 1;
    options.least_bytes = Bytes(64) << 10;
    options.most_bytes = Bytes(1) << 20;
    constexpr TimePs spacing = 1'000'000; // about what the torus carries
    options.latest_start = state.range(0) * spacing;
    record(state, platform, program_of(random_traffic(platform, "uniform", options)));
}

/// Messages that are never cut, the least to simulate a task: the worst case. `ranks` makes 2·ranks·(ranks − 1) sends.
void RecordRingAllReduce(benchmark::State& state) {
    Platform platform = read_topology_text(
        "format: arsia-topology/1\nname: ring\ngenerate: {kind: ring, count: " + std::to_string(state.range(0)) +
        R"(, link: {bandwidth: 50 GiB/s, latency: 500 ns}}
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
    record(state, platform, program.unrolled());
}

} // namespace

BENCHMARK(RecordTraffic)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(RecordRingAllReduce)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();
