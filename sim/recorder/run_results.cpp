#include "sim/recorder/run_results.h"

#include <algorithm>

#include "sim/recorder/run_columns.h"
#include "sim/recorder/run_inputs.h"
#include "sim/recorder/run_layout.h"
#include "sim/recorder/timeline.h"

namespace arsia {

using hdf5::OutputGroup;
using hdf5::TextColumn;

namespace {

using Integers = std::vector<std::int64_t>;

/// Writes what is known at the end of a run, group by group.
class Writer {
public:
    Writer(const RunRecord& record, const RunTables& tables)
        : record_(record), tables_(tables), platform_(record.platform), program_(record.program),
          result_(record.result), bins_(record.result.latency), designs_(record.designs.items()) {
        designs_.resize(platform_.nodes.size(), nullptr);
    }

    void write(const OutputGroup& root, const OutputGroup& meta) const {
        write_meta(meta);
        if (!record_.mapping_json.empty())
            root.scalar("mapping", {"text", "the mapping that ran, as JSON (arsia-mapping/1)"}, record_.mapping_json);
        std::vector<PathStep> path = critical_path(program_, result_);
        Breakdown parts = breakdown(platform_, program_, path);
        write_links(root.group("links"), parts);
        write_nodes(root.group("nodes").group("totals"));
        write_memory(root.group("memory"));
        write_energy(root.group("energy"));
        write_critical_path(root.group("critical_path"), path);
        write_breakdown(root.group("breakdown"), parts);
        if (!record_.sensitivities.empty()) write_sensitivity(root.group("sensitivity"));
        if (record_.search) write_search(root.group("search"), *record_.search);
    }

private:
    void write_meta(const OutputGroup& meta) const {
        meta.attribute("format", run_format);
        meta.attribute("version", ARSIA_VERSION);
        meta.attribute("command", record_.command);
        meta.attribute("workload", record_.workload);
        meta.attribute("topology", platform_.name);
        meta.attribute("latency_ps", result_.latency);
        meta.attribute("tasks", static_cast<std::int64_t>(program_.tasks().size()));
        meta.attribute("transfers", static_cast<std::int64_t>(tables_.transfers()));
        meta.attribute("bytes_transferred", tables_.bytes_transferred());
        meta.attribute("events", static_cast<std::int64_t>(result_.events));
    }

    void write_links(const OutputGroup& group, const Breakdown& parts) const {
        const auto& use = result_.links;
        OutputGroup table = group.group("totals");
        table.column("name", {"text", "name of the link"},
                     collect_texts(platform_.links, [](const Link& l) { return l.name; }));
        table.column("bytes", {"B", "moved over the link"}, collect(use, [](const LinkUse& u) { return u.bytes; }));
        table.column("busy", {"ps", "time with a burst on the link"},
                     collect(use, [](const LinkUse& u) { return u.busy; }));
        table.column("queueing", {"ps", "sum over bursts of the time waited for the link"},
                     collect(use, [](const LinkUse& u) { return u.queueing; }));
        table.column("critical",
                     {"ps", "part of the breakdown's network time that this link, the slowest of a "
                            "transfer's route, accounts for"},
                     parts.network_by_link.items());
        std::vector<TimePs> edges;
        std::vector<double> utilization = link_utilization(platform_, result_, edges);
        group.matrix("utilization", {"1", "fraction of the bin in which a burst was on the link, links × bins"},
                     platform_.links.size(), utilization);
        group.column("bins", {"ps", "edges of the bins, one more than bins"}, edges);
    }

    void write_nodes(const OutputGroup& table) const {
        const auto& use = result_.nodes;
        table.column("name", {"text", "name of the node"},
                     collect_texts(platform_.nodes, [](const Node& n) { return n.name; }));
        table.column("design", {"text", "design that it ran; empty: none, or not known"}, designs());
        table.column("peak_macs", {"1/s", "multiply-accumulates a second that the design's multipliers allow; 0: none"},
                     collect(designs_, peak_macs));
        table.column("compute_busy", {"ps", "time in which the compute engine had a task"},
                     collect(use, [](const NodeUse& u) { return u.compute_busy; }));
        table.column("memory_busy", {"ps", "time in which the memory served an access"},
                     collect(use, [](const NodeUse& u) { return u.memory_busy; }));
        table.column("memory_bytes", {"B", "read from and written to the memory, by tiles and DMA"},
                     collect(use, [](const NodeUse& u) { return u.memory_bytes; }));
        table.column("memory_peak", {"B", "largest sum of live buffers"},
                     peak_memory(platform_, program_, result_).items());
    }

