// The state of lowering: what is the same for a whole mapping, and what belongs to the operator at hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapper/lowering/distances.h"
#include "mapper/lowering/draft.h"
#include "mapper/lowering/layout.h"
#include "mapper/lowering/plan_cache.h"
#include "mapper/lowering/shared_shards.h"

namespace arsia {

/// Part of a tensor that a node has.
struct Holder {
    TensorBox box;
    NodeId node;
    TaskId after;  ///< it is there when this task has ended; not valid: from the start
    PieceId piece; ///< the memory it is in; not valid: the host's
};

/// Where a tensor is.
struct TensorHolders {
    /// Owners: disjoint, and together the whole tensor. By rank of the producing set (a rank may own nothing); for an
    /// input of the graph the host alone.
    std::vector<Holder> owners;
    std::vector<Holder> copies; ///< fetched for consumers
    std::uint32_t producing_set = Layout::none;
    std::uint32_t uses_left = 0; ///< inputs of operators, still to be lowered, that are this tensor
};

/// What is the same for all operators of a mapping.
struct LoweringState {
    explicit LoweringState(const Scenario& given)
        : scenario(given), graph(given.graph), plans(given.graph), distances(given.platform) {}

    const Scenario& scenario;
    const Graph& graph;
    PlanCache plans;
    Distances distances;
    Layout layout;
    Draft draft;
    CollectiveChoice collectives = CollectiveChoice::automatic;
    IdVector<TensorId, TensorHolders> holders;

    /// A transfer for operator `op`. Notes a problem if there is no way from the source to the destination.
    TaskId add_transfer(NodeId source, NodeId destination, OperatorId op, Bytes bytes, Purpose purpose) {
        Task task;
        task.kind = TaskKind::transfer;
        task.purpose = purpose;
        task.node = source;
        task.destination = destination;
        task.op = op;
        task.bytes = bytes;
        task.priority = static_cast<std::int32_t>(op.value());
        if (distances.hops(source, destination) == Distances::unreachable)
            draft.problems.push_back(graph.operators[op].name + ": needs a transfer from " + name_of_node(source) +
                                     " to " + name_of_node(destination) + ", and the platform has no way between them");
        return draft.program.add(task);
    }

    /// A task of the node's engine that runs a tile plan.
    TaskId add_engine_task(TaskKind kind, NodeId node, OperatorId op, PlanId plan) {
        Task task;
        task.kind = kind;
        task.node = node;
        task.op = op;
        task.plan = plan;
        return draft.program.add(task);
    }

    const std::string& name_of_node(NodeId node) const { return scenario.platform.nodes[node].name; }
};

/// The operator at hand. Steps of lowering read and fill it.
struct OperatorWork {
    /// Something that a rank's compute waits for.
    struct Arrival {
        std::uint32_t rank;
        TaskId task;
        bool shared; ///< belongs to the first shard of the shared input
    };
    /// Something that a rank's compute reads from its own memory.
    struct Held {
        std::uint32_t rank;
        PieceId piece;
        TaskId after; ///< it is there when this task has ended
        bool shared;
    };

    OperatorId id;
    const Operator* op = nullptr;
    const Strategy* strategy = nullptr;
    const Layout::Set* set = nullptr;
    std::uint32_t set_index = 0;
    std::optional<SharedTensor> shared;
    RankGroups replicas;              ///< of the shared tensor, if there is one
    std::vector<IterationBox> shards; ///< by rank: all that it computes
    std::vector<IterationBox> starts; ///< by rank: its first phase; the whole shard without SS
    std::vector<Arrival> arrivals;
    std::vector<Held> held;

    std::size_t ranks() const { return shards.size(); }
    NodeId node(std::size_t rank) const { return set->nodes()[rank]; }
    /// Part of a rank's shard that it computes in a phase of SS.
    IterationBox phase_part(std::size_t rank, std::size_t member, std::size_t phase) const {
        IterationBox part = shards[rank];
        Range& range = at(part, *strategy->ss);
        range = part_of(range, shared->replicas, static_cast<std::int64_t>(member + phase) % shared->replicas);
        return part;
    }
};

} // namespace arsia
