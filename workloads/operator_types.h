// The types of operators, by the names that sources write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace arsia {

/// All types that a GraphBuilder understands, kind by kind.
const std::vector<std::string>& operator_types();
/// Types of one kind. Of activations: functions of one tensor, element by element, relu, sigmoid, …; and rotary.
const std::vector<std::string>& types_of(OperatorKind kind);
const std::vector<std::string>& activation_types();
/// Activations that an operator may apply while it stores its result: without parameters, each element by itself.
const std::vector<std::string>& fused_activation_types();
/// Whether an operator of the type may apply an activation while it stores its result.
bool may_fuse_activation(const std::string& type);
/// Nothing if there is no such type.
std::optional<OperatorKind> kind_of_type(const std::string& type);

} // namespace arsia
