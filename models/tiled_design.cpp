#include "models/tiled_design.h"

#include <algorithm>

#include "models/vector_unit.h"

namespace arsia {

std::optional<std::string> TiledDesign::refusal(const Operator&) const { return std::nullopt; }

/// Lengthens the last tile of a phase where its steps take less than `least` cycles together.
static void stretch(TilePhase& phase, Cycles least) {
    Cycles sum = 0;
    for (const TileStep& step : phase.steps) sum += step.count * step.cycles;
    if (sum >= least) return;
    TileStep last = phase.steps.back();
    last.count = 1;
    last.cycles += least - sum;
    if (--phase.steps.back().count == 0) phase.steps.pop_back();
    phase.steps.push_back(last);
}

void TiledDesign::append_phases(TilePlan& plan, const Operator& op, const Extents& shard, const LoopNest& nest,
                                std::int64_t bits) const {
    const Cut input_channels(nest.c, tile_shape_.c);
    Tile tile;
    tile.r = nest.r;
    tile.s = nest.s;
    for (const EqualTiles& k : Cut(nest.k, tile_shape_.k))
        for (const EqualTiles& p : Cut(nest.p, tile_shape_.p))
            for (const EqualTiles& q : Cut(nest.q, tile_shape_.q)) {
                tile.k = k.size;
                tile.p = p.size;
                tile.q = q.size;
                TilePhase phase;
                phase.repeat = checked_multiply(checked_multiply(nest.repeat, k.count, "a tile plan's number of tiles"),
                                                checked_multiply(p.count, q.count, "a tile plan's number of tiles"),
                                                "a tile plan's number of tiles");
                phase.store_bytes = packed_bytes(tile.k * tile.p * tile.q, bits);
                phase.steps.reserve(3);
                const std::int64_t plane = rows_read(op, tile.p, tile.r) * columns_read(op, tile.q, tile.s);
                for (const EqualTiles& c : input_channels) {
                    tile.c = c.size;
                    TileStep step;
                    step.count = c.count;
                    step.input_bytes = packed_bytes(tile.c * plane, bits);
                    step.weight_bytes = packed_bytes(tile.k * tile.c * tile.r * tile.s, bits);
                    step.cycles = tile_cycles(op, shard, tile);
                    phase.steps.push_back(step);
                }
                stretch(phase, store_cycles());
                plan.phases.push_back(std::move(phase));
            }
}

TilePlan TiledDesign::plan(const Operator& op, const Extents& shard, std::int64_t bits) const {
    TilePlan plan;
    plan.clock = clock;
    plan.macs = multiply_accumulates(op, shard);
    if (is_vector_operator(op)) {
        append_vector_phases(plan, *this, op, shard, bits);
    } else {
        plan.phases.reserve(8);
        for (const LoopNest& nest : loop_nests(op, shard)) append_phases(plan, op, shard, nest, bits);
    }
    plan.add_up();
    return plan;
}

Cycles TiledDesign::least_cycles(const Operator& op, const Extents& shard) const {
    if (is_vector_operator(op)) return least_vector_cycles(*this, op, shard);
    const std::int64_t macs = multiply_accumulates(op, shard);
    const std::int64_t peak = peak_macs_per_cycle(op, shard);
    return macs / peak + (macs % peak > 0);
}

} // namespace arsia
