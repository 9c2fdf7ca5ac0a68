// A bound that follows the data along one chain of dependent operators through every way of splitting them.
#pragma once

#include <optional>

#include "mapper/bounds.h"

namespace arsia {

/// Nothing where it does not apply: accelerators that allow different designs, or so many that the ways of splitting
/// cannot be gone through.
std::optional<Bound> chain_bound(const Scenario& scenario, BoundEffort effort);

} // namespace arsia
