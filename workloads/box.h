// Boxes: half-open ranges along axes. Tensors and iteration spaces are boxes; shards, needs and transfers are
// intersections of them, so that bytes moved follow exactly.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace arsia {

/// [begin, end) along one axis.
struct Range {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    std::int64_t size() const { return end > begin ? end - begin : 0; }
    bool empty() const { return end <= begin; }
    bool contains(Range other) const { return other.empty() || (begin <= other.begin && other.end <= end); }
    friend bool operator==(Range a, Range b) { return a.begin == b.begin && a.end == b.end; }
    friend bool operator!=(Range a, Range b) { return !(a == b); }
};

inline Range intersect(Range a, Range b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

/// Part `index` of `parts` of a range, as even as can be: sizes differ by at most one, the remainder is spread.
inline Range part_of(Range whole, std::int64_t parts, std::int64_t index) {
    std::int64_t size = whole.size();
    return {whole.begin + size * index / parts, whole.begin + size * (index + 1) / parts};
}

/// A product of ranges. Empty if any range is.
template <std::size_t Rank>
struct Box {
    std::array<Range, Rank> axes{};

    Range& operator[](std::size_t axis) { return axes[axis]; }
    const Range& operator[](std::size_t axis) const { return axes[axis]; }

    std::int64_t volume() const {
        std::int64_t out = 1;
        for (const Range& axis : axes) out *= axis.size();
        return out;
    }
    bool empty() const {
        for (const Range& axis : axes)
            if (axis.empty()) return true;
        return false;
    }
    bool contains(const Box& other) const {
        if (other.empty()) return true;
        for (std::size_t i = 0; i < Rank; ++i)
            if (!axes[i].contains(other.axes[i])) return false;
        return true;
    }
    friend bool operator==(const Box& a, const Box& b) { return a.axes == b.axes; }
    friend bool operator!=(const Box& a, const Box& b) { return !(a == b); }
};

template <std::size_t Rank>
Box<Rank> intersect(const Box<Rank>& a, const Box<Rank>& b) {
    Box<Rank> out;
    for (std::size_t i = 0; i < Rank; ++i) out.axes[i] = intersect(a.axes[i], b.axes[i]);
    return out;
}

/// `whole` without `hole`, as at most 2·Rank disjoint boxes, appended to `out`.
template <std::size_t Rank>
void subtract(Box<Rank> whole, const Box<Rank>& hole, std::vector<Box<Rank>>& out) {
    Box<Rank> common = intersect(whole, hole);
    if (common.empty()) {
        if (!whole.empty()) out.push_back(whole);
        return;
    }
    for (std::size_t i = 0; i < Rank; ++i) {
        Box<Rank> before = whole;
        before.axes[i].end = common.axes[i].begin;
        if (!before.empty()) out.push_back(before);
        Box<Rank> after = whole;
        after.axes[i].begin = common.axes[i].end;
        if (!after.empty()) out.push_back(after);
        whole.axes[i] = common.axes[i];
    }
}

/// Axes of a tensor: N, channels, rows, columns. Weights: K, C (of one group), R, S.
using TensorBox = Box<4>;
using TensorShape = std::array<std::int64_t, 4>;

/// Loop dimensions of an operator, in this order everywhere (files, factors, ranks).
enum class Dim : std::uint8_t { N, K, C, P, Q, R, S };
constexpr std::size_t dim_count = 7;
constexpr std::array<Dim, dim_count> all_dims = {Dim::N, Dim::K, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S};
constexpr char dim_letter(Dim dim) { return "NKCPQRS"[static_cast<std::size_t>(dim)]; }

/// Sizes along the seven loop dimensions.
using Extents = std::array<std::int64_t, dim_count>;
inline std::int64_t& at(Extents& extents, Dim dim) { return extents[static_cast<std::size_t>(dim)]; }
inline std::int64_t at(const Extents& extents, Dim dim) { return extents[static_cast<std::size_t>(dim)]; }

/// A part of an operator's iteration space.
using IterationBox = Box<dim_count>;
inline Range& at(IterationBox& box, Dim dim) { return box.axes[static_cast<std::size_t>(dim)]; }
inline const Range& at(const IterationBox& box, Dim dim) { return box.axes[static_cast<std::size_t>(dim)]; }

template <std::size_t Rank>
Box<Rank> whole_box(const std::array<std::int64_t, Rank>& sizes) {
    Box<Rank> out;
    for (std::size_t i = 0; i < Rank; ++i) out.axes[i] = {0, sizes[i]};
    return out;
}

template <std::size_t Rank>
std::array<std::int64_t, Rank> sizes_of(const Box<Rank>& box) {
    std::array<std::int64_t, Rank> out{};
    for (std::size_t i = 0; i < Rank; ++i) out[i] = box.axes[i].size();
    return out;
}

} // namespace arsia
