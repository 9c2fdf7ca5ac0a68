// What an operator's tiles must at least load and store, however it is split and whatever runs it.
#pragma once

#include "workloads/graph.h"

namespace arsia {

/// Whether the operator reads every element of the tensor: a slice does not, and a stride above the kernel leaves gaps.
bool reads_all(const Operator& op, const TensorShape& shape);

/// Elements that the tiles of all shards together move through local memories at least: every weight, every input
/// element that is read and every output element once. Of a table of embeddings the rows that are looked up; nothing of
/// a reshape, which is a view. Of windows as many rows and columns as designs count (models/tiling.h): those that would
/// be read without padding.
std::int64_t least_tile_elements(const Graph& graph, const Operator& op);

} // namespace arsia
