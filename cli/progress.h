// The progress line of a search.
#pragma once

#include <chrono>
#include <cstdint>

#include "mapper/search.h"

namespace arsia {

/// One line on standard error that is written over and over: done, best, rate, time left. Shown on a terminal only, at
/// most ten times a second, and wiped at the end.
class ProgressLine {
public:
    /// `enabled`: whether the user wants it; on a pipe or file nothing is shown either way.
    ProgressLine(bool enabled, SearchBudget budget, Objective objective = {});
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(const SearchResult& so_far);
    /// Makes room for a message; the next update shows the line again.
    void wipe();

private:
    using Clock = std::chrono::steady_clock;

    bool shown_;
    SearchBudget budget_;
    Objective objective_;
    Clock::time_point next_ = Clock::now();
};

/// Seconds until the budget is used up, by the rate so far; the nearer of the two limits.
double seconds_left(const SearchBudget& budget, std::uint64_t evaluations, double elapsed_s);

} // namespace arsia
