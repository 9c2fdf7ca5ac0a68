// A picture of a platform for Graphviz.
#pragma once

#include <string>

#include "topologies/platform.h"

namespace arsia {

/// Graphviz text: nodes shaped by kind and boxed by group; links labelled with bandwidth and latency, two equal links
/// of opposite directions drawn as one edge.
std::string platform_to_dot(const Platform& platform);

} // namespace arsia
