#include "cli/sweep_text.h"

#include <fmt/format.h>

#include "cli/link_report.h"
#include "cli/table.h"
#include "sim/recorder/run_layout.h"

namespace arsia {

static Json point_object(const SweepRecord& record, std::size_t number) {
    const SweepPoint& point = record.points[number];
    std::vector<std::size_t> place = record.place(number);
    Json axes = Json::object();
    for (std::size_t axis = 0; axis < place.size(); ++axis)
        axes[record.axes[axis].name] = record.axes[axis].labels[place[axis]];
    Json out = {{"axes", axes}, {"status", point_status_names()[static_cast<std::size_t>(point.status)]}};
    if (point.status == PointStatus::failed) out["error"] = point.error;
    if (point.status != PointStatus::done) return out;
    out["workload"] = point.workload;
    out["topology"] = point.topology;
    out["search"] = point.search.empty() ? Json() : Json(point.search);
    out["evaluations"] = point.evaluations;
    out["latency_ns"] = nanoseconds(point.latency);
    out["latency_ps"] = point.latency;
    out["bound_ns"] = nanoseconds(point.bound);
    out["gap"] = point.gap();
    if (point.period > 0) out["period_ns"] = nanoseconds(point.period);
    out["energy_j"] = point.energy_j > 0 ? Json(point.energy_j) : Json();
    out["bytes_transferred"] = point.bytes;
    out["busiest_link"] = point.busiest_link;
    out["utilization"] = point.utilization;
    out["accelerators"] = point.accelerators;
    out["link_bandwidth_bits_per_s"] = point.link_bandwidth;
    Json causes = Json::object();
    for (std::size_t cause = 0; cause < cause_count; ++cause) causes[breakdown_causes[cause]] = point.breakdown[cause];
    out["breakdown"] = causes;
    out["bound_by"] = breakdown_causes[point.cause()];
    return out;
}

Json sweep_object(const SweepRecord& record) {
    Json axes = Json::array(), points = Json::array();
    for (const SweepAxis& axis : record.axes)
        axes.push_back({{"name", axis.name}, {"kind", axis.kind}, {"values", axis.labels}});
    for (std::size_t number = 0; number < record.points.size(); ++number)
        points.push_back(point_object(record, number));
    return {{"name", record.name},
            {"question", record.question},
            {"measure", record.measure},
            {"axes", axes},
            {"done", record.count(PointStatus::done)},
            {"failed", record.count(PointStatus::failed)},
            {"answers", record.answers},
            {"points", points}};
}

std::string sweep_table_text(const SweepRecord& record) {
    constexpr std::size_t most = 100;
    std::vector<std::string> heads;
    for (const SweepAxis& axis : record.axes) heads.push_back(axis.name);
    bool streams = record.measure == "period";
    heads.insert(heads.end(), {">latency", ">gap", ">energy", "bound by", ">busiest link"});
    if (streams) heads.emplace_back(">period");
    Table table(heads);
    for (std::size_t number = 0; number < std::min(record.points.size(), most); ++number) {
        const SweepPoint& point = record.points[number];
        std::vector<std::size_t> place = record.place(number);
        std::vector<std::string> cells;
        for (std::size_t axis = 0; axis < place.size(); ++axis) cells.push_back(record.axes[axis].labels[place[axis]]);
        if (point.status == PointStatus::done) {
            std::string cause = breakdown_causes[point.cause()];
            double share = point.latency > 0 ? static_cast<double>(point.breakdown[point.cause()]) /
                                                   static_cast<double>(point.latency)
                                             : 0;
            cells.insert(cells.end(), {format_time(point.latency), fmt::format("{:.0f} %", point.gap() * 100),
                                       point.energy_j > 0 ? fmt::format("{:.3g} J", point.energy_j) : "-",
                                       fmt::format("{} {:.0f} %", cause, share * 100),
                                       fmt::format("{:.0f} %", point.utilization * 100)});
            if (streams) cells.push_back(point.period > 0 ? format_time(point.period) : "-");
        } else {
            cells.push_back(point_status_names()[static_cast<std::size_t>(point.status)]);
            cells.resize(heads.size());
        }
        table.row(std::move(cells));
    }
    std::string out = table.text();
    if (record.points.size() > most) out += fmt::format("… and {} more points\n", record.points.size() - most);
    return out;
}

std::string sweep_answers_text(const SweepRecord& record) {
    std::string out;
    for (const std::string& answer : record.answers) out += "- " + wrapped(answer, 2) + "\n";
    return out;
}

} // namespace arsia
