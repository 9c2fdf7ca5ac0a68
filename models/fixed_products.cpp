// Kinds `fixed_linear` and `fixed_lstm`: accelerators of matrix products and of recurrent layers that cannot be
// changed, known by throughput and memory port, as in the heterogeneous systems of H2H (DAC 2022;
// models/fixed_conv.cpp). With Th operations a second, a clock F, a port of B bits a cycle and elements of D bits, in
// cycles:
//
//   matrix product of K features, depth C and M positions (M = N·P·Q of a fully connected layer)
//     tComp = 2·K·C·M · F/Th      tIn = (K·C + C·M)·D / B      tOut = K·M·D / B
//     total = max(tComp, tIn, tOut)
//   recurrent layer of H hidden channels, input of I channels, G gates; N·T steps follow each other
//     tComp = 2·G·H·(I + H) · F/Th      tIn = (G·H·(I + H) + I)·D / B      tOut = H·D / B
//     total = N·T · max(tComp, tIn, tOut)
//
// Port and computation overlap. Weights are loaded anew in each step of a recurrent layer; its last result stays on
// chip. Products of two activations run like a fully connected layer, one sample and head after another. Work is cut
// evenly into tiles of a stated number of output channels, so that the simulated memory can move bytes beside it.
#include <algorithm>

#include "models/even_tiles.h"
#include "models/fixed_rates.h"
#include "models/product_design.h"
#include "models/registry.h"
#include "models/tiling.h"
#include "models/vector_unit.h"

namespace arsia {

namespace {

/// What a product works on and moves, in operations and elements.
struct Product {
    std::int64_t repeat = 1;
    std::int64_t rows = 1; ///< output channels, cut into tiles
    std::int64_t macs = 0, inputs = 0, weights = 0, outputs = 0;
    bool stores = true; ///< whether the outputs go to memory
};

class FixedProducts final : public ProductDesign {
public:
    FixedProducts(const FixedRates& rates, std::int64_t tile, bool is_recurrent)
        : rates_(rates), tile_(tile), is_recurrent_(is_recurrent) {}

    std::optional<std::string> refusal(const Operator& op) const override {
        if (!op.multiplies()) return std::nullopt;
        const bool recurrent = op.kind == OperatorKind::lstm;
        if (is_recurrent_ ? recurrent : !recurrent && op.kind != OperatorKind::conv) return std::nullopt;
        return wrong_kind(*this, op, is_recurrent_ ? "recurrent layers" : "matrix products");
    }

protected:
    void append_products(TilePlan& plan, const Operator& op, const Extents& shard, std::int64_t bits) const override {
        Cycles done = 0;
        CycleParts now = 0;
        for (const Product& product : products(op, shard)) {
            now = add_parts(now, parts_of(product));
            const Cycles cycles = std::max<Cycles>(1, CycleScale(rates_, clock).cycles(now) - done);
            append(plan, product, cycles, bits);
            done += cycles;
        }
    }

    Cycles least_product_cycles(const Operator& op, const Extents& shard) const override {
        CycleParts parts = 0;
        for (const Product& product : products(op, shard)) parts = add_parts(parts, parts_of(product));
        return CycleScale(rates_, clock).cycles(parts);
    }

private:
    static std::vector<Product> products(const Operator& op, const Extents& shard) {
        const char* what = "an operator's number of elements";
        std::vector<Product> out;
        for (const LoopNest& nest : loop_nests(op, shard)) {
            Product product;
            product.repeat = nest.repeat;
            product.rows = nest.k;
            product.weights = checked_multiply(nest.k, nest.c, what);
            product.macs = checked_multiply(product.weights, nest.p, what);
            product.inputs = checked_multiply(nest.c, nest.p, what);
            product.outputs = checked_multiply(nest.k, nest.p, what);
            if (nest.is_recurrent) { // the last step's result does not come through the port
                product.inputs = std::max<std::int64_t>(0, nest.c - at(op.extents, Dim::K));
                product.outputs = at(shard, Dim::K);
                const std::int64_t stored = results_of(op, shard);
                product.repeat -= stored;
                product.stores = false;
                if (product.repeat > 0) out.push_back(product);
                product.repeat = stored;
                product.stores = true;
            }
            out.push_back(product);
        }
        return out;
    }

    /// Exact time of all repeats.
    CycleParts parts_of(const Product& product) const {
        const CycleScale scale(rates_, clock);
        auto bits = [&](std::int64_t elements) {
            return scale.bits(multiply_parts(static_cast<CycleParts>(elements), static_cast<CycleParts>(element_bits)));
        };
        const CycleParts compute = scale.operations(multiply_parts(2, static_cast<CycleParts>(product.macs)));
        const CycleParts in = add_parts(bits(product.weights), bits(product.inputs));
        return multiply_parts(std::max({compute, in, bits(product.outputs)}), static_cast<CycleParts>(product.repeat));
    }

    /// So many cycles are spread over the repeats: some take one more than the others. Repeats that take less than a
    /// cycle each are cut into tiles together.
    void append(TilePlan& plan, const Product& product, Cycles cycles, std::int64_t bits) const {
        Work work;
        work.input_bytes = packed_bytes(product.inputs, bits);
        work.weight_bytes = packed_bytes(product.weights, bits);
        if (product.stores) work.store_bytes = packed_bytes(product.outputs, bits);
        const std::int64_t longer = cycles % product.repeat, tiles = divide_up(product.rows, tile_);
        if (cycles < product.repeat) {
            for (Bytes* bytes : {&work.input_bytes, &work.weight_bytes, &work.store_bytes})
                *bytes = checked_multiply(*bytes, product.repeat, "a tile plan's number of bytes");
            work.cycles = cycles;
            append_even_tiles(plan, 1, cycles, work);
            return;
        }
        work.cycles = cycles / product.repeat;
        append_even_tiles(plan, product.repeat - longer, tiles, work);
        ++work.cycles;
        append_even_tiles(plan, longer, tiles, work);
    }

    FixedRates rates_;
    std::int64_t tile_;
    bool is_recurrent_;
};

std::unique_ptr<Design> make_fixed_products(YamlMap& file, bool is_recurrent) {
    FixedRates rates = read_fixed_rates(file);
    std::int64_t tile = 1;
    if (auto value = file.required("tile")) {
        YamlMap map = value->map();
        tile = read_size(map, "K");
        map.finish();
    }
    auto design = std::make_unique<FixedProducts>(rates, tile, is_recurrent);
    state_fixed_rates(*design, rates, file);
    design->parameters.push_back({"tile", "K " + std::to_string(tile)});
    return design;
}

} // namespace

std::unique_ptr<Design> make_fixed_linear(YamlMap& file) { return make_fixed_products(file, false); }
std::unique_ptr<Design> make_fixed_lstm(YamlMap& file) { return make_fixed_products(file, true); }

} // namespace arsia
