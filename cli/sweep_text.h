// What there is to say of a sweep, as JSON and as text.
#pragma once

#include <string>

#include "cli/console.h"
#include "sim/recorder/sweep_file.h"

namespace arsia {

/// `name`, `points`, `answers` …
Json sweep_object(const SweepRecord& record);
/// A table of the points.
std::string sweep_table_text(const SweepRecord& record);
/// The answers, one a paragraph.
std::string sweep_answers_text(const SweepRecord& record);

} // namespace arsia
