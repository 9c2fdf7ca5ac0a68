// Mapping to latency: legality, lowering, simulation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mapper/lowering.h"
#include "mapper/mapping.h"
#include "sim/simulator.h"

namespace arsia {

struct Evaluation {
    bool legal = false;
    TimePs latency = 0;                ///< simulated; only if legal
    std::vector<std::string> problems; ///< why not, otherwise
};

/// Evaluates mappings of one scenario in this process. Holds the process's one Simulator.
class Evaluator {
public:
    explicit Evaluator(std::shared_ptr<const Scenario> scenario);
    ~Evaluator();

    Evaluation evaluate(const Mapping& mapping);
    /// Lowers and runs a legal mapping; both references stay valid until the next call.
    struct Run {
        const Program& program;
        const RunResult& result;
    };
    Run run(const Mapping& mapping, const RunOptions& options = {true, true});
    const Scenario& scenario() const { return *scenario_; }

private:
    std::shared_ptr<const Scenario> scenario_;
    Lowering lowering_;
    Simulator simulator_;
};

} // namespace arsia
