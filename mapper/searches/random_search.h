// Random legal mappings: the yardstick of any search.
#pragma once

#include <memory>

#include "base/random.h"
#include "mapper/search.h"
#include "mapper/searches/genome.h"

namespace arsia {

/// Draws from the same genomes as MarsSearch: random sets, designs and segments, then each operator's strategy
/// uniformly among the legal ones.
class RandomSearch final : public Search {
public:
    RandomSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>&) override {}
    bool proposes_ahead() const override { return true; }

private:
    GenomeSpace space_;
    Random random_;
};

} // namespace arsia
