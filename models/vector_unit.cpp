#include "models/vector_unit.h"

#include <algorithm>
#include <initializer_list>

#include "models/tiling.h"

namespace arsia {

namespace {

constexpr const char* elements_read = "an operator's number of input elements";

std::int64_t product_of(std::initializer_list<std::int64_t> factors) {
    std::int64_t product = 1;
    for (std::int64_t factor : factors) product = checked_multiply(product, factor, elements_read);
    return product;
}

/// Channels that `channels` output channels depend on.
std::int64_t channels_read(const Operator& op, std::int64_t channels) {
    const std::int64_t all = at(op.extents, Dim::K);
    switch (op.mixing) {
    case Mixing::none: return channels;
    case Mixing::neighbours: return std::min(all, channels + op.neighbours - 1);
    case Mixing::channels:
    case Mixing::planes: break;
    }
    const std::int64_t group = std::max<std::int64_t>(1, all / op.groups);
    return std::min(all, divide_up(channels, group) * group);
}

/// Input elements of all operands.
std::int64_t input_elements(const Operator& op, const Extents& shard) {
    const std::int64_t n = at(shard, Dim::N), k = at(shard, Dim::K), p = at(shard, Dim::P), q = at(shard, Dim::Q);
    switch (op.kind) {
    case OperatorKind::pool:
        return product_of({n, k, rows_read(op, p, at(shard, Dim::R)), columns_read(op, q, at(shard, Dim::S))});
    case OperatorKind::elementwise:
        return product_of({n, k, p, q, std::max<std::int64_t>(1, static_cast<std::int64_t>(op.inputs.size()))});
    case OperatorKind::activation:
    case OperatorKind::normalization:
        if (op.mixing == Mixing::planes)
            return product_of({n, channels_read(op, k), at(op.extents, Dim::P), at(op.extents, Dim::Q)});
        return product_of({n, channels_read(op, k), p, q});
    case OperatorKind::resize: return product_of({n, k, divide_up(p, op.scale_h), divide_up(q, op.scale_w)});
    case OperatorKind::embedding: return product_of({n, p, q});
    default: return product_of({n, k, p, q});
    }
}

Cycles cycles_of(std::int64_t outputs, std::int64_t operations, std::int64_t width) {
    std::int64_t work = checked_multiply(outputs, operations, "an operator's number of vector operations");
    return std::max<Cycles>(1, work / width + (work % width > 0));
}

std::int64_t operations_of(const Operator& op, const Extents& shard) {
    return op.operations_per_element(at(shard, Dim::R) * at(shard, Dim::S));
}

} // namespace

void append_vector_phases(TilePlan& plan, const Design& design, const Operator& op, const Extents& shard,
                          std::int64_t element_bits) {
    if (op.kind == OperatorKind::reshape) {
        plan.phases.push_back({1, {{1, 0, 0, 1}}, 0});
        return;
    }
    const std::int64_t outputs = output_elements(op, shard);
    const std::int64_t inputs = input_elements(op, shard);
    const bool looks_up = op.kind == OperatorKind::embedding;
    const std::int64_t operations = operations_of(op, shard);
    const std::int64_t tiles = outputs / design.vector_tile + (outputs % design.vector_tile > 0);
    // Every tile but the last takes the same share of the input, rounded down; the last takes the rest.
    const auto share = static_cast<std::int64_t>(static_cast<unsigned __int128>(inputs) *
                                                 static_cast<unsigned __int128>(design.vector_tile) /
                                                 static_cast<unsigned __int128>(outputs));
    auto append = [&](std::int64_t count, std::int64_t tile_outputs, std::int64_t tile_inputs) {
        TileStep step;
        step.count = 1;
        step.input_bytes = packed_bytes(tile_inputs, element_bits);
        if (looks_up) step.weight_bytes = packed_bytes(tile_outputs, element_bits);
        step.cycles = cycles_of(tile_outputs, operations, design.vector_width);
        plan.phases.push_back({count, {step}, packed_bytes(tile_outputs, element_bits)});
    };
    if (tiles > 1) append(tiles - 1, design.vector_tile, share);
    append(1, outputs - (tiles - 1) * design.vector_tile, inputs - (tiles - 1) * share);
}

Cycles least_vector_cycles(const Design& design, const Operator& op, const Extents& shard) {
    return cycles_of(output_elements(op, shard), operations_of(op, shard), design.vector_width);
}

} // namespace arsia
