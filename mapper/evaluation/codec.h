// Mappings and evaluations as bytes, for keys and for messages between processes of one program.
#pragma once

#include <string>
#include <string_view>

#include "mapper/evaluation/evaluator.h"

namespace arsia {

/// Everything that an evaluation depends on, as bytes: two mappings have the same key if and only if they are the same
/// in every field, the order of sets, accelerators and operators included.
std::string mapping_key(const Mapping& mapping);
/// The mapping that has the key.
Mapping mapping_of_key(std::string_view key);

std::string encode(const Evaluation& evaluation);
Evaluation decode_evaluation(std::string_view bytes);

} // namespace arsia
