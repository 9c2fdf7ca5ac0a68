// Collective operations as programs of transfers.
#pragma once

#include <utility>
#include <vector>

#include "collectives/move_log.h"
#include "collectives/operation.h"
#include "sim/program.h"

namespace arsia {

struct CollectiveSpec {
    CollectiveOperation operation = CollectiveOperation::all_reduce;
    CollectiveAlgorithm algorithm = CollectiveAlgorithm::ring;
    /// hierarchical: the algorithm along each dimension.
    CollectiveAlgorithm dimension_algorithm = CollectiveAlgorithm::ring;
    std::vector<NodeId> ranks; ///< node of each rank: accelerators or hosts, none twice
    Bytes bytes = 0;           ///< of what, says OperationInfo::buffer; not used where `slices` are stated
    /// reduce-scatter, all-gather: bytes that each rank ends with or brings, some perhaps 0. Empty: all alike, or as
    /// even as bytes allow.
    std::vector<Bytes> slices;
    std::int64_t chunks = 1; ///< the data is cut into so many, which run the algorithm side by side
    std::size_t root = 0;    ///< rank; broadcast, gather, scatter
    /// send-receive: ranks that send, and to which. Empty: each to the next, the last to the first.
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    /// Each rank ends with one more descriptor, without data: the notice of completion that it gives to whoever waits.
    /// It costs the set-up time of a descriptor.
    bool completion = false;
    /// Messages of one size that follow each other round a ring become one task with as many runs; else each message is
    /// a task.
    bool repeats = true;
    Purpose purpose = Purpose::collective; ///< of its transfers
    OperatorId op;                         ///< the operator that they belong to, if any
};

/// By rank: what it ends with (reduce-scatter, scatter, all-to-all from each, all-reduce half-way) or brings
/// (all-gather, gather, send-receive). One alone for a broadcast.
std::vector<Bytes> slices_of(const CollectiveSpec& spec);

/// What is wrong with a collective on a platform, as sentences; empty if nothing is.
std::vector<std::string> collective_problems(const Platform& platform, const CollectiveSpec& spec);

/// Appends the tasks of a collective.
///
/// `before`, by rank: the task that has the rank's data ready; may be invalid, or the whole vector empty. Returned, by
/// rank: the task at whose end all that the rank ends with is there, which may be the one before it, or invalid.
///
/// Sums are made on arrival (Task::accumulate). Data that can be cut evenly by the number of ranks makes long rings
/// cheap: a task a rank and phase, repeated; uneven slices need a few tasks more. Whoever appends the same collective
/// often, with other nodes and sizes, takes a CollectivePattern.
///
/// Throws InputError with all problems.
std::vector<TaskId> append_collective(Program& program, const Platform& platform, const CollectiveSpec& spec,
                                      const std::vector<TaskId>& before = {}, MoveLog* log = nullptr);

} // namespace arsia
