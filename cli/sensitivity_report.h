// What would make a run faster, as JSON and as a table.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "sim/sensitivity.h"

namespace arsia {

/// sensitivities(), with a status line.
std::vector<Sensitivity> shown_sensitivities(const Platform& platform, const Program& program, const RunResult& result,
                                             std::size_t most, const Console& console);

Json sensitivity_object(const std::vector<Sensitivity>& rows);
/// Shares and savings are of `latency`.
std::string sensitivity_text(const std::vector<Sensitivity>& rows, TimePs latency);

} // namespace arsia
