// What recording costs: the same program with and without a run file, one after the other.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>

#include "collectives/collective.h"
#include "sim/recorder/run_recorder.h"
#include "tests/bench/peak_memory.h"
#include "traffic/patterns.h"

using namespace arsia;

namespace {

/// Seconds on the clock, and of all threads of the process.
struct Seconds {
    double wall = 0, cpu = 0;

    static Seconds now() {
        auto clock = std::chrono::steady_clock::now().time_since_epoch();
        timespec cpu{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
        return {std::chrono::duration<double>(clock).count(),
                static_cast<double>(cpu.tv_sec) + 1e-9 * static_cast<double>(cpu.tv_nsec)};
    }
};

/// The least of several runs of each kind, since others use the machine too.
class Least {
public:
    template <class Work>
    void time(Work work) {
        Seconds begin = Seconds::now();
        work();
        Seconds end = Seconds::now();
        least_.wall = std::min(least_.wall, end.wall - begin.wall);
        least_.cpu = std::min(least_.cpu, end.cpu - begin.cpu);
    }
    Seconds seconds() const { return least_; }

private:
    Seconds least_{1e9, 1e9};
};

/// Times recorded runs; says what share of the plain run's time they take more, on the clock and of the processors, and
/// what memory and file they need.
void record(benchmark::State& state, const Platform& platform, const Program& program) {
    namespace fs = std::filesystem;
    std::string path = fs::temp_directory_path() / "arsia-recording-bench.h5";
    Simulator simulator(platform);
    Least plain, recorded;
    double before = 0;
    for (auto _ : state) {
        state.PauseTiming();
        plain.time([&] { benchmark::DoNotOptimize(simulator.run(program).latency); });
        before = before > 0 ? before : bench::peak_resident_bytes();
        state.ResumeTiming();
        recorded.time([&] {
            RunRecorder recorder(path, platform, nullptr);
            RunOptions options;
            options.watch_links = true;
            options.observer = &recorder;
            const RunResult& result = simulator.run(program, options);
            recorder.finish({platform, program, result, nullptr, "bench", "", "", {}, std::nullopt});
        });
    }
    state.counters["more_cpu"] = recorded.seconds().cpu / plain.seconds().cpu - 1;
    state.counters["more_wall"] = recorded.seconds().wall / plain.seconds().wall - 1;
    state.counters["recorder_bytes"] = bench::peak_resident_bytes() - before;
    state.counters["file_bytes"] = static_cast<double>(fs::file_size(path));
    fs::remove(path);
}

/// Transfers of 64 KiB to 1 MiB on a torus, as many at once as in a busy network.
void record_traffic(benchmark::State& state, const std::string& burst) {
    Platform platform = read_topology_text(R"(
format: arsia-topology/1
name: torus4x4
generate: {kind: torus, dims: [4, 4], link: {bandwidth: 50 GB/s, latency: 500 ns}}
accelerator: {memory: {capacity: 64 GiB, bandwidth: 1000 GB/s}, dma: {channels: 4}}
burst: )" + burst + "\n");
    TrafficOptions options;
    options.count = static_cast<std::uint64_t>(state.range(0));
    options.seed = 1;
    options.least_bytes = Bytes(64) << 10;
    options.most_bytes = Bytes(1) << 20;
    constexpr TimePs spacing = 1'000'000; // about what the torus carries
    options.latest_start = state.range(0) * spacing;
    record(state, platform, program_of(random_traffic(platform, "uniform", options)));
}
void RecordTrafficInBursts(benchmark::State& state) { record_traffic(state, "64 KiB"); }
void RecordTrafficUncut(benchmark::State& state) { record_traffic(state, "message"); }

/// Messages that are never cut and meet nothing, the least to simulate a task: the worst case. `ranks` makes
/// 2·ranks·(ranks − 1) sends.
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

constexpr int pairs = 3;
BENCHMARK(RecordTrafficInBursts)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(pairs)
    ->MeasureProcessCPUTime();
BENCHMARK(RecordTrafficUncut)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(pairs)
    ->MeasureProcessCPUTime();
BENCHMARK(RecordRingAllReduce)->Arg(512)->Unit(benchmark::kMillisecond)->Iterations(5 * pairs)->MeasureProcessCPUTime();
