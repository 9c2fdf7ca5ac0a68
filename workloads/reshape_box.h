// Where a box of a reshaped tensor lies in the tensor as it was.
#pragma once

#include "workloads/box.h"

namespace arsia {

/// The box of a tensor of shape `from` that holds the elements of `box` of the tensor reshaped to `to`. Both lie in
/// memory axis by axis, the last fastest, and have the same batch and number of elements.
///
/// The axes of both are made of common factors where each step between elements of one (its suffix products) divides
/// or is divided by those of the other, as when axes are merged or split. Then the bounding box is exact, else it
/// covers the elements from the first to the last.
TensorBox reshape_source(const TensorBox& box, const TensorShape& to, const TensorShape& from);

} // namespace arsia
