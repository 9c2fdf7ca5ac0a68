// Candidates of a search, and one accelerator alone.
#include <algorithm>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "mapper/evaluation/evaluator.h"
#include "mapper/searches/baseline.h"
#include "tests/bench/peak_memory.h"
#include "workloads/reader.h"

using namespace arsia;

namespace {

/// Mapping to latency on eight FPGAs: the baseline's mapping and, in turn, the same with the accelerators of each set
/// in the opposite order, so that no result of the candidate before can be taken for the next.
void candidate(benchmark::State& state, const char* workload) {
    auto scenario = load_scenario(workload, "f1_16xlarge");
    Mapping mappings[2] = {baseline_mapping(*scenario), baseline_mapping(*scenario)};
    for (AcceleratorSet& set : mappings[1].sets) std::reverse(set.accelerators.begin(), set.accelerators.end());
    Evaluator evaluator(scenario);
    std::size_t turn = 0;
    for (auto _ : state)
        if (!evaluator.evaluate(mappings[turn++ % 2]).legal) throw std::logic_error("the mapping is not legal");
    state.counters["candidates_per_s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["events_per_s"] = benchmark::Counter(static_cast<double>(evaluator.run(mappings[0]).result.events),
                                                        benchmark::Counter::kIsIterationInvariantRate);
    state.counters["peak_bytes"] = bench::peak_resident_bytes();
}

void CandidateResNet34(benchmark::State& state) { candidate(state, "resnet34"); }
void CandidateResNet101(benchmark::State& state) { candidate(state, "resnet101"); }

/// AlexNet's five convolutions, one after the other, on one array of 32 x 32.
void AlexNetConvolutions(benchmark::State& state) {
    DesignPtr design = read_design("systolic_os_32x32");
    Graph graph = read_workload("alexnet");
    Platform platform;
    platform.nodes.push_back({"acc0", NodeKind::accelerator, {Bytes(1) << 40, {800'000'000'000}, 0}});
    Simulator simulator(platform);
    for (auto _ : state) {
        Program program;
        TaskId before;
        for (const Operator& op : graph.operators) {
            if (op.type != "conv") continue;
            Task task;
            task.kind = TaskKind::compute;
            task.node = NodeId(0);
            task.plan =
                program.add_plan(std::make_shared<const TilePlan>(design->plan(op, op.extents, graph.element_bits)));
            TaskId id = program.add(task);
            if (before.valid()) program.depend(id, before);
            before = id;
        }
        if (program.tasks().size() != 5) throw std::logic_error("AlexNet has five convolutions");
        benchmark::DoNotOptimize(simulator.run(program).latency);
    }
}

} // namespace

BENCHMARK(CandidateResNet34)->Unit(benchmark::kMillisecond);
BENCHMARK(CandidateResNet101)->Unit(benchmark::kMillisecond);
BENCHMARK(AlexNetConvolutions)->Unit(benchmark::kMillisecond);
