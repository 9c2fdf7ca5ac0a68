// Kind `fixed_conv`: a convolution accelerator that cannot be changed, known by its tile, its throughput and its memory
// port, as in the heterogeneous systems of X. Zhang, C. Hao, P. Zhou, A. Jones, J. Hu: H2H: Heterogeneous Model to
// Heterogeneous System Mapping with Computation and Communication Awareness, DAC 2022. With Th operations a second, a
// clock F, a port of B bits a cycle and elements of D bits, in cycles:
//   tComp = 2·Tk·Tc·Tp·Tq·R·S · F/Th        tWeight = Tk·Tc·R·S·D / B
//   tIfm  = Tc·Ti·Tj·D / B                   tOut    = Tk·Tp·Tq·D / B
//   total = N·⌈K/Tk⌉·⌈P/Tp⌉·⌈Q/Tq⌉ · (⌈C/Tc⌉·(tWeight + tIfm + tComp) + tOut)
// A tile at an edge takes as long as a full one; the input tile of Ti × Tj is the same for every kernel and stride.
// Loading, computing and storing follow each other (`overlap: none` of the formula), so the time at the port is part of
// a tile's cycles. The tile's bytes, by its real extents, are moved by the simulated memory as well: beside the
// computation of its neighbours, so that a memory at least as fast as the port adds but the first load and last store.
// Groups of channels follow each other. Where a tile takes less than a cycle, a step is several tiles.
#include <fmt/format.h>

#include "models/even_tiles.h"
#include "models/fixed_rates.h"
#include "models/product_design.h"
#include "models/registry.h"
#include "models/tile_choice.h"
#include "models/vector_unit.h"

namespace arsia {

namespace {

struct InputTile {
    std::int64_t rows = 1, columns = 1;
};

class FixedConv final : public ProductDesign {
public:
    FixedConv(const FixedRates& rates, const TileShape& tile, const InputTile& input)
        : rates_(rates), tile_(tile), input_(input) {}

    std::optional<std::string> refusal(const Operator& op) const override {
        if (!op.multiplies() || op.kind == OperatorKind::conv) return std::nullopt;
        return wrong_kind(*this, op, "convolutions");
    }

protected:
    void append_products(TilePlan& plan, const Operator& op, const Extents& shard, std::int64_t bits) const override {
        Clock time(CycleScale(rates_, clock));
        for (const LoopNest& nest : loop_nests(op, shard)) append_nest(plan, time, op, nest, bits);
    }

    /// As if every tile were as full as the operator allows: MACs and outputs at the rate of such a tile. One with more
    /// room than the operator has output channels, input channels, rows or columns is never full.
    Cycles least_product_cycles(const Operator& op, const Extents& shard) const override {
        const CycleScale scale(rates_, clock);
        const std::int64_t kernel = at(shard, Dim::R) * at(shard, Dim::S);
        auto room = [&](std::int64_t tile, Dim dim) { return std::min(tile, at(shard, dim)); };
        const CycleParts depth = static_cast<CycleParts>(room(tile_.c, Dim::C) * kernel);
        auto macs = static_cast<CycleParts>(multiply_accumulates(op, shard));
        auto outputs = static_cast<CycleParts>(output_elements(op, shard));
        CycleParts parts = add_parts(multiply_parts(macs, tile_parts(scale, kernel)),
                                     multiply_parts(multiply_parts(outputs, depth), store_parts(scale)));
        return scale.cycles(parts, depth * static_cast<CycleParts>(room(tile_.k, Dim::K) * room(tile_.p, Dim::P) *
                                                                   room(tile_.q, Dim::Q)));
    }

private:
    /// The running sum of exact times, asked for in whole cycles.
    class Clock {
    public:
        explicit Clock(const CycleScale& scale) : scale_(scale) {}
        const CycleScale& scale() const { return scale_; }
        /// Cycles that pass while `parts` are added, at least one; what that is too many, the next ones have less.
        Cycles add(CycleParts parts) {
            now_ = add_parts(now_, parts);
            const Cycles passed = std::max<Cycles>(1, scale_.cycles(now_) - told_);
            told_ += passed;
            return passed;
        }

    private:
        CycleScale scale_;
        CycleParts now_ = 0;
        Cycles told_ = 0;
    };

    CycleParts tile_parts(const CycleScale& scale, std::int64_t kernel) const {
        auto weights = static_cast<CycleParts>(tile_.k * tile_.c * kernel);
        auto inputs = static_cast<CycleParts>(tile_.c * input_.rows * input_.columns);
        auto bits = static_cast<CycleParts>(element_bits);
        return scale.operations(2 * weights * static_cast<CycleParts>(tile_.p * tile_.q)) +
               scale.bits((weights + inputs) * bits);
    }
    CycleParts store_parts(const CycleScale& scale) const {
        return scale.bits(static_cast<CycleParts>(tile_.k * tile_.p * tile_.q) * static_cast<CycleParts>(element_bits));
    }

