#include "sweep/wording.h"

#include <cctype>
#include <cmath>

#include <fmt/format.h>

namespace arsia {

std::string measure_name(const SweepRecord& record) { return record.measure; }

std::string measure_text(const SweepRecord& record, double value) {
    if (record.measure == "energy") return fmt::format("{:.3g} J", value);
    return format_time(static_cast<TimePs>(value));
}

/// One digit behind the point below ten, but no `.0`.
static std::string short_number(double value) {
    constexpr double ten_when_rounded = 9.95, nothing_when_rounded = 0.05;
    if (value >= ten_when_rounded) return fmt::format("{:.0f}", value);
    if (value < nothing_when_rounded) return "0";
    std::string out = fmt::format("{:.1f}", value);
    bool whole = out.compare(out.size() - 2, 2, ".0") == 0;
    return whole ? out.substr(0, out.size() - 2) : out;
}

static std::string bare_percent(double share) { return short_number(share * 100); }

std::string percent_text(double share) { return bare_percent(share) + " %"; }

std::string percent_span(double least, double most) {
    std::string from = bare_percent(least), to = bare_percent(most);
    return from == to ? to + " %" : fmt::format("{} to {} %", from, to);
}

static std::string times_text(double factor) { return short_number(factor) + "×"; }

std::string trend_text(double first, double last) {
    constexpr double hardly = 0.02;
    if (first <= 0 || last <= 0) return first < last ? "rises" : first > last ? "falls" : "hardly changes";
    if (std::abs(last / first - 1) < hardly) return "hardly changes";
    if (last < first)
        return first / last >= 2 ? "falls " + times_text(first / last) : "falls by " + percent_text(1 - last / first);
    return last / first >= 2 ? "rises " + times_text(last / first) : "rises by " + percent_text(last / first - 1);
}

double excess(double value, double reference) { return reference > 0 ? value / reference - 1 : 0; }

std::string more_text(double factor, const std::string& what) {
    return factor < 2 ? fmt::format("{} more {}", percent_text(factor - 1), what)
                      : fmt::format("{} the {}", times_text(factor), what);
}

std::string value_text(const SweepAxis& axis, std::size_t value) {
    const std::string& label = axis.labels[value];
    return axis.role == AxisRole::quantity && !axis.noun.empty() ? label + " " + axis.noun : label;
}

std::string point_text(const SweepRecord& record, std::size_t point) {
    std::vector<std::size_t> place = record.place(point);
    std::string out;
    for (std::size_t axis = 0; axis < place.size(); ++axis)
        if (record.axes[axis].labels.size() > 1)
            out += (out.empty() ? "" : ", ") + value_text(record.axes[axis], place[axis]);
    return out.empty() ? "its only value" : out;
}

std::string slice_text(const SweepRecord& record, const Slice& slice, std::size_t without) {
    std::string out;
    for (std::size_t k = 0; k < slice.fixed.size(); ++k)
        if (slice.fixed[k] != without && record.axes[slice.fixed[k]].labels.size() > 1)
            out += (out.empty() ? "" : ", ") + value_text(record.axes[slice.fixed[k]], slice.at[k]);
    return out.empty() ? "" : "with " + out + ": ";
}

std::string cause_text(std::size_t cause) {
    static const std::vector<std::string> names = {
        "compute", "local memory", "the network", "DMA set-up", "contention for links", "loading designs", "waiting"};
    return names.at(cause);
}

std::string sentence(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string listed(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t at = 0; at < items.size(); ++at)
        out += (at == 0 ? "" : at + 1 == items.size() ? " and " : ", ") + items[at];
    return out;
}

} // namespace arsia
