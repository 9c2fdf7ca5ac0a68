// A collective that is put into programs again and again.
#pragma once

#include <cstdint>
#include <vector>

#include "collectives/collective.h"

namespace arsia {

/// The messages of a collective without their nodes and sizes: append_collective makes them once, and each use costs a
/// task a message and an edge a dependency, without looking anything up. Lowering uses one for each all-gather and
/// reduce-scatter of each candidate.
///
/// Data comes in pieces: piece `lane · ranks + rank` is the part of a rank's slice that goes the way of a lane
/// (ring-both: half of the slice each way; all others: one lane).
class CollectivePattern {
public:
    /// A reduce-scatter or an all-gather by the spec's algorithm. Nodes of its ranks matter for `hierarchical` alone,
    /// sizes not at all. Throws InputError with all problems.
    CollectivePattern(const Platform& platform, CollectiveSpec spec);

    /// A message, or a join of those that it waits for. No step waits for a later one.
    struct Step {
        bool join = false;
        bool accumulate = false;
        std::uint32_t from = 0, to = 0; ///< ranks
        std::int32_t order = 0;         ///< among what a rank sends at one moment, the lowest first
        std::uint32_t depth = 0;        ///< how many messages must have come one after the other before it
        std::uint32_t first_piece = 0, pieces = 0;
        std::uint32_t first_wait = 0, waits = 0;
    };

    std::size_t ranks() const { return ranks_; }
    std::size_t lanes() const { return lanes_; }
    const std::vector<Step>& steps() const { return steps_; }
    /// Numbers of the pieces that a step carries.
    const std::uint32_t* begin(const Step& step) const { return pieces_.data() + step.first_piece; }
    const std::uint32_t* end(const Step& step) const { return begin(step) + step.pieces; }
    std::size_t rank_of_piece(std::uint32_t piece) const { return piece % ranks_; }

    /// Appends the tasks to a program. `like`: purpose, operator and priority of all, to which each adds its order.
    /// `nodes` and `before` (the task that has a rank's data ready; may be invalid) by rank, `bytes` by piece; `tasks`
    /// becomes the task of each step, invalid where there is nothing to send.
    void append(Program& program, const Task& like, const std::vector<NodeId>& nodes, const std::vector<Bytes>& bytes,
                const std::vector<TaskId>& before, std::vector<TaskId>& tasks) const;

    /// Calls `found` with each task at whose end a rank has part of what it ends with, all of it together; given what
    /// append was given and made.
    template <class Found>
    void each_end(std::size_t rank, const std::vector<TaskId>& before, const std::vector<TaskId>& tasks,
                  Found found) const {
        for (std::uint32_t i = first_end_[rank]; i < first_end_[rank + 1]; ++i)
            if (TaskId task = resolve(ends_[i], before, tasks); task.valid()) found(task);
    }

private:
    /// What is waited for: below the number of ranks the task before that rank, else a step.
    TaskId resolve(std::uint32_t wait, const std::vector<TaskId>& before, const std::vector<TaskId>& tasks) const {
        return wait < ranks_ ? before[wait] : tasks[wait - ranks_];
    }

    std::size_t ranks_, lanes_ = 1;
    std::vector<Step> steps_;
    std::vector<std::uint32_t> pieces_, waits_, first_end_, ends_;
};

} // namespace arsia
