#include "models/tiling.h"

#include <algorithm>

namespace arsia {

Cut::Cut(std::int64_t extent, std::int64_t tile) {
    if (std::int64_t full = extent / tile; full > 0) runs_[used_++] = {tile, full};
    if (std::int64_t edge = extent % tile; edge > 0) runs_[used_++] = {edge, 1};
}

std::vector<LoopNest> loop_nests(const Operator& op, const Extents& shard) {
    const char* what = "a matrix product's size";
    LoopNest nest;
    nest.k = at(shard, Dim::K);
    nest.c = at(shard, Dim::C);
    nest.p = at(shard, Dim::P);
    nest.q = at(shard, Dim::Q);
    nest.r = at(shard, Dim::R);
    nest.s = at(shard, Dim::S);
    std::int64_t batch = at(shard, Dim::N);
    if (op.kind != OperatorKind::conv) {
        nest.is_product = true;
        nest.c = checked_multiply(nest.c, checked_multiply(nest.r, nest.s, what), what);
        nest.p = checked_multiply(nest.p, nest.q, what);
        nest.q = nest.r = nest.s = 1;
    }
    if (op.kind == OperatorKind::linear) {
        nest.p = checked_multiply(batch, nest.p, what);
        return {nest};
    }
    if (op.kind == OperatorKind::lstm) {
        nest.is_recurrent = true;
        nest.k = checked_multiply(op.gates, nest.k, what);
        nest.repeat = checked_multiply(batch, nest.p, "a recurrent layer's number of steps");
        nest.p = 1;
        return {nest};
    }

    const std::int64_t group_channels = std::max<std::int64_t>(1, at(op.extents, Dim::K) / op.groups);
    std::vector<LoopNest> nests;
    nests.reserve(2);
    for (const EqualTiles& groups : Cut(nest.k, group_channels)) {
        nest.k = groups.size;
        nest.repeat = checked_multiply(batch, groups.count, "a tile plan's number of tiles");
        nests.push_back(nest);
    }
    return nests;
}

std::int64_t multiply_accumulates(const Operator& op, const Extents& shard) {
    if (!op.multiplies()) return 0;
    std::int64_t product = op.gates;
    for (std::int64_t extent : shard)
        product = checked_multiply(product, extent, "an operator's number of multiplications");
    return product;
}

std::int64_t results_of(const Operator& op, const Extents& shard) {
    return op.sequence ? checked_multiply(at(shard, Dim::N), at(shard, Dim::P), "a recurrent layer's number of steps")
                       : at(shard, Dim::N);
}

std::int64_t output_elements(const Operator& op, const Extents& shard) {
    const char* what = "an operator's number of output elements";
    if (op.kind == OperatorKind::lstm) return checked_multiply(results_of(op, shard), at(shard, Dim::K), what);
    std::int64_t product = checked_multiply(at(shard, Dim::N), at(shard, Dim::K), what);
    return checked_multiply(product, checked_multiply(at(shard, Dim::P), at(shard, Dim::Q), what), what);
}

/// Positions from the first to the last that are read along one axis. `limit`: those that the whole operator reads
/// when windows are laid without padding.
static std::int64_t reach(std::int64_t outputs, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                          std::int64_t limit) {
    return std::clamp((outputs - 1) * stride + (kernel - 1) * dilation + 1, std::int64_t(1),
                      std::max<std::int64_t>(1, limit));
}

std::int64_t rows_read(const Operator& op, std::int64_t outputs, std::int64_t kernel) {
    const Window& window = op.window;
    std::int64_t unpadded = (at(op.extents, Dim::P) - 1) * window.stride_h +
                            (at(op.extents, Dim::R) - 1) * window.dilation_h + 1 - window.pad_top - window.pad_bottom;
    return reach(outputs, kernel, window.stride_h, window.dilation_h, unpadded);
}

std::int64_t columns_read(const Operator& op, std::int64_t outputs, std::int64_t kernel) {
    const Window& window = op.window;
    std::int64_t unpadded = (at(op.extents, Dim::Q) - 1) * window.stride_w +
                            (at(op.extents, Dim::S) - 1) * window.dilation_w + 1 - window.pad_left - window.pad_right;
    return reach(outputs, kernel, window.stride_w, window.dilation_w, unpadded);
}

std::int64_t plane_read(const Operator& op, const LoopNest& nest, std::int64_t p, std::int64_t q) {
    const char* what = "a tile's number of input elements";
    if (nest.is_product) return checked_multiply(p, q, what);
    return checked_multiply(rows_read(op, p, nest.r), columns_read(op, q, nest.s), what);
}

void store_results(TilePlan& plan, std::size_t first, std::int64_t results, std::int64_t channels,
                   std::int64_t element_bits) {
    for (std::size_t i = first; i < plan.phases.size(); ++i) plan.phases[i].store_bytes = 0;
    if (results == 0) return;
    TilePhase storing = plan.phases.back();
    storing.repeat = results;
    storing.store_bytes = packed_bytes(channels, element_bits);
    plan.phases.back().repeat -= results;
    if (plan.phases.back().repeat == 0) plan.phases.pop_back();
    plan.phases.push_back(std::move(storing));
}

Bytes packed_bytes(std::int64_t elements, std::int64_t element_bits) {
    return multiply_divide_up(elements, static_cast<std::uint64_t>(element_bits), 8, "a tile's number of bytes");
}

} // namespace arsia
