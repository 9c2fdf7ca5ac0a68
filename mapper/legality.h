// Static legality of a mapping: no simulation.
#pragma once

#include <string>
#include <vector>

#include "mapper/lowering.h"
#include "mapper/mapping.h"

namespace arsia {

/// Everything that is wrong, each with where (`sets[0].operators[3] (layer1.0.conv1): es`), the value and what is
/// legal. Empty: the mapping can be lowered and simulated. Checked: sets disjoint and not empty; designs known and
/// allowed on each accelerator; every operator on exactly one set; factor product = set size and no factor above the
/// extent; SS dimension legal for the strategy; shares only in sets that mix designs, one for each accelerator, none
/// without a part; every design of the set supports the operator; memory fits (bytes needed and there,
/// accelerator), and the platform has a way for every transfer. Memory and ways are looked at when all else is right.
std::vector<std::string> legality_problems(const Scenario& scenario, const Mapping& mapping);
/// The same with a lowering of the scenario at hand, which then has the mapping's program ready.
std::vector<std::string> legality_problems(const Scenario& scenario, const Mapping& mapping, Lowering& lowering);

/// Why SS along `dim` makes no sense for the operator under these factors; empty string if it does.
std::string shared_shard_problem(const Operator& op, const Graph& graph, const Factors& es, Dim dim);

} // namespace arsia
