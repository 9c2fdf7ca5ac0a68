// How busy links were over time, exactly, in bins whose width follows the length of the run.
#pragma once

#include <vector>

#include "base/units.h"
#include "topologies/platform.h"

namespace arsia {

/// Busy time of each link in bins of equal width. The width starts small and doubles, neighbouring bins becoming one,
/// whenever the run outgrows the bins: memory stays bounded, and every picosecond is in the bin where it belongs.
class BusyBins {
public:
    static constexpr std::size_t most_bins = 512;

    /// Forgets everything; `links` rows to fill.
    void start(std::size_t links);
    /// The link is busy from `begin` to `end`.
    void add(LinkId link, TimePs begin, TimePs end) {
        if (begin >= end) return;
        log_.push_back({link, begin, end});
        if (log_.size() == most_logged) settle();
    }
    /// To be called when all is added, before anything is asked for. The bins then cover the run, of which links may be
    /// idle for long at the end.
    void finish(TimePs latency);

    TimePs width() const { return shift_ == 0 ? 0 : TimePs{1} << shift_; } ///< 0: nothing was watched
    /// Busy time in each bin, ps; later bins, in which the link was idle, are missing.
    const std::vector<TimePs>& busy(LinkId link) const { return rows_[link]; }

private:
    struct Stretch {
        LinkId link;
        TimePs begin, end;
    };
    /// Many at once cost less than one by one: bins that become one soon are never filled.
    static constexpr std::size_t most_logged = 16 * 1024;

    void settle();
    void cover(TimePs end);
    void double_width();
    void put(const Stretch& busy);

    int shift_ = 0; ///< logarithm of the width; 0: not started
    IdVector<LinkId, std::vector<TimePs>> rows_;
    std::vector<Stretch> log_; ///< not in the rows yet
};

} // namespace arsia
