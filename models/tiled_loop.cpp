// Kind `tiled_loop`: SuperLIP's accelerator. W. Jiang, E. H.-M. Sha, X. Zhang, L. Yang, Q. Zhuge, Y. Shi, J. Hu:
// Achieving Super-Linear Speedup across Multi-FPGA for Real-Time DNN Inference, ACM TECS 18(5s), 2019.
//
// Tm·Tn multipliers work on Tm output and Tn input channels at once; kernel, rows and columns are walked one position
// a cycle, so that a tile takes
//   tComp = R·S·Tr·Tc
// cycles. The hardware's loop bounds are fixed: a tile at an edge, or of a map smaller than the tile, takes as long.
//
// With stated ports of Ip, Wp, Op words a cycle the tile is also bound by what its ports let through, as published
// (the input tile is counted without halo and stride):
//   tI = ⌈Tn·Tr·Tc / Ip⌉, tW = ⌈Tm·Tn·R·S / Wp⌉, tO = ⌈Tm·Tr·Tc / Op⌉
//   Lat1 = max(tI, tW, tComp), Lat2 = max(⌈C/Tn⌉·Lat1, tO)
//   total = N·⌈K/Tm⌉·⌈P/Tr⌉·⌈Q/Tc⌉·Lat2
// Left out: the fill and drain of that pipeline (one load and one store an operator), since the simulated engine has
// them against the simulated memory.
#include <algorithm>

#include <fmt/format.h>

#include "models/registry.h"
#include "models/tiled_design.h"

namespace arsia {

namespace {

/// Words a cycle; 0: not a limit.
struct Ports {
    std::int64_t input = 0, weight = 0, output = 0;
};

class TiledLoop final : public TiledDesign {
public:
    TiledLoop(const TileShape& tile, const Ports& ports) : TiledDesign({tile, {}, {}}), bounds_(tile), ports_(ports) {
        multipliers = tile.k * tile.c;
    }

protected:
    Cycles tile_cycles(const Operator&, const Extents&, const Tile& tile) const override {
        Cycles cycles = tile.r * tile.s * bounds_.p * bounds_.q;
        if (ports_.input) cycles = std::max(cycles, divide_up(bounds_.c * bounds_.p * bounds_.q, ports_.input));
        if (ports_.weight) cycles = std::max(cycles, divide_up(bounds_.k * bounds_.c * tile.r * tile.s, ports_.weight));
        return cycles;
    }
    MacRate peak_rate(const Operator&, const Extents&) const override { return {multipliers, 1}; }
    Cycles store_cycles() const override {
        return ports_.output ? divide_up(bounds_.k * bounds_.p * bounds_.q, ports_.output) : 0;
    }

private:
    TileShape bounds_;
    Ports ports_;
};

std::int64_t read_port(YamlMap& map, const std::string& key) {
    std::optional<YamlValue> value = map.optional(key);
    return value ? value->integer(1, largest_parameter) : 0;
}

} // namespace

std::unique_ptr<Design> make_tiled_loop(YamlMap& file) {
    TileShape tile = read_tile(file);
    Ports ports;
    if (std::optional<YamlValue> value = file.optional("ports")) {
        YamlMap map = value->map();
        ports.input = read_port(map, "input");
        ports.weight = read_port(map, "weight");
        ports.output = read_port(map, "output");
        map.finish();
    }
    auto design = std::make_unique<TiledLoop>(tile, ports);
    design->parameters.push_back({"tile", to_string(tile)});
    auto show_port = [&](const char* name, std::int64_t words) {
        if (words) design->parameters.push_back({name, fmt::format("{} words a cycle", words)});
    };
    show_port("input port", ports.input);
    show_port("weight port", ports.weight);
    show_port("output port", ports.output);
    return design;
}

} // namespace arsia
