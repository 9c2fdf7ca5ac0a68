#include "cli/report_page.h"

#include <cstring>
#include <iterator>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/page.h"
#include "sim/recorder/lanes.h"

namespace arsia {

namespace {

using Json = nlohmann::ordered_json;

/// In the order in which each may use what stands before it.
const char* const scripts[] = {"format.js", "dom.js",      "data.js",   "tables.js",   "timeline.js", "charts.js",
                               "plane.js",  "platform.js", "pareto.js", "sections.js", "main.js"};

std::string base64(std::string_view bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8 | (at + k < bytes.size() ? static_cast<unsigned char>(bytes[at + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += at + k <= bytes.size() ? digits[three >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

/// A column as the page's scripts read it: the type (u1, i4, f4 or f8), a colon, the values. Times and sizes are f8,
/// which holds whole numbers up to 2^53 exactly: two and a half hours in picoseconds.
template <class Value, class Items, class Function>
std::string packed(const char* type, const Items& items, Function function) {
    std::string bytes;
    bytes.reserve(items.size() * sizeof(Value));
    for (const auto& item : items) {
        auto value = static_cast<Value>(function(item));
        char raw[sizeof(Value)];
        std::memcpy(raw, &value, sizeof raw);
        bytes.append(raw, sizeof raw);
    }
    return std::string(type) + ":" + base64(bytes);
}
template <class Items, class Function>
std::string small_column(const Items& items, Function function) {
    return packed<std::uint8_t>("u1", items, function);
}
template <class Items, class Function>
std::string whole_column(const Items& items, Function function) {
    return packed<std::int32_t>("i4", items, function);
}
template <class Items, class Function>
std::string long_column(const Items& items, Function function) {
    return packed<double>("f8", items, function);
}

auto same = [](auto value) { return value; };

Json nodes_of(const RunData& run) {
    Json out = Json::array();
    for (const RunData::Node& node : run.nodes)
        out.push_back({{"name", node.name},
                       {"kind", node.kind},
                       {"group", node.group},
                       {"design", node.design},
                       {"capacity", node.memory_capacity},
                       {"peak", node.memory_peak},
                       {"computeBusy", node.compute_busy},
                       {"memoryBusy", node.memory_busy}});
    return out;
}

Json links_of(const RunData& run) {
    Json out = Json::array();
    for (const RunData::Link& link : run.links)
        out.push_back({{"name", link.name},
                       {"from", link.from},
                       {"to", link.to},
                       {"bandwidth", link.bandwidth},
                       {"latency", link.latency},
                       {"bytes", link.bytes},
                       {"busy", link.busy},
                       {"queueing", link.queueing},
                       {"critical", link.critical}});
    return out;
}

Json tasks_of(const RunData& run) {
    using Task = RunData::Task;
    const auto& tasks = run.tasks;
    return {{"kind", small_column(tasks, [](const Task& t) { return t.kind; })},
            {"op", whole_column(tasks, [](const Task& t) { return t.op; })},
            {"node", whole_column(tasks, [](const Task& t) { return t.node; })},
            {"transfer", whole_column(tasks, [](const Task& t) { return t.transfer; })},
            {"ready", long_column(tasks, [](const Task& t) { return t.ready; })},
            {"start", long_column(tasks, [](const Task& t) { return t.start; })},
            {"end", long_column(tasks, [](const Task& t) { return t.end; })},
            {"bytes", long_column(tasks, [](const Task& t) { return t.bytes; })},
            {"cycles", long_column(tasks, [](const Task& t) { return t.cycles; })},
            {"blocked", whole_column(tasks, [](const Task& t) { return t.blocked_by; })}};
}

Json transfers_of(const RunData& run) {
    using Transfer = RunData::Transfer;
    const auto& transfers = run.transfers;
    return {{"task", whole_column(transfers, [](const Transfer& t) { return t.task; })},
            {"destination", whole_column(transfers, [](const Transfer& t) { return t.destination; })},
            {"route", whole_column(transfers, [](const Transfer& t) { return t.route; })},
            {"alone", long_column(transfers, [](const Transfer& t) { return t.alone; })},
            {"purpose", small_column(transfers, [](const Transfer& t) { return t.purpose; })},
            {"lane", whole_column(dma_lanes(run), same)}};
}

Json path_of(const RunData& run) {
    using Step = RunData::Step;
    return {{"task", whole_column(run.critical_path, [](const Step& step) { return step.task; })},
            {"begin", long_column(run.critical_path, [](const Step& step) { return step.begin; })},
            {"end", long_column(run.critical_path, [](const Step& step) { return step.end; })}};
}

Json sensitivity_of(const RunData& run) {
    Json out = Json::array();
    for (const Sensitivity& row : run.sensitivities)
        out.push_back({{"resource", row.resource},
                       {"kind", row.kind},
                       {"pathTime", row.path_time},
                       {"predicted", row.predicted},
                       {"confirmed", row.confirmed},
                       {"agreement", name_of(row.agreement)},
                       {"limitedBy", row.limited_by}});
    return out;
}

Json pareto_of(const std::vector<ParetoRow>& rows) {
    Json out = Json::array();
    for (const ParetoRow& row : rows)
        out.push_back({{"evaluation", row.evaluation},
                       {"latency", row.latency},
                       {"energy", row.energy_j},
                       {"memory", row.peak_memory}});
    return out;
}

Json search_of(const RunData& run) {
    if (!run.search) return nullptr;
    return {{"name", run.search->name},
            {"objective", run.search->objective},
            {"seed", run.search->seed},
            {"evaluations", run.search->evaluations},
            {"latencies", long_column(run.search->latencies, same)},
            {"best", long_column(run.search->best, same)},
            {"pareto", pareto_of(run.search->pareto)}};
}

Json packed_run(const ReportedRun& reported) {
    const RunData& run = reported.data;
    Json mapping = Json::parse(run.summary.mapping_json, nullptr, false);
    return {{"file", reported.file},
            {"command", run.summary.command},
            {"version", run.version},
            {"workload", run.summary.workload},
            {"topology", run.summary.topology},
            {"latency", run.summary.latency},
            {"events", run.events},
            {"bytesTransferred", run.summary.bytes_transferred},
            {"burst", run.burst},
            {"nodes", nodes_of(run)},
            {"links", links_of(run)},
            {"operators", run.operators},
            {"tasks", tasks_of(run)},
            {"transfers", transfers_of(run)},
            {"routes", run.routes},
            {"path", path_of(run)},
            {"breakdown", run.breakdown},
            {"energy", run.energy},
            {"linkBins", long_column(run.link_bins, same)},
            {"utilization", packed<float>("f4", run.utilization, same)},
            {"memoryBins", long_column(run.memory_bins, same)},
            {"occupancy", long_column(run.occupancy, same)},
            {"search", search_of(run)},
            {"sensitivity", sensitivity_of(run)},
            {"mapping", mapping.is_discarded() ? Json() : mapping}};
}

std::string title_of(const std::vector<ReportedRun>& runs) {
    std::string out = "arsia:";
    for (const ReportedRun& run : runs) out += (&run == &runs.front() ? " " : ", ") + run.file;
    return out;
}

} // namespace

std::string report_page(const std::vector<ReportedRun>& runs) {
    Json list = Json::array();
    for (const ReportedRun& run : runs) list.push_back(packed_run(run));
    return filled_page(title_of(runs), {"style.css"}, {{"runs", list}}, {scripts, std::end(scripts)});
}

} // namespace arsia
