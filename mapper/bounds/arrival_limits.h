// How fast data can reach an accelerator at best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/scenario.h"

namespace arsia {

/// Accelerators that a platform's weakest links separate from the others: the children of the root of its partition
/// tree. What none of its members has must cross the links into the neighbourhood.
struct Neighbourhood {
    std::size_t members = 1;
    double bytes_per_ps = 0;        ///< all links into it together
    double link_latency = 0;        ///< the least of these links, ps
    double inner_delay = 0;         ///< least time of a transfer between two members, ps
    double entry_delay = 0;         ///< least time of a transfer from an outside accelerator to a member, ps
    double inner_rate = 0;          ///< widest route between two members, bytes a ps
    double entry_rate = 0;          ///< widest route from an outside accelerator to a member, bytes a ps
    double direct_bytes_per_ps = 0; ///< widest way into one member from all outside accelerators, none passing on
};

/// Which neighbourhood each rank of a set is in.
using Dealing = std::vector<std::uint8_t>;

/// Limits that hold for every accelerator of a platform.
class ArrivalLimits {
public:
    /// Without neighbourhoods all accelerators are in one, and every pair may be the nearest.
    ArrivalLimits(const Scenario& scenario, bool with_neighbourhoods);

    /// What an accelerator needs of a tensor, and who has it. Bytes.
    struct Need {
        double whole = 0;
        double own = 0;            ///< it has these itself
        std::vector<double> parts; ///< what each of the other producers has of it, largest first
    };
    /// Least time to bring an accelerator what it needs, from the moment when the first of it is there to be sent, ps;
    /// wherever the accelerators are, and however data is passed on.
    double time_of(const Need& need) const;
    /// The same with nothing known of who has it.
    double time_of(double bytes) const { return time_of({bytes, 0, {}}); }
    /// Least time to bring bytes through all links into one accelerator, ps.
    double time_at_door(double bytes) const;
    /// Least time of a transfer between two accelerators, ps.
    double least_delay() const { return least_delay_; }

    const std::vector<Neighbourhood>& neighbourhoods() const { return neighbourhoods_; }
    /// All ways to deal `ranks` ranks to the neighbourhoods; of those that differ by a swap of equal neighbourhoods
    /// one.
    std::vector<Dealing> dealings(std::size_t ranks) const;
    /// Least time to bring `bytes` from outside to a member, from the moment when the first byte is there to be sent.
    /// `direct`: every byte comes straight from where it was made.
    double time_from_outside(std::size_t neighbourhood, double bytes, bool direct) const;
    /// Least time of a transfer from one neighbourhood to any other.
    double time_across(double bytes) const;
    /// Least time of transfers one after the other between two accelerators, the receiver a member.
    double time_between(std::size_t neighbourhood, bool from_outside, double bytes) const;

private:
    /// Accelerators at one depth of the partition tree, the best of each figure.
    struct Level {
        std::size_t members = 1;
        double bytes_per_ps = 0;
        double latency = 0; ///< of the links into it, ps
    };
    void deal(Dealing& dealing, std::size_t ranks, std::vector<std::size_t>& left, std::vector<Dealing>& out) const;
    bool alike(std::size_t a, std::size_t b) const;

    std::vector<Level> levels_;
    std::vector<Neighbourhood> neighbourhoods_;
    double least_setup_ = 0;
    double least_delay_ = 0;
};

} // namespace arsia
