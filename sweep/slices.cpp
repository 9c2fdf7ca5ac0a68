#include "sweep/slices.h"

#include <algorithm>

namespace arsia {

double measured(const SweepRecord& record, const SweepPoint& point) {
    if (record.measure == "energy") return point.energy_j;
    return static_cast<double>(record.measure == "period" ? point.period : point.latency);
}

bool is_measured(const SweepRecord& record, const SweepPoint& point) {
    return point.status == PointStatus::done && (record.measure == "latency" || measured(record, point) > 0);
}

std::vector<Slice> slices_along(const SweepRecord& record, std::size_t axis, const std::vector<std::size_t>& fixed) {
    std::size_t count = 1;
    for (std::size_t each : fixed) count *= record.axes[each].labels.size();
    std::vector<Slice> out(count);
    for (std::size_t number = 0; number < count; ++number) {
        std::size_t rest = number;
        out[number].fixed = fixed;
        out[number].at.resize(fixed.size());
        for (std::size_t k = fixed.size(); k-- > 0;) {
            out[number].at[k] = rest % record.axes[fixed[k]].labels.size();
            rest /= record.axes[fixed[k]].labels.size();
        }
        out[number].points.resize(record.axes[axis].labels.size());
    }
    for (std::size_t point = 0; point < record.points.size(); ++point) {
        if (!is_measured(record, record.points[point])) continue;
        std::vector<std::size_t> place = record.place(point);
        std::size_t number = 0;
        for (std::size_t each : fixed) number = number * record.axes[each].labels.size() + place[each];
        std::optional<std::size_t>& best = out[number].points[place[axis]];
        if (!best || measured(record, record.points[point]) < measured(record, record.points[*best])) best = point;
    }
    return out;
}

std::vector<std::size_t> axes_besides(const SweepRecord& record, std::size_t axis) {
    std::vector<std::size_t> out;
    for (std::size_t each = 0; each < record.axes.size(); ++each)
        if (each != axis) out.push_back(each);
    return out;
}

std::vector<Slice> readable_slices(const SweepRecord& record, std::size_t axis, std::optional<std::size_t> besides) {
    std::vector<std::size_t> others, cases;
    std::size_t other_count = 1, case_count = 1;
    for (std::size_t each = 0; each < record.axes.size(); ++each) {
        if (each == axis || each == besides) continue;
        others.push_back(each);
        other_count *= record.axes[each].labels.size();
        if (record.axes[each].role != AxisRole::cases) continue;
        cases.push_back(each);
        case_count *= record.axes[each].labels.size();
    }
    if (other_count > most_slices) others = case_count > most_slices ? std::vector<std::size_t>{} : cases;
    if (besides) others.push_back(*besides);
    return slices_along(record, axis, others);
}

} // namespace arsia
