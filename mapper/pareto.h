// Mappings of which none is better than another in everything: latency, energy and memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mapper/evaluation/evaluator.h"

namespace arsia {

/// What is weighed against each other, the less the better: latency (or the score of another objective), energy in pJ,
/// peak memory in bytes.
using Objectives = std::array<std::int64_t, 3>;

/// Of a legal evaluation that has figures.
Objectives objectives_of(const Evaluation& evaluation);
/// At least as good in everything, and better in something.
bool dominates(const Objectives& a, const Objectives& b);

struct ParetoPoint {
    Mapping mapping;
    Evaluation evaluation;
    std::uint64_t number = 0; ///< of the evaluation, from 1
};

/// The Pareto set of all that was added: what nothing dominates, of equals the first. In the order of latency, then of
/// energy, then of memory; so nothing is dominated by what stands after it.
class ParetoFront {
public:
    /// What has no figures is left out.
    void add(const Mapping& mapping, const Evaluation& evaluation, std::uint64_t number);

    const std::vector<ParetoPoint>& points() const { return points_; }

private:
    std::vector<ParetoPoint> points_;
};

} // namespace arsia
