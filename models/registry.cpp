#include "models/registry.h"

#include <fmt/format.h>

namespace arsia {

const std::vector<ModelKind>& model_kinds() {
    static const std::vector<ModelKind> kinds = {
        {"systolic_2d", "systolic array, output, weight or input stationary (Samajdar et al., ISPASS 2020)",
         make_systolic_2d},
        {"systolic_simd", "two-dimensional systolic array of SIMD elements (Wei et al., DAC 2017)", make_systolic_simd},
        {"tiled_loop", "unrolled loop over tiles of fixed size (Jiang et al., TECS 2019)", make_tiled_loop},
        {"winograd", "Winograd minimal filtering F(m x m, r x r) (Lu et al., FCCM 2017)", make_winograd},
    };
    return kinds;
}

std::int64_t read_size(YamlMap& map, const std::string& key) {
    std::optional<YamlValue> value = map.required(key);
    return value ? value->integer(1, largest_parameter) : 1;
}

TileShape read_tile(YamlMap& file) {
    TileShape tile;
    std::optional<YamlValue> value = file.required("tile");
    if (!value) return tile;
    YamlMap map = value->map();
    tile.k = read_size(map, "K");
    tile.c = read_size(map, "C");
    tile.p = read_size(map, "P");
    tile.q = read_size(map, "Q");
    map.finish();
    return tile;
}

std::string to_string(const TileShape& tile) {
    return fmt::format("K {}, C {}, P {}, Q {}", tile.k, tile.c, tile.p, tile.q);
}

} // namespace arsia
