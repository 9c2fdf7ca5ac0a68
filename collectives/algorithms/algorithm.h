// Algorithms: how a group of ranks carries out an operation.
#pragma once

#include <string>

#include "collectives/operation.h"
#include "collectives/schedule.h"
#include "collectives/stage.h"

namespace arsia {

class StageAlgorithm {
public:
    virtual ~StageAlgorithm() = default;
    /// Why so many ranks cannot run it; empty if they can.
    virtual std::string refusal(std::size_t /*members*/) const { return ""; }
    virtual void append(CollectiveOperation operation, const Stage& stage, Schedule& schedule) const = 0;
};

/// Every algorithm but `hierarchical`, which is made of the others. Two-directional rings are rings: half of the lanes
/// have the reverse order of members.
const StageAlgorithm& stage_algorithm(CollectiveAlgorithm algorithm);

const StageAlgorithm& ring_algorithm();
const StageAlgorithm& direct_algorithm();
const StageAlgorithm& halving_doubling_algorithm();
const StageAlgorithm& double_binary_tree_algorithm();

/// For operations that an algorithm does not have; the table of operations keeps them away.
[[noreturn]] void throw_no_such_stage(const char* algorithm, CollectiveOperation operation);

} // namespace arsia
