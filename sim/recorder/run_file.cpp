#include "sim/recorder/run_file.h"

#include <algorithm>
#include <map>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "sim/recorder/hdf5.h"
#include "sim/recorder/run_columns.h"
#include "sim/recorder/run_inputs.h"
#include "sim/recorder/run_layout.h"
#include "sim/recorder/timeline.h"

namespace arsia {

namespace {

using hdf5::OutputGroup;
using hdf5::TextColumn;
using Integers = std::vector<std::int64_t>;

template <class IdType>
std::int64_t number_or_none(IdType id) {
    return id.valid() ? static_cast<std::int64_t>(id.value()) : -1;
}

/// Writes one run, group by group.
class Writer {
public:
    explicit Writer(const RunRecord& record)
        : record_(record), platform_(record.platform), program_(record.program), result_(record.result),
          bins_(record.result.latency), designs_(record.designs.items()) {
        designs_.resize(platform_.nodes.size(), nullptr);
        for (TaskId id : ids_of(program_.tasks())) {
            tasks_.push_back(id);
            if (program_.task(id).kind == TaskKind::transfer) transfers_.push_back(id);
        }
    }

    void write(const OutputGroup& root) const {
        write_meta(root);
        write_platform(root.group("platform"), platform_);
        if (record_.graph) write_workload(root.group("workload"), *record_.graph);
        if (!record_.mapping_json.empty()) {
            root.scalar("mapping", {"text", "the mapping that ran, as JSON (arsia-mapping/1)"}, record_.mapping_json);
        }
        write_tasks(root.group("tasks"));
        write_dependencies(root.group("dependencies"));
        write_transfers(root.group("transfers"));
        Breakdown parts = breakdown(platform_, program_, result_);
        write_links(root.group("links"), parts);
        write_nodes(root.group("nodes").group("totals"));
        write_memory(root.group("memory"));
        write_energy(root.group("energy"));
        write_critical_path(root.group("critical_path"));
        write_breakdown(root.group("breakdown"), parts);
        if (record_.search) write_search(root.group("search"), *record_.search);
    }

private:
    // Columns of several tables.
    TextColumn node_names(const std::vector<TaskId>& tasks, NodeId Task::*node) const {
        TextColumn column;
        for (const Node& each : platform_.nodes) column.texts.push_back(each.name);
        column.texts.emplace_back(); // of tasks without a node
        for (TaskId id : tasks) {
            NodeId where = id.valid() ? program_.task(id).*node : NodeId();
            column.rows.push_back(where.valid() ? where.value() : static_cast<std::uint32_t>(platform_.nodes.size()));
        }
        return column;
    }
    TextColumn operator_names(const std::vector<TaskId>& tasks) const {
        TextColumn column;
        if (record_.graph) {
            for (const Operator& op : record_.graph->operators) column.texts.push_back(op.name);
        }
        auto none = static_cast<std::uint32_t>(column.texts.size());
        column.texts.emplace_back();
        for (TaskId id : tasks) {
            OperatorId op = id.valid() ? program_.task(id).op : OperatorId();
            column.rows.push_back(op.valid() && op.value() < none ? op.value() : none);
        }
        return column;
    }
    TextColumn kinds(const std::vector<TaskId>& tasks) const {
        TextColumn column;
        for (TaskKind kind :
             {TaskKind::compute, TaskKind::transfer, TaskKind::reduce, TaskKind::reconfigure, TaskKind::join}) {
            column.texts.emplace_back(name_of(kind));
        }
        column.texts.emplace_back("wait");
        for (TaskId id : tasks) {
            column.rows.push_back(id.valid() ? static_cast<std::uint32_t>(program_.task(id).kind) : 5);
        }
        return column;
    }
    TextColumn purposes() const {
        TextColumn column;
        for (Purpose purpose : {Purpose::none, Purpose::input, Purpose::output, Purpose::activation, Purpose::weights,
                                Purpose::partial_sum, Purpose::shared_shard, Purpose::collective}) {
            column.texts.emplace_back(name_of(purpose));
        }
        for (TaskId id : transfers_) column.rows.push_back(static_cast<std::uint32_t>(program_.task(id).purpose));
        return column;
    }
    TextColumn engines() const {
        TextColumn column;
        column.texts = {"compute", "dma", ""};
        for (const Task& task : program_.tasks()) {
            column.rows.push_back(task.kind == TaskKind::transfer ? 1 : task.kind == TaskKind::join ? 2 : 0);
        }
        return column;
    }
    TextColumn routes() const {
        TextColumn column;
        std::map<std::pair<NodeId, NodeId>, std::uint32_t> known;
        for (TaskId id : transfers_) {
            const Task& task = program_.task(id);
            auto [entry, added] = known.emplace(std::pair(task.node, task.destination), column.texts.size());
            if (added) {
                std::string text;
                for (LinkId link : platform_.route(task.node, task.destination)) {
                    text += (text.empty() ? "" : " ") + platform_.links[link].name;
                }
                column.texts.push_back(std::move(text));
            }
            column.rows.push_back(entry->second);
        }
        return column;
    }
    template <class Function>
    Integers of_plan(Function function) const {
        return collect(program_.tasks(),
                       [&](const Task& task) { return task.plan.valid() ? function(program_.plan(task.plan)) : 0; });
    }
    Integers times(const std::vector<TaskId>& tasks, TimePs TaskTimes::*time) const {
        return collect(tasks, [&](TaskId id) { return result_.tasks[id].*time; });
    }

