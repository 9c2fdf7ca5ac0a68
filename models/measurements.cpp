#include "models/measurements.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace arsia {

std::int64_t MeasuredShape::macs() const {
    std::int64_t product = gates;
    for (std::int64_t extent : extents) product = checked_multiply(product, extent, "a measured operator's size");
    return product;
}

std::string MeasuredShape::text() const {
    std::string out = name_of(kind);
    for (Dim dim : all_dims)
        out += fmt::format("{} {} {}", dim == Dim::N ? "" : ",", dim_letter(dim), at(extents, dim));
    out += fmt::format(", stride {}x{}, groups {}", stride_h, stride_w, groups);
    if (dilation_h != 1 || dilation_w != 1) out += fmt::format(", dilation {}x{}", dilation_h, dilation_w);
    if (gates != 1) out += fmt::format(", gates {}", gates);
    return out;
}

/// 0: one group, 1: in groups, 2: a group for each output channel.
static int grouping_of(const MeasuredShape& shape) {
    if (shape.groups == 1) return 0;
    return shape.groups == at(shape.extents, Dim::K) ? 2 : 1;
}

bool MeasuredShape::is_like(const MeasuredShape& other) const {
    return kind == other.kind && at(extents, Dim::R) == at(other.extents, Dim::R) &&
           at(extents, Dim::S) == at(other.extents, Dim::S) && stride_h == other.stride_h &&
           stride_w == other.stride_w && dilation_h == other.dilation_h && dilation_w == other.dilation_w &&
           gates == other.gates && grouping_of(*this) == grouping_of(other);
}

double MeasuredShape::distance(const MeasuredShape& other) const {
    auto apart = [](std::int64_t a, std::int64_t b) {
        return std::fabs(std::log2(static_cast<double>(a)) - std::log2(static_cast<double>(b)));
    };
    double sum = apart(groups, other.groups);
    for (Dim dim : all_dims) sum += apart(at(extents, dim), at(other.extents, dim));
    return sum;
}

bool operator==(const MeasuredShape& a, const MeasuredShape& b) {
    return a.is_like(b) && a.extents == b.extents && a.groups == b.groups;
}

MeasuredShape shape_of(const Operator& op, const Extents& shard) {
    MeasuredShape shape;
    shape.kind = op.kind;
    shape.extents = shard;
    shape.gates = op.gates;
    if (op.kind == OperatorKind::conv) {
        shape.stride_h = op.window.stride_h;
        shape.stride_w = op.window.stride_w;
        shape.dilation_h = op.window.dilation_h;
        shape.dilation_w = op.window.dilation_w;
    } else {
        const char* what = "a matrix product's size";
        at(shape.extents, Dim::C) = checked_multiply(at(shard, Dim::C), at(shard, Dim::R) * at(shard, Dim::S), what);
        at(shape.extents, Dim::P) = checked_multiply(at(shard, Dim::P), at(shard, Dim::Q), what);
        at(shape.extents, Dim::Q) = at(shape.extents, Dim::R) = at(shape.extents, Dim::S) = 1;
    }
    // Groups that the shard's output channels are part of.
    const std::int64_t group = std::max<std::int64_t>(1, at(op.extents, Dim::K) / op.groups);
    shape.groups = divide_up(at(shard, Dim::K), group);
    return shape;
}

const Measurement* Measurements::exact(const MeasuredShape& shape) const {
    auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Measurement& row) { return row.shape == shape; });
    return found == rows_.end() ? nullptr : &*found;
}

template <class Accept>
const Measurement* Measurements::nearest(const MeasuredShape& shape, Accept accept) const {
    const Measurement* best = nullptr;
    double least = 0;
    for (const Measurement& row : rows_) {
        if (!accept(row.shape)) continue;
        const double distance = row.shape.distance(shape);
        if (best && distance >= least) continue;
        best = &row;
        least = distance;
    }
    return best;
}

const Measurement* Measurements::nearest_like(const MeasuredShape& shape) const {
    return nearest(shape, [&](const MeasuredShape& row) { return row.is_like(shape); });
}

const Measurement* Measurements::nearest_of_kind(const MeasuredShape& shape) const {
    return nearest(shape, [&](const MeasuredShape& row) { return row.kind == shape.kind; });
}

Cycles Measurements::least_cycles(const MeasuredShape& shape, std::int64_t macs) const {
    Cycles least = -1;
    for (const Measurement& row : rows_) {
        if (!row.shape.is_like(shape)) continue;
        Cycles cycles = multiply_divide_up(macs, static_cast<std::uint64_t>(row.cycles),
                                           static_cast<std::uint64_t>(row.shape.macs()), "a number of cycles");
        least = least < 0 ? cycles : std::min(least, cycles);
    }
    return std::max<Cycles>(1, least);
}

} // namespace arsia
