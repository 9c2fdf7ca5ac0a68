// Operators without multiply-accumulates: pooling, element-wise operators, activations, normalisations, and what only
// moves. Every design runs them on a vector unit of a stated width:
//   cycles of a tile = ⌈outputs · operations / width⌉
// with the operations of an element that workloads/graph.h counts: nine of a 3×3 pool, one of an add of two inputs,
// five of a softmax. What only moves (concatenation, slice, transpose, resize, embedding) takes one cycle a tile, a
// reshape, which is a view, one cycle in all and no bytes.
//
// A shard is cut into tiles of a stated number of output elements, in the order in which they lie in memory. What it
// reads is shared among the tiles in proportion to their outputs: a pool's windows together, once; of each operand of
// an element-wise operator as much as of the output, also where one of them is broadcast; of a normalisation whole
// groups; of an embedding an index a token and the rows of the table that are looked up.
#pragma once

#include "models/design.h"

namespace arsia {

/// Adds nothing but phases; the caller sums up.
void append_vector_phases(TilePlan& plan, const Design& design, const Operator& op, const Extents& shard,
                          std::int64_t element_bits);

/// ⌈operations / width⌉ of the whole shard; at least 1.
Cycles least_vector_cycles(const Design& design, const Operator& op, const Extents& shard);

} // namespace arsia
