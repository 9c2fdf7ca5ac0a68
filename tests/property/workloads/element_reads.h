// What one step of an operator's loop nest reads and writes, element by element, from the kinds' definitions.
#pragma once

#include <algorithm>
#include <functional>

#include "workloads/graph.h"

namespace arsia::test {

using Found = std::function<void(const TensorShape&)>;

/// One point of the iteration space.
struct Step {
    std::int64_t n, k, c, p, q, r, s;
};

class ElementReads {
public:
    ElementReads(const Graph& graph, const Operator& op) : op_(op) {
        for (TensorId id : op.inputs) shapes_.push_back(graph.tensors[id].shape);
    }

    /// Elements of the input that the step reads; those outside the tensor are padding.
    void reads(std::size_t input, const Step& at_step, const Found& found) const {
        const auto [n, k, c, p, q, r, s] = at_step;
        const TensorShape& shape = shapes_[input];
        const std::int64_t all_k = at(op_.extents, Dim::K), all_c = at(op_.extents, Dim::C);
        const std::int64_t group_size = all_k / op_.groups;
        const std::int64_t group = k / group_size;
        const Window& w = op_.window;
        switch (op_.kind) {
        case OperatorKind::conv:
        case OperatorKind::linear:
        case OperatorKind::pool:
            return found({n, group * all_c + c, p * w.stride_h + r * w.dilation_h - w.pad_top,
                          q * w.stride_w + s * w.dilation_w - w.pad_left});
        case OperatorKind::matmul: {
            if (input == 0) return found({n, group * all_c + c, p, 0});
            std::int64_t row = op_.transposed ? k % group_size : c;
            for (std::size_t before = 1; before < input; ++before) row -= shapes_[before][2];
            return found({n, op_.transposed ? group * all_c + c : k, row, 0});
        }
        case OperatorKind::lstm: return found({n, c, p, 0}); // channels behind the input's are the last result
        case OperatorKind::embedding: return found({n, 0, p, q});
        case OperatorKind::elementwise: {
            TensorShape index{n, k, p, q};
            for (std::size_t axis = 0; axis < 4; ++axis) index[axis] %= shape[axis];
            return found(index);
        }
        case OperatorKind::activation:
        case OperatorKind::normalization: return mixed(at_step, shape, found);
        case OperatorKind::concat: {
            TensorShape index{n, k, p, q};
            for (std::size_t before = 0; before < input; ++before) index[op_.axis] -= shapes_[before][op_.axis];
            return found(index);
        }
        case OperatorKind::slice: return found({n, k + op_.origin[1], p + op_.origin[2], q + op_.origin[3]});
        case OperatorKind::reshape: {
            std::int64_t place = (k * at(op_.extents, Dim::P) + p) * at(op_.extents, Dim::Q) + q;
            return found({n, place / shape[3] / shape[2], place / shape[3] % shape[2], place % shape[3]});
        }
        case OperatorKind::transpose: {
            TensorShape output{n, k, p, q}, index{};
            for (std::size_t axis = 0; axis < 4; ++axis) index[op_.order[axis]] = output[axis];
            return found(index);
        }
        case OperatorKind::resize: return found({n, k, p / op_.scale_h, q / op_.scale_w});
        }
    }

    void writes(const Step& step, const Found& found) const {
        if (op_.kind != OperatorKind::lstm || op_.sequence) return found({step.n, step.k, step.p, step.q});
        if (step.p == at(op_.extents, Dim::P) - 1) found({step.n, step.k, 0, 0});
    }

    void reads_weights(const Step& step, const Found& found) const {
        if (!op_.has_weights) return;
        if (op_.kind == OperatorKind::embedding) {
            for (std::int64_t entry = 0; entry < op_.entries; ++entry) found({step.k, entry, 0, 0});
            return;
        }
        for (std::int64_t gate = 0; gate < op_.gates; ++gate)
            found({op_.gates * step.k + gate, step.c, step.r, step.s});
    }

    /// Bounding box of what `found` is told of all steps of a part, inside the shape.
    template <class Elements>
    static TensorBox bounds(const IterationBox& part, const TensorShape& shape, Elements elements) {
        TensorBox box;
        for (std::size_t axis = 0; axis < 4; ++axis) box[axis] = {shape[axis], 0};
        Found found = [&](const TensorShape& index) {
            for (std::size_t axis = 0; axis < 4; ++axis)
                if (index[axis] < 0 || index[axis] >= shape[axis]) return;
            for (std::size_t axis = 0; axis < 4; ++axis) {
                box[axis].begin = std::min(box[axis].begin, index[axis]);
                box[axis].end = std::max(box[axis].end, index[axis] + 1);
            }
        };
        std::array<std::int64_t, dim_count> index{};
        std::function<void(std::size_t)> walk = [&](std::size_t dim) {
            if (dim == dim_count)
                return elements(Step{index[0], index[1], index[2], index[3], index[4], index[5], index[6]}, found);
            for (index[dim] = part[dim].begin; index[dim] < part[dim].end; ++index[dim]) walk(dim + 1);
        };
        walk(0);
        return box.empty() ? TensorBox{} : box;
    }

private:
    void mixed(const Step& step, const TensorShape& shape, const Found& found) const {
        const std::int64_t channels = at(op_.extents, Dim::K) / op_.groups;
        const std::int64_t first = step.k / channels * channels;
        switch (op_.mixing) {
        case Mixing::none: return found({step.n, step.k, step.p, step.q});
        case Mixing::neighbours:
            for (std::int64_t i = 0; i < op_.neighbours; ++i)
                found({step.n, step.k + i - (op_.neighbours - 1) / 2, step.p, step.q});
            return;
        case Mixing::channels:
            for (std::int64_t c = first; c < first + channels; ++c) found({step.n, c, step.p, step.q});
            return;
        case Mixing::planes:
            for (std::int64_t c = first; c < first + channels; ++c)
                for (std::int64_t p = 0; p < shape[2]; ++p)
                    for (std::int64_t q = 0; q < shape[3]; ++q) found({step.n, c, p, q});
            return;
        }
    }

    const Operator& op_;
    std::vector<TensorShape> shapes_;
};

} // namespace arsia::test
