// The parts of the report's page, which stand in cli/report/ and are built into the executable.
#pragma once

#include <string>
#include <string_view>

namespace arsia {

/// Text of `page.html`, `style.css`, `main.js` …; empty if there is no such file.
std::string report_file(std::string_view name);

} // namespace arsia
