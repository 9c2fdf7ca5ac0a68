// The program that the simulated machine executes: a DAG of tasks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "models/design.h"
#include "topologies/platform.h"

namespace arsia {

using TaskId = Id<struct TaskTag>;
using BufferId = Id<struct BufferTag>;
using PlanId = Id<struct PlanTag>;

/// What a task occupies while it runs:
///   compute      the node's compute engine, for a tile plan against the local memory
///   transfer     a DMA channel of the source, the links of the route, both memories
///   reduce       the compute engine: element-wise, memory-bound (its tile plan says how much)
///   reconfigure  the compute engine, for a fixed time
///   join         nothing, no time
/// Compute engines run their tasks in program order (the order of task ids).
enum class TaskKind : std::uint8_t { compute, transfer, reduce, reconfigure, join };

const char* name_of(TaskKind kind);

/// Why a transfer is made; for reports.
enum class Purpose : std::uint8_t { none, input, output, activation, weights, partial_sum, shared_shard, collective };

const char* name_of(Purpose purpose);

struct Task {
    TaskKind kind = TaskKind::join;
    Purpose purpose = Purpose::none;
    NodeId node;           ///< where it runs; a transfer's source
    NodeId destination;    ///< transfers
    OperatorId op;         ///< the operator it belongs to, if any
    PlanId plan;           ///< compute, reduce
    Bytes bytes = 0;       ///< transfers: payload
    TimePs duration = 0;   ///< reconfigure
    TimePs not_before = 0; ///< earliest start
    /// Transfers: which goes first, the lower one, where several of a node wait for a DMA channel or want its memory or
    /// a link at the same instant.
    std::int32_t priority = 0;
    /// Transfers: added to what is at the destination, which is read and written for it (twice the memory traffic).
    bool accumulate = false;
    /// Transfers and joins: how often it runs. Its runs start in order and may overlap.
    std::int32_t repeat = 1;
};

/// A piece of local memory: taken when its first task starts, given back when its last user ends.
struct Buffer {
    NodeId node;
    Bytes bytes = 0;
    TaskId first;              ///< its start takes the buffer; not valid: there from time 0
    std::vector<TaskId> users; ///< when all have ended the buffer is free; empty: kept to the end
};

/// Tasks, what each waits for, the tile plans they use, the buffers they fill.
class Program {
public:
    TaskId add(const Task& task) { return tasks_.push_back(task); }
    /// `after` cannot start before `before` has ended, with all its runs. Both must have been added.
    void depend(TaskId after, TaskId before) { edges_.push_back({before, after, Edge::whole}); }
    /// Run k of `after` waits for run k − delay of `before` (for none if k < delay): a synchronous data-flow edge with
    /// `delay` initial tokens (Lee and Messerschmitt, 1987). Long regular programs stay small this way.
    void depend_each(TaskId after, TaskId before, std::int32_t delay) { edges_.push_back({before, after, delay}); }
    PlanId add_plan(std::shared_ptr<const TilePlan> plan) { return plans_.push_back(std::move(plan)); }
    BufferId add_buffer(Buffer buffer) { return buffers_.push_back(std::move(buffer)); }
    void clear();

    struct Edge {
        static constexpr std::int32_t whole = -1;
        TaskId before, after;
        std::int32_t delay = whole;
    };
    const IdVector<TaskId, Task>& tasks() const { return tasks_; }
    const Task& task(TaskId id) const { return tasks_[id]; }
    const std::vector<Edge>& edges() const { return edges_; }
    const TilePlan& plan(PlanId id) const { return *plans_[id]; }
    const IdVector<PlanId, std::shared_ptr<const TilePlan>>& plans() const { return plans_; }
    const IdVector<BufferId, Buffer>& buffers() const { return buffers_; }

    /// Whether some task runs more than once.
    bool repeats() const;
    /// The same program with every run a task of its own, run by run: for those who want to see each.
    Program unrolled() const;

private:
    IdVector<TaskId, Task> tasks_;
    std::vector<Edge> edges_;
    IdVector<PlanId, std::shared_ptr<const TilePlan>> plans_;
    IdVector<BufferId, Buffer> buffers_;
};

/// Tile plan of an element-wise reduction of `operands` arrays of `bytes` each into one: memory-bound, in tiles of
/// `tile` bytes an operand, one cycle of `clock` a `width_bytes` bytes.
std::shared_ptr<const TilePlan> reduction_plan(int operands, Bytes bytes, Bytes tile, Bytes width_bytes,
                                               Frequency clock);

} // namespace arsia