    void append_nest(TilePlan& plan, Clock& time, const Operator& op, const LoopNest& nest, std::int64_t bits) const {
        const std::int64_t tiles = divide_up(nest.c, tile_.c); // of an output tile
        const CycleParts store = store_parts(time.scale());
        const CycleParts output_tile =
            add_parts(multiply_parts(tile_parts(time.scale(), nest.r * nest.s), static_cast<CycleParts>(tiles)), store);
        const Cycles store_cycles = time.scale().cycles(store);
        for (const EqualTiles& k : Cut(nest.k, tile_.k))
            for (const PositionTiles& run : position_tiles(op, nest, tile_)) {
                std::int64_t outputs = checked_multiply(checked_multiply(nest.repeat, k.count, "tiles"), run.count,
                                                        "a tile plan's number of tiles");
                const Cycles cycles = time.add(multiply_parts(output_tile, static_cast<CycleParts>(outputs)));
                TilePhase phase;
                phase.store_bytes = packed_bytes(k.size * run.positions, bits);
                for (const EqualTiles& c : Cut(nest.c, tile_.c))
                    phase.steps.push_back({c.count, packed_bytes(c.size * run.plane, bits),
                                           packed_bytes(k.size * c.size * nest.r * nest.s, bits), 1});
                if (cycles < checked_multiply(outputs, tiles, "a tile plan's number of tiles")) {
                    append_even_tiles(plan, 1, cycles, work_of(phase, outputs, cycles));
                    continue;
                }
                append_output_tiles(plan, phase, outputs - cycles % outputs, cycles / outputs, store_cycles);
                append_output_tiles(plan, phase, cycles % outputs, cycles / outputs + 1, store_cycles);
            }
    }

    /// Of so many output tiles together.
    static Work work_of(const TilePhase& tile, std::int64_t outputs, Cycles cycles) {
        const char* what = "a tile plan's number of bytes";
        Work work{cycles, 0, 0, checked_multiply(outputs, tile.store_bytes, what)};
        for (const TileStep& step : tile.steps) {
            const std::int64_t count = checked_multiply(outputs, step.count, what);
            work.input_bytes = checked_add(work.input_bytes, checked_multiply(count, step.input_bytes, what), what);
            work.weight_bytes = checked_add(work.weight_bytes, checked_multiply(count, step.weight_bytes, what), what);
        }
        return work;
    }

    /// `repeat` output tiles of so many cycles each, at least one a tile, of which the store at the end takes
    /// `store_cycles`.
    static void append_output_tiles(TilePlan& plan, const TilePhase& like, std::int64_t repeat, Cycles cycles,
                                    Cycles store_cycles) {
        if (repeat == 0) return;
        std::int64_t tiles = 0;
        for (const TileStep& step : like.steps) tiles += step.count;
        store_cycles = std::min(store_cycles, cycles - tiles);
        const Cycles each = (cycles - store_cycles) / tiles;
        std::int64_t longer = cycles - store_cycles - each * tiles; // tiles that take one more
        TilePhase phase;
        phase.repeat = repeat;
        phase.store_bytes = like.store_bytes;
        auto append = [&](TileStep step, std::int64_t count, Cycles step_cycles) {
            step.count = count;
            step.cycles = step_cycles;
            if (count > 0) phase.steps.push_back(step);
        };
        for (const TileStep& step : like.steps) {
            const std::int64_t first = std::min(longer, step.count);
            longer -= first;
            append(step, first, each + 1);
            append(step, step.count - first, each);
        }
        TileStep last = phase.steps.back();
        if (store_cycles > 0 && --phase.steps.back().count == 0) phase.steps.pop_back();
        if (store_cycles > 0) append(last, 1, last.cycles + store_cycles);
        plan.phases.push_back(std::move(phase));
    }

    FixedRates rates_;
    TileShape tile_;
    InputTile input_;
};

} // namespace

std::unique_ptr<Design> make_fixed_conv(YamlMap& file) {
    FixedRates rates = read_fixed_rates(file);
    TileShape tile = read_tile(file);
    InputTile input;
    if (auto value = file.required("input_tile")) {
        YamlMap map = value->map();
        input.rows = read_size(map, "rows");
        input.columns = read_size(map, "columns");
        map.finish();
    }
    auto design = std::make_unique<FixedConv>(rates, tile, input);
    state_fixed_rates(*design, rates, file);
    design->parameters.push_back({"tile", to_string(tile)});
    design->parameters.push_back({"input tile", fmt::format("{} rows, {} columns", input.rows, input.columns)});
    design->parameters.push_back({"overlap", "none: a tile is loaded, computed and stored one after another"});
    return design;
}

} // namespace arsia
