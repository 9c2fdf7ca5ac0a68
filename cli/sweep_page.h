// The report of a sweep: one HTML page that needs nothing else.
#pragma once

#include <string>

#include "sim/recorder/sweep_file.h"

namespace arsia {

/// `file`: its name to show.
std::string sweep_page(const std::string& file, const SweepRecord& record);

} // namespace arsia
