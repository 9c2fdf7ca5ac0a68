#include "sim/platform_in_time.h"

#include <algorithm>

#include "sim/critical_path.h"
#include "topologies/routing.h"

namespace arsia {

PlatformInTime::PlatformInTime(const Platform& platform) : platform_(platform) {
    stretches_.emplace_back();
    for (const LinkEvent& event : platform.link_events) {
        if (event.at > stretches_.back().begin) {
            Stretch next;
            next.begin = event.at;
            next.failed = stretches_.back().failed;
            if (stretches_.back().slower) next.slower = std::make_unique<Platform>(*stretches_.back().slower);
            stretches_.push_back(std::move(next));
        }
        Stretch& now = stretches_.back();
        if (event.bandwidth.bits_per_second == 0) {
            if (now.failed.empty()) now.failed.assign(platform.links.size(), false);
            now.failed[event.link] = true;
        } else {
            if (!now.slower) now.slower = std::make_unique<Platform>(platform);
            now.slower->links[event.link].bandwidth = bandwidth_after(platform, event);
        }
    }
}

std::size_t PlatformInTime::at(TimePs time) const {
    auto after = std::upper_bound(stretches_.begin() + 1, stretches_.end(), time,
                                  [](TimePs moment, const Stretch& stretch) { return moment < stretch.begin; });
    return static_cast<std::size_t>(after - stretches_.begin()) - 1;
}

const Platform& PlatformInTime::platform(std::size_t stretch) const {
    return stretches_[stretch].slower ? *stretches_[stretch].slower : platform_;
}

const Route& PlatformInTime::route(std::size_t stretch, NodeId from, NodeId to) const {
    const Stretch& now = stretches_[stretch];
    if (now.failed.empty()) return platform_.route(from, to);
    auto known = now.detours.find({from, to});
    if (known == now.detours.end())
        known = now.detours.emplace(std::pair(from, to), route_around(platform_, now.failed, from, to)).first;
    return known->second;
}

TimePs PlatformInTime::uncontended_time(std::size_t stretch, NodeId from, NodeId to, Bytes bytes) const {
    return arsia::uncontended_time(platform(stretch), route(stretch, from, to), from, to, bytes);
}

} // namespace arsia
