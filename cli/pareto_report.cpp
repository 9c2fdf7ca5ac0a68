#include "cli/pareto_report.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "base/output_path.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/link_report.h"
#include "cli/table.h"

namespace arsia {

namespace fs = std::filesystem;

namespace {

constexpr double joules_per_picojoule = 1e-12;

/// `4 × superlip + 2 × winograd_4_3`
std::string sets_text(const Mapping& mapping) {
    std::vector<std::string> parts;
    for (const AcceleratorSet& set : mapping.sets)
        parts.push_back(
            fmt::format("{} × {}", set.accelerators.size(), set.is_mixed() ? std::string("mixed") : set.design));
    return fmt::format("{}", fmt::join(parts, " + "));
}

} // namespace

Option pareto_option() {
    return {"pareto",
            "FOLDER",
            "Weigh latency, energy and memory with any search; write each mapping of the Pareto set here",
            false,
            "",
            0,
            false,
            Values::output_folder(".json")};
}

ParetoFolder::ParetoFolder(const Arguments& arguments) : path_(arguments.optional_text("pareto")) {
    if (!path_) return;
    std::error_code error;
    if (fs::exists(*path_, error) && !fs::is_empty(*path_, error))
        throw InputError(fmt::format("--pareto: the folder '{}' is not empty; name a new one", *path_));
}

void ParetoFolder::write(const std::vector<ParetoRow>& rows) const {
    if (!path_) return;
    make_folder(*path_);
    std::size_t width = std::to_string(rows.size()).size();
    for (std::size_t i = 0; i < rows.size(); ++i)
        write_file_atomically((fs::path(*path_) / fmt::format("{:0{}}.json", i + 1, width)).string(),
                              rows[i].mapping_json);
}

std::vector<ParetoRow> pareto_rows(const ParetoFront& front, const Scenario& scenario) {
    std::vector<ParetoRow> out;
    for (const ParetoPoint& point : front.points()) {
        const Figures& figures = *point.evaluation.figures;
        out.push_back({static_cast<std::int64_t>(point.number), point.evaluation.latency,
                       static_cast<double>(figures.energy_pj) * joules_per_picojoule, figures.peak_memory,
                       mapping_to_json(point.mapping, scenario)});
    }
    return out;
}

Json pareto_json(const std::vector<ParetoRow>& rows, const Objective& objective) {
    Json out = Json::array();
    for (const ParetoRow& row : rows) {
        Json one = Json::object();
        if (objective.is_latency())
            one["latency_ns"] = nanoseconds(row.latency);
        else
            one["score"] = row.latency;
        one["energy_j"] = row.energy_j > 0 ? Json(row.energy_j) : Json();
        one["peak_memory_bytes"] = row.peak_memory;
        one["evaluation"] = row.evaluation;
        one["mapping"] = mapping_object(row.mapping_json);
        out.push_back(one);
    }
    return out;
}

std::string pareto_text(const ParetoFront& front, const Objective& objective, const Scenario& scenario) {
    constexpr std::size_t most = 20;
    const std::vector<ParetoPoint>& points = front.points();
    Table table({">#", objective.is_latency() ? ">latency" : ">objective", ">energy", ">peak memory", "sets"});
    std::size_t shown = std::min(points.size(), most);
    for (std::size_t i = 0; i < shown; ++i) {
        std::size_t at = shown < 2 ? 0 : i * (points.size() - 1) / (shown - 1);
        const Evaluation& evaluation = points[at].evaluation;
        double joules = static_cast<double>(evaluation.figures->energy_pj) * joules_per_picojoule;
        table.row({std::to_string(at + 1),
                   objective.is_latency() ? format_time(evaluation.latency) : objective.text(evaluation.latency),
                   joules > 0 ? fmt::format("{:.4g} J", joules) : "-",
                   format_bytes(static_cast<double>(evaluation.figures->peak_memory)), sets_text(points[at].mapping)});
    }
    std::string title = points.size() > shown
                            ? fmt::format("{}, of which {} are shown", counted(points.size(), "mapping"), shown)
                            : counted(points.size(), "mapping");
    std::string out = fmt::format(
        "Pareto set: {}; no mapping found is better in one figure and not worse in another\n{}", title, table.text(2));
    std::vector<std::string> unknown = scenario.designs_without_energy();
    if (!unknown.empty())
        out += "  " +
               wrapped(fmt::format("energy is not weighed: {} {} no energy figures, and may be loaded",
                                   fmt::join(unknown, ", "), unknown.size() == 1 ? "states" : "state"),
                       2) +
               "\n";
    return out;
}

} // namespace arsia
