// Topologies that stand inside other documents.
#pragma once

#include <string>

#include "base/yaml.h"
#include "topologies/platform.h"

namespace arsia {

/// Reads a topology that is a value of another document: a map as in a topology file, but without `format`, and, if it
/// has a base, with the base's name unless it states one. A base that is named by a path is looked for in `folder`
/// first. Throws InputError with every problem of the document so far.
Platform read_topology_value(const YamlValue& value, const std::string& folder);

} // namespace arsia
