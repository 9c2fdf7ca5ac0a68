#include "workloads/reshape_box.h"

namespace arsia {

namespace {

/// A factor that axes of both shapes are made of, or the whole of a sample where there are none.
struct Atom {
    std::int64_t step = 1; ///< distance in memory of neighbours along it
    std::int64_t size = 1;
    Range range; ///< that the box covers
};

/// The atoms of two shapes, from the last in memory to the first. Channels, rows and columns only.
class Atoms {
public:
    Atoms(const TensorShape& a, const TensorShape& b) {
        std::array<std::int64_t, 7> steps = {a[3], a[3] * a[2], b[3], b[3] * b[2], a[3] * a[2] * a[1], 1, 1};
        std::sort(steps.begin(), steps.end());
        for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
            if (steps[i + 1] == steps[i]) continue;
            if (steps[i + 1] % steps[i] != 0) {
                exist_ = false;
                return;
            }
            atoms_[used_++] = {steps[i], steps[i + 1] / steps[i], {}};
        }
    }

    bool exist() const { return exist_; }
    Atom* begin() { return atoms_.data(); }
    Atom* end() { return atoms_.data() + used_; }

private:
    std::array<Atom, 6> atoms_{};
    std::size_t used_ = 0;
    bool exist_ = true;
};

/// Calls `body` for the atoms of one axis, whose neighbours are `step` apart.
template <class Body>
void each_of_axis(Atoms& atoms, std::int64_t step, std::int64_t size, Body body) {
    for (Atom& atom : atoms)
        if (atom.step >= step && atom.step < step * size) body(atom);
}

/// From the range along an axis to those along its atoms: an inner atom is covered whole once the outer ones move on.
void set_ranges(Atoms& atoms, Range along, std::int64_t step, std::int64_t size) {
    each_of_axis(atoms, step, size, [&](Atom& atom) {
        std::int64_t first = along.begin / (atom.step / step), last = (along.end - 1) / (atom.step / step);
        if (first / atom.size == last / atom.size)
            atom.range = {first % atom.size, last % atom.size + 1};
        else
            atom.range = {0, atom.size};
    });
}

Range joined_range(Atoms& atoms, std::int64_t step, std::int64_t size) {
    std::int64_t first = 0, last = 0;
    each_of_axis(atoms, step, size, [&](const Atom& atom) {
        first += atom.range.begin * (atom.step / step);
        last += (atom.range.end - 1) * (atom.step / step);
    });
    return {first, last + 1};
}

/// All elements in memory from the first of the box to the last.
void cover(const TensorBox& box, const TensorShape& to, const TensorShape& from, TensorBox& out) {
    std::int64_t first = (box[1].begin * to[2] + box[2].begin) * to[3] + box[3].begin;
    std::int64_t last = ((box[1].end - 1) * to[2] + box[2].end - 1) * to[3] + box[3].end - 1;
    for (std::size_t axis = 3; axis >= 1; --axis) {
        bool moves_on = first / from[axis] != last / from[axis];
        out[axis] = moves_on ? Range{0, from[axis]} : Range{first % from[axis], last % from[axis] + 1};
        first /= from[axis];
        last /= from[axis];
    }
}

} // namespace

TensorBox reshape_source(const TensorBox& box, const TensorShape& to, const TensorShape& from) {
    TensorBox out;
    if (box.empty()) return out;
    out[0] = box[0];
    Atoms atoms(to, from);
    if (!atoms.exist()) {
        cover(box, to, from, out);
        return out;
    }
    std::int64_t step = 1;
    for (std::size_t axis = 3; axis >= 1; step *= to[axis--]) set_ranges(atoms, box[axis], step, to[axis]);
    step = 1;
    for (std::size_t axis = 3; axis >= 1; step *= from[axis--]) out[axis] = joined_range(atoms, step, from[axis]);
    return out;
}

} // namespace arsia
