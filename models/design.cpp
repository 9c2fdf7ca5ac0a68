#include "models/design.h"

namespace arsia {

void TilePlan::add_up() {
    compute_cycles = 0;
    tiles = 0;
    input_bytes = weight_bytes = store_bytes = 0;
    auto add = [](std::int64_t& sum, std::int64_t repeat, std::int64_t count, std::int64_t each, const char* what) {
        sum = checked_add(sum, checked_multiply(repeat, checked_multiply(count, each, what), what), what);
    };
    for (const TilePhase& phase : phases) {
        for (const TileStep& step : phase.steps) {
            add(compute_cycles, phase.repeat, step.count, step.cycles, "a tile plan's cycle count");
            add(tiles, phase.repeat, step.count, 1, "a tile plan's tile count");
            add(input_bytes, phase.repeat, step.count, step.input_bytes, "a tile plan's number of input bytes");
            add(weight_bytes, phase.repeat, step.count, step.weight_bytes, "a tile plan's number of weight bytes");
        }
        add(store_bytes, phase.repeat, 1, phase.store_bytes, "a tile plan's number of output bytes");
    }
    const char* all = "a tile plan's number of bytes";
    checked_add(checked_add(input_bytes, weight_bytes, all), store_bytes, all); // so that memory_bytes() fits
}

} // namespace arsia
