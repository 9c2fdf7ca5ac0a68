#include "sim/busy_bins.h"

#include <algorithm>

namespace arsia {

void BusyBins::start(std::size_t links) {
    shift_ = 10;
    rows_.assign(links, {});
}

void BusyBins::double_width() {
    ++shift_;
    for (std::vector<TimePs>& row : rows_) {
        if (row.size() % 2 == 1) row.push_back(0);
        for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = row[2 * i] + row[2 * i + 1];
        row.resize(row.size() / 2);
    }
}

void BusyBins::add(LinkId link, TimePs begin, TimePs end) {
    if (begin >= end) return;
    while ((end - 1) >> shift_ >= static_cast<TimePs>(most_bins)) double_width();
    std::vector<TimePs>& row = rows_[link];
    auto first = static_cast<std::size_t>(begin >> shift_), last = static_cast<std::size_t>((end - 1) >> shift_);
    if (row.empty()) row.reserve(most_bins);
    while (row.size() <= last) row.push_back(0);
    if (first == last) {
        row[first] += end - begin;
        return;
    }
    for (std::size_t bin = first; bin <= last; ++bin) {
        TimePs from = static_cast<TimePs>(bin) << shift_;
        row[bin] += std::min(end, from + width()) - std::max(begin, from);
    }
}

} // namespace arsia
