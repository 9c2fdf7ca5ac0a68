// Reading what a file says of a node: memory, DMA, designs, forwarding.
#pragma once

#include "base/yaml.h"
#include "topologies/platform.h"

namespace arsia {

/// Asks for the keys that a node of its kind may have (accelerator: memory, dma, design or designs, resources,
/// forwards; host: memory, dma, forwards; switch: forwards) and overwrites what is stated.
void read_node_settings(YamlMap& map, Node& node);

/// Records a problem at `place` for each part of the memory that nothing has stated, once.
void require_memory(const YamlValue& place, Node& node);

} // namespace arsia
