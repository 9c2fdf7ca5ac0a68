// One entry under `operators:` that is an operator.
#pragma once

#include <string>
#include <vector>

#include "workloads/blocks.h"

namespace arsia {

/// Reads the keys that the entry's type knows and reports all others.
OperatorSpec read_operator_entry(const YamlValue& entry, YamlMap& map, const Scope& scope);

/// Names of what `input:` or `inputs:` lists; a problem if there is neither or both.
std::vector<std::string> read_input_names(YamlMap& map, const Scope& scope);

/// Name of an entry; empty if a problem was recorded.
std::string read_name(const ScopedValue& value);

/// The value of a key in its scope, or nothing if the file does not say.
std::optional<ScopedValue> scoped(YamlMap& map, const std::string& key, const Scope& scope);

} // namespace arsia
