#include "sim/recorder/run_tables.h"

#include <algorithm>

#include "base/errors.h"
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

void TaskTable::Column::write(std::size_t block) {
    bool done = like_ && like_->values_ == values_ && column_.write_like(block, like_->column_);
    if (!done) column_.write(block, values_);
}

void TaskTable::write(Of of, std::size_t block, std::vector<TaskId> tasks) {
    tasks_ = std::move(tasks);
    std::vector<Column*> columns;
    for (Column& each : columns_) {
        if (each.of_ != of) continue;
        const Column* same = each.same_;
        if (same && same->table_.tasks_ == tasks_ && each.column_.write_like(block, same->column_)) continue;
        each.values_.resize(tasks_.size());
        columns.push_back(&each);
    }
    constexpr std::size_t near = 256; // so few tasks stay in the processor's cache for all columns
    for (std::size_t at = 0; at < tasks_.size(); at += near)
        for (Column* each : columns) each->fill_(&tasks_[at], std::min(near, tasks_.size() - at), &each->values_[at]);
    for (Column* each : columns) each->write(block);
}

std::uint32_t Routes::row_in(std::size_t stretch, const Task& transfer) {
    auto [entry, added] = rows_[stretch].emplace(pair_of(transfer), static_cast<std::uint32_t>(texts_.size()));
    if (!added) return entry->second;
    std::string& text = texts_.emplace_back();
    for (LinkId link : in_time_.route(stretch, transfer.node, transfer.destination))
        text += (text.empty() ? "" : " ") + platform_.links[link].name;
    return entry->second;
}

void Routes::add(const Task& transfer) {
    for (std::size_t stretch = 0; stretch < in_time_.stretches(); ++stretch) {
        try {
            row_of(transfer, in_time_.begin(stretch));
        } catch (const InputError&) { // no way is left, and so no transfer starts then
        }
    }
}

std::size_t Routes::row_of(const Task& transfer, TimePs start) {
    Known& known = known_[pair_of(transfer) * 0x9e3779b97f4a7c15 >> (64 - hash_bits)];
    std::size_t stretch = in_time_.at(start);
    if (known.source != transfer.node || known.destination != transfer.destination || known.stretch != stretch)
        known = {transfer.node, transfer.destination, stretch, row_in(stretch, transfer)};
    return known.row;
}

TimePs AloneTimes::of(const Task& transfer, TimePs start) {
    std::uint64_t hash = (pair_of(transfer) * 31 + static_cast<std::uint64_t>(transfer.bytes)) * 0x9e3779b97f4a7c15;
    Known& known = known_[hash >> (64 - hash_bits)];
    std::size_t stretch = in_time_.at(start);
    if (known.bytes != transfer.bytes || known.source != transfer.node || known.destination != transfer.destination ||
        known.stretch != stretch)
        known = {transfer.node, transfer.destination, transfer.bytes, stretch,
                 in_time_.uncontended_time(stretch, transfer.node, transfer.destination, transfer.bytes)};
    return known.time;
}

RunTables::RunTables(const hdf5::OutputGroup& root, const Platform& platform, const Graph* graph,
                     const Program& program, const IdVector<TaskId, TaskTimes>& times)
    : program_(program), times_(times), names_(platform, graph), task_group_(root.group("tasks")),
      dependency_group_(root.group("dependencies")), transfer_group_(root.group("transfers")), routes_(platform),
      alone_(platform) {
    count_transfers();
    make_columns(platform);
}

void RunTables::count_transfers() {
    std::size_t tasks = program_.tasks().size(), count = 0;
    for (std::size_t i = 0; i < tasks; ++i) {
        if (i % rows_a_block == 0) transfers_before_.push_back(count);
        const Task& task = program_.task(TaskId(i));
        if (task.kind != TaskKind::transfer) continue;
        ++count;
        bytes_transferred_ = checked_add(bytes_transferred_, task.bytes, "the sum of transfers");
        routes_.add(task);
    }
    transfers_before_.push_back(count);
    open_.assign(blocks_of(count), 0);
    for (std::size_t block = 0; block < task_blocks(); ++block) {
        std::size_t first = transfers_before_[block], last = transfers_before_[block + 1];
        for (std::size_t at = first / rows_a_block; first < last && at <= (last - 1) / rows_a_block; ++at) ++open_[at];
    }
}

