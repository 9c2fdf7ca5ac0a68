// Measured cycles by the shape of an operator, and which measurement speaks for an operator that was not measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace arsia {

/// A fully connected layer has C = all its inputs, P = positions, Q = R = S = 1.
struct MeasuredShape {
    OperatorKind kind = OperatorKind::conv;
    Extents extents{1, 1, 1, 1, 1, 1, 1};
    std::int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
    std::int64_t groups = 1, gates = 1;

    std::int64_t macs() const; ///< throws InputError on overflow
    std::string text() const;  ///< `conv N 1, K 64, C 64, P 56, Q 56, R 3, S 3, stride 1x1, groups 1`

    /// Whether both are of one kind, window and grouping: whole (one group), by channel (depthwise), or in between.
    bool is_like(const MeasuredShape& other) const;
    /// Sum of |log₂| of the ratios of all extents and groups.
    double distance(const MeasuredShape& other) const;
    friend bool operator==(const MeasuredShape& a, const MeasuredShape& b);
};

/// Shape of a shard of an operator that multiplies.
MeasuredShape shape_of(const Operator& op, const Extents& shard);

struct Measurement {
    MeasuredShape shape;
    Cycles cycles = 0;
};

class Measurements {
public:
    void add(Measurement measurement) { rows_.push_back(std::move(measurement)); }
    bool empty() const { return rows_.empty(); }
    std::size_t size() const { return rows_.size(); }

    const Measurement* exact(const MeasuredShape& shape) const;
    /// The nearest of a like shape; the first of several. Nothing if there is none.
    const Measurement* nearest_like(const MeasuredShape& shape) const;
    /// The nearest of the kind, like or not.
    const Measurement* nearest_of_kind(const MeasuredShape& shape) const;
    /// Fewest cycles that `macs` multiply-accumulates take at the best rate of any like shape.
    Cycles least_cycles(const MeasuredShape& shape, std::int64_t macs) const;

private:
    template <class Accept>
    const Measurement* nearest(const MeasuredShape& shape, Accept accept) const;

    std::vector<Measurement> rows_;
};

} // namespace arsia
