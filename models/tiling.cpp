#include "models/tiling.h"

#include <algorithm>

namespace arsia {

Cut::Cut(std::int64_t extent, std::int64_t tile) {
    if (std::int64_t full = extent / tile; full > 0) runs_[used_++] = {tile, full};
    if (std::int64_t edge = extent % tile; edge > 0) runs_[used_++] = {edge, 1};
}

std::vector<LoopNest> loop_nests(const Operator& op, const Extents& shard) {
    LoopNest nest;
    nest.c = at(shard, Dim::C);
    nest.p = at(shard, Dim::P);
    nest.q = at(shard, Dim::Q);
    nest.r = at(shard, Dim::R);
    nest.s = at(shard, Dim::S);
    if (op.kind == OperatorKind::linear) {
        nest.c = checked_multiply(nest.c, checked_multiply(nest.r, nest.s, "a matrix product's depth"),
                                  "a matrix product's depth");
        nest.r = nest.s = 1;
    }

    const std::int64_t batch = at(shard, Dim::N);
    const std::int64_t group_channels = std::max<std::int64_t>(1, at(op.extents, Dim::K) / op.groups);
    std::vector<LoopNest> nests;
    nests.reserve(2);
    for (const EqualTiles& groups : Cut(at(shard, Dim::K), group_channels)) {
        nest.k = groups.size;
        nest.repeat = checked_multiply(batch, groups.count, "a tile plan's number of tiles");
        nests.push_back(nest);
    }
    return nests;
}

std::int64_t multiply_accumulates(const Operator& op, const Extents& shard) {
    if (op.kind != OperatorKind::conv && op.kind != OperatorKind::linear) return 0;
    std::int64_t product = 1;
    for (std::int64_t extent : shard)
        product = checked_multiply(product, extent, "an operator's number of multiplications");
    return product;
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

Bytes packed_bytes(std::int64_t elements, std::int64_t element_bits) {
    return multiply_divide_up(elements, static_cast<std::uint64_t>(element_bits), 8, "a tile's number of bytes");
}

} // namespace arsia
