#include "models/tiled_design.h"

#include <fmt/format.h>

#include "models/vector_unit.h"

namespace arsia {

std::optional<std::string> TiledDesign::refusal(const Operator& op) const {
    std::optional<std::string> reason = too_small_buffer(tiling_, op, element_bits);
    if (reason) return fmt::format("design '{}' cannot cut '{}' into tiles: {}", name, op.name, *reason);
    return std::nullopt;
}

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

namespace {

/// The loops outside a tile's input channels: output channels and positions, one inside the other.
class OuterLoops {
public:
    OuterLoops(const LoopNest& nest, const TileChoice& choice, const std::vector<PositionTiles>& positions)
        : kept_(choice.kept), repeat_(nest.repeat), channels_(nest.k, choice.tile.k), positions_(positions) {}

    /// Calls visit(channels, positions, repeat, loads input, loads weights) for each kind of output tile.
    template <class Visit>
    void visit(Visit visit) const {
        if (kept_ == Kept::input) {
            for (const PositionTiles& run : positions_) {
                bool first = true;
                for (const EqualTiles& k : channels_) turn(k, run, run.count, k.count, first, visit);
            }
            return;
        }
        for (const EqualTiles& k : channels_) {
            bool first = true;
            for (const PositionTiles& run : positions_) turn(k, run, k.count, run.count, first, visit);
        }
    }

private:
    /// What is kept comes with the first tile of the inner loop.
    template <class Visit>
    void turn(const EqualTiles& k, const PositionTiles& run, std::int64_t outer, std::int64_t inner, bool& first,
              Visit visit) const {
        const char* what = "a tile plan's number of tiles";
        outer = checked_multiply(repeat_, outer, what);
        if (kept_ == Kept::nothing || first) {
            std::int64_t loading = kept_ == Kept::nothing ? inner : 1;
            visit(k, run, checked_multiply(outer, loading, what), true, true);
            inner -= loading;
            first = false;
        }
        if (inner > 0)
            visit(k, run, checked_multiply(outer, inner, what), kept_ != Kept::input, kept_ != Kept::weights);
    }

    Kept kept_;
    std::int64_t repeat_;
    Cut channels_;
    const std::vector<PositionTiles>& positions_;
};

} // namespace

void TiledDesign::append_phases(TilePlan& plan, const Operator& op, const Extents& shard, const LoopNest& nest,
                                std::int64_t bits) const {
    const TileChoice choice = choose_tiles(tiling_, op, nest, bits);
    const std::vector<PositionTiles> positions = position_tiles(op, nest, choice.tile);
    const Cut input_channels(nest.c, choice.tile.c);
    const std::size_t first_phase = plan.phases.size();
    OuterLoops(nest, choice, positions)
        .visit([&](const EqualTiles& k, const PositionTiles& run, std::int64_t repeat, bool loads_input,
                   bool loads_weights) {
            Tile tile{k.size, 1, run.p, run.q, nest.r, nest.s};
            TilePhase phase;
            phase.repeat = repeat;
            phase.store_bytes = packed_bytes(tile.k * run.positions, bits);
            phase.steps.reserve(3);
            for (const EqualTiles& c : input_channels) {
                tile.c = c.size;
                TileStep step;
                step.count = c.count;
                if (loads_input) step.input_bytes = packed_bytes(tile.c * run.plane, bits);
                if (loads_weights) step.weight_bytes = packed_bytes(tile.k * tile.c * tile.r * tile.s, bits);
                step.cycles = tile_cycles(op, shard, tile);
                phase.steps.push_back(step);
            }
            stretch(phase, store_cycles());
            plan.phases.push_back(std::move(phase));
        });
    if (nest.is_recurrent) store_results(plan, first_phase, results_of(op, shard), at(shard, Dim::K), bits);
}

void TiledDesign::append_products(TilePlan& plan, const Operator& op, const Extents& shard, std::int64_t bits) const {
    plan.phases.reserve(8);
    for (const LoopNest& nest : loop_nests(op, shard)) append_phases(plan, op, shard, nest, bits);
}

Cycles TiledDesign::least_product_cycles(const Operator& op, const Extents& shard) const {
    const MacRate peak = peak_rate(op, shard);
    return multiply_divide_up(multiply_accumulates(op, shard), static_cast<std::uint64_t>(peak.cycles),
                              static_cast<std::uint64_t>(peak.macs), "an operator's number of cycles");
}

} // namespace arsia
