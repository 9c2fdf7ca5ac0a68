// The tile plan of an operator's shard, with errors that say whose it is.
#pragma once

#include "models/design.h"

namespace arsia {

/// design.plan(), but what does not fit in 63 bits, the time of its cycles included, is an InputError that names the
/// operator and the design.
TilePlan plan_of(const Design& design, const Operator& op, const Extents& shard, std::int64_t element_bits);

} // namespace arsia
