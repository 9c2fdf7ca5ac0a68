#include "cli/background_bound.h"

#include <exception>

#include "cli/console.h"

namespace arsia {

namespace {

Bound found_here(const Scenario& scenario, BoundEffort effort) { return highest(lower_bounds(scenario, effort)); }

/// Nothing if it can't be found: the search's own process then says why.
std::string found_there(const Scenario& scenario, BoundEffort effort) {
    try {
        Bound bound = found_here(scenario, effort);
        return Json{bound.name, bound.latency, bound.reasoning}.dump();
    } catch (const std::exception&) {
        return "";
    }
}

} // namespace

BackgroundBound::BackgroundBound(const Scenario& scenario, BoundEffort effort, bool aside)
    : scenario_(scenario), effort_(effort) {
    if (!aside) return;
    other_ = std::make_unique<WorkerProcesses>(
        1, Reply([&scenario, effort](std::string_view) { return found_there(scenario, effort); }), "arsia-bound");
    other_->send(0, "");
}

Bound BackgroundBound::take() {
    constexpr std::chrono::milliseconds patience{1000};
    while (other_) {
        for (const Workers::Report& report : other_->receive(patience)) {
            other_.reset();
            if (report.died || report.content.empty()) break;
            Json bound = Json::parse(report.content);
            return {bound[0].get<std::string>(), bound[1].get<TimePs>(), bound[2].get<std::string>()};
        }
    }
    return found_here(scenario_, effort_);
}

} // namespace arsia
