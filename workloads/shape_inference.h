// From what a source says of an operator and the shapes of its inputs to its iteration space and output shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/graph.h"
#include "workloads/graph_builder.h"

namespace arsia {

struct InferredOperator {
    Operator op; ///< inputs and output not set
    TensorShape output{};
};

/// Nothing, and problems recorded, if the type is unknown or the shapes do not fit. `inputs` in the spec's order.
std::optional<InferredOperator> infer_operator(const OperatorSpec& spec, const std::vector<const Tensor*>& inputs,
                                               Problems& problems);

/// `1x64x56x56`.
std::string to_string(const TensorShape& shape);

} // namespace arsia
