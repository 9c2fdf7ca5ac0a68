// Lower bounds on the latency of any mapping of a workload on a platform.
#pragma once

#include <string>
#include <vector>

#include "mapper/scenario.h"

namespace arsia {

struct Bound {
    std::string name;      ///< `work`, `critical_path`, `input_output`
    TimePs latency = 0;    ///< no mapping is faster
    std::string reasoning; ///< one sentence
};

/// Every bound that was computed; the largest is the certificate. Valid for designs whose least_cycles is below the
/// cycles of any shards that make up the operator, and whose plans load each operand at least once.
/// docs/searches.md has the proofs.
std::vector<Bound> lower_bounds(const Scenario& scenario);
TimePs best_bound(const std::vector<Bound>& bounds);

} // namespace arsia
