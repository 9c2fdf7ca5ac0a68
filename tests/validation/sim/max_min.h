// Max-min fair sharing of a fluid, as the simulated machine approaches it when bursts get small.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "topologies/platform.h"

namespace arsia::testing {

/// A flow of so many bytes over some links.
struct Flow {
    Route route;
    double bytes = 0;
};

/// Rates by progressive filling (Bertsekas and Gallager, Data Networks, 6.5.2), bytes a second: all rates grow
/// together; when a link is full the flows over it keep what they have. Flows without bytes left have none.
inline std::vector<double> max_min_rates(const Platform& platform, const std::vector<Flow>& flows) {
    std::vector<double> rates(flows.size(), 0);
    std::vector<bool> growing;
    for (const Flow& flow : flows) growing.push_back(flow.bytes > 0);
    std::vector<double> left;
    for (const Link& link : platform.links) left.push_back(link.bandwidth.bytes_per_second());
    for (;;) {
        std::vector<int> users(left.size(), 0);
        for (std::size_t i = 0; i < flows.size(); ++i)
            if (growing[i])
                for (LinkId link : flows[i].route) ++users[link.value()];
        double step = std::numeric_limits<double>::infinity();
        std::size_t full = left.size();
        for (std::size_t link = 0; link < left.size(); ++link)
            if (users[link] > 0 && left[link] / users[link] < step) step = left[link] / users[full = link];
        if (full == left.size()) return rates;
        for (std::size_t link = 0; link < left.size(); ++link) left[link] -= step * users[link];
        for (std::size_t i = 0; i < flows.size(); ++i) {
            if (!growing[i]) continue;
            rates[i] += step;
            for (LinkId link : flows[i].route)
                if (link.value() == full) growing[i] = false;
        }
    }
}

/// Finish times in seconds of flows that all begin at 0: rates are constant until the next flow ends.
inline std::vector<double> max_min_finishes(const Platform& platform, std::vector<Flow> flows) {
    std::vector<double> finishes(flows.size(), 0);
    double now = 0;
    for (;;) {
        std::vector<double> rates = max_min_rates(platform, flows);
        double next = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < flows.size(); ++i)
            if (flows[i].bytes > 0) next = std::min(next, flows[i].bytes / rates[i]);
        if (next == std::numeric_limits<double>::infinity()) return finishes;
        now += next;
        for (std::size_t i = 0; i < flows.size(); ++i) {
            if (flows[i].bytes <= 0) continue;
            flows[i].bytes -= rates[i] * next;
            if (flows[i].bytes > 1e-3) continue; // bytes; what rounding leaves
            flows[i].bytes = 0;
            finishes[i] = now;
        }
    }
}

} // namespace arsia::testing
