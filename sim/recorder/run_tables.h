// The tables of a run file that have a row a task, a dependency or a transfer, filled while the run goes on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/recorder/hdf5_blocks.h"
#include "sim/simulator.h"
#include "workloads/graph.h"

namespace arsia {

/// Texts that stand in several tables, each list with an empty one at its end.
struct RunNames {
    std::vector<std::string> nodes, operators, kinds;

    RunNames(const Platform& platform, const Graph* graph);
    std::int64_t node(NodeId id) const;
    std::int64_t op(OperatorId id) const;
};

/// A table whose rows are tasks.
class TaskTable {
public:
    TaskTable(const hdf5::OutputGroup& group, std::size_t rows, hdf5::ChunkCodec& codec)
        : group_(group), rows_(rows), codec_(codec) {}

    /// `value`: TaskId → whole number.
    template <class Value>
    void numbers(const std::string& name, const hdf5::Meaning& meaning, Value value) {
        add(hdf5::BlockColumn(group_, name, meaning, rows_, codec_), value);
    }
    /// `row`: TaskId → row of `texts`.
    template <class Row>
    void texts(const std::string& name, const hdf5::Meaning& meaning, const std::vector<std::string>& texts, Row row) {
        add(hdf5::BlockColumn(group_, name, meaning, rows_, texts, codec_), row);
    }
    /// The tasks of block number `block`.
    void write(std::size_t block, const std::vector<TaskId>& tasks);

private:
    using Values = std::vector<std::int64_t>;
    struct Column {
        hdf5::BlockColumn column;
        std::function<void(const std::vector<TaskId>&, Values&)> fill;
    };
    template <class Value>
    void add(hdf5::BlockColumn column, Value value) {
        columns_.push_back({std::move(column), [value](const std::vector<TaskId>& tasks, Values& out) {
                                for (TaskId id : tasks) out.push_back(static_cast<std::int64_t>(value(id)));
                            }});
    }

    const hdf5::OutputGroup& group_;
    std::size_t rows_;
    hdf5::ChunkCodec& codec_;
    std::vector<Column> columns_;
    Values values_;
};

/// Time of each transfer alone; most are like one before.
class AloneTimes {
public:
    explicit AloneTimes(const Platform& platform) : platform_(platform), known_(4096) {}
    TimePs of(const Task& transfer);

private:
    struct Known {
        NodeId source, destination;
        Bytes bytes = -1;
        TimePs time = 0;
    };
    const Platform& platform_;
    std::vector<Known> known_; ///< by a hash of all; the last one stays
};

/// /tasks, /dependencies and /transfers. Rows are in the order of task ids, whatever the order in which tasks end: a
/// block of tasks is written when all of them have ended, and a block of transfers with the last of its tasks.
class RunTables {
public:
    /// Refers to all its arguments; `times` may still change for tasks that are not written yet. Routes are asked of
    /// `platform`, which must be another object than the simulator's if that runs at the same time.
    RunTables(const hdf5::OutputGroup& root, const Platform& platform, const Graph* graph, const Program& program,
              const IdVector<TaskId, TaskTimes>& times);

    void write_dependencies();
    /// Tasks rows_a_block·block … have all ended.
    void tasks_ended(std::size_t block);
    std::size_t task_blocks() const { return transfers_before_.size() - 1; }
    std::size_t transfers() const { return transfers_before_.back(); }

private:
    void count_transfers();
    void make_task_columns();
    void make_transfer_columns();
    std::vector<TaskId> tasks_of(std::size_t block) const;
    std::vector<TaskId> transfers_of(std::size_t block) const;

    const Platform& platform_;
    const Program& program_;
    const IdVector<TaskId, TaskTimes>& times_;
    RunNames names_;
    std::unique_ptr<hdf5::ChunkCodec, void (*)(hdf5::ChunkCodec*)> codec_;
    hdf5::OutputGroup task_group_, dependency_group_, transfer_group_;
    std::vector<std::size_t> transfers_before_; ///< by block of tasks, and of all
    std::vector<std::size_t> open_;             ///< by block of transfers: blocks of tasks that have not ended
    std::unordered_map<std::uint64_t, std::uint32_t> route_rows_; ///< by source and destination
    std::vector<std::string> routes_;
    AloneTimes alone_;
    std::unique_ptr<TaskTable> task_table_, transfer_table_;
};

} // namespace arsia
