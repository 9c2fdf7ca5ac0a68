#include "models/tile_choice.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace arsia {

namespace {

std::int64_t rounded_up(std::int64_t size, std::int64_t unit) { return divide_up(size, unit) * unit; }

/// Sizes that cut a loop into 1, 2, 3, 4, 6, 8, 12 … nearly equal parts; from large to small.
std::vector<std::int64_t> even_cuts(std::int64_t extent, std::int64_t unit) {
    std::vector<std::int64_t> sizes;
    auto add = [&](std::int64_t parts) {
        std::int64_t size = rounded_up(divide_up(extent, parts), unit);
        if (sizes.empty() || size < sizes.back()) sizes.push_back(size);
    };
    for (std::int64_t parts = 1; parts < 2 * extent; parts *= 2) {
        add(std::min(parts, extent));
        if (parts >= 2) add(std::min(parts + parts / 2, extent));
    }
    return sizes;
}

/// Input elements of one channel that all tiles of positions read together, and the number of tiles.
struct Planes {
    double elements = 0;
    std::int64_t tiles = 0;
    std::int64_t largest = 0;
};

Planes planes_of(const Operator& op, const LoopNest& nest, const TileShape& tile) {
    Planes out;
    for (const PositionTiles& run : position_tiles(op, nest, tile)) {
        out.elements += static_cast<double>(run.plane) * static_cast<double>(run.count);
        out.tiles += run.count;
        out.largest = std::max(out.largest, run.plane);
    }
    return out;
}

/// The best choice so far, by traffic, tiles, and sizes.
class Best {
public:
    void offer(const TileChoice& choice, double moved, double tiles) {
        auto rank = std::make_tuple(moved, tiles, -choice.tile.k, -choice.tile.p, -choice.tile.q);
        if (found_ && !(rank < rank_)) return;
        found_ = true;
        rank_ = rank;
        choice_ = choice;
    }
    bool found() const { return found_; }
    const TileChoice& choice() const { return choice_; }

private:
    bool found_ = false;
    std::tuple<double, double, std::int64_t, std::int64_t, std::int64_t> rank_;
    TileChoice choice_;
};

/// Elements that half a buffer holds.
std::int64_t half(Bytes buffer, std::int64_t bits) {
    return static_cast<std::int64_t>(static_cast<unsigned __int128>(buffer) * 4 / static_cast<unsigned __int128>(bits));
}

} // namespace

std::vector<PositionTiles> position_tiles(const Operator& op, const LoopNest& nest, const TileShape& tile) {
    std::vector<PositionTiles> out;
    out.reserve(4);
    if (nest.is_product) {
        for (const EqualTiles& run : Cut(nest.p, checked_multiply(tile.p, tile.q, "a tile's number of positions"))) {
            PositionTiles tiles;
            tiles.p = divide_up(run.size, tile.q);
            tiles.q = std::min(run.size, tile.q);
            tiles.positions = tiles.plane = run.size;
            tiles.count = run.count;
            out.push_back(tiles);
        }
        return out;
    }
    for (const EqualTiles& rows : Cut(nest.p, tile.p))
        for (const EqualTiles& columns : Cut(nest.q, tile.q))
            out.push_back({rows.size, columns.size, rows.size * columns.size,
                           plane_read(op, nest, rows.size, columns.size),
                           checked_multiply(rows.count, columns.count, "a tile plan's number of tiles")});
    return out;
}

TileChoice choose_tiles(const Tiling& tiling, const Operator& op, const LoopNest& nest, std::int64_t element_bits) {
    if (!tiling.buffers) return {tiling.fixed, Kept::nothing};
    const TileShape& unit = tiling.unit;
    const std::int64_t input = half(tiling.buffers->input, element_bits),
                       weight = half(tiling.buffers->weight, element_bits),
                       output = half(tiling.buffers->output, element_bits);
    const std::int64_t kernel = nest.r * nest.s;
    const std::int64_t all_channels = rounded_up(nest.c, unit.c);
    const double weights = static_cast<double>(nest.k) * static_cast<double>(nest.c * kernel);
    // A product's positions have no shape: rows of one unit, as many as are wanted.
    const std::vector<std::int64_t> rows = even_cuts(nest.is_product ? divide_up(nest.p, unit.q) : nest.p, unit.p);
    const std::vector<std::int64_t> columns = even_cuts(nest.q, unit.q);
    const std::vector<std::int64_t> channels = even_cuts(nest.k, unit.k);

    Best best;
    for (std::int64_t p : rows)
        for (std::int64_t q : columns) {
            const Planes planes = planes_of(op, nest, {1, 1, p, q});
            for (std::int64_t k : channels) {
                if (k > output / p / q) continue;
                std::int64_t c = std::min({input / planes.largest, weight / (k * kernel), all_channels});
                c = c / unit.c * unit.c;
                if (c < unit.c) continue;
                const auto depth = static_cast<double>(nest.c);
                const std::int64_t turns = divide_up(nest.k, k);
                const double once = planes.elements * depth;
                const double by_channels = once * static_cast<double>(turns);
                const double by_positions = weights * static_cast<double>(planes.tiles);
                const double tiles = static_cast<double>(turns) * static_cast<double>(planes.tiles) *
                                     static_cast<double>(divide_up(nest.c, c));
                const TileShape tile{k, c, p, q};
                if (c < nest.c) {
                    best.offer({tile, Kept::nothing}, by_channels + by_positions, tiles);
                } else {
                    best.offer({tile, Kept::weights}, weights + by_channels, tiles);
                    best.offer({tile, Kept::input}, once + by_positions, tiles);
                }
            }
        }
    return best.found() ? best.choice() : TileChoice{unit, Kept::nothing};
}

std::optional<std::string> too_small_buffer(const Tiling& tiling, const Operator& op, std::int64_t element_bits) {
    if (!tiling.buffers || !op.multiplies()) return std::nullopt;
    const TileShape& unit = tiling.unit;
    LoopNest nest;
    if (op.kind == OperatorKind::conv) {
        nest.r = at(op.extents, Dim::R);
        nest.s = at(op.extents, Dim::S);
    } else {
        nest.is_product = true;
    }
    struct Need {
        const char* name;
        std::int64_t elements;
        Bytes there;
    };
    for (const Need& need : {Need{"input", unit.c * plane_read(op, nest, unit.p, unit.q), tiling.buffers->input},
                             Need{"weight", unit.k * unit.c * nest.r * nest.s, tiling.buffers->weight},
                             Need{"output", unit.k * unit.p * unit.q, tiling.buffers->output}}) {
        Bytes bytes = 2 * packed_bytes(need.elements, element_bits);
        if (bytes > need.there)
            return fmt::format("the {} buffer of {} bytes does not hold the two smallest tiles, {} bytes", need.name,
                               need.there, bytes);
    }
    return std::nullopt;
}

} // namespace arsia
