// Sizes of tiles and the order of their loops: as the file states them, or chosen for each operator so that the buffers
// on chip hold a tile and least moves between them and the memory.
//
// The sum over input channels is innermost (partial sums stay on chip), so with nk tiles of output channels and np
// tiles of positions an operator with I input and W weight elements moves
//   I' · nk + W · np         if the input channels are cut, or
//   W + I' · nk              if not, and each tile of weights is kept over all positions (positions inside)
//   I' + W · np              if not, and each tile of the input is kept over all output channels (channels inside)
// where I' counts halos of neighbouring tiles. Candidates are even cuts of each loop, rounded up to what the array does
// at once; all are tried. Among those that move least: fewest tiles, then largest tile of K, of P, of Q.
#pragma once

#include <optional>
#include <vector>

#include "models/tiling.h"

namespace arsia {

/// Memories on chip, bytes; each holds two tiles, of which one is loaded while the other is in use.
struct TileBuffers {
    Bytes input = 0, weight = 0, output = 0;
};

struct Tiling {
    TileShape fixed;                    ///< without buffers
    std::optional<TileBuffers> buffers; ///< sizes are chosen
    TileShape unit;                     ///< what the array does at once: chosen sizes are multiples of it
};

/// Which operand the inner loop uses again.
enum class Kept { nothing, weights, input };

struct TileChoice {
    TileShape tile;
    Kept kept = Kept::nothing;
};

/// Equal tiles of output positions: `positions` of them lie in p rows and q columns, and read `plane` input elements of
/// each input channel.
struct PositionTiles {
    std::int64_t p = 1, q = 1;
    std::int64_t positions = 1, plane = 1;
    std::int64_t count = 1;
};

/// A nest's positions cut into tiles. A matrix product fills p · q places row by row.
std::vector<PositionTiles> position_tiles(const Operator& op, const LoopNest& nest, const TileShape& tile);

TileChoice choose_tiles(const Tiling& tiling, const Operator& op, const LoopNest& nest, std::int64_t element_bits);

/// The buffer that a smallest tile of a kernel of the operator does not fit, with the bytes needed and there; nothing
/// if all fit or sizes are fixed.
std::optional<std::string> too_small_buffer(const Tiling& tiling, const Operator& op, std::int64_t element_bits);

} // namespace arsia
