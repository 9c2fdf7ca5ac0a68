#include "cli/link_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/ink.h"
#include "cli/table.h"

namespace arsia {

double nanoseconds(TimePs time) { return static_cast<double>(time) / 1000.0; }

static double share(TimePs part, TimePs whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::vector<LinkRow> link_rows(const Platform& platform, const RunResult& result) {
    std::vector<LinkRow> rows;
    for (LinkId link : ids_of(platform.links)) rows.push_back({platform.links[link].name, result.links[link]});
    return rows;
}

Json links_object(const std::vector<LinkRow>& rows, TimePs latency) {
    Json out = Json::object();
    for (const LinkRow& row : rows)
        out[row.name] = {{"bytes", row.use.bytes},
                         {"busy_ns", nanoseconds(row.use.busy)},
                         {"queueing_ns", nanoseconds(row.use.queueing)},
                         {"utilization", share(row.use.busy, latency)}};
    return out;
}

std::string busiest_links_text(std::vector<LinkRow> rows, TimePs latency) {
    constexpr std::size_t most = 6;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const LinkRow& a, const LinkRow& b) { return a.use.busy > b.use.busy; });
    Table table({"link", ">bytes", ">busy", ">of latency", ">queueing"});
    for (const LinkRow& row : rows) {
        if (row.use.busy == 0 || latency == 0 || table.size() == most) break;
        table.row({row.name, format_bytes(static_cast<double>(row.use.bytes)), format_time(row.use.busy),
                   fmt::format("{:.1f} %", 100 * share(row.use.busy, latency)), format_time(row.use.queueing)});
    }
    return table.size() == 0 ? "No link was used\n" : inked(Ink::heading, "Busiest links") + "\n" + table.text(2);
}

} // namespace arsia
