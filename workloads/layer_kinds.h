// Which operators of a graph repeat each other.
#pragma once

#include <optional>

#include "workloads/graph.h"

namespace arsia {

using LayerKindId = Id<struct LayerKindTag>;

/// Operators that do the same with tensors of the same shapes are of one kind (Graph::digest_of): what is found for one
/// of them holds for all. A deep network has few kinds.
class LayerKinds {
public:
    explicit LayerKinds(const Graph& graph);

    LayerKindId of(OperatorId op) const { return kind_of_[op]; }
    /// The first operator of a kind. Kinds are numbered in the order of these.
    OperatorId first(LayerKindId kind) const { return first_[kind]; }
    bool is_first(OperatorId op) const { return first_[kind_of_[op]] == op; }
    std::size_t count() const { return first_.size(); }

private:
    IdVector<OperatorId, LayerKindId> kind_of_;
    IdVector<LayerKindId, OperatorId> first_;
};

/// What was found for each kind, if it was.
template <class Value>
class LayerTable {
public:
    explicit LayerTable(const LayerKinds& kinds) : kinds_(kinds), known_(kinds.count()) {}

    /// `find()` for the first operator of a kind that is asked for, the same for all others.
    template <class Find>
    const Value& of(OperatorId op, Find find) {
        std::optional<Value>& known = known_[kinds_.of(op)];
        if (!known) known = find();
        return *known;
    }

private:
    const LayerKinds& kinds_;
    IdVector<LayerKindId, std::optional<Value>> known_;
};

} // namespace arsia
