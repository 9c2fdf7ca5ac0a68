#include "mapper/searches/h2h.h"

namespace arsia {

H2hSearch::H2hSearch(std::shared_ptr<const Scenario> scenario)
    : platform_(std::move(scenario)), remap_(platform_, h2h_starts(platform_)) {}

std::vector<Mapping> H2hSearch::propose(std::size_t most) {
    std::vector<Mapping> out;
    for (const H2hPlacement& placement : remap_.propose(most)) out.push_back(platform_.mapping(placement));
    return out;
}

void H2hSearch::report(const std::vector<Candidate>& candidates) {
    std::vector<double> times;
    for (const Candidate& candidate : candidates) {
        const Evaluation& evaluation = candidate.evaluation;
        times.push_back(evaluation.legal ? static_cast<double>(evaluation.latency) : H2hRemap::never);
    }
    remap_.report(times);
}

} // namespace arsia
