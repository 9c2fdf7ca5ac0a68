#include "mapper/searches/random_search.h"

#include <algorithm>

#include "mapper/searches/variation.h"

namespace arsia {

RandomSearch::RandomSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t)
    : space_(std::move(scenario)), random_(seed) {}

std::vector<Mapping> RandomSearch::propose(std::size_t most) {
    constexpr std::size_t batch = 32;
    std::vector<Mapping> out;
    while (out.size() < std::min(most, batch)) {
        std::optional<Assignment> assignment = random_assignment(space_, random_);
        if (!assignment) break;
        out.push_back(space_.mapping(*assignment, random_strategies(space_, *assignment, random_)));
    }
    return out;
}

} // namespace arsia
