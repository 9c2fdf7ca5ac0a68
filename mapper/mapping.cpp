#include "mapper/mapping.h"

namespace arsia {

IterationBox shard_of(const Extents& extents, const Factors& factors, std::size_t rank) {
    IterationBox box = whole_box(extents);
    for (std::size_t i = dim_count; i-- > 0;) {
        auto factor = static_cast<std::size_t>(factors[i]);
        box[i] = part_of(box[i], factors[i], static_cast<std::int64_t>(rank % factor));
        rank /= factor;
    }
    return box;
}

} // namespace arsia
