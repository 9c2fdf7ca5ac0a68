// Lower bounds on the latency of any mapping of a workload on a platform; of a stream, on the time of its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/scenario.h"

namespace arsia {

struct Bound {
    std::string name;      ///< `work`, `critical_path`, `input_output`, `chain`
    TimePs latency = 0;    ///< no mapping is faster
    std::string reasoning; ///< one sentence
};

/// Every bound that was computed; the largest is the certificate. Valid for designs whose least_cycles is below the
/// cycles of any shards that make up the operator, and whose plans load each operand at least once.
/// docs/searches.md has the proofs. Of a stream: its last request arrives last and takes at least as long as a single
/// one (bounds of a single request, from its arrival on); and the work of all requests is to be done (`work`).
///
/// How much is done for the chain bound: `quick` knows nothing of where the accelerators of a set are, `thorough` goes
/// through all ways in which they can lie in the platform's neighbourhoods (seconds for a hundred operators on eight
/// accelerators).
enum class BoundEffort : std::uint8_t { quick, thorough };
std::vector<Bound> lower_bounds(const Scenario& scenario, BoundEffort effort = BoundEffort::quick);
/// The largest; one of 0 named `none` if there are none.
Bound highest(const std::vector<Bound>& bounds);
TimePs best_bound(const std::vector<Bound>& bounds);

} // namespace arsia