    TextColumn designs() const {
        return collect_texts(designs_, [](const Design* design) { return design ? design->name : std::string(); });
    }
    /// Without what Winograd's transformation saves: a task may reach more.
    static std::int64_t peak_macs(const Design* design) {
        if (!design) return 0;
        return checked_multiply(design->multipliers, static_cast<std::int64_t>(design->clock.hertz), "a peak rate");
    }

    void write_memory(const OutputGroup& group) const {
        group.matrix("occupancy", {"B", "largest sum of live buffers, nodes × bins"}, platform_.nodes.size(),
                     memory_occupancy(platform_, program_, result_, bins_));
        group.column("bins", {"ps", "edges of the bins, one more than bins"}, bins_.edges());
    }

    void write_energy(const OutputGroup& group) const {
        group.scalar("compute", {"J", "multiply-accumulates"}, record_.energy.compute_j);
        group.scalar("memory", {"J", "bytes of local memory read and written"}, record_.energy.memory_j);
        group.scalar("link", {"J", "bytes moved over links"}, record_.energy.link_j);
        group.scalar("static", {"J", "static power over the latency"}, record_.energy.static_j);
    }

    void write_critical_path(const OutputGroup& table, const std::vector<PathStep>& path) const {
        RunNames names(platform_, record_.graph);
        names.kinds.emplace_back("wait");
        auto of_task = [&](auto value) {
            return collect(path, [&](const PathStep& step) {
                return value(step.task.valid() ? program_.task(step.task) : Task());
            });
        };
        table.column("task", {"1", "id of the task; -1: nothing ran"}, collect(path, [](const PathStep& step) {
                         return step.task.valid() ? static_cast<std::int64_t>(step.task.value()) : -1;
                     }));
        table.column("kind", {"text", "kind of the task, or wait"},
                     texts_at(names.kinds, collect(path, [&](const PathStep& step) {
                                  return step.task.valid() ? static_cast<std::size_t>(program_.task(step.task).kind)
                                                           : names.kinds.size() - 1;
                              })));
        table.column("operator", {"text", "operator of the task; empty: none"},
                     texts_at(names.operators, of_task([&](const Task& task) { return names.op(task.op); })));
        table.column("node", {"text", "node of the task; empty: none"},
                     texts_at(names.nodes, of_task([&](const Task& task) { return names.node(task.node); })));
        table.column("begin", {"ps", "where its part of the latency begins: the end of the row before"},
                     collect(path, [](const PathStep& step) { return step.begin; }));
        table.column("end", {"ps", "where its part of the latency ends"},
                     collect(path, [](const PathStep& step) { return step.end; }));
    }
    static TextColumn texts_at(const std::vector<std::string>& texts, const Integers& rows) {
        TextColumn column;
        column.texts = texts;
        column.rows.assign(rows.begin(), rows.end());
        return column;
    }

    static void write_breakdown(const OutputGroup& group, const Breakdown& parts) {
        group.scalar("compute", {"ps", "cycles of tiles on the critical path"}, parts.compute);
        group.scalar("memory",
                     {"ps", "compute engines waiting for local memory, filling and draining; copies inside a memory"},
                     parts.memory);
        group.scalar("network", {"ps", "transfers, as long as they would take alone"}, parts.network);
        group.scalar("dma_setup", {"ps", "setting up transfers"}, parts.dma_setup);
        group.scalar("contention", {"ps", "what transfers took longer than alone"}, parts.contention);
        group.scalar("reconfiguration", {"ps", "loading designs"}, parts.reconfiguration);
        group.scalar("waiting", {"ps", "nothing on the critical path ran"}, parts.waiting);
    }

