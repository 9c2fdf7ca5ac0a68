// What link events leave of a platform, by time: the routes and rates that a transfer meets when it starts.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "topologies/platform.h"

namespace arsia {

/// A run falls into stretches between link events. Of events at one instant all have happened; at time 0, too. Refers
/// to the platform.
class PlatformInTime {
public:
    explicit PlatformInTime(const Platform& platform);

    std::size_t stretches() const { return stretches_.size(); }
    TimePs begin(std::size_t stretch) const { return stretches_[stretch].begin; }
    std::size_t at(TimePs time) const;
    /// The platform with the bandwidths of that stretch. Its routes know nothing of links that have failed.
    const Platform& platform(std::size_t stretch) const;
    /// Round links that have failed. Throws InputError if none is left.
    const Route& route(std::size_t stretch, NodeId from, NodeId to) const;
    /// Time of a transfer that has everything to itself, if the stretch lasts; see sim/critical_path.h.
    TimePs uncontended_time(std::size_t stretch, NodeId from, NodeId to, Bytes bytes) const;

private:
    struct Stretch {
        TimePs begin = 0;
        std::unique_ptr<Platform> slower;                           ///< nullptr: as stated
        IdVector<LinkId, bool> failed;                              ///< empty as long as none has
        mutable std::map<std::pair<NodeId, NodeId>, Route> detours; ///< found so far
    };
    const Platform& platform_;
    std::vector<Stretch> stretches_;
};

} // namespace arsia
