// Kind `winograd`: minimal filtering F(m×m, r×r). L. Lu, Y. Liang, Q. Xiao, S. Yan: Evaluating Fast Algorithms for
// Convolutional Neural Networks on FPGAs, FCCM 2017.
//
// With n = m + r − 1, an input of n×n is transformed, multiplied element by element with a transformed kernel and
// transformed back into m×m outputs: n² multiplications stand for m²·r² multiply-accumulates. The array has n²
// multipliers for each pair of K_par output and C_par input channels and does one such piece a cycle:
//   cycles of a tile = ⌈Tk/K_par⌉ · ⌈Tc/C_par⌉ · ⌈Tp/m⌉ · ⌈Tq/m⌉
// Natively only kernels of r×r with stride 1 and dilation 1. Everything else (other kernels and strides, matrix
// products, shards that hold a part of the kernel) runs in a slower direct mode without transforms: m² of the n²
// multipliers work on m×m outputs of one kernel position, and the kernel's positions follow each other:
//   cycles of a tile = ⌈Tk/K_par⌉ · ⌈Tc/C_par⌉ · ⌈Tp/m⌉ · ⌈Tq/m⌉ · R·S
// The direct mode is our assumption; the paper leaves such layers out. `fallback: refuse` does so too.
// Left out: the pipeline's depth of the transforms, and loads of transformed kernels, which are larger by n²/r²: the
// kernels are taken to be transformed on chip.
#include <fmt/format.h>

#include "models/registry.h"
#include "models/tiled_design.h"

namespace arsia {

namespace {

struct Filtering {
    std::int64_t outputs = 1; ///< m
    std::int64_t kernel = 1;  ///< r
    std::int64_t parallel_k = 1, parallel_c = 1;
    bool direct = true; ///< whether what is not native runs at all

    std::int64_t side() const { return outputs + kernel - 1; } ///< n
    std::int64_t pairs() const { return parallel_k * parallel_c; }
};

class Winograd final : public TiledDesign {
public:
    Winograd(const Tiling& tiling, const Filtering& filtering) : TiledDesign(tiling), filtering_(filtering) {
        multipliers = filtering.side() * filtering.side() * filtering.pairs();
    }

    std::optional<std::string> refusal(const Operator& op) const override {
        if (!op.multiplies() || filtering_.direct || is_native(op, op.extents)) return TiledDesign::refusal(op);
        std::string found = op.kind == OperatorKind::lstm ? std::string("a recurrent layer")
                            : op.kind != OperatorKind::conv
                                ? std::string("a matrix product")
                                : fmt::format("a kernel of {}x{} with stride {}x{} and dilation {}x{}",
                                              at(op.extents, Dim::R), at(op.extents, Dim::S), op.window.stride_h,
                                              op.window.stride_w, op.window.dilation_h, op.window.dilation_w);
        return fmt::format("design '{}' runs convolutions with a kernel of {}x{}, stride 1 and dilation 1 only, and "
                           "'{}' has {}; another design, or 'fallback: direct' in the design's file, would run it",
                           name, filtering_.kernel, filtering_.kernel, op.name, found);
    }

protected:
    Cycles tile_cycles(const Operator& op, const Extents& shard, const Tile& tile) const override {
        Cycles pieces = divide_up(tile.k, filtering_.parallel_k) * divide_up(tile.c, filtering_.parallel_c) *
                        divide_up(tile.p, filtering_.outputs) * divide_up(tile.q, filtering_.outputs);
        return is_native(op, shard) ? pieces : pieces * tile.r * tile.s;
    }
    MacRate peak_rate(const Operator& op, const Extents& shard) const override {
        std::int64_t direct = filtering_.pairs() * filtering_.outputs * filtering_.outputs;
        return {is_native(op, shard) ? direct * filtering_.kernel * filtering_.kernel : direct, 1};
    }

private:
    /// The operator's kernel decides, not only the shard's part of it: a 3×3 piece of a 5×5 kernel is not native.
    bool is_native(const Operator& op, const Extents& shard) const {
        const Window& window = op.window;
        return op.kind == OperatorKind::conv && at(op.extents, Dim::R) == filtering_.kernel &&
               at(op.extents, Dim::S) == filtering_.kernel && at(shard, Dim::R) == filtering_.kernel &&
               at(shard, Dim::S) == filtering_.kernel && window.stride_h == 1 && window.stride_w == 1 &&
               window.dilation_h == 1 && window.dilation_w == 1;
    }

    Filtering filtering_;
};

/// Tiles are whole multiples of what the array does at once, so that cutting into tiles costs no cycles.
void check_multiple(YamlMap& tile, const char* axis, std::int64_t size, std::int64_t unit, const char* of) {
    std::optional<YamlValue> value = tile.optional(axis);
    bool was_read = value && value->is_scalar() && value->node().Scalar() == std::to_string(size);
    if (was_read && size % unit != 0) value->problem(fmt::format("{} is not a multiple of {}, the {}", size, unit, of));
}

void check_tile(YamlMap& file, const TileShape& tile, const Filtering& filtering) {
    std::optional<YamlValue> value = file.optional("tile");
    if (!value || !value->is_map()) return;
    YamlMap map = value->map();
    check_multiple(map, "K", tile.k, filtering.parallel_k, "output channels done at once (parallelism.K)");
    check_multiple(map, "C", tile.c, filtering.parallel_c, "input channels done at once (parallelism.C)");
    check_multiple(map, "P", tile.p, filtering.outputs, "rows done at once (output_tile)");
    check_multiple(map, "Q", tile.q, filtering.outputs, "columns done at once (output_tile)");
}

} // namespace

std::unique_ptr<Design> make_winograd(YamlMap& file) {
    Filtering filtering;
    if (auto value = file.required("output_tile")) filtering.outputs = value->integer(1, 16);
    if (auto value = file.required("kernel")) filtering.kernel = value->integer(2, 16);
    if (auto value = file.required("parallelism")) {
        YamlMap map = value->map();
        filtering.parallel_k = read_size(map, "K");
        filtering.parallel_c = read_size(map, "C");
        map.finish();
    }
    if (auto value = file.required("fallback")) filtering.direct = value->one_of({"direct", "refuse"}) == "direct";
    Tiling tiling =
        read_tiling(file, {filtering.parallel_k, filtering.parallel_c, filtering.outputs, filtering.outputs});
    check_tile(file, tiling.fixed, filtering);
    auto design = std::make_unique<Winograd>(tiling, filtering);
    design->parameters = {
        {"filtering", fmt::format("F({0}x{0}, {1}x{1}), {2} multipliers a pair of channels", filtering.outputs,
                                  filtering.kernel, filtering.side() * filtering.side())},
        {"parallelism", fmt::format("K {}, C {}", filtering.parallel_k, filtering.parallel_c)},
        {"fallback", filtering.direct ? "direct" : "refuse"},
        shown_tiling(tiling),
    };
    return design;
}

} // namespace arsia
