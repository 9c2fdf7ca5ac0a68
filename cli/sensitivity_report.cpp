#include "cli/sensitivity_report.h"

#include <fmt/format.h>

#include "cli/progress.h"
#include "cli/table.h"

namespace arsia {

std::vector<Sensitivity> shown_sensitivities(const Platform& platform, const Program& program, const RunResult& result,
                                             std::size_t most, const Console& console) {
    StatusLine line(console.shows_progress());
    return sensitivities(platform, program, result, most, [&](std::size_t done, std::size_t of) {
        if (line.due())
            line.show(fmt::format("sensitivity {}, {} of {} simulated",
                                  progress_bar(static_cast<double>(done), static_cast<double>(of)), done, of));
    });
}

Json sensitivity_object(const std::vector<Sensitivity>& rows) {
    Json out = Json::array();
    for (const Sensitivity& row : rows)
        out.push_back({{"resource", row.resource},
                       {"kind", row.kind},
                       {"path_time_ps", row.path_time},
                       {"predicted_ps", row.predicted},
                       {"confirmed_ps", row.confirmed},
                       {"agreement", name_of(row.agreement)},
                       {"limited_by", row.limited_by}});
    return out;
}

static std::string verdict(const Sensitivity& row) {
    switch (row.agreement) {
    case Agreement::agrees: return "agrees";
    case Agreement::moved: return row.limited_by.empty() ? "the path moved" : "the path moved to " + row.limited_by;
    case Agreement::waits: return row.limited_by.empty() ? "waits change" : "same path, more time in " + row.limited_by;
    }
    return "";
}

std::string sensitivity_text(const std::vector<Sensitivity>& rows, TimePs latency) {
    std::string title = "Twice as fast: what would it save?\n";
    if (rows.empty()) return title + "  nothing: no link, memory or engine limits the critical path\n";
    auto share = [&](TimePs time) {
        return fmt::format("{:.1f} %", 100 * static_cast<double>(time) / static_cast<double>(latency));
    };
    Table table({"resource", "kind", ">of path", ">predicted", ">confirmed", ">saves", "prediction"});
    for (const Sensitivity& row : rows)
        table.row({row.resource, row.kind, share(row.path_time), format_time(row.predicted), format_time(row.confirmed),
                   share(latency - row.confirmed), verdict(row)});
    return title + table.text(2);
}

} // namespace arsia
