// On which base axis each axis of a network's input belongs, told from the nodes that read it.
#pragma once

#include <cstddef>
#include <vector>

#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

/// Base axis (0 N, 1 channels, 2 rows, 3 columns) of each axis; empty if the readers do not say: the usual ones then.
std::vector<std::size_t> input_roles(const Network& network, std::size_t value);

} // namespace arsia::onnx_import
