// The tasks of one lane of a collective in the making.
#pragma once

#include <initializer_list>
#include <vector>

#include "collectives/collective.h"
#include "collectives/stage.h"

namespace arsia {

/// Adds transfers between ranks and keeps, for each rank, the task at whose end its data is ready for what comes next.
class Schedule {
public:
    /// References must outlive the schedule. `log` may be null.
    Schedule(Program& program, const CollectiveSpec& spec, std::vector<TaskId> ready, MoveLog* log, std::size_t lane);

    struct Message {
        std::size_t from = 0, to = 0; ///< ranks
        Bytes bytes = 0;
        bool accumulate = false;
        std::int32_t runs = 1;
        std::int32_t order = 0; ///< among the messages that a rank sends at one moment
    };
    /// A transfer that waits for nothing yet. Invalid if there is nothing to send.
    TaskId add(const Message& message);
    /// A descriptor without data, from a rank to itself.
    TaskId notice(std::size_t rank);
    /// A message that carries one piece once its sender is ready; sums also wait for the receiver, to whose data they
    /// are added.
    TaskId send(const Message& message, const StagePiece& piece, const NumberSet& origins = {});

    /// `task` waits for `before`; nothing if one of them is invalid.
    void wait(TaskId task, TaskId before);
    /// Run k of `task` waits for run k − delay of `before`.
    void wait_each(TaskId task, TaskId before, std::int32_t delay);
    /// One task that ends with the last of those valid; invalid if there is none.
    TaskId join(std::vector<TaskId> tasks);

    TaskId ready(std::size_t rank) const { return ready_[rank]; }
    const std::vector<TaskId>& ready() const { return ready_; }
    void set_ready(std::size_t rank, TaskId task) { ready_[rank] = task; }

    bool repeats() const { return spec_.repeats; }
    bool logs() const { return log_ != nullptr; }
    void log(TaskId task, std::int32_t run, const Message& message, const NumberSet& slices, const NumberSet& origins);

private:
    Task task_of(const Message& message) const;

    Program& program_;
    const CollectiveSpec& spec_;
    std::vector<TaskId> ready_; ///< by rank
    MoveLog* log_;
    std::size_t lane_;
};

/// Gathers what arrives at the members of a stage, and makes it what they wait for next.
class Arrivals {
public:
    explicit Arrivals(const Stage& stage) : stage_(stage), tasks_(stage.size()) {}

    void add(std::size_t member, TaskId task) { tasks_[member].push_back(task); }
    /// Members go on when all that came is there, and what they had before; sums have waited for that.
    void settle(Schedule& schedule, bool sums = false);

private:
    const Stage& stage_;
    std::vector<std::vector<TaskId>> tasks_;
};

} // namespace arsia
