// The state of lowering: what is the same for a whole mapping, and what belongs to the operator at hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapper/lowering/distances.h"
#include "mapper/lowering/draft.h"
#include "mapper/lowering/group_collectives.h"
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
        : scenario(given), graph(given.graph), plans(given.graph), distances(given.platform),
          groups(given.platform, distances) {}

    const Scenario& scenario;
    const Graph& graph;
    PlanCache plans;
    Distances distances;
    GroupCollectives groups;
    Layout layout;
    Draft draft;
    CollectiveChoice collectives = CollectiveChoice::automatic;
    IdVector<TensorId, TensorHolders> holders;
    /// Parts of parameters and caches that are in accelerators' memories from the start to the end, of all requests.
    IdVector<TensorId, std::vector<Holder>> residents;

    /// A transfer for operator `op`; of its transfers those of an early turn are queued first. Notes a problem if there
    /// is no way from the source to the destination.
    TaskId add_transfer(NodeId source, NodeId destination, OperatorId op, Bytes bytes, Purpose purpose,
                        std::uint32_t turn = 0) {
        Task task = transfer_for(op, purpose);
        task.node = source;
        task.destination = destination;
        task.bytes = bytes;
        task.priority += static_cast<std::int32_t>(turn);
        need_way(source, destination, op);
        return draft.program.add(task);
    }

    /// The messages of a collective for operator `op`, by rank of the group: `nodes`, `before`; by piece: `bytes`.
    /// `tasks` becomes the task of each of the pattern's steps.
    void add_collective(const CollectivePattern& pattern, OperatorId op, Purpose purpose,
                        const std::vector<NodeId>& nodes, const std::vector<Bytes>& bytes,
                        const std::vector<TaskId>& before, std::vector<TaskId>& tasks) {
        pattern.append(draft.program, transfer_for(op, purpose), nodes, bytes, before, tasks);
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            const CollectivePattern::Step& step = pattern.steps()[i];
            if (tasks[i].valid() && !step.join) need_way(nodes[step.from], nodes[step.to], op);
        }
    }

    /// Transfers queue by request, then by the place of their operator in the graph, then by their order within it.
    Task transfer_for(OperatorId op, Purpose purpose) const {
        Task task;
        task.kind = TaskKind::transfer;
        task.purpose = purpose;
        task.op = op;
        task.priority = static_cast<std::int32_t>((draft.request * graph.operators.size() + op.value()) *
                                                  scenario.platform.nodes.size());
        // Weights are no part of a request: they may come before it.
        if (purpose != Purpose::weights) task.not_before = scenario.stream.arrival(draft.request);
        return task;
    }

    void need_way(NodeId source, NodeId destination, OperatorId op) {
        if (distances.hops(source, destination) == Distances::unreachable)
            draft.problems.push_back(graph.operators[op].name + ": needs a transfer from " + name_of_node(source) +
                                     " to " + name_of_node(destination) + ", and the platform has no way between them");
    }

    /// A task of the node's engine that runs a tile plan.
    TaskId add_engine_task(TaskKind kind, NodeId node, OperatorId op, PlanId plan) {
        Task task;
        task.kind = kind;
        task.node = node;
        task.op = op;
        task.plan = plan;
        task.not_before = scenario.stream.arrival(draft.request);
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
