#include "cli/sweep_page.h"

#include "cli/page.h"
#include "sim/recorder/run_layout.h"

namespace arsia {

static Json point_of(const SweepRecord& record, std::size_t number) {
    const SweepPoint& point = record.points[number];
    Json mapping = Json::parse(point.mapping, nullptr, false);
    return {{"at", record.place(number)},
            {"status", point_status_names()[static_cast<std::size_t>(point.status)]},
            {"error", point.error},
            {"workload", point.workload},
            {"topology", point.topology},
            {"search", point.search},
            {"evaluations", point.evaluations},
            {"latency", point.latency},
            {"bound", point.bound},
            {"gap", point.gap()},
            {"period", point.period > 0 ? Json(point.period) : Json()},
            {"energy", point.energy_j > 0 ? Json(point.energy_j) : Json()},
            {"bytes", point.bytes},
            {"busiest", point.busiest_link},
            {"utilization", point.utilization},
            {"accelerators", point.accelerators},
            {"bandwidth", point.link_bandwidth},
            {"breakdown", point.breakdown},
            {"cause", breakdown_causes[point.cause()]},
            {"mapping", mapping.is_discarded() ? Json() : mapping}};
}

std::string sweep_page(const std::string& file, const SweepRecord& record) {
    Json axes = Json::array(), points = Json::array();
    for (const SweepAxis& axis : record.axes)
        axes.push_back({{"name", axis.name},
                        {"kind", axis.kind},
                        {"role", axis_role_names()[static_cast<std::size_t>(axis.role)]},
                        {"unit", axis.unit},
                        {"noun", axis.noun},
                        {"labels", axis.labels},
                        {"numbers", axis.numbers}});
    for (std::size_t number = 0; number < record.points.size(); ++number) points.push_back(point_of(record, number));
    Json sweep = {{"file", file},
                  {"name", record.name},
                  {"version", record.version},
                  {"question", record.question},
                  {"measure", record.measure},
                  {"spec", record.spec},
                  {"causes", breakdown_causes},
                  {"axes", axes},
                  {"points", points},
                  {"answers", record.answers}};
    return filled_page("arsia: " + file, {"style.css", "sweep.css"}, {{"sweep", sweep}},
                       {"format.js", "dom.js", "tables.js", "charts.js", "plane.js", "sweep_data.js", "sweep_charts.js",
                        "sweep_sections.js", "sweep.js"});
}

} // namespace arsia
