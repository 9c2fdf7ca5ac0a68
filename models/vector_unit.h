// Operators without multiply-accumulates: pooling, element-wise operators, activations, concatenation. Every design
// runs them on a vector unit of a stated width:
//   cycles of a tile = ⌈outputs · R·S · max(1, inputs − 1) / width⌉
// so a 3×3 pool takes nine operations an output, an add of two inputs one, of three inputs two, an activation one.
// A concatenation only moves: one cycle a tile.
//
// A shard is cut into tiles of a stated number of output elements, in the order in which they lie in memory. Its input
// is what all its windows read together, once, shared among the tiles in proportion to their outputs: rows that two
// tiles share are not loaded twice. Operands of an element-wise operator count with the full shape of the output, also
// where one of them is broadcast.
#pragma once

#include "models/design.h"

namespace arsia {

/// Whether the operator runs on the vector unit.
bool is_vector_operator(const Operator& op);

/// Adds nothing but phases; the caller sums up.
void append_vector_phases(TilePlan& plan, const Design& design, const Operator& op, const Extents& shard,
                          std::int64_t element_bits);

/// ⌈operations / width⌉ of the whole shard; at least 1.
Cycles least_vector_cycles(const Design& design, const Operator& op, const Extents& shard);

} // namespace arsia
