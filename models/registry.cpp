#include "models/registry.h"

#include <fmt/format.h>

#include "base/registry.h"

namespace arsia {

static std::vector<ModelKind>& known_kinds() {
    static std::vector<ModelKind> kinds = {
        {"fixed_conv", "convolutions at a stated throughput behind a port, loads not overlapped (H2H, DAC 2022)",
         make_fixed_conv},
        {"fixed_linear", "matrix products at a stated throughput behind a port (H2H, DAC 2022)", make_fixed_linear},
        {"fixed_lstm", "recurrent layers at a stated throughput behind a port (H2H, DAC 2022)", make_fixed_lstm},
        {"roofline", "peak rate and an efficiency for each kind of operator (Williams et al., CACM 2009)",
         make_roofline},
        {"systolic_2d", "systolic array, output, weight or input stationary (Samajdar et al., ISPASS 2020)",
         make_systolic_2d},
        {"systolic_simd", "two-dimensional systolic array of SIMD elements (Wei et al., DAC 2017)", make_systolic_simd},
        {"table", "measured cycles by the shape of the operator", make_table},
        {"tiled_loop", "unrolled loop over tiles of fixed size (Jiang et al., TECS 2019)", make_tiled_loop},
        {"winograd", "Winograd minimal filtering F(m x m, r x r) (Lu et al., FCCM 2017)", make_winograd},
    };
    return kinds;
}

const std::vector<ModelKind>& model_kinds() { return known_kinds(); }
void add_model_kind(ModelKind kind) { add_by_name(known_kinds(), std::move(kind), "kind of model"); }

std::int64_t read_size(YamlMap& map, const std::string& key) {
    std::optional<YamlValue> value = map.required(key);
    return value ? value->integer(1, largest_parameter) : 1;
}

std::int64_t read_bits(const YamlValue& value, const char* what, std::int64_t most) {
    static const std::string unit = " bit";
    std::string text = value.is_scalar() ? value.node().Scalar() : "";
    std::int64_t bits = 0;
    bool has_unit = text.size() > unit.size() && text.compare(text.size() - unit.size(), unit.size(), unit) == 0;
    if (has_unit && text.find_first_not_of("0123456789") == text.size() - unit.size() && text.size() <= unit.size() + 9)
        bits = std::stoll(text);
    if (bits >= 1 && bits <= most) return bits;
    value.problem(fmt::format("'{}' is not {}; write a whole number from 1 to {} and the unit, for example '16 bit'",
                              text, what, most));
    return 16;
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

Tiling read_tiling(YamlMap& file, const TileShape& unit) {
    Tiling tiling;
    tiling.unit = unit;
    std::optional<YamlValue> value = file.optional("buffers");
    if (!value) {
        tiling.fixed = read_tile(file);
        return tiling;
    }
    TileBuffers buffers;
    YamlMap map = value->map();
    if (auto item = map.required("input")) buffers.input = item->bytes();
    if (auto item = map.required("weight")) buffers.weight = item->bytes();
    if (auto item = map.required("output")) buffers.output = item->bytes();
    map.finish();
    tiling.buffers = buffers;
    if (std::optional<YamlValue> tile = file.optional("tile"))
        tile->problem("both 'tile' and 'buffers' are stated; with buffers the sizes of tiles are chosen");
    return tiling;
}

DesignParameter shown_tiling(const Tiling& tiling) {
    if (!tiling.buffers) return {"tile", to_string(tiling.fixed)};
    auto shown = [](Bytes bytes) { return format_bytes(static_cast<double>(bytes)); };
    return {"buffers",
            fmt::format("input {}, weight {}, output {}; tiles are chosen within them", shown(tiling.buffers->input),
                        shown(tiling.buffers->weight), shown(tiling.buffers->output))};
}

std::string to_string(const TileShape& tile) {
    return fmt::format("K {}, C {}, P {}, Q {}", tile.k, tile.c, tile.p, tile.q);
}

} // namespace arsia
