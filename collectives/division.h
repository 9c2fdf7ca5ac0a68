// Even division of bytes.
#pragma once

#include "base/units.h"

namespace arsia {

/// Part `index` of `bytes` in `count` parts; sizes differ by a byte at most, larger ones first.
inline Bytes part_of_bytes(Bytes bytes, std::size_t count, std::size_t index) {
    auto parts = static_cast<Bytes>(count);
    return bytes / parts + (static_cast<Bytes>(index) < bytes % parts ? 1 : 0);
}

} // namespace arsia
