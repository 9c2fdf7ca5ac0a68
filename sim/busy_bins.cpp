#include "sim/busy_bins.h"

#include <algorithm>

namespace arsia {

void BusyBins::start(std::size_t links) {
    width_ = 1024;
    rows_.assign(links, {});
}

void BusyBins::double_width() {
    width_ *= 2;
    for (std::vector<TimePs>& row : rows_) {
        for (std::size_t i = 0; i < row.size(); i += 2) row[i / 2] = row[i] + (i + 1 < row.size() ? row[i + 1] : 0);
        row.resize((row.size() + 1) / 2);
    }
}

void BusyBins::add(LinkId link, TimePs begin, TimePs end) {
    if (begin >= end) return;
    while ((end - 1) / width_ >= static_cast<TimePs>(most_bins)) double_width();
    std::vector<TimePs>& row = rows_[link];
    auto first = static_cast<std::size_t>(begin / width_);
    auto last = static_cast<std::size_t>((end - 1) / width_);
    if (row.size() <= last) row.resize(last + 1, 0);
    for (std::size_t bin = first; bin <= last; ++bin) {
        TimePs from = static_cast<TimePs>(bin) * width_;
        row[bin] += std::min(end, from + width_) - std::max(begin, from);
    }
}

} // namespace arsia
