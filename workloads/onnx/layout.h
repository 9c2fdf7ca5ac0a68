// Where the axes of an ONNX tensor lie in a tensor of four axes (N, channels, rows, columns).
//
// The tensors of a workload have four axes; ONNX tensors have any number, and reshape and transpose move no data as
// long as one only remembers which part of which axis is meant. Both shapes are lists of *atoms*, major first:
// attention's [b, heads, s, d] over a tensor 1 x (heads·d) x s x 1 has the axes (b), (heads), (s), (d), and the
// channels of the tensor are the atoms (heads, d). Reshape splits atoms or joins axes, transpose permutes the axes; the
// tensor stays where it is. Axes of size 1 have no atoms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workloads/box.h"
#include "workloads/onnx/constant.h"

namespace arsia::onnx_import {

using Atoms = std::vector<std::size_t>;

class Layout {
public:
    /// Axis i of `dims` is the base axis `roles[i]` (0 N … 3 columns), several on one base axis in their order.
    static Layout placed(std::string base, const Dims& dims, const std::vector<std::size_t>& roles);
    /// An ONNX tensor without any element of its own in `base`, to be filled by add_axis() and add_atom().
    explicit Layout(std::string base) : base_(std::move(base)) {}

    const std::string& base() const { return base_; } ///< name of the tensor
    TensorShape base_shape() const;
    std::size_t rank() const { return axes_.size(); }
    Dims dims() const;
    std::int64_t size_of(const Atoms& atoms) const;
    std::int64_t atom_size(std::size_t atom) const { return sizes_[atom]; }

    const Atoms& axis(std::size_t axis) const { return axes_[axis]; }
    const Atoms& on_base(std::size_t base_axis) const { return base_axes_[base_axis]; }
    std::size_t base_axis_of(std::size_t atom) const;

    /// The same elements under other axes; nothing if they cannot be told by atoms.
    std::optional<Layout> reshaped(const Dims& dims) const;
    Layout transposed(const std::vector<std::size_t>& order) const;
    /// Without an axis of size 1.
    Layout without_axis(std::size_t axis) const;
    /// An axis of size 1 before `axis`.
    Layout with_axis(std::size_t axis) const;

    /// The same axes over another tensor whose base axes hold these atoms.
    Layout rebased(std::string base, const std::array<Atoms, 4>& base_axes) const;
    /// The axis `axis` gets a new atom of `size` (none if 1) in place of its own, alone on the base axis `base_axis`;
    /// atoms that were there go.
    Layout with_replaced(std::string base, std::size_t axis, std::size_t base_axis, std::int64_t size) const;

    std::size_t add_atom(std::int64_t size); ///< to be put on an axis and a base axis
    void set_axes(std::vector<Atoms> axes, std::array<Atoms, 4> base_axes);
    const std::vector<Atoms>& axes() const { return axes_; }
    const std::array<Atoms, 4>& base_axes() const { return base_axes_; }

    /// Splits atoms of both until axis i of this and axis i of `other` have atoms of the same sizes. False if they
    /// cannot. Both axes have the same size.
    static bool refine_together(Layout& a, std::size_t axis_a, Layout& b, std::size_t axis_b);

private:
    /// The atom becomes two: itself of size `major`, and a new one after it.
    void split(std::size_t atom, std::int64_t major);

    std::string base_;
    std::vector<std::int64_t> sizes_; ///< of each atom, at least 2
    std::vector<Atoms> axes_;         ///< of the ONNX tensor
    std::array<Atoms, 4> base_axes_;
};

} // namespace arsia::onnx_import
