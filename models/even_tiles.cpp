#include "models/even_tiles.h"

#include <algorithm>
#include <array>

namespace arsia {

void append_even_tiles(TilePlan& plan, std::int64_t repeat, std::int64_t tiles, const Work& work) {
    tiles = std::min(tiles, work.cycles);
    if (tiles < 1 || repeat < 1) return;
    // Of each quantity the first `total % tiles` tiles take one more than the others: tiles change where one of the
    // four remainders ends.
    std::array<std::int64_t, 5> ends = {work.cycles % tiles, work.input_bytes % tiles, work.weight_bytes % tiles,
                                        work.store_bytes % tiles, tiles};
    std::sort(ends.begin(), ends.end());
    std::int64_t begin = 0;
    for (std::int64_t end : ends) {
        if (end == begin) continue;
        auto share = [&](std::int64_t total) { return total / tiles + (begin < total % tiles ? 1 : 0); };
        TileStep step{1, share(work.input_bytes), share(work.weight_bytes), share(work.cycles)};
        std::int64_t count = checked_multiply(repeat, end - begin, "a tile plan's number of tiles");
        plan.phases.push_back({count, {step}, share(work.store_bytes)});
        begin = end;
    }
}

} // namespace arsia
