#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include <unistd.h>

#include <fmt/format.h>

namespace arsia {

std::string progress_bar(double done, double of) {
    constexpr std::size_t width = 20;
    double share = of > 0 ? std::clamp(done / of, 0.0, 1.0) : 0;
    auto full = static_cast<std::size_t>(share * width);
    return fmt::format("[{}{}] {:.0f} %", std::string(full, '#'), std::string(width - full, '-'),
                       std::floor(share * 100));
}

StatusLine::StatusLine(bool enabled) : shown_(enabled && ::isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() { wipe(); }

void StatusLine::show(const std::string& text) {
    if (!shown_) return;
    next_ = Clock::now() + std::chrono::milliseconds(100);
    std::fputs((wipe_line + text).c_str(), stderr);
    std::fflush(stderr);
}

void StatusLine::wipe() {
    if (shown_) std::fputs(wipe_line, stderr);
    next_ = Clock::now();
}

ProgressLine::ProgressLine(bool enabled, SearchBudget budget, Objective objective)
    : line_(enabled), budget_(budget), objective_(std::move(objective)) {}

double seconds_left(const SearchBudget& budget, std::uint64_t evaluations, double elapsed_s) {
    double left = std::numeric_limits<double>::infinity();
    if (budget.evaluations > 0 && evaluations > 0 && elapsed_s > 0) {
        double to_do = static_cast<double>(budget.evaluations - std::min(evaluations, budget.evaluations));
        left = to_do * elapsed_s / static_cast<double>(evaluations);
    }
    if (budget.seconds > 0) left = std::min(left, std::max(0.0, budget.seconds - elapsed_s));
    return left;
}

void ProgressLine::update(const SearchResult& so_far) {
    if (!line_.due()) return;
    auto worth = static_cast<std::uint64_t>(so_far.worth);
    // Of two limits the bar shows the nearer.
    double share = budget_.evaluations > 0 ? so_far.worth / static_cast<double>(budget_.evaluations) : 0;
    if (budget_.seconds > 0) share = std::max(share, so_far.wall_s / budget_.seconds);
    std::string line = share > 0 ? progress_bar(share, 1) + " " : "";
    line += fmt::format("{}", worth);
    if (budget_.evaluations > 0) line += fmt::format("/{}", budget_.evaluations);
    line += " evaluations";
    line +=
        so_far.best ? fmt::format(", best {}", objective_.text(so_far.best->evaluation.latency)) : ", none legal yet";
    if (so_far.wall_s > 0) line += fmt::format(", {:.0f}/s", so_far.worth / so_far.wall_s);
    double left = seconds_left(budget_, worth, so_far.wall_s);
    if (std::isfinite(left)) line += fmt::format(", {:.0f} s left", left);
    line_.show(line);
}

} // namespace arsia
