#include "cli/run_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/ink.h"
#include "cli/table.h"

namespace arsia {

RunReport::RunReport(const Scenario& scenario, const Mapping& mapping, const Evaluator::Run& run, Bound bound)
    : latency_(run.result.latency), stream_(scenario, run), bound_(std::move(bound)),
      energy_(energy_of(scenario.platform, run.program, run.result, designs_of(scenario, mapping))),
      breakdown_(breakdown(scenario.platform, run.program, run.result)), tasks_(run.program.tasks().size()),
      events_(run.result.events) {
    for (const Task& task : run.program.tasks()) {
        if (task.kind != TaskKind::transfer) continue;
        ++transfers_;
        bytes_transferred_ += task.bytes;
    }
    const Platform& platform = scenario.platform;
    links_ = link_rows(platform, run.result);
    network_by_link_ = breakdown_.network_by_link.items();
    IdVector<NodeId, Bytes> peaks = peak_memory(platform, run.program, run.result);
    for (NodeId accelerator : scenario.accelerators) {
        const Node& node = platform.nodes[accelerator];
        memories_.push_back({node.name, peaks[accelerator], node.memory.capacity});
    }
}

double RunReport::gap() const {
    if (latency_ <= 0) return 0;
    return static_cast<double>(latency_ - bound_.latency) / static_cast<double>(latency_);
}

void RunReport::add_to(Json& object) const {
    object["latency_ns"] = nanoseconds(latency_);
    object["latency_ps"] = latency_;
    stream_.add_to(object);
    object["bound_ns"] = nanoseconds(bound_.latency);
    object["bound"] = {{"name", bound_.name}, {"reasoning", bound_.reasoning}};
    object["gap"] = gap();
    object["energy_j"] = energy_.total_j();
    object["energy_by_cause_j"] = {{"compute", energy_.compute_j},
                                   {"memory", energy_.memory_j},
                                   {"links", energy_.link_j},
                                   {"static", energy_.static_j}};
    object["tasks"] = tasks_;
    object["transfers"] = transfers_;
    object["bytes_transferred"] = bytes_transferred_;
    Json bytes = Json::object(), critical = Json::object(), peaks = Json::object(), causes = Json::object();
    for (std::size_t i = 0; i < links_.size(); ++i) {
        bytes[links_[i].name] = links_[i].use.bytes;
        if (network_by_link_[i] > 0) critical[links_[i].name] = network_by_link_[i];
    }
    for (const MemoryRow& row : memories_) peaks[row.accelerator] = row.peak;
    for (const auto& [cause, time] : parts_of(breakdown_)) causes[cause] = time;
    object["link_bytes"] = bytes;
    object["events"] = events_;
    object["peak_memory_bytes"] = peaks;
    object["breakdown"] = causes;
    object["network_by_link"] = critical;
}

std::string RunReport::summary_text() const {
    constexpr std::size_t second_column = 10;
    std::string out = fmt::format("latency   {} ({} ps)\n", inked(Ink::heading, format_time(latency_)), latency_);
    out += stream_.text();
    out += fmt::format("bound     {} ({})\n{:10}{}\n", format_time(bound_.latency), bound_.name, "",
                       wrapped(bound_.reasoning, second_column));
    out += fmt::format("gap       {} of the latency lies above the bound\n",
                       inked(Ink::caution, fmt::format("{:.1f} %", gap() * 100)));
    if (energy_.total_j() > 0)
        out += fmt::format("energy    {:.4g} J (compute {:.3g}, memory {:.3g}, links {:.3g}, static {:.3g})\n",
                           energy_.total_j(), energy_.compute_j, energy_.memory_j, energy_.link_j, energy_.static_j);
    else
        out += "energy    not known: neither the designs nor the links state any\n";
    return out + fmt::format("program   {} tasks, of these {} transfers of {} in all; {} events\n", tasks_, transfers_,
                             format_bytes(static_cast<double>(bytes_transferred_)), events_);
}

std::string RunReport::breakdown_text() const {
    constexpr std::size_t bar_width = 40;
    Table table({"cause", ">time", ">share", ""});
    auto whole = static_cast<double>(latency_);
    for (const auto& [cause, time] : parts_of(breakdown_)) {
        auto part = static_cast<double>(time);
        double share = whole > 0 ? part / whole : 0;
        table.row({cause, format_time(time), fmt::format("{:.1f} %", share * 100), bar(part, whole, bar_width)});
    }
    table.row({"sum", format_time(breakdown_.sum()), "100.0 %"});
    return inked(Ink::heading, "Where time goes (along the critical path)") + "\n" + table.text(2);
}

std::string RunReport::memory_text() const {
    constexpr std::size_t most = 16;
    std::vector<MemoryRow> rows = memories_;
    if (rows.size() > most) {
        std::stable_sort(rows.begin(), rows.end(),
                         [](const MemoryRow& a, const MemoryRow& b) { return a.peak > b.peak; });
        rows.resize(most);
    }
    Table table({"accelerator", ">peak memory", ">of capacity"});
    for (const MemoryRow& row : rows) {
        double share = row.capacity > 0 ? static_cast<double>(row.peak) / static_cast<double>(row.capacity) : 0;
        table.row({row.accelerator, format_bytes(static_cast<double>(row.peak)), fmt::format("{:.1f} %", share * 100)});
    }
    std::string title = memories_.size() > most ? fmt::format("Memory (the fullest {})", most) : "Memory";
    return inked(Ink::heading, title) + "\n" + table.text(2);
}

std::string RunReport::detail_text() const {
    return breakdown_text() + "\n" + busiest_links_text(links_, latency_) + "\n" + memory_text();
}

} // namespace arsia