void RunTables::make_columns(const Platform& platform) {
    using Column = TaskTable::Column;
    constexpr TaskTable::Of program = TaskTable::Of::program, run = TaskTable::Of::run;
    task_table_ = std::make_unique<TaskTable>(task_group_, program_.tasks().size(), codec_);
    TaskTable& tasks = *task_table_;
    auto of_task = [this](auto function) {
        return [this, function](TaskId id) { return function(program_.task(id)); };
    };
    auto of_plan = [&](auto function) {
        return of_task(
            [this, function](const Task& task) { return task.plan.valid() ? function(program_.plan(task.plan)) : 0; });
    };
    auto of_times = [this](TimePs TaskTimes::*time) { return [this, time](TaskId id) { return times_[id].*time; }; };
    auto node = of_task([this](const Task& task) { return names_.node(task.node); });
    auto number = [](TaskId id) { return id.value(); };

    Column& number_of = tasks.numbers(program, "id", {"1", "number of the task, its row"}, number);
    tasks.texts(program, "kind", {"text", "compute, transfer, reduce, reconfigure or join"}, names_.kinds,
                of_task([](const Task& task) { return task.kind; }));
    tasks.texts(program, "operator", {"text", "operator it belongs to; empty: none"}, names_.operators,
                of_task([this](const Task& task) { return names_.op(task.op); }));
    Column& where =
        tasks.texts(program, "node", {"text", "where it ran; a transfer's source; empty: nowhere"}, names_.nodes, node);
    tasks.texts(program, "engine",
                {"text", "what it occupied: the node's compute engine, a dma channel; empty: nothing"},
                {"compute", "dma", ""}, of_task([](const Task& task) {
                    return task.kind == TaskKind::transfer ? 1 : task.kind == TaskKind::join ? 2 : 0;
                }));
    Column& ready =
        tasks.numbers(run, "ready", {"ps", "when all it depends on had ended"}, of_times(&TaskTimes::ready));
    Column& start =
        tasks.numbers(run, "start", {"ps", "when it got its engine or channel"}, of_times(&TaskTimes::start));
    Column& end = tasks.numbers(run, "end", {"ps", "when it ended"}, of_times(&TaskTimes::end));
    Column& bytes = tasks.numbers(program, "bytes",
                                  {"B", "transfer: payload; compute and reduce: read from and written to local memory"},
                                  of_task([this](const Task& task) {
                                      if (task.kind == TaskKind::transfer) return task.bytes;
                                      return task.plan.valid() ? program_.plan(task.plan).memory_bytes() : 0;
                                  }));
    tasks.numbers(program, "cycles", {"cycles", "compute cycles of the tiles, without waiting for memory"},
                  of_plan([](const TilePlan& plan) { return plan.compute_cycles; }));
    tasks.numbers(program, "macs", {"1", "useful multiply-accumulates"},
                  of_plan([](const TilePlan& plan) { return plan.macs; }));
    tasks.numbers(run, "blocked_by", {"1", "id of the task whose end let it start; -1: none"}, [this](TaskId id) {
        TaskId by = times_[id].blocked_by;
        return by.valid() ? static_cast<std::int64_t>(by.value()) : -1;
    });
    start.resembles(ready);

    transfer_table_ = std::make_unique<TaskTable>(transfer_group_, transfers(), codec_);
    TaskTable& transfers = *transfer_table_;
    transfers.numbers(program, "task", {"1", "id of the transfer's task"}, number).repeats(number_of);
    transfers.texts(program, "source", {"text", "node that sends"}, names_.nodes, node).repeats(where);
    transfers.texts(program, "destination", {"text", "node that receives"}, names_.nodes,
                    of_task([this](const Task& task) { return names_.node(task.destination); }));
    transfers.numbers(program, "bytes", {"B", "payload"}, of_task([](const Task& task) { return task.bytes; }))
        .repeats(bytes);
    transfers.numbers(run, "start", {"ps", "when it got its DMA channel"}, of_times(&TaskTimes::start)).repeats(start);
    transfers
        .numbers(run, "end", {"ps", "when its last byte was in the destination's memory"}, of_times(&TaskTimes::end))
        .repeats(end);
    // Link events change routes and rates, so that the start must be known.
    TaskTable::Of links = platform.link_events.empty() ? program : run;
    auto of_start = [this](auto function) {
        return [this, function](TaskId id) { return function(program_.task(id), times_[id].start); };
    };
    transfers.numbers(links, "alone", {"ps", "how long it would take with the platform to itself"},
                      of_start([this](const Task& task, TimePs from) { return alone_.of(task, from); }));
    transfers.texts(links, "route", {"text", "names of its links in order, a space between; empty: stays in its node"},
                    routes_.texts(),
                    of_start([this](const Task& task, TimePs from) { return routes_.row_of(task, from); }));
    std::vector<std::string> purposes;
    for (Purpose purpose : {Purpose::none, Purpose::input, Purpose::output, Purpose::activation, Purpose::weights,
                            Purpose::partial_sum, Purpose::shared_shard, Purpose::collective})
        purposes.emplace_back(name_of(purpose));
    transfers.texts(program, "purpose",
                    {"text", "why it was made: input, output, activation, weights, partial_sum, "
                             "shared_shard, collective or none"},
                    purposes, of_task([](const Task& task) { return task.purpose; }));
}

void RunTables::write_dependencies() {
    const std::vector<Program::Edge>& edges = program_.edges();
    hdf5::BlockColumn before(dependency_group_, "before", {"1", "id of the task that must end first"}, edges.size(),
                             codec_);
    hdf5::BlockColumn after(dependency_group_, "after", {"1", "id of the task that waits for it"}, edges.size(),
                            codec_);
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
    out.reserve(rows_a_block);
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
    out.reserve(rows_a_block);
    for (; row < end; ++holds) {
        std::size_t task = holds * rows_a_block, past = std::min(program_.tasks().size(), task + rows_a_block);
        bool only = transfers_before_[holds + 1] - transfers_before_[holds] == past - task;
        for (; task < past && row < end; ++task)
            if ((only || program_.task(TaskId(task)).kind == TaskKind::transfer) && row++ >= first)
                out.push_back(TaskId(task));
    }
    return out;
}

void RunTables::write_program(std::size_t block) {
    task_table_->write(TaskTable::Of::program, block, tasks_of(block));
    std::size_t seen = transfers_before_[block + 1];
    for (std::size_t& next = transfer_blocks_written_; next < open_.size(); ++next) {
        if (std::min(transfers(), (next + 1) * rows_a_block) > seen) break;
        transfer_table_->write(TaskTable::Of::program, next, transfers_of(next));
    }
}

void RunTables::tasks_ended(std::size_t block) {
    task_table_->write(TaskTable::Of::run, block, tasks_of(block));
    std::size_t first = transfers_before_[block], last = transfers_before_[block + 1];
    for (std::size_t at = first / rows_a_block; first < last && at <= (last - 1) / rows_a_block; ++at)
        if (--open_[at] == 0) transfer_table_->write(TaskTable::Of::run, at, transfers_of(at));
}

} // namespace arsia
