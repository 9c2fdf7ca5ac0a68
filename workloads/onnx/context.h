// What the conversion of a node works with: layouts of values, and the operators made so far.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "workloads/onnx/draft.h"
#include "workloads/onnx/layout.h"
#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

/// Why a node cannot be converted.
class Unsupported : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Base axes of a tensor.
constexpr std::size_t batch_axis = 0, channel_axis = 1, row_axis = 2, column_axis = 3;
using BaseAxes = std::array<Atoms, 4>;

class Context {
public:
    explicit Context(const Network& network) : network_(network) {}

    const Network& network() const { return network_; }
    Draft& draft() { return draft_; }

    /// Layout of an input of the node; of a constant, which becomes a parameter of the workload, the usual one.
    Layout operand(const Node& node, std::size_t index);
    /// Whether the input has a layout: false behind a node that could not be converted.
    bool has_layout(std::size_t value) const { return layouts_.count(value) != 0; }
    const Layout& layout(std::size_t value) const { return layouts_.at(value); }
    /// Sets the layout of a result.
    void give(const Node& node, std::size_t output, Layout layout);
    void place_input(std::size_t value, const std::vector<std::size_t>& roles);

    /// Adds an operator under the node's name (made unique, with `suffix`) and returns that name.
    std::string add(const Node& node, OperatorSpec spec, const std::string& suffix = "", Affine affine = {});
    /// Adds a tensor of learned numbers and returns its name.
    std::string add_parameter(const std::string& name, const TensorShape& shape);

    /// The same elements with the base axes holding `wanted`: the layout itself where they do, else behind a reshape
    /// and as many transposes as it takes. N cannot change.
    Layout arranged(const Node& node, const Layout& layout, const BaseAxes& wanted);
    /// The elements of `layout`, in the order of its axes, under other axes: a view where it can be, else moved.
    Layout reshaped(const Node& node, const Layout& layout, const Dims& dims);
    /// Part of an axis.
    Layout part(const Node& node, const Layout& layout, std::size_t axis, std::int64_t begin, std::int64_t size);
    /// A tensor `count` times after itself along a base axis.
    std::string repeated_tensor(const Node& node, const std::string& base, std::size_t base_axis, std::int64_t count);
    /// An axis `count` times after itself. An axis of size 1 gets rows or columns if they are free, else, or if it is
    /// one of `heads`, the outermost channels.
    Layout repeated(const Node& node, const Layout& layout, std::size_t axis, std::int64_t count, bool heads = false);
    /// Axis i on base axis i, as convolutions and pools read; missing ones are 1. At most four axes.
    Layout feature_map(const Node& node, std::size_t input);
    /// A new tensor with axis i on base axis i.
    static Layout new_feature_map(const std::string& base, const Dims& dims);

    void note(const std::string& text);

private:
    std::string unique(const std::string& name);
    Layout moved(const Node& node, const Layout& layout, const BaseAxes& wanted);

    const Network& network_;
    Draft draft_;
    std::unordered_map<std::size_t, Layout> layouts_; ///< by value
    std::unordered_set<std::string> names_;
    std::map<std::tuple<std::string, std::size_t, std::int64_t>, std::string> repeated_; ///< repeated_tensor() so far
};

/// All atoms of some axes, one after another.
Atoms atoms_of(const Layout& layout, std::size_t first_axis, std::size_t last_axis);
bool same_atoms(Atoms a, Atoms b); ///< in whatever order
/// Those of `atoms` that are not in `without`.
Atoms difference(const Atoms& atoms, const Atoms& without);

} // namespace arsia::onnx_import
