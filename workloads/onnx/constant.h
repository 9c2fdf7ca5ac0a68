// Tensors that are known before the network runs: weights, and the small integers that say shapes, axes and sizes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "workloads/onnx/protobuf.h"

namespace arsia::onnx_import {

using Dims = std::vector<std::int64_t>;

/// Number of elements, at most 2^62; 1 for a scalar (no dimensions), 0 if a size is 0 or below.
std::int64_t elements_of(const Dims& dims);
/// `2x3`, or `scalar`.
std::string to_string(const Dims& dims);

/// Whether numbers of an element type are kept as integers (integers and booleans) and not as reals.
bool is_integral(int element_type);

/// A constant tensor. Contents are kept of small numeric ones only; of weights only type and shape are known.
class Constant {
public:
    using Integers = std::vector<std::int64_t>;
    using Reals = std::vector<double>;

    /// Tensors of more elements have no contents here.
    static constexpr std::int64_t most_elements = 4096;

    /// Without contents.
    Constant(int element_type, Dims dims) : element_type_(element_type), dims_(std::move(dims)) {}
    Constant(int element_type, Dims dims, Integers values);
    Constant(int element_type, Dims dims, Reals values);
    /// Contents are dropped if they are not those of the tensor's type and shape.
    static Constant of(const onnx::TensorProto& tensor);

    int element_type() const { return element_type_; }
    const Dims& dims() const { return dims_; }
    std::int64_t elements() const { return elements_of(dims_); }

    bool has_contents() const { return !std::holds_alternative<std::monostate>(contents_); }
    /// Integers of a tensor of integers; nothing if there are no contents, or reals.
    const Integers* integers() const { return std::get_if<Integers>(&contents_); }
    const Reals* reals() const { return std::get_if<Reals>(&contents_); }
    /// The contents as reals, whatever they are; empty without contents.
    Reals as_reals() const;
    /// Its one number; nothing if there are more or none.
    std::optional<double> scalar() const;

    /// For shape inference; only with contents.
    onnx::TensorProto to_proto() const;

private:
    int element_type_;
    Dims dims_;
    std::variant<std::monostate, Integers, Reals> contents_;
};

} // namespace arsia::onnx_import
