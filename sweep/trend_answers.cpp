// How the measure goes along an axis of quantities.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sweep/answers.h"
#include "sweep/slices.h"
#include "sweep/wording.h"

namespace arsia {

namespace {

/// The points of a slice that are measured, by rising number.
class Curve {
public:
    Curve(const SweepRecord& record, std::size_t axis, const Slice& slice) : record_(record), axis_(record.axes[axis]) {
        for (std::size_t value = 0; value < slice.points.size(); ++value)
            if (slice.points[value]) values_.push_back(value);
        std::sort(values_.begin(), values_.end(),
                  [&](std::size_t a, std::size_t b) { return axis_.numbers[a] < axis_.numbers[b]; });
        for (std::size_t value : values_) {
            points_.push_back(&record.points[*slice.points[value]]);
            y_.push_back(measured(record, *points_.back()));
        }
    }

    std::size_t size() const { return values_.size(); }

    /// `From 1 Gbps to 64 Gbps of link bandwidth latency falls 7.9×, from 12 ms to 1.5 ms.`
    std::string overall() const {
        std::string out =
            fmt::format("from {} to {} {} {}, from {} to {}", label(0), value_text(axis_, values_.back()),
                        measure_name(record_), trend_text(y_.front(), y_.back()), text(0), text(size() - 1));
        if (axis_.kind == "count" && y_.back() < y_.front() && y_.back() > 0) {
            double ideal = x(size() - 1) / x(0);
            out += fmt::format(" ({} of the {:.3g}× that as many more could give)",
                               percent_text(y_.front() / y_.back() / ideal), ideal);
        }
        std::size_t best = static_cast<std::size_t>(std::min_element(y_.begin(), y_.end()) - y_.begin());
        constexpr double clearly = 0.98;
        if (y_[best] < clearly * std::min(y_.front(), y_.back()))
            out += fmt::format("; it is lowest at {}, {}", label(best), text(best));
        return out + ".";
    }

    /// Where more of it gains little; empty where that cannot be said.
    std::string knee() const {
        if (*std::min_element(y_.begin(), y_.end()) <= 0) return ""; // nothing to take a share of
        if (x(0) <= 0 && y_.back() <= y_.front()) return "";
        if (y_.back() > y_.front() * (1 + little_gain)) return cost_from();
        if (y_.back() > y_.front() * (1 - little_gain)) return "";
        std::size_t knee = size() - 1;
        while (knee > 0 && gain(knee - 1) < little_gain) --knee;
        if (knee == size() - 1)
            return fmt::format("The last step, to {}, still gains {} a doubling.", label(knee),
                               percent_text(gain(knee - 1)));
        std::string reason;
        if (std::all_of(points_.begin() + static_cast<std::ptrdiff_t>(knee), points_.end(),
                        [&](const SweepPoint* point) { return point->cause() == points_[knee]->cause(); }))
            reason = fmt::format("{} bounds it, and ", cause_text(points_[knee]->cause()));
        return fmt::format("Above {} {}each doubling gains less than {}.", label(knee), reason,
                           percent_text(little_gain));
    }

    /// `The network is the largest part up to 4 Gbps, compute from 8 Gbps on.`
    std::string bounds() const {
        struct Range {
            std::size_t cause, from, to;
        };
        std::vector<Range> ranges;
        for (std::size_t at = 0; at < size(); ++at) {
            if (!ranges.empty() && ranges.back().cause == points_[at]->cause())
                ranges.back().to = at;
            else
                ranges.push_back({points_[at]->cause(), at, at});
        }
        if (ranges.size() == 1) {
            auto [least, most] = std::minmax_element(
                points_.begin(), points_.end(), [](const auto* a, const auto* b) { return share(*a) < share(*b); });
            return fmt::format("{} is the largest part of the latency throughout, {}.",
                               sentence(cause_text(ranges[0].cause)), percent_span(share(**least), share(**most)));
        }
        constexpr std::size_t most_ranges = 4;
        if (ranges.size() > most_ranges) return "";
        std::vector<std::string> parts;
        for (const Range& range : ranges) {
            std::string name = cause_text(range.cause);
            std::string place = range.from == 0          ? "up to " + label(range.to)
                                : range.to == size() - 1 ? "from " + label(range.from) + " on"
                                : range.from == range.to
                                    ? "at " + label(range.from)
                                    : fmt::format("from {} to {}", label(range.from), label(range.to));
            parts.push_back(parts.empty()
                                ? fmt::format("{} is the largest part of the latency {}", sentence(name), place)
                                : name + " " + place);
        }
        return listed(parts) + ".";
    }

private:
    static double share(const SweepPoint& point) {
        return point.latency > 0
                   ? static_cast<double>(point.breakdown[point.cause()]) / static_cast<double>(point.latency)
                   : 0;
    }
    double x(std::size_t at) const { return axis_.numbers[values_[at]]; }
    const std::string& label(std::size_t at) const { return axis_.labels[values_[at]]; }
    std::string text(std::size_t at) const { return measure_text(record_, y_[at]); }

    /// Share that a doubling takes off, over the step that begins at a value.
    double gain(std::size_t at) const {
        double doublings = std::log2(x(at + 1) / x(at));
        return 1 - std::pow(y_[at + 1] / y_[at], 1 / doublings);
    }

    /// Of what costs time: up to where it costs little.
    std::string cost_from() const {
        std::size_t last = 0;
        while (last + 1 < size() && y_[last + 1] <= y_[0] * (1 + little_gain)) ++last;
        if (last == 0) return "";
        return fmt::format("Up to {} that costs less than {}.", label(last), percent_text(little_gain));
    }

    const SweepRecord& record_;
    const SweepAxis& axis_;
    std::vector<std::size_t> values_;
    std::vector<const SweepPoint*> points_;
    std::vector<double> y_;
};

/// Names of the axes that a slice leaves to their best value; empty if there is none.
std::string freedom(const SweepRecord& record, std::size_t axis, const Slice& slice) {
    std::vector<std::string> names;
    for (std::size_t each = 0; each < record.axes.size(); ++each)
        if (each != axis && record.axes[each].labels.size() > 1 &&
            std::find(slice.fixed.begin(), slice.fixed.end(), each) == slice.fixed.end())
            names.push_back(record.axes[each].name);
    return names.empty() ? "" : fmt::format("with the best {} at each point: ", listed(names));
}

} // namespace

std::vector<std::string> trend_answers(const SweepRecord& record, std::size_t axis) {
    std::vector<std::string> out;
    for (const Slice& slice : readable_slices(record, axis)) {
        Curve curve(record, axis, slice);
        if (curve.size() < 2) continue;
        std::string text = sentence(slice_text(record, slice, axis) + freedom(record, axis, slice) + curve.overall());
        for (const std::string& more : {curve.knee(), curve.bounds()})
            if (!more.empty()) text += " " + more;
        out.push_back(text);
    }
    return out;
}

} // namespace arsia
