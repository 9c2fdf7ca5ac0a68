#include "workloads/onnx/layout.h"

#include <algorithm>

namespace arsia::onnx_import {

Layout Layout::placed(std::string base, const Dims& dims, const std::vector<std::size_t>& roles) {
    Layout out(std::move(base));
    for (std::size_t i = 0; i < dims.size(); ++i) {
        out.axes_.emplace_back();
        if (dims[i] == 1) continue;
        std::size_t atom = out.add_atom(dims[i]);
        out.axes_.back() = {atom};
        out.base_axes_[roles[i]].push_back(atom);
    }
    return out;
}

TensorShape Layout::base_shape() const {
    TensorShape out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = size_of(base_axes_[i]);
    return out;
}

Dims Layout::dims() const {
    Dims out;
    for (const Atoms& atoms : axes_) out.push_back(size_of(atoms));
    return out;
}

std::int64_t Layout::size_of(const Atoms& atoms) const {
    Dims sizes;
    for (std::size_t atom : atoms) sizes.push_back(sizes_[atom]);
    return elements_of(sizes);
}

std::size_t Layout::base_axis_of(std::size_t atom) const {
    for (std::size_t i = 0; i < base_axes_.size(); ++i)
        if (std::find(base_axes_[i].begin(), base_axes_[i].end(), atom) != base_axes_[i].end()) return i;
    return base_axes_.size();
}

void Layout::split(std::size_t atom, std::int64_t major) {
    std::size_t minor = add_atom(sizes_[atom] / major);
    sizes_[atom] = major;
    auto insert_after = [&](Atoms& atoms) {
        auto found = std::find(atoms.begin(), atoms.end(), atom);
        if (found != atoms.end()) atoms.insert(found + 1, minor);
    };
    for (Atoms& atoms : axes_) insert_after(atoms);
    for (Atoms& atoms : base_axes_) insert_after(atoms);
}

std::optional<Layout> Layout::reshaped(const Dims& dims) const {
    Layout out = *this;
    Atoms order; // all atoms, as the elements lie in the ONNX tensor
    for (const Atoms& atoms : axes_) order.insert(order.end(), atoms.begin(), atoms.end());
    out.axes_ = {order}; // so that splits keep the order
    std::vector<Atoms> axes;
    std::size_t next = 0;
    for (std::int64_t rest : dims) {
        axes.emplace_back();
        while (rest > 1) {
            if (next == out.axes_[0].size()) return std::nullopt;
            std::size_t atom = out.axes_[0][next];
            if (out.sizes_[atom] > rest && out.sizes_[atom] % rest == 0) out.split(atom, rest);
            if (rest % out.sizes_[atom] != 0) return std::nullopt;
            rest /= out.sizes_[atom];
            axes.back().push_back(atom);
            ++next;
        }
    }
    if (next != out.axes_[0].size()) return std::nullopt;
    out.axes_ = std::move(axes);
    return out;
}

Layout Layout::transposed(const std::vector<std::size_t>& order) const {
    Layout out = *this;
    for (std::size_t i = 0; i < order.size(); ++i) out.axes_[i] = axes_[order[i]];
    return out;
}

Layout Layout::without_axis(std::size_t axis) const {
    Layout out = *this;
    out.axes_.erase(out.axes_.begin() + static_cast<std::ptrdiff_t>(axis));
    return out;
}

Layout Layout::with_axis(std::size_t axis) const {
    Layout out = *this;
    out.axes_.insert(out.axes_.begin() + static_cast<std::ptrdiff_t>(axis), Atoms());
    return out;
}

Layout Layout::rebased(std::string base, const std::array<Atoms, 4>& base_axes) const {
    Layout out = *this;
    out.base_ = std::move(base);
    out.base_axes_ = base_axes;
    return out;
}

Layout Layout::with_replaced(std::string base, std::size_t axis, std::size_t base_axis, std::int64_t size) const {
    Layout out = *this;
    out.base_ = std::move(base);
    out.axes_[axis].clear();
    out.base_axes_[base_axis].clear();
    if (size == 1) return out;
    std::size_t atom = out.add_atom(size);
    out.axes_[axis] = {atom};
    out.base_axes_[base_axis] = {atom};
    return out;
}

std::size_t Layout::add_atom(std::int64_t size) {
    sizes_.push_back(size);
    return sizes_.size() - 1;
}

void Layout::set_axes(std::vector<Atoms> axes, std::array<Atoms, 4> base_axes) {
    axes_ = std::move(axes);
    base_axes_ = std::move(base_axes);
}

bool Layout::refine_together(Layout& a, std::size_t axis_a, Layout& b, std::size_t axis_b) {
    for (std::size_t i = 0;; ++i) {
        bool more_a = i < a.axes_[axis_a].size(), more_b = i < b.axes_[axis_b].size();
        if (!more_a || !more_b) return more_a == more_b;
        std::int64_t size_a = a.sizes_[a.axes_[axis_a][i]], size_b = b.sizes_[b.axes_[axis_b][i]];
        if (size_a > size_b && size_a % size_b == 0)
            a.split(a.axes_[axis_a][i], size_b);
        else if (size_b > size_a && size_b % size_a == 0)
            b.split(b.axes_[axis_b][i], size_a);
        else if (size_a != size_b)
            return false;
    }
}

} // namespace arsia::onnx_import
