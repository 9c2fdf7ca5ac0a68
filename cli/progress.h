// The progress line of a search.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "mapper/search.h"

namespace arsia {

/// Erases the line of a terminal and goes to its begin.
inline constexpr const char* wipe_line = "\r\033[K";

/// `[######--------------] 30 %`
std::string progress_bar(double done, double of);

/// One line on standard error that is written over and over. Shown on a terminal only, at most ten times a second, and
/// wiped at the end.
class StatusLine {
public:
    /// `enabled`: whether the user wants it; on a pipe or file nothing is shown either way.
    explicit StatusLine(bool enabled);
    ~StatusLine();
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;

    /// Whether it is time for another text.
    bool due() const { return shown_ && Clock::now() >= next_; }
    void show(const std::string& text);
    /// Makes room for a message; the next text shows the line again.
    void wipe();

private:
    using Clock = std::chrono::steady_clock;

    bool shown_;
    Clock::time_point next_ = Clock::now();
};

/// The status line of a search: done, best, rate, time left.
class ProgressLine {
public:
    /// `enabled`: whether the user wants it; on a pipe or file nothing is shown either way.
    ProgressLine(bool enabled, SearchBudget budget, Objective objective = {});

    void update(const SearchResult& so_far);
    void wipe() { line_.wipe(); }

private:
    StatusLine line_;
    SearchBudget budget_;
    Objective objective_;
};

/// Seconds until the budget is used up, by the rate so far; the nearer of the two limits.
double seconds_left(const SearchBudget& budget, std::uint64_t evaluations, double elapsed_s);

} // namespace arsia
