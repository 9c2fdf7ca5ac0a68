// The parallelism strategies that an operator may have on a set of accelerators.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "mapper/mapping.h"
#include "workloads/layer_kinds.h"

namespace arsia {

/// All ways to write `product` as factors along the seven dimensions, none above its limit. Lexicographic in the order
/// N K C P Q R S, largest first. Empty if the limits cannot carry the product.
std::vector<Factors> factorizations(std::int64_t product, const Extents& limits);

/// Largest factor of each dimension that a search tries: what the operator may be split into, and of the hidden
/// channels of a recurrent layer no more than what keeps the messages between its steps within what is simulated,
/// whatever the algorithm.
Extents search_limits(const Operator& op);

/// Every strategy that the static rules allow for the operator on `set_size` accelerators: each factorization of the
/// size, and with each of them every shared-shard dimension that makes sense. Strategies without SS stand first.
std::vector<Strategy> legal_strategies(const Graph& graph, const Operator& op, std::int64_t set_size);

/// The factorization of `set_size` over the operator's longest dimensions, as even as can be: over the two longest; if
/// their extents cannot carry the size, over the three longest, and so on. Dimensions of equal extent count in the
/// order N K C P Q R S; of equally even splits the one that gives the longer dimension more is taken. Nothing if no
/// split carries the size.
std::optional<Factors> longest_dimensions_split(const Extents& extents, std::int64_t set_size);
/// Of an operator: over those of its dimensions that may be split.
std::optional<Factors> longest_dimensions_split(const Operator& op, std::int64_t set_size);

/// Strategies by operator and set size, enumerated on first use. A genome's gene is an index into such a list.
class StrategySpaces {
public:
    explicit StrategySpaces(const Graph& graph) : graph_(&graph), kinds_(graph) {}
    const std::vector<Strategy>& of(OperatorId op, std::int64_t set_size) const;
    /// Position of a strategy in the list; the list's size if it is not there.
    std::size_t index_of(OperatorId op, std::int64_t set_size, const Strategy& strategy) const;
    const LayerKinds& kinds() const { return kinds_; }

private:
    const Graph* graph_;
    LayerKinds kinds_;
    mutable std::map<std::int64_t, IdVector<LayerKindId, std::optional<std::vector<Strategy>>>> spaces_; ///< by size
};

} // namespace arsia
