// A design that runs a convolution as a loop nest over tiles, output-stationary: for each tile of the output (batch,
// output channels, rows, columns) all its input channel tiles are loaded with their weights and accumulated on chip,
// then the output tile is stored once. Partial sums never go to memory.
//
//   for n, k-tile, p-tile, q-tile:            (a phase)
//       for c-tile: load input, load weights, compute     (a step)
//       store
//
// A kind of model says only how long a tile computes; bytes follow from the tile's real extents. Left out: biases
// (one element an output channel), the time to fill line buffers, partial sums wider than an element.
#pragma once

#include "models/design.h"
#include "models/tiling.h"

namespace arsia {

class TiledDesign : public Design {
public:
    std::optional<std::string> refusal(const Operator& op) const override;
    TilePlan plan(const Operator& op, const Extents& shard, std::int64_t element_bits) const final;
    Cycles least_cycles(const Operator& op, const Extents& shard) const final;

protected:
    explicit TiledDesign(const TileShape& tile_shape) : tile_shape_(tile_shape) {}

    const TileShape& tile_shape() const { return tile_shape_; }
    /// Cycles of one tile of a shard of a conv or linear operator, ≥ 1.
    virtual Cycles tile_cycles(const Operator& op, const Extents& shard, const Tile& tile) const = 0;
    /// Most multiply-accumulates a cycle on the shard: cycles of a tile ≥ its MACs / this rate.
    virtual std::int64_t peak_macs_per_cycle(const Operator& op, const Extents& shard) const = 0;
    /// Fewest cycles from one store of an output tile to the next; 0: the store is never the limit.
    virtual Cycles store_cycles() const { return 0; }

private:
    void append_phases(TilePlan& plan, const Operator& op, const Extents& shard, const LoopNest& nest,
                       std::int64_t bits) const;

    TileShape tile_shape_;
};

} // namespace arsia
