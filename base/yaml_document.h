// The text of a YAML file as the one sound document that a reader may go through.
#pragma once

#include <string>

#include "base/yaml.h"

namespace arsia {

/// The document of a text. Throws InputError with all problems of the text as such: bytes that are not UTF-8, malformed
/// YAML, a second document, keys that stand twice in one map, nesting or aliases without end.
YAML::Node parse_yaml(const std::string& text, Problems& problems);

/// Path of a key in the map at `parent`.
std::string child_path(const std::string& parent, const std::string& key);

} // namespace arsia