    void write_meta(const OutputGroup& root) const {
        root.attribute("format", run_format);
        OutputGroup meta = root.group("meta");
        meta.attribute("format", run_format);
        meta.attribute("version", ARSIA_VERSION);
        meta.attribute("command", record_.command);
        meta.attribute("workload", record_.workload);
        meta.attribute("topology", platform_.name);
        meta.attribute("latency_ps", result_.latency);
        meta.attribute("tasks", static_cast<std::int64_t>(tasks_.size()));
        meta.attribute("transfers", static_cast<std::int64_t>(transfers_.size()));
        Bytes moved = 0;
        for (TaskId id : transfers_) moved = checked_add(moved, program_.task(id).bytes, "the sum of transfers");
        meta.attribute("bytes_transferred", moved);
        meta.attribute("events", static_cast<std::int64_t>(result_.events));
    }

    void write_tasks(const OutputGroup& table) const {
        table.column("id", {"1", "number of the task, its row"}, collect(tasks_, [](TaskId id) { return id.value(); }));
        table.column("kind", {"text", "compute, transfer, reduce, reconfigure or join"}, kinds(tasks_));
        table.column("operator", {"text", "operator it belongs to; empty: none"}, operator_names(tasks_));
        table.column("node", {"text", "where it ran; a transfer's source; empty: nowhere"},
                     node_names(tasks_, &Task::node));
        table.column("engine", {"text", "what it occupied: the node's compute engine, a dma channel; empty: nothing"},
                     engines());
        table.column("ready", {"ps", "when all it depends on had ended"}, times(tasks_, &TaskTimes::ready));
        table.column("start", {"ps", "when it got its engine or channel"}, times(tasks_, &TaskTimes::start));
        table.column("end", {"ps", "when it ended"}, times(tasks_, &TaskTimes::end));
        Integers bytes = of_plan([](const TilePlan& plan) { return plan.memory_bytes(); });
        for (TaskId id : transfers_) bytes[id.value()] = program_.task(id).bytes;
        table.column("bytes", {"B", "transfer: payload; compute and reduce: read from and written to local memory"},
                     bytes);
        table.column("cycles", {"cycles", "compute cycles of the tiles, without waiting for memory"},
                     of_plan([](const TilePlan& plan) { return plan.compute_cycles; }));
        table.column("macs", {"1", "useful multiply-accumulates"},
                     of_plan([](const TilePlan& plan) { return plan.macs; }));
        table.column("blocked_by", {"1", "id of the task whose end let it start; -1: none"},
                     collect(tasks_, [&](TaskId id) { return number_or_none(result_.tasks[id].blocked_by); }));
    }

    void write_dependencies(const OutputGroup& table) const {
        table.column("before", {"1", "id of the task that must end first"},
                     collect(program_.edges(), [](const Program::Edge& edge) { return edge.before.value(); }));
        table.column("after", {"1", "id of the task that waits for it"},
                     collect(program_.edges(), [](const Program::Edge& edge) { return edge.after.value(); }));
    }

    void write_transfers(const OutputGroup& table) const {
        table.column("task", {"1", "id of the transfer's task"},
                     collect(transfers_, [](TaskId id) { return id.value(); }));
        table.column("source", {"text", "node that sends"}, node_names(transfers_, &Task::node));
        table.column("destination", {"text", "node that receives"}, node_names(transfers_, &Task::destination));
        table.column("bytes", {"B", "payload"},
                     collect(transfers_, [&](TaskId id) { return program_.task(id).bytes; }));
        table.column("start", {"ps", "when it got its DMA channel"}, times(transfers_, &TaskTimes::start));
        table.column("end", {"ps", "when its last byte was in the destination's memory"},
                     times(transfers_, &TaskTimes::end));
        table.column("alone", {"ps", "how long it would take with the platform to itself"},
                     collect(transfers_, [&](TaskId id) {
                         const Task& task = program_.task(id);
                         return uncontended_time(platform_, task.node, task.destination, task.bytes);
                     }));
        table.column("route", {"text", "names of its links in order, a space between; empty: stays in its node"},
                     routes());
        table.column("purpose",
                     {"text", "why it was made: input, output, activation, weights, partial_sum, "
                              "shared_shard, collective or none"},
                     purposes());
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

    void write_critical_path(const OutputGroup& table) const {
        std::vector<PathStep> path = critical_path(program_, result_);
        std::vector<TaskId> tasks;
        for (const PathStep& step : path) tasks.push_back(step.task);
        table.column("task", {"1", "id of the task; -1: nothing ran"}, collect(tasks, number_or_none<TaskId>));
        table.column("kind", {"text", "kind of the task, or wait"}, kinds(tasks));
        table.column("operator", {"text", "operator of the task; empty: none"}, operator_names(tasks));
        table.column("node", {"text", "node of the task; empty: none"}, node_names(tasks, &Task::node));
        table.column("begin", {"ps", "where its part of the latency begins: the end of the row before"},
                     collect(path, [](const PathStep& step) { return step.begin; }));
        table.column("end", {"ps", "where its part of the latency ends"},
                     collect(path, [](const PathStep& step) { return step.end; }));
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
    }

    const RunRecord& record_;
    const Platform& platform_;
    const Program& program_;
    const RunResult& result_;
    TimeBins bins_;
    std::vector<TaskId> tasks_;
    std::vector<TaskId> transfers_;
    std::vector<const Design*> designs_; ///< by node
};

} // namespace

std::string run_file_image(const RunRecord& record) {
    hdf5::OutputFile file;
    Writer(record).write(file.root());
    return file.image();
}

void write_run_file(const std::string& path, const RunRecord& record) {
    require_writable(path);
    try {
        write_file_atomically(path, run_file_image(record));
    } catch (const hdf5::Failure& failure) {
        throw InputError({Problem{path, 0, "", failure.what()}});
    }
}

} // namespace arsia
