// One operator of each kind, of random shape and attributes, alone in its graph.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "workloads/graph_builder.h"

namespace arsia::test {

inline std::int64_t in_range(std::int64_t least, std::int64_t most) {
    return *rc::gen::inRange<std::int64_t>(least, most + 1);
}

inline bool coin() { return *rc::gen::arbitrary<bool>(); }

/// Collects what an operator reads, and builds its graph.
class OneOperator {
public:
    explicit OneOperator(const std::string& type) : builder_("random", 16, problems_) {
        spec.name = "op";
        spec.type = type;
    }
    void read(const std::vector<std::int64_t>& shape) {
        spec.inputs.push_back("x" + std::to_string(spec.inputs.size()));
        builder_.add_input(spec.inputs.back(), shape);
    }
    Graph graph() {
        builder_.add_operator(spec);
        return builder_.finish();
    }

    OperatorSpec spec;

private:
    Problems problems_;
    GraphBuilder builder_;
};

inline std::vector<std::int64_t> random_shape() {
    return {in_range(1, 2), in_range(1, 6), in_range(1, 6), in_range(1, 6)};
}

/// A convolution or pool of random geometry that fits its input.
inline Graph random_window_operator() {
    bool pool = coin();
    std::int64_t groups = in_range(1, 3);
    OneOperator made(pool ? "max_pool" : "conv");
    OperatorSpec& spec = made.spec;
    spec.groups = groups;
    spec.out_features = groups * in_range(1, 3);
    spec.kernel_h = in_range(1, 4);
    spec.kernel_w = in_range(1, 4);
    spec.ceil_mode = pool && coin();
    Window& w = spec.window;
    w.stride_h = in_range(1, 5);
    w.stride_w = in_range(1, 5);
    w.dilation_h = in_range(1, 3);
    w.dilation_w = in_range(1, 3);
    for (std::int64_t* side : {&w.pad_top, &w.pad_left, &w.pad_bottom, &w.pad_right}) *side = in_range(0, 4);
    std::int64_t reach_h = (spec.kernel_h - 1) * w.dilation_h + 1;
    std::int64_t reach_w = (spec.kernel_w - 1) * w.dilation_w + 1;
    if (pool) {
        for (std::int64_t* side : {&w.pad_top, &w.pad_bottom}) *side = std::min(*side, reach_h - 1);
        for (std::int64_t* side : {&w.pad_left, &w.pad_right}) *side = std::min(*side, reach_w - 1);
    }
    std::int64_t rows = std::max<std::int64_t>(in_range(1, 9), reach_h - w.pad_top - w.pad_bottom);
    std::int64_t columns = std::max<std::int64_t>(in_range(1, 9), reach_w - w.pad_left - w.pad_right);
    made.read({in_range(1, 2), groups * in_range(1, 3), rows, columns});
    return made.graph();
}

inline Graph random_linear() {
    OneOperator made("linear");
    made.spec.out_features = in_range(1, 5);
    made.spec.flatten = coin();
    made.read(random_shape());
    return made.graph();
}

inline Graph random_matmul() {
    OneOperator made("matmul");
    std::int64_t batch = in_range(1, 2), heads = in_range(1, 3), depth = in_range(1, 4);
    made.spec.groups = heads;
    made.spec.transpose = coin();
    std::vector<std::int64_t> pieces;
    std::int64_t rows = 0;
    for (std::int64_t i = in_range(1, 3); i > 0; --i) rows += pieces.emplace_back(in_range(1, 3));
    made.read({batch, heads * (made.spec.transpose ? depth : rows), in_range(1, 4), 1});
    for (std::int64_t piece : pieces) made.read({batch, heads * depth, piece, 1});
    return made.graph();
}

inline Graph random_recurrence() {
    OneOperator made(*rc::gen::element<std::string>("lstm", "gru", "rnn"));
    made.spec.out_features = in_range(1, 4);
    made.spec.sequence = coin();
    made.read({in_range(1, 2), in_range(1, 4), in_range(1, 4), 1});
    return made.graph();
}

inline Graph random_embedding() {
    OneOperator made("embedding");
    made.spec.out_features = in_range(1, 5);
    made.spec.entries = in_range(1, 9);
    made.read({in_range(1, 2), 1, in_range(1, 5), in_range(1, 2)});
    return made.graph();
}

/// Of two or three tensors, each of size 1 along some axes.
inline Graph random_elementwise() {
    OneOperator made(*rc::gen::element<std::string>("add", "max", "sub", "pow"));
    std::vector<std::int64_t> shape = random_shape();
    bool two = made.spec.type == "sub" || made.spec.type == "pow";
    for (std::int64_t i = two ? 2 : in_range(2, 3); i > 0; --i) {
        std::vector<std::int64_t> mine = shape;
        for (std::int64_t& size : mine)
            if (in_range(0, 3) == 0) size = 1;
        made.read(mine);
    }
    return made.graph();
}

inline Graph random_mixing() {
    OneOperator made(*rc::gen::element<std::string>("relu", "batch_norm", "rotary", "softmax", "layer_norm", "rms_norm",
                                                    "group_norm", "instance_norm", "lrn"));
    std::vector<std::int64_t> shape = random_shape();
    made.spec.groups = in_range(1, 3);
    made.spec.neighbours = in_range(1, 5);
    shape[1] *= made.spec.groups;
    made.read(shape);
    return made.graph();
}

inline Graph random_concat() {
    OneOperator made("concat");
    made.spec.axis = static_cast<std::size_t>(in_range(1, 3));
    std::vector<std::int64_t> shape = random_shape();
    for (std::int64_t i = in_range(2, 4); i > 0; --i) {
        shape[made.spec.axis] = in_range(1, 5);
        made.read(shape);
    }
    return made.graph();
}

inline Graph random_slice() {
    OneOperator made(coin() ? "slice" : "pad");
    std::vector<std::int64_t> shape = random_shape();
    made.spec.axis = static_cast<std::size_t>(in_range(1, 3));
    made.spec.begin = in_range(0, shape[made.spec.axis] - 1);
    made.spec.size = in_range(1, shape[made.spec.axis] - made.spec.begin);
    Window& w = made.spec.window;
    for (std::int64_t* side : {&w.pad_top, &w.pad_left, &w.pad_bottom, &w.pad_right}) *side = in_range(0, 3);
    made.read(shape);
    return made.graph();
}

/// Axes merged, split, or moved to other places: the sizes are products of the same four factors.
inline Graph random_reshape() {
    std::vector<std::int64_t> factors;
    for (int i = 0; i < 4; ++i) factors.push_back(in_range(1, 4));
    auto sizes = [&] {
        std::int64_t first = in_range(0, 4), second = in_range(first, 4);
        std::vector<std::int64_t> out(3, 1);
        for (std::int64_t i = 0; i < 4; ++i)
            out[i < first ? 0 : i < second ? 1 : 2] *= factors[static_cast<std::size_t>(i)];
        return out;
    };
    OneOperator made("reshape");
    made.spec.shape = sizes();
    std::vector<std::int64_t> from = sizes();
    made.read({in_range(1, 2), from[0], from[1], from[2]});
    return made.graph();
}

/// Axes that are cut across each other, such as 2 x 3 into 3 x 2.
inline Graph random_skew_reshape() {
    std::vector<std::int64_t> sizes = {in_range(1, 5), in_range(1, 5), in_range(1, 5)};
    OneOperator made("reshape");
    made.read({in_range(1, 2), sizes[0], sizes[1], sizes[2]});
    made.spec.shape = {sizes[2], sizes[0], sizes[1]};
    return made.graph();
}

inline Graph random_transpose() {
    OneOperator made("transpose");
    made.spec.order = {1, 2, 3};
    for (std::int64_t i = in_range(0, 5); i > 0; --i)
        std::next_permutation(made.spec.order.begin(), made.spec.order.end());
    made.read(random_shape());
    return made.graph();
}

inline Graph random_resize() {
    OneOperator made("resize");
    made.spec.scale_h = in_range(1, 3);
    made.spec.scale_w = in_range(1, 3);
    made.read(random_shape());
    return made.graph();
}

/// Of any kind. What a skew reshape reads is covered, not bounded.
inline Graph random_operator() {
    switch (in_range(0, 11)) {
    case 0: return random_linear();
    case 1: return random_matmul();
    case 2: return random_recurrence();
    case 3: return random_embedding();
    case 4: return random_elementwise();
    case 5: return random_mixing();
    case 6: return random_concat();
    case 7: return random_slice();
    case 8: return random_reshape();
    case 9: return random_transpose();
    case 10: return random_resize();
    default: return random_window_operator();
    }
}

inline Range random_part(std::int64_t size) {
    std::int64_t begin = in_range(0, size - 1);
    return {begin, in_range(begin + 1, size)};
}

inline IterationBox random_part_of(const Operator& op) {
    IterationBox part;
    for (Dim dim : all_dims) at(part, dim) = random_part(at(op.extents, dim));
    return part;
}

} // namespace arsia::test
