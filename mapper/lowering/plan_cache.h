// Tile plans of shards, kept from one mapping to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "models/design.h"
#include "workloads/layer_kinds.h"

namespace arsia {

using PlanPtr = std::shared_ptr<const TilePlan>;

class PlanCache {
public:
    explicit PlanCache(const Graph& graph) : graph_(&graph), kinds_(graph) {}

    /// The design's plan of a shard. `accumulate`: the shard adds to partial results that are in memory from an
    /// earlier phase, so that each output tile is loaded again before it is stored.
    const PlanPtr& compute(const Design& design, OperatorId op, const Extents& shard, bool accumulate);

private:
    struct Key {
        const Design* design = nullptr;
        LayerKindId kind;
        Extents shard{};
        bool accumulate = false;

        friend bool operator==(const Key& a, const Key& b) {
            return a.design == b.design && a.kind == b.kind && a.shard == b.shard && a.accumulate == b.accumulate;
        }
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    /// The entry of the key; an empty pointer where it is new.
    PlanPtr& entry(const Key& key);

    const Graph* graph_;
    LayerKinds kinds_;
    std::unordered_map<Key, PlanPtr, KeyHash> plans_;
};

} // namespace arsia
