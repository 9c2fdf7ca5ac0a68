// What a run says of its links, as JSON and as a table.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "sim/simulator.h"

namespace arsia {

struct LinkRow {
    std::string name;
    LinkUse use;
};

/// All links in order of id.
std::vector<LinkRow> link_rows(const Platform& platform, const RunResult& result);

/// By name: `bytes`, `busy_ns`, `queueing_ns` (sum over bursts) and `utilization` (busy share of the latency).
Json links_object(const std::vector<LinkRow>& rows, TimePs latency);

/// The links that were busy longest, or that none was used.
std::string busiest_links_text(std::vector<LinkRow> rows, TimePs latency);

/// Nanoseconds, exact to the picosecond.
double nanoseconds(TimePs time);

} // namespace arsia
