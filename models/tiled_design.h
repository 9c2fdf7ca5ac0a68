// A design that runs a convolution as a loop nest over tiles, output-stationary: for each tile of the output (batch,
// output channels, rows, columns) all its input channel tiles are loaded with their weights and accumulated on chip,
// then the output tile is stored once. Partial sums never go to memory.
//
//   for n, k-tile, p-tile, q-tile:            (a phase)
//       for c-tile: load input, load weights, compute     (a step)
//       store
//
// Sizes of tiles are fixed, or chosen within buffers (models/tile_choice.h), then with the better order of the outer
// loops. A kind of model says only how long a tile computes; bytes follow from the tile's real extents. Left out:
// biases (one element an output channel), the time to fill line buffers, partial sums wider than an element.
#pragma once

#include "models/product_design.h"
#include "models/tile_choice.h"

namespace arsia {

/// Multiply-accumulates in so many cycles.
struct MacRate {
    std::int64_t macs = 1, cycles = 1;
};

class TiledDesign : public ProductDesign {
public:
    std::optional<std::string> refusal(const Operator& op) const override;

protected:
    explicit TiledDesign(const Tiling& tiling) : tiling_(tiling) {}

    void append_products(TilePlan& plan, const Operator& op, const Extents& shard,
                         std::int64_t element_bits) const final;
    Cycles least_product_cycles(const Operator& op, const Extents& shard) const final;

    /// Cycles of one tile of a shard of an operator that multiplies, ≥ 1.
    virtual Cycles tile_cycles(const Operator& op, const Extents& shard, const Tile& tile) const = 0;
    /// Most multiply-accumulates a cycle on the shard: cycles of a tile ≥ its MACs / this rate.
    virtual MacRate peak_rate(const Operator& op, const Extents& shard) const = 0;
    /// Fewest cycles from one store of an output tile to the next; 0: the store is never the limit.
    virtual Cycles store_cycles() const { return 0; }

private:
    void append_phases(TilePlan& plan, const Operator& op, const Extents& shard, const LoopNest& nest,
                       std::int64_t bits) const;

    Tiling tiling_;
};

} // namespace arsia
