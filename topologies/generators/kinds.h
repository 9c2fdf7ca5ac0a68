// The readers of the kinds, one file each. Each asks for its keys and gives nothing if a problem makes it useless.
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

/// The required key `count`, `link` etc. of a kind; a harmless value and a problem if it is missing.
std::size_t read_count(YamlMap& map, const std::string& key, std::int64_t most = most_endpoints);
LinkSettings read_link(YamlMap& map);

/// Records a problem if a product of counts passes most_endpoints.
bool too_many_endpoints(const YamlMap& map, std::size_t a, std::size_t b);

} // namespace arsia
