#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include <unistd.h>

#include <fmt/format.h>

namespace arsia {

static constexpr const char* wipe_line = "\r\033[K";

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
    std::string line = fmt::format("{}", worth);
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
