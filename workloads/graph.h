// A DNN as a graph of operators over tensors.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "workloads/box.h"

namespace arsia {

using OperatorId = Id<struct OperatorTag>;
using TensorId = Id<struct TensorTag>;

/// What an operator computes. `elementwise` is add and multiply of equal (or broadcast) shapes.
enum class OperatorKind : std::uint8_t { conv, linear, pool, elementwise, activation, concat };

const char* name_of(OperatorKind kind);

/// Geometry of a sliding window; for operators without one all defaults.
struct Window {
    std::int64_t stride_h = 1, stride_w = 1;
    std::int64_t dilation_h = 1, dilation_w = 1;
    std::int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
};

/// One operator, over the iteration space N K C P Q R S:
///   conv         out[n,k,p,q] += in[n, group(k)·C + c, p·stride + r·dilation − pad, …] · weight[k,c,r,s]
///   linear       a convolution whose kernel covers the whole input; P = Q = 1 (K out, C·R·S in features)
///   pool, elementwise, activation   one channel each: groups = K, C = 1, no weights
///   concat       along channels; K counts the output's channels
/// C is the number of input channels of one group.
struct Operator {
    std::string name;
    std::string type; ///< as written: conv, linear, max_pool, avg_pool, add, mul, relu, concat, …
    OperatorKind kind = OperatorKind::conv;
    std::vector<TensorId> inputs;
    TensorId output;
    Extents extents{1, 1, 1, 1, 1, 1, 1};
    Window window;
    std::int64_t groups = 1;
    bool has_weights = false;
    bool has_bias = false;
    std::string activation; ///< fused into the producer and free: applied while the result is stored; empty if none
    std::vector<std::int64_t> channel_offsets; ///< concat: where each input's channels begin in the output

    /// Multiply-accumulates of a part of the iteration space; 0 where there are no weights.
    std::int64_t macs(const Extents& part) const;
    /// Vector operations of a part: one a window tap of a pool, one an element of an activation or concatenation,
    /// inputs − 1 an element of an addition or product; 0 for conv and linear.
    std::int64_t vector_operations(const Extents& part) const;

    IterationBox iteration_space() const { return whole_box(extents); }
    /// Part of the output that the part of the iteration space (all or some of C, R, S) contributes to.
    TensorBox output_box(const IterationBox& part) const;
    /// Part of input `index` that it reads, clipped to the tensor: padding is not read. Empty if none. The bounding box
    /// where what is read has gaps: a stride above the kernel, channels over several groups.
    TensorBox input_box(std::size_t index, const TensorShape& input_shape, const IterationBox& part) const;
    /// Part of the weights (K, C, R, S) that it reads; empty if there are none.
    TensorBox weight_box(const IterationBox& part) const;
    TensorShape weight_shape() const;
    std::int64_t weight_elements() const; ///< without biases
    std::int64_t bias_elements() const;
    /// Whether the dimension leaves partial results that must be reduced: C, R, S.
    static bool is_reduction(Dim dim) { return dim == Dim::C || dim == Dim::R || dim == Dim::S; }
};

struct Tensor {
    std::string name;
    TensorShape shape{}; ///< N, channels, rows, columns
    OperatorId producer; ///< not valid: an input of the graph
    std::vector<OperatorId> consumers;
    bool is_output = false; ///< goes back to the host

    std::int64_t elements() const { return shape[0] * shape[1] * shape[2] * shape[3]; }
    bool is_input() const { return !producer.valid(); }
};

/// Operators stand in a topological order: every producer before its consumers. Built by GraphBuilder only.
class Graph {
public:
    std::string name;
    std::int64_t element_bits = 16;
    IdVector<TensorId, Tensor> tensors;
    IdVector<OperatorId, Operator> operators;

    const Tensor& output_of(const Operator& op) const { return tensors[op.output]; }
    /// Bytes of `elements` elements, rounded up to whole bytes.
    Bytes bytes_of(std::int64_t elements) const { return (elements * element_bits + 7) / 8; }
    std::int64_t macs() const;
    std::int64_t weights() const;    ///< elements of all weight tensors, biases not counted
    std::int64_t parameters() const; ///< weights and biases
    /// Operator by name; an invalid id if there is none.
    OperatorId find_operator(const std::string& name) const;
    /// Digest of everything that matters for a mapping: operators, shapes, edges, element width.
    std::string digest() const;

private:
    friend class GraphBuilder;
    std::unordered_map<std::string, OperatorId> by_name_;
};

} // namespace arsia
