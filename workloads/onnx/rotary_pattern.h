// Rotary position embedding as exporters write it: x · cos + concat(−x₂, x₁) · sin, with x₁ and x₂ the halves of the
// last axis and constant angles (J. Su et al., "RoFormer", arXiv 2104.09864).
#pragma once

#include "workloads/onnx/patterns.h"

namespace arsia::onnx_import {

void find_rotary(const Network& network, Patterns& found);

} // namespace arsia::onnx_import