    void write_sensitivity(const OutputGroup& table) const {
        const auto& rows = record_.sensitivities;
        auto text = [&](const char* name, const char* description, auto value) {
            table.column(name, {"text", description}, collect_texts(rows, value));
        };
        auto time = [&](const char* name, const char* description, TimePs Sensitivity::*value) {
            table.column(name, {"ps", description},
                         collect(rows, [value](const Sensitivity& row) { return row.*value; }));
        };
        text("resource", "link or node, or the group of all", [](const Sensitivity& row) { return row.resource; });
        text("kind", "what of it becomes twice as fast: links, memory, compute or dma",
             [](const Sensitivity& row) { return row.kind; });
        time("path_time", "part of the critical path in proportion to its rate", &Sensitivity::path_time);
        time("predicted", "latency that the critical path lets expect", &Sensitivity::predicted);
        time("confirmed", "latency simulated", &Sensitivity::confirmed);
        text("agreement", "agrees (to 5 %), moved (another chain of tasks is critical) or waits (for others)",
             [](const Sensitivity& row) { return name_of(row.agreement); });
        text("limited_by", "unless it agrees: what takes so much more than predicted",
             [](const Sensitivity& row) { return row.limited_by; });
    }

    static void write_search(const OutputGroup& group, const SearchRecord& search) {
        group.attribute("name", search.name);
        group.attribute("objective", search.objective);
        group.attribute("seed", static_cast<std::int64_t>(search.seed));
        group.attribute("evaluations", static_cast<std::int64_t>(search.evaluations));
        Integers number, best;
        for (TimePs latency : search.latencies) {
            TimePs before = best.empty() ? -1 : best.back();
            number.push_back(static_cast<std::int64_t>(number.size()) + 1);
            best.push_back(before < 0 ? latency : latency < 0 ? before : std::min(before, latency));
        }
        // A mix of latency and period is in billionths of the baseline's.
        const char* unit = search.objective == "latency" || search.objective == "throughput" ? "ps" : "1e-9";
        OutputGroup table = group.group("candidates");
        table.column("evaluation", {"1", "number of the candidate, from 1"}, number);
        table.column("latency", {unit, "simulated latency, or the score of another objective; -1: not legal"},
                     search.latencies);
        table.column("best", {unit, "lowest latency or score so far; -1: none"}, best);
        if (!search.pareto.empty()) write_pareto(group.group("pareto"), search.pareto, unit);
    }

    static void write_pareto(const OutputGroup& table, const std::vector<ParetoRow>& rows, const char* unit) {
        table.column("evaluation", {"1", "number of the candidate, from 1"},
                     collect(rows, [](const ParetoRow& row) { return row.evaluation; }));
        table.column("latency", {unit, "simulated latency, or the score of another objective"},
                     collect(rows, [](const ParetoRow& row) { return row.latency; }));
        std::vector<double> energies;
        for (const ParetoRow& row : rows) energies.push_back(row.energy_j);
        table.column("energy", {"J", "energy of the run; 0: not known, as a design that may be loaded states none"},
                     energies);
        table.column("peak_memory", {"B", "largest sum of live buffers of the accelerator that needs most"},
                     collect(rows, [](const ParetoRow& row) { return row.peak_memory; }));
        table.column("mapping", {"text", "the mapping, as JSON (arsia-mapping/1)"},
                     collect_texts(rows, [](const ParetoRow& row) { return row.mapping_json; }));
    }

    const RunRecord& record_;
    const RunTables& tables_;
    const Platform& platform_;
    const Program& program_;
    const RunResult& result_;
    TimeBins bins_;
    std::vector<const Design*> designs_; ///< by node
};

} // namespace

RunSections::RunSections(const OutputGroup& root, const Platform& platform, const Graph* graph, const Program& program,
                         const IdVector<TaskId, TaskTimes>& times)
    : root_(root), meta_(root.group("meta")) {
    root.attribute("format", run_format);
    write_platform(root.group("platform"), platform);
    if (graph) write_workload(root.group("workload"), *graph);
    tables_ = std::make_unique<RunTables>(root, platform, graph, program, times);
    tables_->write_dependencies();
}

void RunSections::finish(const RunRecord& record) { Writer(record, *tables_).write(root_, meta_); }

} // namespace arsia
