#include "models/vector_unit.h"

#include <algorithm>

#include "models/tiling.h"

namespace arsia {

bool is_vector_operator(const Operator& op) { return op.kind != OperatorKind::conv && op.kind != OperatorKind::linear; }

static std::int64_t output_elements(const Extents& shard) {
    std::int64_t product = 1;
    for (Dim dim : {Dim::N, Dim::K, Dim::P, Dim::Q})
        product = checked_multiply(product, at(shard, dim), "an operator's number of output elements");
    return product;
}

/// Input elements of all operands.
static std::int64_t input_elements(const Operator& op, const Extents& shard) {
    if (op.kind == OperatorKind::pool) {
        std::int64_t plane = checked_multiply(rows_read(op, at(shard, Dim::P), at(shard, Dim::R)),
                                              columns_read(op, at(shard, Dim::Q), at(shard, Dim::S)),
                                              "an operator's number of input elements");
        return checked_multiply(at(shard, Dim::N) * at(shard, Dim::K), plane, "an operator's number of input elements");
    }
    auto operands = op.kind == OperatorKind::elementwise ? static_cast<std::int64_t>(op.inputs.size()) : 1;
    return checked_multiply(output_elements(shard), std::max<std::int64_t>(1, operands),
                            "an operator's number of input elements");
}

static std::int64_t operations_per_output(const Operator& op, const Extents& shard) {
    switch (op.kind) {
    case OperatorKind::pool: return at(shard, Dim::R) * at(shard, Dim::S);
    case OperatorKind::elementwise: return std::max<std::int64_t>(1, static_cast<std::int64_t>(op.inputs.size()) - 1);
    case OperatorKind::concat: return 0;
    default: return 1;
    }
}

static Cycles cycles_of(std::int64_t outputs, std::int64_t operations, std::int64_t width) {
    std::int64_t work = checked_multiply(outputs, operations, "an operator's number of vector operations");
    return std::max<Cycles>(1, work / width + (work % width > 0));
}

void append_vector_phases(TilePlan& plan, const Design& design, const Operator& op, const Extents& shard,
                          std::int64_t element_bits) {
    const std::int64_t outputs = output_elements(shard);
    const std::int64_t inputs = input_elements(op, shard);
    const std::int64_t operations = operations_per_output(op, shard);
    const std::int64_t tiles = outputs / design.vector_tile + (outputs % design.vector_tile > 0);
    // Every tile but the last takes the same share of the input, rounded down; the last takes the rest.
    const auto share = static_cast<std::int64_t>(static_cast<unsigned __int128>(inputs) *
                                                 static_cast<unsigned __int128>(design.vector_tile) /
                                                 static_cast<unsigned __int128>(outputs));
    auto append = [&](std::int64_t count, std::int64_t tile_outputs, std::int64_t tile_inputs) {
        TileStep step;
        step.count = 1;
        step.input_bytes = packed_bytes(tile_inputs, element_bits);
        step.cycles = cycles_of(tile_outputs, operations, design.vector_width);
        plan.phases.push_back({count, {step}, packed_bytes(tile_outputs, element_bits)});
    };
    if (tiles > 1) append(tiles - 1, design.vector_tile, share);
    append(1, outputs - (tiles - 1) * design.vector_tile, inputs - (tiles - 1) * share);
}

Cycles least_vector_cycles(const Design& design, const Operator& op, const Extents& shard) {
    return cycles_of(output_elements(shard), operations_per_output(op, shard), design.vector_width);
}

} // namespace arsia
