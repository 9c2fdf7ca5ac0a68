// hierarchical: another algorithm, one dimension after the other.
#pragma once

#include "collectives/axes.h"
#include "collectives/lane.h"
#include "collectives/schedule.h"

namespace arsia {

/// The operations that run along the dimensions when `operation` is done hierarchically.
std::vector<CollectiveOperation> parts_of(CollectiveOperation operation);

/// Over axes 0 … k−1 (Axes), each line of ranks along an axis for itself:
///
///   all-reduce      reduce-scatter along 0 … k−2, all-reduce along k−1, all-gather along k−2 … 0
///   reduce-scatter  along 0 … k−1, with less data each time
///   all-gather      along k−1 … 0, with more data each time
///   all-to-all      along 0 … k−1: first to the ranks with the right coordinate 0, and so on
///   broadcast       along k−1 … 0, and scatter: first between groups, once over each slow link
///   gather          along 0 … k−1
class Hierarchical {
public:
    /// References must outlive it.
    Hierarchical(const Axes& axes, const CollectiveSpec& spec, const Lane& lane, Schedule& schedule)
        : axes_(axes), spec_(spec), lane_(lane), schedule_(schedule) {}

    void append();

private:
    using Sets = std::vector<NumberSet>; ///< by rank: those that agree with it in some coordinates

    void along(std::size_t axis, CollectiveOperation operation);
    Sets agreeing(std::size_t first_axis, std::size_t end_axis) const;
    bool takes_part(const std::vector<std::size_t>& line, std::size_t axis) const;

    const Axes& axes_;
    const CollectiveSpec& spec_;
    const Lane& lane_;
    Schedule& schedule_;
};

} // namespace arsia
