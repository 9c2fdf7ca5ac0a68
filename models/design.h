// Accelerator designs: how a design cuts an operator's shard into tiles and what each tile costs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "workloads/graph.h"

namespace arsia {

/// Equal tiles in a row: loaded, computed.
struct TileStep {
    std::int64_t count = 0;
    Bytes input_bytes = 0;  ///< loaded a tile: activations
    Bytes weight_bytes = 0; ///< loaded a tile: weights
    Cycles cycles = 0;      ///< computed a tile, ≥ 1

    Bytes load_bytes() const { return input_bytes + weight_bytes; }
    friend bool operator==(const TileStep& a, const TileStep& b) {
        return a.count == b.count && a.input_bytes == b.input_bytes && a.weight_bytes == b.weight_bytes &&
               a.cycles == b.cycles;
    }
};

/// An output tile, `repeat` times over: its steps in order, then one store.
struct TilePhase {
    std::int64_t repeat = 0;
    std::vector<TileStep> steps;
    Bytes store_bytes = 0;
};

/// A loop nest over tiles, summarised. The engine runs it double-buffered: load of the next tile beside the compute of
/// this one and the store of the one before.
struct TilePlan {
    std::vector<TilePhase> phases;
    Frequency clock;

    std::int64_t macs = 0;     ///< useful multiply-accumulates
    Cycles compute_cycles = 0; ///< sum over all tiles, loads and stores not counted
    std::int64_t tiles = 0;
    Bytes input_bytes = 0, weight_bytes = 0, store_bytes = 0; ///< sums over all tiles

    Bytes memory_bytes() const { return input_bytes + weight_bytes + store_bytes; }
    /// Fills the sums from the phases. Throws InputError on overflow.
    void add_up();
};

/// Energy figures; a file without them has zeros and says so in reports.
struct DesignEnergy {
    double pj_per_mac = 0;
    double pj_per_memory_byte = 0;
    double static_w = 0;
    std::string source; ///< where the figures come from, or that they are assumed; empty without figures

    /// Whether there are any: without, the energy of a run on the design is not known, rather than small.
    bool is_stated() const { return pj_per_mac > 0 || pj_per_memory_byte > 0 || static_w > 0 || !source.empty(); }
};

/// What the design takes of a device, as stated; −1: not stated.
struct DesignResources {
    std::int64_t dsp = -1;  ///< DSP slices
    std::int64_t bram = -1; ///< blocks of 36 Kibit
};

/// A parameter of the design's kind of model, for people to read: `tile` = `K 64, C 7, P 7, Q 14`.
struct DesignParameter {
    std::string name;
    std::string value;
};

/// An accelerator design: parameters from a file, behaviour from its kind of model. Immutable; shared by all users.
class Design {
public:
    virtual ~Design() = default;

    std::string name;
    std::string kind;        ///< name of the model in the registry
    std::string description; ///< source and assumptions, from the file
    Frequency clock;
    std::int64_t element_bits = 16;
    std::int64_t multipliers = 0;  ///< multiply-accumulate units
    std::int64_t vector_width = 1; ///< elements a cycle for pooling, adds, activations
    std::int64_t vector_tile = 1;  ///< output elements of a tile of these
    TimePs reconfiguration = 0;    ///< time to load the design
    DesignEnergy energy;
    DesignResources resources;
    std::vector<DesignParameter> parameters;

    /// Why the design cannot run the operator, with what would help; nothing if it can.
    virtual std::optional<std::string> refusal(const Operator& op) const = 0;
    /// Tile plan of a shard with the given extents (each ≥ 1). Only for operators that are not refused.
    /// Sums are filled. Deterministic; depends on shape and element width only.
    virtual TilePlan plan(const Operator& op, const Extents& shard, std::int64_t element_bits) const = 0;
    /// Fewest compute cycles the shard can take on this design (no memory, no edges): MACs over the peak rate of the
    /// mode that the operator runs in. A lower bound of plan().compute_cycles; used by bounds.
    virtual Cycles least_cycles(const Operator& op, const Extents& shard) const = 0;
};

using DesignPtr = std::shared_ptr<const Design>;

/// Reads a design from a catalog name or file (`arsia-design/1`). Throws InputError with every problem of the file.
DesignPtr read_design(const std::string& name_or_path);
DesignPtr read_design_text(const std::string& text, const std::string& shown = "design.yaml");

} // namespace arsia
