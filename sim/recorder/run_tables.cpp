#include "sim/recorder/run_tables.h"

#include <algorithm>

#include "sim/critical_path.h"

namespace arsia {

using hdf5::rows_a_block;

namespace {

std::size_t blocks_of(std::size_t rows) { return (rows + rows_a_block - 1) / rows_a_block; }

std::uint64_t pair_of(const Task& transfer) {
    return std::uint64_t{transfer.node.value()} << 32 | transfer.destination.value();
}

} // namespace

RunNames::RunNames(const Platform& platform, const Graph* graph) {
    for (const Node& node : platform.nodes) nodes.push_back(node.name);
    nodes.emplace_back();
    if (graph)
        for (const Operator& op : graph->operators) operators.push_back(op.name);
    operators.emplace_back();
    for (TaskKind kind :
         {TaskKind::compute, TaskKind::transfer, TaskKind::reduce, TaskKind::reconfigure, TaskKind::join})
        kinds.emplace_back(name_of(kind));
}

std::int64_t RunNames::node(NodeId id) const {
    return id.valid() ? id.value() : static_cast<std::int64_t>(nodes.size()) - 1;
}

std::int64_t RunNames::op(OperatorId id) const {
    std::size_t none = operators.size() - 1;
    return static_cast<std::int64_t>(id.valid() ? std::min<std::size_t>(id.value(), none) : none);
}

void TaskTable::write(std::size_t block, const std::vector<TaskId>& tasks) {
    for (Column& each : columns_) {
        values_.clear();
        each.fill(tasks, values_);
        each.column.write(block, values_);
    }
}

TimePs AloneTimes::of(const Task& transfer) {
    std::uint64_t hash = (pair_of(transfer) * 31 + static_cast<std::uint64_t>(transfer.bytes)) * 0x9e3779b97f4a7c15;
    Known& known = known_[hash >> 52];
    if (known.bytes != transfer.bytes || known.source != transfer.node || known.destination != transfer.destination)
        known = {transfer.node, transfer.destination, transfer.bytes,
                 uncontended_time(platform_, transfer.node, transfer.destination, transfer.bytes)};
    return known.time;
}

RunTables::RunTables(const hdf5::OutputGroup& root, const Platform& platform, const Graph* graph,
                     const Program& program, const IdVector<TaskId, TaskTimes>& times)
    : platform_(platform), program_(program), times_(times), names_(platform, graph), codec_(hdf5::make_codec()),
      task_group_(root.group("tasks")), dependency_group_(root.group("dependencies")),
      transfer_group_(root.group("transfers")), alone_(platform) {
    count_transfers();
    make_task_columns();
    make_transfer_columns();
}

void RunTables::count_transfers() {
    std::size_t tasks = program_.tasks().size(), count = 0;
    for (std::size_t i = 0; i < tasks; ++i) {
        if (i % rows_a_block == 0) transfers_before_.push_back(count);
        const Task& task = program_.task(TaskId(i));
        if (task.kind != TaskKind::transfer) continue;
        ++count;
        auto [entry, added] = route_rows_.emplace(pair_of(task), routes_.size());
        if (!added) continue;
        std::string& text = routes_.emplace_back();
        for (LinkId link : platform_.route(task.node, task.destination))
            text += (text.empty() ? "" : " ") + platform_.links[link].name;
    }
    transfers_before_.push_back(count);
    open_.assign(blocks_of(count), 0);
    for (std::size_t block = 0; block < task_blocks(); ++block) {
        std::size_t first = transfers_before_[block], last = transfers_before_[block + 1];
        for (std::size_t at = first / rows_a_block; first < last && at <= (last - 1) / rows_a_block; ++at) ++open_[at];
    }
}

void RunTables::make_task_columns() {
    task_table_ = std::make_unique<TaskTable>(task_group_, program_.tasks().size(), *codec_);
    TaskTable& table = *task_table_;
    auto of_plan = [this](auto function) {
        return [this, function](TaskId id) {
            PlanId plan = program_.task(id).plan;
            return plan.valid() ? function(program_.plan(plan)) : 0;
        };
    };
    auto bytes = of_plan([](const TilePlan& plan) { return plan.memory_bytes(); });
    table.numbers("id", {"1", "number of the task, its row"}, [](TaskId id) { return id.value(); });
    table.texts("kind", {"text", "compute, transfer, reduce, reconfigure or join"}, names_.kinds,
                [this](TaskId id) { return program_.task(id).kind; });
    table.texts("operator", {"text", "operator it belongs to; empty: none"}, names_.operators,
                [this](TaskId id) { return names_.op(program_.task(id).op); });
    table.texts("node", {"text", "where it ran; a transfer's source; empty: nowhere"}, names_.nodes,
                [this](TaskId id) { return names_.node(program_.task(id).node); });
    table.texts("engine", {"text", "what it occupied: the node's compute engine, a dma channel; empty: nothing"},
                {"compute", "dma", ""}, [this](TaskId id) {
                    TaskKind kind = program_.task(id).kind;
                    return kind == TaskKind::transfer ? 1 : kind == TaskKind::join ? 2 : 0;
                });
    table.numbers("ready", {"ps", "when all it depends on had ended"}, [this](TaskId id) { return times_[id].ready; });
    table.numbers("start", {"ps", "when it got its engine or channel"}, [this](TaskId id) { return times_[id].start; });
    table.numbers("end", {"ps", "when it ended"}, [this](TaskId id) { return times_[id].end; });
    table.numbers("bytes", {"B", "transfer: payload; compute and reduce: read from and written to local memory"},
                  [this, bytes](TaskId id) {
                      const Task& task = program_.task(id);
                      return task.kind == TaskKind::transfer ? task.bytes : bytes(id);
                  });
    table.numbers("cycles", {"cycles", "compute cycles of the tiles, without waiting for memory"},
                  of_plan([](const TilePlan& plan) { return plan.compute_cycles; }));
    table.numbers("macs", {"1", "useful multiply-accumulates"},
                  of_plan([](const TilePlan& plan) { return plan.macs; }));
    table.numbers("blocked_by", {"1", "id of the task whose end let it start; -1: none"}, [this](TaskId id) {
        TaskId by = times_[id].blocked_by;
        return by.valid() ? static_cast<std::int64_t>(by.value()) : -1;
    });
}

void RunTables::make_transfer_columns() {
    transfer_table_ = std::make_unique<TaskTable>(transfer_group_, transfers(), *codec_);
    TaskTable& table = *transfer_table_;
    table.numbers("task", {"1", "id of the transfer's task"}, [](TaskId id) { return id.value(); });
    table.texts("source", {"text", "node that sends"}, names_.nodes,
                [this](TaskId id) { return names_.node(program_.task(id).node); });
    table.texts("destination", {"text", "node that receives"}, names_.nodes,
                [this](TaskId id) { return names_.node(program_.task(id).destination); });
    table.numbers("bytes", {"B", "payload"}, [this](TaskId id) { return program_.task(id).bytes; });
    table.numbers("start", {"ps", "when it got its DMA channel"}, [this](TaskId id) { return times_[id].start; });
    table.numbers("end", {"ps", "when its last byte was in the destination's memory"},
                  [this](TaskId id) { return times_[id].end; });
    table.numbers("alone", {"ps", "how long it would take with the platform to itself"},
                  [this](TaskId id) { return alone_.of(program_.task(id)); });
    table.texts("route", {"text", "names of its links in order, a space between; empty: stays in its node"}, routes_,
                [this](TaskId id) { return route_rows_.at(pair_of(program_.task(id))); });
    std::vector<std::string> purposes;
    for (Purpose purpose : {Purpose::none, Purpose::input, Purpose::output, Purpose::activation, Purpose::weights,
                            Purpose::partial_sum, Purpose::shared_shard, Purpose::collective})
        purposes.emplace_back(name_of(purpose));
    table.texts("purpose",
                {"text", "why it was made: input, output, activation, weights, partial_sum, "
                         "shared_shard, collective or none"},
                purposes, [this](TaskId id) { return program_.task(id).purpose; });
}

void RunTables::write_dependencies() {
    const std::vector<Program::Edge>& edges = program_.edges();
    hdf5::BlockColumn before(dependency_group_, "before", {"1", "id of the task that must end first"}, edges.size(),
                             *codec_);
    hdf5::BlockColumn after(dependency_group_, "after", {"1", "id of the task that waits for it"}, edges.size(),
                            *codec_);
    std::vector<std::int64_t> befores, afters;
    for (std::size_t block = 0; block < blocks_of(edges.size()); ++block) {
        befores.clear();
        afters.clear();
        std::size_t end = std::min(edges.size(), (block + 1) * rows_a_block);
        for (std::size_t at = block * rows_a_block; at < end; ++at) {
            befores.push_back(edges[at].before.value());
            afters.push_back(edges[at].after.value());
        }
        before.write(block, befores);
        after.write(block, afters);
    }
}

std::vector<TaskId> RunTables::tasks_of(std::size_t block) const {
    std::vector<TaskId> out;
    std::size_t end = std::min(program_.tasks().size(), (block + 1) * rows_a_block);
    for (std::size_t i = block * rows_a_block; i < end; ++i) out.push_back(TaskId(i));
    return out;
}

std::vector<TaskId> RunTables::transfers_of(std::size_t block) const {
    std::size_t first = block * rows_a_block, end = std::min(transfers(), first + rows_a_block);
    auto after = std::upper_bound(transfers_before_.begin(), transfers_before_.end(), first);
    auto holds = static_cast<std::size_t>(after - transfers_before_.begin()) - 1; // the block of tasks with the first
    std::size_t row = transfers_before_[holds];
    std::vector<TaskId> out;
    for (std::size_t i = holds * rows_a_block; row < end; ++i)
        if (program_.task(TaskId(i)).kind == TaskKind::transfer && row++ >= first) out.push_back(TaskId(i));
    return out;
}

void RunTables::tasks_ended(std::size_t block) {
    task_table_->write(block, tasks_of(block));
    std::size_t first = transfers_before_[block], last = transfers_before_[block + 1];
    for (std::size_t at = first / rows_a_block; first < last && at <= (last - 1) / rows_a_block; ++at)
        if (--open_[at] == 0) transfer_table_->write(at, transfers_of(at));
}

} // namespace arsia
