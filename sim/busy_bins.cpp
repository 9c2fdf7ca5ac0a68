#include "sim/busy_bins.h"

#include <algorithm>

namespace arsia {

void BusyBins::start(std::size_t links) {
    shift_ = 10;
    rows_.assign(links, {});
    log_.clear();
    log_.reserve(most_logged);
}

void BusyBins::double_width() {
    ++shift_;
    for (std::vector<TimePs>& row : rows_) {
        if (row.size() % 2 == 1) row.push_back(0);
        for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = row[2 * i] + row[2 * i + 1];
        row.resize(row.size() / 2);
    }
}

void BusyBins::finish(TimePs latency) {
    settle();
    if (shift_ != 0) cover(latency);
}

void BusyBins::cover(TimePs end) {
    while ((end - 1) >> shift_ >= static_cast<TimePs>(most_bins)) double_width();
}

void BusyBins::settle() {
    for (const Stretch& each : log_) cover(each.end);
    for (const Stretch& each : log_) put(each);
    log_.clear();
}

void BusyBins::put(const Stretch& busy) {
    std::vector<TimePs>& row = rows_[busy.link];
    auto first = static_cast<std::size_t>(busy.begin >> shift_);
    auto last = static_cast<std::size_t>((busy.end - 1) >> shift_);
    if (row.empty()) row.reserve(most_bins);
    if (row.size() <= last) row.resize(last + 1, 0);
    if (first == last) {
        row[first] += busy.end - busy.begin;
        return;
    }
    row[first] += static_cast<TimePs>(first + 1) * width() - busy.begin;
    for (std::size_t bin = first + 1; bin < last; ++bin) row[bin] += width();
    row[last] += busy.end - static_cast<TimePs>(last) * width();
}

} // namespace arsia
