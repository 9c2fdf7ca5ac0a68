// The report of one or two runs: one HTML page that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include "sim/recorder/run_data.h"

namespace arsia {

/// A run and the file's name to show.
struct ReportedRun {
    std::string file;
    RunData data;
};

/// The page. The figures stand in it as JSON; long columns as little-endian typed arrays in base64, so that a browser
/// opens a run of 100,000 tasks without parsing them one by one. Scripts and styles come from cli/report/.
std::string report_page(const std::vector<ReportedRun>& runs);

} // namespace arsia
