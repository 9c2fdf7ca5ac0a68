// Joins element-wise operators with the operator whose result they alone read, as accelerators do.
//
// Batch normalisation, scales and biases with constant numbers go into the weights and bias of a convolution or dense
// layer; several of them after another operator become one; an activation is applied while its operand is stored; zero
// padding goes into the window that reads it; of reshapes that follow each other the last is enough. An operator that
// takes another in keeps its name.
#pragma once

#include <string>

#include "workloads/onnx/draft.h"

namespace arsia::onnx_import {

/// Says what was joined: `5 activations, 2 scales and shifts`; empty if nothing.
std::string fuse(Draft& draft);

} // namespace arsia::onnx_import
