// Kind `roofline`: a device of which only the peak is known, and what part of it each kind of operator reaches. S.
// Williams, A. Waterman, D. Patterson: Roofline: An Insightful Visual Performance Model for Multicore Architectures,
// CACM 52(4), 2009.
//
//   cycles of a tile = ⌈MACs / (multipliers · efficiency of the operator's kind)⌉
//
// Bandwidth is that of the simulated memory, which loads and stores tiles beside the computation: a run takes the
// larger of the two times, which is the roofline. Kinds without a stated efficiency are refused. Convolutions in groups
// may have an efficiency of their own.
#include <map>

#include <fmt/format.h>

#include "models/registry.h"
#include "models/tiled_design.h"

namespace arsia {

namespace {

constexpr std::int64_t whole = 1'000'000; ///< efficiencies are in millionths

class Roofline final : public TiledDesign {
public:
    Roofline(const Tiling& tiling, std::int64_t units, std::map<std::string, std::int64_t> efficiency)
        : TiledDesign(tiling), efficiency_(std::move(efficiency)) {
        multipliers = units;
    }

    std::optional<std::string> refusal(const Operator& op) const override {
        if (!op.multiplies() || efficiency_of(op) > 0) return TiledDesign::refusal(op);
        return fmt::format("design '{}' states no efficiency for operators of kind {}, which '{}' is", name,
                           name_of(op.kind), op.name);
    }

protected:
    Cycles tile_cycles(const Operator& op, const Extents& shard, const Tile& tile) const override {
        const MacRate rate = peak_rate(op, shard);
        return multiply_divide_up(tile.k * tile.c * tile.p * tile.q * tile.r * tile.s, whole,
                                  static_cast<std::uint64_t>(rate.macs), "a tile's number of cycles");
    }
    MacRate peak_rate(const Operator& op, const Extents&) const override {
        return {multipliers * efficiency_of(op), whole};
    }

private:
    /// In millionths; 0: not stated.
    std::int64_t efficiency_of(const Operator& op) const {
        auto stated = [&](const char* key) {
            auto found = efficiency_.find(key);
            return found == efficiency_.end() ? std::int64_t(0) : found->second;
        };
        if (op.kind == OperatorKind::conv && op.groups > 1 && stated("grouped_conv") > 0) return stated("grouped_conv");
        return stated(name_of(op.kind));
    }

    std::map<std::string, std::int64_t> efficiency_;
};

} // namespace

std::unique_ptr<Design> make_roofline(YamlMap& file) {
    std::int64_t units = 1;
    if (auto value = file.required("multipliers")) units = value->integer(1, std::int64_t(1) << 30);
    std::map<std::string, std::int64_t> efficiency;
    std::string shown;
    if (auto value = file.required("efficiency")) {
        YamlMap map = value->map();
        for (const char* kind : {"conv", "grouped_conv", "linear", "matmul", "lstm"}) {
            std::optional<YamlValue> item = map.optional(kind);
            if (!item) continue;
            auto part = static_cast<std::int64_t>(item->real(1e-6, 1) * static_cast<double>(whole) + 0.5);
            efficiency[kind] = part;
            shown += fmt::format("{}{} {:g} %", shown.empty() ? "" : ", ", kind, static_cast<double>(part) / 1e4);
        }
        map.finish();
    }
    Tiling tiling = read_tiling(file, {1, 1, 1, 1});
    auto design = std::make_unique<Roofline>(tiling, units, std::move(efficiency));
    design->parameters = {{"efficiency", shown}, shown_tiling(tiling)};
    return design;
}

} // namespace arsia
