// A DNN as a graph of operators over tensors.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "workloads/box.h"

namespace arsia {

/// Of a graph that a file stands for: a guard against files that would grow without bound.
constexpr std::int64_t most_operators = 10'000'000;

using OperatorId = Id<struct OperatorTag>;
using TensorId = Id<struct TensorTag>;

/// What an operator computes: see docs/formats/workload.md. The numbers stand in digests: new kinds come last.
enum class OperatorKind : std::uint8_t {
    conv,
    linear,
    pool,
    elementwise, ///< of tensors of equal (or broadcast) shapes
    activation,  ///< element by element of one tensor; `rotary` mixes the channels of a group
    concat,
    matmul, ///< product of two activations
    lstm,   ///< and its kin: recurrent, one step a row
    normalization,
    embedding,
    slice, ///< a part of a tensor, or a tensor with padding round it
    reshape,
    transpose,
    resize,
};

const char* name_of(OperatorKind kind);

/// Geometry of a sliding window; for operators without one all defaults.
struct Window {
    std::int64_t stride_h = 1, stride_w = 1;
    std::int64_t dilation_h = 1, dilation_w = 1;
    std::int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
};

/// Which elements of its input an element of an activation or a normalisation depends on.
enum class Mixing : std::uint8_t {
    none,       ///< the one in its own place
    channels,   ///< its group's channels in its own place: softmax, layer_norm, rms_norm, rotary
    planes,     ///< its group's channels, all rows and columns: group_norm, instance_norm
    neighbours, ///< as many channels round it as the operator says: lrn
};

/// One operator, over the iteration space N K C P Q R S:
///   conv         out[n,k,p,q] += in[n, group(k)·C + c, p·stride + r·dilation − pad, …] · weight[k,c,r,s]
///   linear       a convolution whose kernel covers the whole input, P = Q = 1 (K out, C·R·S in features); or, at each
///                position, one of kernel 1x1
///   matmul       a grouped convolution of kernel 1x1 whose weights are the second operand; a group is a head, of
///                K / groups output channels. Several second operands are one, its rows one after another.
///                transposed (scores, A·Bᵀ)  out[n, g·L + j, p] += a[n, g·C + c, p] · b[n, g·C + c, j]   L rows of b
///                else (context, A·B)        out[n, g·d + k, p] += a[n, g·C + j, p] · b[n, g·d + k, j]   C rows of b
///   lstm         P steps, one after another, of K hidden channels; C = input channels + K: each of `gates` gates
///                multiplies the step's input and the last step's result
///   pool, elementwise, activation, normalization, embedding and all that only move: C = 1, one output channel each
struct Operator {
    std::string name;
    std::string type; ///< as written: conv, linear, max_pool, avg_pool, add, mul, relu, concat, …
    OperatorKind kind = OperatorKind::conv;
    std::vector<TensorId> inputs;
    TensorId output;
    Extents extents{1, 1, 1, 1, 1, 1, 1};
    Window window;
    std::int64_t groups = 1; ///< of channels; heads of a matmul or of channels that are mixed
    bool has_weights = false;
    bool has_bias = false;
    std::string activation; ///< fused into the producer and free: applied while the result is stored; empty if none

    std::int64_t affine_parameters = 0;    ///< learned numbers a channel: scale and shift of a normalisation
    Mixing mixing = Mixing::none;          ///< activation, normalization
    std::int64_t neighbours = 1;           ///< lrn: channels that are summed up
    std::size_t axis = 1;                  ///< concat: of the tensors
    std::vector<std::int64_t> offsets;     ///< concat: where each input begins in the output, along the axis
    bool transposed = false;               ///< matmul: A·Bᵀ
    std::vector<std::int64_t> row_offsets; ///< matmul, by input: where its rows begin in the second operand
    std::int64_t gates = 1;                ///< lstm 4, gru 3, rnn 1
    bool sequence = true;                  ///< lstm: gives the result of every step, else only the last
    std::int64_t entries = 0;              ///< embedding: rows of its table
    TensorShape origin{};                  ///< slice: where in the input its output begins; before it lies padding
    std::array<std::size_t, 4> order{0, 1, 2, 3}; ///< transpose: the input's axis that each axis of the output is
    std::int64_t scale_h = 1, scale_w = 1;        ///< resize

