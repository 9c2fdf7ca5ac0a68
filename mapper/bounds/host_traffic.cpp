#include "mapper/bounds/host_traffic.h"

#include <algorithm>
#include <limits>

#include "sim/critical_path.h"

namespace arsia {

TimePs least_return(const Scenario& scenario) {
    TimePs least = std::numeric_limits<TimePs>::max();
    for (NodeId node : scenario.accelerators)
        least = std::min(least, uncontended_time(scenario.platform, node, scenario.host, scenario.graph.bytes_of(1)));
    return scenario.accelerators.empty() ? 0 : least;
}

} // namespace arsia
