#include "sweep/answers.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "mapper/search.h"
#include "sweep/slices.h"
#include "sweep/wording.h"

namespace arsia {

namespace {

/// Numbers of the points that can be compared.
std::vector<std::size_t> measured_points(const SweepRecord& record) {
    std::vector<std::size_t> out;
    for (std::size_t point = 0; point < record.points.size(); ++point)
        if (is_measured(record, record.points[point])) out.push_back(point);
    return out;
}

/// How far cases lie apart, where no other axis says more about them.
std::string case_answer(const SweepRecord& record, std::size_t axis) {
    std::vector<Slice> slices = slices_along(record, axis, {});
    std::vector<std::size_t> values;
    for (std::size_t value = 0; value < slices[0].points.size(); ++value)
        if (slices[0].points[value]) values.push_back(value);
    if (values.size() < 2) return "";
    auto of = [&](std::size_t value) { return measured(record, record.points[*slices[0].points[value]]); };
    auto [least, most] =
        std::minmax_element(values.begin(), values.end(), [&](std::size_t a, std::size_t b) { return of(a) < of(b); });
    const SweepAxis& cases = record.axes[axis];
    return fmt::format("Over the {} values of {} {} lies between {} ({}) and {} ({}).", values.size(), cases.name,
                       measure_name(record), measure_text(record, of(*least)), cases.labels[*least],
                       measure_text(record, of(*most)), cases.labels[*most]);
}

/// The best of all points, where it is not said by the only axis.
std::string best_answer(const SweepRecord& record, const std::vector<std::size_t>& done) {
    bool comparable = std::none_of(record.axes.begin(), record.axes.end(),
                                   [](const SweepAxis& axis) { return axis.role == AxisRole::cases; });
    if (record.axes.size() < 2 || !comparable) return "";
    std::size_t best = *std::min_element(done.begin(), done.end(), [&](std::size_t a, std::size_t b) {
        return measured(record, record.points[a]) < measured(record, record.points[b]);
    });
    return fmt::format("Of all {} points the lowest {}, {}, is at {}.", done.size(), measure_name(record),
                       measure_text(record, measured(record, record.points[best])), point_text(record, best));
}

/// What the fastest point costs in energy against the most economical, where they are different points.
std::string energy_answer(const SweepRecord& record, const std::vector<std::size_t>& done) {
    std::vector<double> latency, energy;
    for (std::size_t point : done) {
        latency.push_back(static_cast<double>(record.points[point].latency));
        energy.push_back(record.points[point].energy_j);
        if (energy.back() <= 0 || latency.back() <= 0) return "";
    }
    bool comparable = std::none_of(record.axes.begin(), record.axes.end(), [](const SweepAxis& axis) {
        return axis.role == AxisRole::cases || axis.role == AxisRole::changes || axis.kind == "batch" ||
               axis.kind == "requests";
    });
    std::vector<std::size_t> front = pareto_front(latency, energy);
    if (record.measure != "latency" || !comparable || front.size() < 2) return "";
    std::size_t fast = front.front(), frugal = front.back();
    return fmt::format("The least energy, {:.3g} J, is at {}, for {}; the fastest point takes {}. No point "
                       "beats {} in both.",
                       energy[frugal], point_text(record, done[frugal]),
                       more_text(latency[frugal] / latency[fast], "time"),
                       more_text(energy[fast] / energy[frugal], "energy"),
                       front.size() == 2 ? "these two" : fmt::format("any of {}", front.size()));
}

/// What has a result but not what the sweep measures, and why.
std::string unmeasured_answer(const SweepRecord& record) {
    std::vector<std::size_t> without;
    for (std::size_t point = 0; point < record.points.size(); ++point)
        if (record.points[point].status == PointStatus::done && !is_measured(record, record.points[point]))
            without.push_back(point);
    if (without.empty()) return "";
    bool one = without.size() == 1, none_has_it = without.size() == record.count(PointStatus::done);
    std::string reason = record.measure == "period" ? "a single request has none"
                         : one                      ? "a design of its mapping states no energy figures"
                                                    : "designs of their mappings state no energy figures";
    std::string name = sentence(measure_name(record));
    if (none_has_it) return fmt::format("{} is not known at any point, so that nothing is compared: {}.", name, reason);
    return fmt::format("{} is not known at {} of {} points{}, and {} left out of what is said here: {}.", name,
                       without.size(), record.points.size(),
                       fmt::format(one ? " ({})" : " (the first: {})", point_text(record, without[0])),
                       one ? "that is" : "those are", reason);
}

/// How low energy was looked for: most searches only look for low latency.
std::string effort_answer(const SweepRecord& record, const std::vector<std::size_t>& measured) {
    if (record.measure != "energy") return "";
    std::set<std::string> blind, aware;
    for (const SearchInfo& info : searches())
        if (info.figures) aware.insert(info.name);
    for (std::size_t point : measured)
        if (const std::string& name = record.points[point].search; !name.empty() && aware.count(name) == 0)
            blind.insert(name);
    if (blind.empty()) return "";
    auto look = [](const std::set<std::string>& names) {
        return listed({names.begin(), names.end()}) + (names.size() == 1 ? " looks" : " look");
    };
    return fmt::format("Of the mappings that its search tried, each point has the one that takes least energy; but {} "
                       "for low latency alone, while {} for low energy too.",
                       look(blind), look(aware));
}

std::string failure_answer(const SweepRecord& record) {
    std::size_t failed = record.count(PointStatus::failed);
    if (failed == 0) return "";
    auto first = static_cast<std::size_t>(
        std::find_if(record.points.begin(), record.points.end(),
                     [](const SweepPoint& point) { return point.status == PointStatus::failed; }) -
        record.points.begin());
    const std::string& error = record.points[first].error;
    return fmt::format("{} of {} points {} no result; at {}: {}", failed, record.points.size(),
                       failed == 1 ? "has" : "have", point_text(record, first), error.substr(0, error.find('\n')));
}

} // namespace

std::vector<std::size_t> pareto_front(const std::vector<double>& first, const std::vector<double>& second) {
    std::vector<std::size_t> order(first.size()), out;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return first[a] != first[b] ? first[a] < first[b] : second[a] < second[b];
    });
    for (std::size_t at : order)
        if (out.empty() || second[at] < second[out.back()]) out.push_back(at);
    return out;
}

std::vector<std::string> sweep_answers(const SweepRecord& record) {
    std::vector<std::string> out;
    std::vector<std::size_t> done = measured_points(record);
    auto add = [&](std::string text) {
        if (!text.empty()) out.push_back(std::move(text));
    };
    if (done.empty()) {
        add(unmeasured_answer(record));
        add(failure_answer(record));
        return out;
    }
    auto add_all = [&](AxisRole role, auto answers) {
        for (std::size_t axis = 0; axis < record.axes.size(); ++axis)
            if (record.axes[axis].role == role && record.axes[axis].labels.size() > 1)
                for (std::string& text : answers(record, axis)) add(std::move(text));
    };
    add_all(AxisRole::changes, change_answers);
    add_all(AxisRole::rivals, winner_answers);
    add_all(AxisRole::quantity, trend_answers);
    if (record.axes.size() == 1 && record.axes[0].role == AxisRole::cases) add(case_answer(record, 0));
    add(best_answer(record, done));
    add(energy_answer(record, done));
    add(effort_answer(record, done));
    add(unmeasured_answer(record));
    add(failure_answer(record));
    return out;
}

} // namespace arsia
