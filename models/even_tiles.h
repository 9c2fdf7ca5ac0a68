// Work that is known as a whole, cut into tiles that are as equal as whole numbers allow.
#pragma once

#include "models/design.h"

namespace arsia {

/// What all tiles do together.
struct Work {
    Cycles cycles = 0;
    Bytes input_bytes = 0, weight_bytes = 0, store_bytes = 0;
};

/// Adds `repeat` times `work`, each in `tiles` tiles, or in as many as it has cycles, if that is fewer; none without
/// cycles. Every sum of the phases is exactly `repeat` times that of the work.
void append_even_tiles(TilePlan& plan, std::int64_t repeat, std::int64_t tiles, const Work& work);

} // namespace arsia
