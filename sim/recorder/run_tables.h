// The tables of a run file that have a row a task, a dependency or a transfer, filled while the run goes on.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/platform_in_time.h"
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

/// A table whose rows are tasks. Columns of the program can be written before it has run.
class TaskTable {
    using Values = std::vector<std::int64_t>;

public:
    enum class Of { program, run };

    class Column {
    public:
        /// Most of its values will be those that the other column, which stands before it in the table, wrote last.
        void resembles(const Column& other) { like_ = &other; }
        /// Of the same task both say the same. The other's table is written before.
        void repeats(const Column& other) { same_ = &other; }

    private:
        friend class TaskTable;
        using Fill = std::function<void(const TaskId* first, std::size_t count, std::int64_t* out)>;
        Column(const TaskTable& table, Of of, hdf5::BlockColumn column, Fill fill)
            : table_(table), of_(of), column_(std::move(column)), fill_(std::move(fill)) {}
        void write(std::size_t block);

        const TaskTable& table_;
        Of of_;
        hdf5::BlockColumn column_;
        Fill fill_;
        Values values_; ///< written last
        const Column *like_ = nullptr, *same_ = nullptr;
    };

    TaskTable(const hdf5::OutputGroup& group, std::size_t rows, hdf5::ChunkCodec& codec)
        : group_(group), rows_(rows), codec_(codec) {}

    /// `value`: TaskId → whole number.
    template <class Value>
    Column& numbers(Of of, const std::string& name, const hdf5::Meaning& meaning, Value value) {
        return add(of, hdf5::BlockColumn(group_, name, meaning, rows_, codec_), value);
    }
    /// `row`: TaskId → row of `texts`.
    template <class Row>
    Column& texts(Of of, const std::string& name, const hdf5::Meaning& meaning, const std::vector<std::string>& texts,
                  Row row) {
        return add(of, hdf5::BlockColumn(group_, name, meaning, rows_, texts, codec_), row);
    }
    TaskTable(const TaskTable&) = delete;
    TaskTable& operator=(const TaskTable&) = delete;
    /// Block number `block`, which is these tasks, of the columns of the program or of the run.
    void write(Of of, std::size_t block, std::vector<TaskId> tasks);

private:
    template <class Value>
    Column& add(Of of, hdf5::BlockColumn column, Value value) {
        auto fill = [value](const TaskId* first, std::size_t count, std::int64_t* out) {
            for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::int64_t>(value(first[i]));
        };
        columns_.push_back(Column(*this, of, std::move(column), fill));
        return columns_.back();
    }

    const hdf5::OutputGroup& group_;
    std::size_t rows_;
    hdf5::ChunkCodec& codec_;
    std::deque<Column> columns_;
    std::vector<TaskId> tasks_; ///< of the block written last
};

/// Those that remember transfers lately seen find them by so many bits of a hash.
constexpr unsigned hash_bits = 14;

/// The routes of a program's transfers, each once in each stretch between link events.
class Routes {
public:
    explicit Routes(const Platform& platform)
        : platform_(platform), in_time_(platform), rows_(in_time_.stretches()), known_(std::size_t{1} << hash_bits) {}
    /// To be called for every transfer before texts() are written.
    void add(const Task& transfer);
    /// Names of its links.
    const std::vector<std::string>& texts() const { return texts_; }
    /// Row in the texts of a transfer that starts at that time.
    std::size_t row_of(const Task& transfer, TimePs start);

private:
    struct Known {
        NodeId source, destination;
        std::size_t stretch = 0;
        std::uint32_t row = 0;
    };
    std::uint32_t row_in(std::size_t stretch, const Task& transfer);

    const Platform& platform_;
    PlatformInTime in_time_;
    std::vector<std::string> texts_;
    std::vector<std::unordered_map<std::uint64_t, std::uint32_t>> rows_; ///< by stretch; by source and destination
    std::vector<Known> known_;                                           ///< by a hash; the last one stays
};

/// Time of each transfer alone; most are like one before.
class AloneTimes {
public:
    explicit AloneTimes(const Platform& platform) : in_time_(platform), known_(std::size_t{1} << hash_bits) {}
    TimePs of(const Task& transfer, TimePs start);

private:
    struct Known {
        NodeId source, destination;
        Bytes bytes = -1;
        std::size_t stretch = 0;
        TimePs time = 0;
    };
    PlatformInTime in_time_;
    std::vector<Known> known_; ///< by a hash of all; the last one stays
};

/// /tasks, /dependencies and /transfers. Rows are in the order of task ids, whatever the order in which tasks end. What
/// the program says of them is written block by block at first; their times when all tasks of a block have ended, and
/// of a block of transfers with the last of its tasks.
class RunTables {
public:
    /// Refers to all its arguments; `times` may still change for tasks that are not written yet. Routes are asked of
    /// `platform`, which must be another object than the simulator's if that runs at the same time.
    RunTables(const hdf5::OutputGroup& root, const Platform& platform, const Graph* graph, const Program& program,
              const IdVector<TaskId, TaskTimes>& times);

    void write_dependencies();
    /// What the program says of tasks rows_a_block·block …; block by block from the first.
    void write_program(std::size_t block);
    /// These tasks have all ended. After write_program() of all blocks.
    void tasks_ended(std::size_t block);
    std::size_t task_blocks() const { return transfers_before_.size() - 1; }
    std::size_t transfers() const { return transfers_before_.back(); }
    Bytes bytes_transferred() const { return bytes_transferred_; } ///< payload of all transfers

private:
    void count_transfers();
    void make_columns(const Platform& platform);
    std::vector<TaskId> tasks_of(std::size_t block) const;
    std::vector<TaskId> transfers_of(std::size_t block) const;

    const Program& program_;
    const IdVector<TaskId, TaskTimes>& times_;
    RunNames names_;
    hdf5::ChunkCodec codec_;
    hdf5::OutputGroup task_group_, dependency_group_, transfer_group_;
    std::vector<std::size_t> transfers_before_; ///< by block of tasks, and of all
    Bytes bytes_transferred_ = 0;
    std::vector<std::size_t> open_;           ///< by block of transfers: blocks of tasks that have not ended
    std::size_t transfer_blocks_written_ = 0; ///< of what the program says
    Routes routes_;
    AloneTimes alone_;
    std::unique_ptr<TaskTable> task_table_, transfer_table_;
};

} // namespace arsia
