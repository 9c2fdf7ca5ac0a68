#include "mapper/evaluation/evaluator.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "mapper/legality.h"
#include "sim/energy.h"

namespace arsia {

Evaluator::Evaluator(std::shared_ptr<const Scenario> scenario, const AcceleratorFactory& models)
    : scenario_(std::move(scenario)), lowering_(*scenario_), simulator_(scenario_->platform, models),
      energy_is_known_(scenario_->designs_without_energy().empty()) {}

Evaluator::~Evaluator() = default;

Evaluation Evaluator::evaluate(const Mapping& mapping) {
    Evaluation out;
    out.problems = legality_problems(*scenario_, mapping, lowering_);
    out.legal = out.problems.empty();
    if (!out.legal) return out;
    try {
        bool with_figures = figures_ && !mapping.fragment;
        const Program& program = lowering_.lower(mapping, with_figures ? Buffers::described : Buffers::left_out);
        const RunResult& result = simulator_.run(program, named(RunOptions()));
        Run run{program, result, lowering_.request_ends(mapping)};
        out.latency = mapping.fragment ? result.latency : score(run);
        if (with_figures) out.figures = figures(mapping, run);
    } catch (const IllegalError& error) { // links that fail may leave it without a route
        out.legal = false;
        out.problems.push_back(error.what());
    }
    return out;
}

RunOptions Evaluator::named(RunOptions options) const {
    options.graph = &scenario_->graph;
    return options;
}

Evaluator::Run Evaluator::run(const Mapping& mapping, const RunOptions& options) {
    const Program& program = lowering_.lower(mapping);
    return {program, simulator_.run(program, named(options)), lowering_.request_ends(mapping)};
}

Figures Evaluator::figures(const Mapping& mapping, const Run& run) const {
    constexpr double picojoules_per_joule = 1e12;
    constexpr double most = 9e18;
    Energy energy = energy_of(scenario_->platform, run.program, run.result, designs_of(*scenario_, mapping));
    double picojoules = energy.total_j() * picojoules_per_joule;
    if (!(picojoules < most)) throw InputError("the energy of a run is above 9 MJ, more than can be compared");
    IdVector<NodeId, Bytes> peaks = peak_memory(scenario_->platform, run.program, run.result);
    Figures out;
    // Otherwise mappings onto designs without figures would seem to take nothing.
    if (energy_is_known_) out.energy_pj = std::llround(picojoules);
    for (NodeId accelerator : scenario_->accelerators) out.peak_memory = std::max(out.peak_memory, peaks[accelerator]);
    return out;
}

std::int64_t Evaluator::score(const Run& run) const {
    return objective_.score(run.result.latency, objective_.is_latency() ? StreamTimes() : times(run));
}

StreamTimes Evaluator::times(const Run& run) const {
    return times(run, OperatorId(0), OperatorId(scenario_->graph.operators.size()));
}

StreamTimes Evaluator::times(const Run& run, OperatorId begin, OperatorId end) const {
    return stream_times(scenario_->stream, run.program, run.result, run.request_ends, begin, end);
}

IdVector<NodeId, const Design*> designs_of(const Scenario& scenario, const Mapping& mapping) {
    IdVector<NodeId, const Design*> out(scenario.platform.nodes.size(), nullptr);
    for (const AcceleratorSet& set : mapping.sets)
        for (std::size_t rank = 0; rank < set.accelerators.size(); ++rank)
            out[set.accelerators[rank]] = scenario.find_design(set.design_of(rank));
    return out;
}

} // namespace arsia
