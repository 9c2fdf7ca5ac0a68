// Reads `arsia-sweep/1`.
#pragma once

#include <string>

#include "sweep/spec.h"

namespace arsia {

/// More points are taken for a typing error.
constexpr std::size_t most_points = 10'000;

/// A study by its catalog name or its file. Throws InputError with every problem. Files that the spec names are not
/// looked at; require_points() does that.
SweepSpec read_sweep(const std::string& name_or_path);
SweepSpec read_sweep_text(const std::string& text, const std::string& shown = "sweep.yaml",
                          const std::string& folder = "");

} // namespace arsia
