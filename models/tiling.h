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

/// Multiply-accumulate loops over one group of channels, `repeat` times over (batch × groups; steps of an LSTM).
struct LoopNest {
    std::int64_t repeat = 1;
    std::int64_t k = 1, c = 1, p = 1, q = 1, r = 1, s = 1;
    /// A matrix product: its p positions have no neighbours and may lie in a tile's rows and columns in any way; q, r
    /// and s are 1. The product of depth C·R·S that a fully connected layer is has c = C·R·S.
    bool is_product = false;
    /// An LSTM's gates are rows of one product, of which a step stores one result a hidden channel.
    bool is_recurrent = false;
};

/// Loop nests of a shard of an operator that multiplies: one for the groups that it covers whole, one for a part of a
/// group. Shards are known by extents, not by position, so channels are counted from the beginning of a group.
///   linear  one product of N·P·Q positions: the batch shares the weights
///   matmul  a product for each sample and head; the second operand plays the weights
///   lstm    a product of one position and gates·K rows for each sample and step, since steps follow each other
std::vector<LoopNest> loop_nests(const Operator& op, const Extents& shard);

/// Multiply-accumulates of a shard; 0 for operators that do not multiply. Throws InputError on overflow.
std::int64_t multiply_accumulates(const Operator& op, const Extents& shard);

/// Steps of an LSTM whose result is stored: all, or the last of each sample.
std::int64_t results_of(const Operator& op, const Extents& shard);

/// Elements of the output that the shard contributes to.
std::int64_t output_elements(const Operator& op, const Extents& shard);

/// Input rows from the first to the last that `outputs` output rows and `kernel` kernel rows read. Padding counts,
/// up to the number of rows that the whole operator reads without padding: a tile or shard that covers the operator's
/// rows reads the tensor once, one in the middle reads its halo, one at a border is charged for a halo as well.
std::int64_t rows_read(const Operator& op, std::int64_t outputs, std::int64_t kernel);
std::int64_t columns_read(const Operator& op, std::int64_t outputs, std::int64_t kernel);

/// Input elements of one channel that p rows and q columns of a nest's outputs read.
std::int64_t plane_read(const Operator& op, const LoopNest& nest, std::int64_t p, std::int64_t q);

/// An LSTM's phases from `first` on store nothing but `results` times a result of each of `channels` hidden channels,
/// with the last product of a step. `results` must be at most the repeats of the last phase.
void store_results(TilePlan& plan, std::size_t first, std::int64_t results, std::int64_t channels,
                   std::int64_t element_bits);

/// Bytes of `elements` elements, rounded up to whole bytes.
Bytes packed_bytes(std::int64_t elements, std::int64_t element_bits);

} // namespace arsia
