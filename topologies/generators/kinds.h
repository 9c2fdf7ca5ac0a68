// The readers of the kinds, one file each. Each asks for its keys and gives nothing if its counts are wrong.
#pragma once

#include "topologies/generators/generator.h"

namespace arsia {

GeneratorPtr read_ring(YamlMap& map);
GeneratorPtr read_line(YamlMap& map);
GeneratorPtr read_mesh(YamlMap& map);
GeneratorPtr read_torus(YamlMap& map);
GeneratorPtr read_fully_connected(YamlMap& map);
GeneratorPtr read_switch(YamlMap& map);
GeneratorPtr read_fat_tree(YamlMap& map);
GeneratorPtr read_dragonfly(YamlMap& map);
GeneratorPtr read_groups(YamlMap& map);

/// A required number of things, at least 1. 0 and a problem if it is missing or wrong.
std::size_t read_count(YamlMap& map, const std::string& key, std::int64_t most = most_endpoints);
/// The required key `link`; a harmless value and a problem if it is missing.
LinkSettings read_link(YamlMap& map);

/// Records a problem if a product of counts passes most_endpoints.
bool too_many_endpoints(const YamlMap& map, std::size_t a, std::size_t b);

} // namespace arsia
