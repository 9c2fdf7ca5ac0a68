// Kind of design `dot_product`: `units` that each multiply and add up vectors of `length`, one output channel each.
#include "extension.h"
#include "models/tiled_design.h"

namespace extension {

namespace {

using namespace arsia;

class DotProduct final : public TiledDesign {
public:
    DotProduct(const Tiling& tiling, std::int64_t units, std::int64_t length)
        : TiledDesign(tiling), units_(units), length_(length) {
        multipliers = units * length;
    }

protected:
    Cycles tile_cycles(const Operator&, const Extents&, const Tile& tile) const override {
        return divide_up(tile.k, units_) * divide_up(tile.c, length_) * tile.p * tile.q * tile.r * tile.s;
    }
    MacRate peak_rate(const Operator&, const Extents&) const override { return {multipliers, 1}; }

private:
    std::int64_t units_, length_;
};

std::unique_ptr<Design> make_dot_product(YamlMap& file) {
    std::int64_t units = read_size(file, "units"), length = read_size(file, "length");
    Tiling tiling = read_tiling(file, {units, length, 1, 1});
    auto design = std::make_unique<DotProduct>(tiling, units, length);
    design->parameters = {{"units", std::to_string(units)}, {"length", std::to_string(length)}, shown_tiling(tiling)};
    return design;
}

} // namespace

arsia::ModelKind dot_product() {
    return {"dot_product", "units that multiply and add up vectors of a stated length", make_dot_product};
}

} // namespace extension
