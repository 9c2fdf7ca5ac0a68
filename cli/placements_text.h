// The operators of a set as a table.
#pragma once

#include <string>
#include <vector>

#include "mapper/mapping.h"

namespace arsia {

/// In graph order. Neighbours with an equal strategy share a line, `first … last (7)`. Repetitions of a block
/// (`layers.0.`, `layers.1.`, …) that follow each other and are mapped alike are shown once, as `layers.0-31.`; MACs
/// are those of all of them.
std::string placements_text(const Graph& graph, std::vector<Placement> placements);

} // namespace arsia
