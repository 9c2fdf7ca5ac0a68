#include "mapper/pareto.h"

#include <algorithm>

namespace arsia {

Objectives objectives_of(const Evaluation& evaluation) {
    return {evaluation.latency, evaluation.figures.value().energy_pj, evaluation.figures->peak_memory};
}

bool dominates(const Objectives& a, const Objectives& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] > b[i]) return false;
    return a != b;
}

void ParetoFront::add(const Mapping& mapping, const Evaluation& evaluation, std::uint64_t number) {
    if (!evaluation.legal || !evaluation.figures) return;
    Objectives objectives = objectives_of(evaluation);
    auto at =
        std::lower_bound(points_.begin(), points_.end(), objectives,
                         [](const ParetoPoint& a, const Objectives& b) { return objectives_of(a.evaluation) < b; });
    auto beats = [&](const ParetoPoint& point) { return dominates(objectives_of(point.evaluation), objectives); };
    auto beaten = [&](const ParetoPoint& point) { return dominates(objectives, objectives_of(point.evaluation)); };
    if (at != points_.end() && objectives_of(at->evaluation) == objectives) return;
    if (std::any_of(points_.begin(), at, beats)) return;
    points_.erase(std::remove_if(at, points_.end(), beaten), points_.end());
    points_.insert(at, {mapping, evaluation, number});
}

} // namespace arsia
