// Kind `systolic_simd`: a two-dimensional systolic array whose elements multiply SIMD vectors. X. Wei, C. H. Yu,
// P. Zhang, Y. Chen, Y. Wang, H. Hu, Y. Liang, J. Cong: Automated Systolic Array Architecture Synthesis for High
// Throughput CNN Inference on FPGAs, DAC 2017.
//
// Rows of the array take output channels, columns take output columns, the SIMD lanes of an element take input
// channels; rows of the output and of the kernel and columns of the kernel are walked in time. The loops inside a tile
// follow its real extents, so edges in time cost only what they hold, while a row, column or lane without work idles:
//   cycles of a tile = ⌈Tk/rows⌉ · ⌈Tq/columns⌉ · ⌈Tc/simd⌉ · Tp·R·S + (rows + columns − 2)
// The last term is the time until the first operands have reached the far corner of the array; it is paid by every
// tile (two tiles do not overlap inside the array). With a fixed tile the sizes of buffers on chip are the tile's; that
// a large kernel fits them is not checked.
#include <fmt/format.h>

#include "models/registry.h"
#include "models/tiled_design.h"

namespace arsia {

namespace {

struct Array {
    std::int64_t rows = 1, columns = 1, simd = 1;
};

class SystolicSimd final : public TiledDesign {
public:
    SystolicSimd(const Tiling& tiling, const Array& array) : TiledDesign(tiling), array_(array) {
        multipliers = array.rows * array.columns * array.simd;
    }

protected:
    Cycles tile_cycles(const Operator&, const Extents&, const Tile& tile) const override {
        Cycles passes =
            divide_up(tile.k, array_.rows) * divide_up(tile.q, array_.columns) * divide_up(tile.c, array_.simd);
        return passes * tile.p * tile.r * tile.s + (array_.rows + array_.columns - 2);
    }
    MacRate peak_rate(const Operator&, const Extents&) const override { return {multipliers, 1}; }

private:
    Array array_;
};

} // namespace

std::unique_ptr<Design> make_systolic_simd(YamlMap& file) {
    Array array;
    if (std::optional<YamlValue> value = file.required("array")) {
        YamlMap map = value->map();
        array.rows = read_size(map, "rows");
        array.columns = read_size(map, "columns");
        array.simd = read_size(map, "simd");
        map.finish();
    }
    Tiling tiling = read_tiling(file, {array.rows, array.simd, 1, array.columns});
    auto design = std::make_unique<SystolicSimd>(tiling, array);
    design->parameters = {
        {"array", fmt::format("{} rows x {} columns x {} lanes", array.rows, array.columns, array.simd)},
        shown_tiling(tiling),
    };
    return design;
}

} // namespace arsia
