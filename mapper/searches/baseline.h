// The computation-prioritised mapping that MARS is compared with (DAC 2023).
#pragma once

#include <memory>

#include "mapper/search.h"

namespace arsia {

/// One mapping by four rules, none of which looks at communication:
///   sets       the platform's natural groups (Node::group); accelerators without a group are one set together.
///              A set that some operator cannot be split over (its extents are too small) is cut to the largest size
///              that every operator carries.
///   designs    for each set the allowed design that accepts most operators, among those the one with the fewest
///              compute cycles over them (as time, should clocks differ), then the first by name
///   operators  each set a contiguous segment in graph order, so that the longest compute time of a set, over its
///              accelerators, is least. An operator that the design of its segment's set refuses goes to the set
///              that computes it fastest.
///   strategies the two longest dimensions, as even as can be (longest_dimensions_split)
/// Throws IllegalError if no set can run some operator.
Mapping baseline_mapping(const Scenario& scenario);

/// Proposes baseline_mapping, once.
class BaselineSearch final : public Search {
public:
    explicit BaselineSearch(std::shared_ptr<const Scenario> scenario) : scenario_(std::move(scenario)) {}
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>&) override {}

private:
    std::shared_ptr<const Scenario> scenario_;
    bool proposed_ = false;
};

} // namespace arsia
