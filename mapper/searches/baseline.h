// The computation-prioritised mapping that MARS is compared with (DAC 2023).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mapper/search.h"

namespace arsia {

/// One mapping by four rules, none of which looks at communication:
///   sets       the platform's natural groups (Node::group); accelerators without a group are one set together.
///              A group whose accelerators have no design in common is parted into sets that have one. A set that
///              some operator cannot be split over (its extents are too small) is cut to the largest size that every
///              operator carries.
///   designs    for each set the allowed design that accepts most operators, among those the one with the fewest
///              compute cycles over them (as time, should clocks differ), then the first by name
///   operators  each set a contiguous segment in graph order, so that the longest compute time of a set, over its
///              accelerators, is least. An operator that the design of its segment's set refuses goes to the set
///              that computes it fastest.
///   strategies the two longest dimensions, as even as can be (longest_dimensions_split)
/// Throws IllegalError if the design of no set accepts some operator.
Mapping baseline_mapping(const Scenario& scenario);

/// What others are compared with, or why there is nothing to compare with.
struct BaselineOutcome {
    std::optional<Mapping> mapping; ///< nothing: the rules make none, and the evaluation's problems say why
    Evaluation evaluation;
};
BaselineOutcome evaluated_baseline(Evaluator& evaluator);
/// The text of a search that found no legal mapping: `what`, and a line for each problem of the baseline, as an
/// example.
std::string nothing_found(const std::string& what, const BaselineOutcome& baseline);

/// Proposes baseline_mapping, once, if there is one.
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