    /// Whether it multiplies and accumulates: conv, linear, matmul, lstm. All others are vector operators.
    bool multiplies() const;
    /// Multiply-accumulates of a part of the iteration space; 0 for vector operators.
    std::int64_t macs(const Extents& part) const;
    /// Operations of a vector unit for each element of the output; 0 for those that multiply or only move.
    /// `taps`: of the window, R·S of the part.
    std::int64_t operations_per_element(std::int64_t taps) const;
    std::int64_t vector_operations(const Extents& part) const;

    IterationBox iteration_space() const { return whole_box(extents); }
    /// Part of the output that the part of the iteration space (all or some of C, R, S) contributes to.
    TensorBox output_box(const IterationBox& part) const;
    /// Part of input `index` that it reads, clipped to the tensor: padding is not read. Empty if none. The bounding box
    /// where what is read has gaps: a stride above the kernel, channels over several groups, a reshape of a part.
    TensorBox input_box(std::size_t index, const TensorShape& input_shape, const IterationBox& part) const;
    /// Part of the weights (`weight_shape`) that it reads; empty if there are none. An embedding may read all entries.
    TensorBox weight_box(const IterationBox& part) const;
    /// K, C (of one group), R, S; the gates of an LSTM are rows beside each other: gates·K, C. Embedding: K, entries.
    TensorShape weight_shape() const;
    std::int64_t weight_elements() const; ///< without biases
    /// Learned numbers of each output channel beside the weights: biases, scale and shift of a normalisation.
    std::int64_t channel_parameters() const { return (has_bias ? gates : 0) + affine_parameters; }
    std::int64_t bias_elements() const; ///< channel_parameters() of all channels
    /// Whether the dimension leaves partial results that must be reduced: C, R, S.
    static bool is_reduction(Dim dim) { return dim == Dim::C || dim == Dim::R || dim == Dim::S; }
    /// Whether accelerators may share the dimension. Not where steps follow each other, each of which needs the whole
    /// result of the one before: C, P of an LSTM.
    bool may_split(Dim dim) const;
    /// Largest factor of each dimension: its extent, 1 where it must not be split.
    Extents split_limits() const;
};

/// Where a tensor lies at time 0, if no operator makes it.
enum class Residence : std::uint8_t {
    host,
    parameter, ///< learned, in the memory of the accelerators that need it
    cache,     ///< state of earlier runs, such as a key-value cache, in the memory of the accelerators that need it
};

struct Tensor {
    std::string name;
    TensorShape shape{}; ///< N, channels, rows, columns
    OperatorId producer; ///< not valid: an input of the graph
    std::vector<OperatorId> consumers;
    bool is_output = false; ///< goes back to the host
    Residence residence = Residence::host;

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
    std::int64_t parameters() const; ///< weights, biases, scale and shift of normalisations, tensors that are learned
    std::int64_t cache_elements() const; ///< of all tensors that are caches
    /// Operator by name; an invalid id if there is none.
    OperatorId find_operator(const std::string& name) const;
    /// Digest of everything that matters for a mapping: operators, shapes, edges, element width.
    std::string digest() const;
    /// Of what one operator does with tensors of which shapes, and whether these come from or go to the host: equal for
    /// layers that repeat.
    std::uint64_t digest_of(OperatorId op) const;

private:
    friend class GraphBuilder;
    std::int64_t resident_elements(Residence residence) const;
    std::unordered_map<std::string, OperatorId> by_name_;
};

} // namespace arsia
