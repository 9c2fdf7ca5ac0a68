// SS: which tensor of an operator is kept in shards that go round its replicas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "mapper/lowering/rank_groups.h"
#include "workloads/graph.h"

namespace arsia {

/// The tensor that is kept in shared shards, and where its replicas are.
struct SharedTensor {
    bool weights = false;
    std::size_t input = 0;  ///< which input, if it is not the weights
    DimSet replicated_over; ///< ranks that differ only along these hold the same part of the tensor
    std::int64_t replicas = 1;
};

/// Dimensions along which ranks need different parts of the weights, or of input `input`.
DimSet weight_dims();
DimSet input_dims(const Operator& op, std::size_t input, const TensorShape& input_shape);

/// Why the operator is not split along a dimension, where Operator::may_split says so.
std::string not_split_text(const Operator& op, Dim dim);

/// The tensor that SS along `dim` shares under the factors: replicated by them, indexed by `dim`, with at least as many
/// positions along `dim` in the smallest shard as there are replicas. Of several the largest in bytes, the weights
/// before inputs. Nothing if there is none; then `why`, if given, is told the reason.
std::optional<SharedTensor> find_shared_tensor(const Operator& op, const Graph& graph, const Factors& es, Dim dim,
                                               std::string* why = nullptr);

} // namespace arsia
