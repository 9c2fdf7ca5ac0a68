// Functions that exporters write as several nodes because the operator sets have no name for them: layer and RMS
// normalisation, GELU (by Erf or Tanh), SiLU, Mish, hard swish, rotary position embedding.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

/// Several nodes that are one function of one value.
struct Composite {
    std::string type;      ///< gelu, silu, mish, hardswish, layer_norm, rms_norm, rotary
    std::size_t input = 0; ///< value
    std::size_t axis = 0;  ///< normalisations and rotary: from this axis on
};

struct Patterns {
    std::unordered_map<std::size_t, Composite> by_last_node; ///< node that gives the function's result
    std::unordered_set<std::size_t> members;                 ///< the other nodes, which need no conversion
};

Patterns find_patterns(const Network& network);

} // namespace arsia::onnx_import
