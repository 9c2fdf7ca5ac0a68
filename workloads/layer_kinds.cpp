#include "workloads/layer_kinds.h"

#include <unordered_map>

namespace arsia {

LayerKinds::LayerKinds(const Graph& graph) {
    std::unordered_map<std::uint64_t, LayerKindId> known;
    kind_of_.reserve(graph.operators.size());
    for (OperatorId op : ids_of(graph.operators)) {
        auto [at, added] = known.try_emplace(graph.digest_of(op), LayerKindId(first_.size()));
        if (added) first_.push_back(op);
        kind_of_.push_back(at->second);
    }
}

} // namespace arsia
