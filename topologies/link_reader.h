// Reading the parts of a topology file that speak of nodes by name: links, routes, attachments.
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "topologies/draft.h"
#include "topologies/link_settings.h"

namespace arsia {

/// Names and ranges of names (`acc0..acc7`), in a list or alone. Problems for wrong ranges and empty names.
std::vector<std::string> expand_or_report(const YamlValue& value);

/// Nodes of the same; unknown ones are reported with the nearest known name and left out.
std::vector<NodeId> read_node_names(const YamlValue& value, const PlatformDraft& draft);

/// One entry of `links:`. Adds links, or changes those that join the same nodes.
void read_link_entry(const YamlValue& entry, PlatformDraft& draft);

/// One entry of `routes:`.
void read_route_entry(const YamlValue& entry, PlatformDraft& draft);

/// One entry of `events:`: links that get slower or fail at a stated time.
void read_link_event(const YamlValue& entry, PlatformDraft& draft);

} // namespace arsia
