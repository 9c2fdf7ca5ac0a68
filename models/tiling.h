// Cutting loops into tiles. Tiles that differ only in position are counted, never listed: a loop of any length is its
// full tiles and at most one edge tile, so a loop nest cut along four loops has at most 2⁴ kinds of tile.
#pragma once

#include <cstdint>
#include <vector>

#include "models/design.h"
#include "workloads/graph.h"

namespace arsia {

/// Sizes of a tile along the loops that are cut: output channels, input channels, output rows and columns.
/// Kernel loops are never cut.
struct TileShape {
    std::int64_t k = 1, c = 1, p = 1, q = 1;
};

/// Real extents of one tile, clipped at the edge of the shard.
struct Tile {
    std::int64_t k = 1, c = 1, p = 1, q = 1, r = 1, s = 1;
};

/// `count` tiles of equal size along one loop.
struct EqualTiles {
    std::int64_t size = 0;
    std::int64_t count = 0;
};

/// A loop of `extent` ≥ 1 cut into tiles of `tile` ≥ 1: full ones, then the edge if there is a remainder.
class Cut {
public:
    Cut(std::int64_t extent, std::int64_t tile);

    const EqualTiles* begin() const { return runs_; }
    const EqualTiles* end() const { return runs_ + used_; }

private:
    EqualTiles runs_[2];
    int used_ = 0;
};

/// Multiply-accumulate loops over one group of channels, `repeat` times over (batch × groups).
/// A matrix product of depth C·R·S has c = C·R·S and r = s = 1.
struct LoopNest {
    std::int64_t repeat = 1;
    std::int64_t k = 1, c = 1, p = 1, q = 1, r = 1, s = 1;
};

/// Loop nests of a shard of a conv or linear operator: one for the groups that it covers whole, one for a part of a
/// group. Shards are known by extents, not by position, so channels are counted from the beginning of a group.
std::vector<LoopNest> loop_nests(const Operator& op, const Extents& shard);

/// Multiply-accumulates of a shard of a conv or linear operator.
std::int64_t multiply_accumulates(const Operator& op, const Extents& shard);

/// Input rows from the first to the last that `outputs` output rows and `kernel` kernel rows read. Padding counts,
/// up to the number of rows that the whole operator reads without padding: a tile or shard that covers the operator's
/// rows reads the tensor once, one in the middle reads its halo, one at a border is charged for a halo as well.
std::int64_t rows_read(const Operator& op, std::int64_t outputs, std::int64_t kernel);
std::int64_t columns_read(const Operator& op, std::int64_t outputs, std::int64_t kernel);

/// Bytes of `elements` elements, rounded up to whole bytes.
Bytes packed_bytes(std::int64_t elements, std::int64_t element_bits);

} // namespace arsia
