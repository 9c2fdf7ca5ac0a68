// How each operator of ONNX becomes operators of a workload: one function for each type, found by name.
#pragma once

#include <string>

#include "workloads/onnx/context.h"
#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

/// Converts a node and gives layouts to its results. Throws Unsupported.
using Handler = void (*)(Context&, const Node&);

/// Null if operators of this type have no counterpart.
Handler find_handler(const Node& node);

// Windows: convolutions, pools, padding, resizing.
void convert_conv(Context& context, const Node& node);
void convert_pool(Context& context, const Node& node);
void convert_global_pool(Context& context, const Node& node);
void convert_reduce(Context& context, const Node& node); ///< over whole axes: a global pool
void convert_pad(Context& context, const Node& node);
void convert_resize(Context& context, const Node& node);

// Products.
void convert_gemm(Context& context, const Node& node);
void convert_matmul(Context& context, const Node& node);

// Element by element.
void convert_unary(Context& context, const Node& node);
void convert_clip(Context& context, const Node& node);
void convert_elementwise(Context& context, const Node& node);
void convert_pow(Context& context, const Node& node);
void convert_where(Context& context, const Node& node);
/// Takes a node that has no counterpart for a function of each element of its first input.
void convert_as_elementwise(Context& context, const Node& node);

// Normalisations.
void convert_batch_norm(Context& context, const Node& node);
void convert_instance_norm(Context& context, const Node& node);
void convert_layer_norm(Context& context, const Node& node);
void convert_softmax(Context& context, const Node& node);
void convert_lrn(Context& context, const Node& node);
/// A layer_norm, rms_norm or rotary over the last axes, from `axis` on.
Layout normalized(Context& context, const Node& node, const Layout& layout, std::size_t axis, const std::string& type,
                  bool affine);

// Other views of the same elements.
void convert_identity(Context& context, const Node& node);
void convert_reshape(Context& context, const Node& node); ///< also Flatten, Squeeze, Unsqueeze
void convert_transpose(Context& context, const Node& node);
void convert_depth_to_space(Context& context, const Node& node); ///< and back

// Parts and compositions.
void convert_concat(Context& context, const Node& node);
void convert_split(Context& context, const Node& node);
void convert_slice(Context& context, const Node& node);
void convert_gather(Context& context, const Node& node); ///< also look-ups in a table
void convert_expand(Context& context, const Node& node); ///< also Tile

// Recurrent.
void convert_recurrent(Context& context, const Node& node);

/// A function of each element of one tensor; the result has the same layout.
Layout unary(Context& context, const Node& node, const Layout& layout, const std::string& type, Affine affine = {});
/// `type` of all operands, repeated where they have size 1; `dims` of the result.
Layout combined(Context& context, const Node& node, const std::string& type, std::vector<Layout> operands,
                const Dims& dims);

} // namespace arsia::onnx_import
