// Mapping to latency: legality, lowering, simulation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/lowering.h"
#include "mapper/mapping.h"
#include "mapper/objective.h"
#include "sim/simulator.h"

namespace arsia {

/// What a mapping costs beside time, of its simulated run.
struct Figures {
    std::int64_t energy_pj = 0; ///< of all causes (Energy); 0 in a scenario that has designs_without_energy()
    Bytes peak_memory = 0;      ///< of the accelerator that needs most: its largest sum of live buffers in the run
};

struct Evaluation {
    bool legal = false;
    TimePs latency = 0;                ///< what is minimised: the simulated latency, or another objective's score
    std::vector<std::string> problems; ///< why it is not legal
    std::optional<Figures> figures;    ///< if the evaluator was asked for them; never of fragments
};

/// Evaluates mappings of one scenario in this process. Holds the process's one Simulator.
class Evaluator {
public:
    /// `models`: makes accelerators that are not arsia's own, as for Simulator.
    explicit Evaluator(std::shared_ptr<const Scenario> scenario, const AcceleratorFactory& models = {});
    ~Evaluator();

    Evaluation evaluate(const Mapping& mapping);
    /// Lowers and runs a legal mapping; the references stay valid until the next call.
    struct Run {
        const Program& program;
        const RunResult& result;
        const std::vector<TaskId>& request_ends;
    };
    Run run(const Mapping& mapping, const RunOptions& options = {true, true});
    /// What evaluate() says of the mapping that was run.
    std::int64_t score(const Run& run) const;
    /// Times of every request, for operators from `begin` up to `end`; without them for the whole workload.
    StreamTimes times(const Run& run) const;
    StreamTimes times(const Run& run, OperatorId begin, OperatorId end) const;

    void set_objective(Objective objective) { objective_ = std::move(objective); }
    const Objective& objective() const { return objective_; }
    /// Whether evaluate() also finds energy and peak memory, which takes some more time.
    void set_figures(bool wanted) { figures_ = wanted; }
    bool has_figures() const { return figures_; }
    const Scenario& scenario() const { return *scenario_; }

private:
    RunOptions named(RunOptions options) const;
    Figures figures(const Mapping& mapping, const Run& run) const;

    std::shared_ptr<const Scenario> scenario_;
    Lowering lowering_;
    Simulator simulator_;
    Objective objective_;
    bool figures_ = false;
    bool energy_is_known_;
};

/// Design of each node under the mapping; nullptr where there is none.
IdVector<NodeId, const Design*> designs_of(const Scenario& scenario, const Mapping& mapping);

} // namespace arsia
