// Which of several rivals wins, and what changes cost.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sweep/answers.h"
#include "sweep/slices.h"
#include "sweep/wording.h"

namespace arsia {

namespace {

/// The rivals of one slice, best first; those without a result are left out.
struct Ranking {
    std::vector<std::size_t> values;
    std::vector<double> measures;

    bool decided() const { return values.size() > 1; }
    /// Nearer to each other than searches with another seed would be.
    bool level() const { return margin() < 0.02; }
    /// By how much the second is worse than the first.
    double margin() const { return excess(measures[1], measures[0]); }
};

Ranking ranking_of(const SweepRecord& record, const Slice& slice) {
    Ranking out;
    for (std::size_t value = 0; value < slice.points.size(); ++value)
        if (slice.points[value]) out.values.push_back(value);
    auto of = [&](std::size_t value) { return measured(record, record.points[*slice.points[value]]); };
    std::stable_sort(out.values.begin(), out.values.end(), [&](std::size_t a, std::size_t b) { return of(a) < of(b); });
    for (std::size_t value : out.values) out.measures.push_back(of(value));
    return out;
}

/// `mesh has the lowest latency, 1.2 ms; switch has 3 % more and ring 20 % more.`
std::string ranked_text(const SweepRecord& record, std::size_t axis, const Ranking& ranking) {
    const SweepAxis& rivals = record.axes[axis];
    std::string out = fmt::format("{} has the lowest {}, {}", rivals.labels[ranking.values[0]], measure_name(record),
                                  measure_text(record, ranking.measures[0]));
    constexpr std::size_t most = 6;
    std::vector<std::string> others;
    for (std::size_t at = 1; at < std::min(ranking.values.size(), most); ++at)
        others.push_back(fmt::format("{} {} more", rivals.labels[ranking.values[at]],
                                     percent_text(excess(ranking.measures[at], ranking.measures[0]))));
    if (!others.empty()) out += "; then " + listed(others);
    return out + ".";
}

/// Values of a quantity over which the same rival wins.
struct Reign {
    std::size_t winner;
    bool level;           ///< the second is so near that there is no winner
    std::size_t from, to; ///< places in the order of the quantity
    double least, most;   ///< margins
    std::vector<std::size_t> seconds;
};

std::string reign_text(const SweepAxis& rivals, const SweepAxis& along, const std::vector<std::size_t>& order,
                       const Reign& reign, std::size_t ends) {
    const std::string& from = along.labels[order[reign.from]];
    std::string place = reign.from == 0 && reign.to + 1 == ends
                            ? fmt::format("from {} to {}", from, value_text(along, order[reign.to]))
                        : reign.from == reign.to ? "at " + value_text(along, order[reign.from])
                        : reign.from == 0        ? "up to " + value_text(along, order[reign.to])
                        : reign.to + 1 == ends   ? fmt::format("from {} on", value_text(along, order[reign.from]))
                                               : fmt::format("from {} to {}", from, value_text(along, order[reign.to]));
    std::vector<std::string> seconds;
    for (std::size_t second : reign.seconds) seconds.push_back(rivals.labels[second]);
    if (reign.level)
        return fmt::format("{} and {} are level {}, {} apart", rivals.labels[reign.winner], listed(seconds), place,
                           percent_span(reign.least, reign.most));
    return fmt::format("{} wins {}, by {} over {}", rivals.labels[reign.winner], place,
                       percent_span(reign.least, reign.most), listed(seconds));
}

/// Who wins where along a quantity. `slices`: of the rivals, one for each value of the quantity in its order.
std::string reigns_text(const SweepRecord& record, std::size_t axis, std::size_t along,
                        const std::vector<std::size_t>& order, const std::vector<const Slice*>& slices) {
    std::vector<Reign> reigns;
    std::vector<std::string> alone;
    for (std::size_t at = 0; at < order.size(); ++at) {
        Ranking ranking = ranking_of(record, *slices[at]);
        if (ranking.values.size() == 1)
            alone.push_back(fmt::format("at {} only {} has a {}", value_text(record.axes[along], order[at]),
                                        record.axes[axis].labels[ranking.values[0]],
                                        record.measure == "latency" ? "result" : "known " + measure_name(record)));
        if (!ranking.decided()) continue;
        if (reigns.empty() || reigns.back().winner != ranking.values[0] || reigns.back().level != ranking.level())
            reigns.push_back({ranking.values[0], ranking.level(), at, at, ranking.margin(), ranking.margin(), {}});
        Reign& reign = reigns.back();
        reign.to = at;
        reign.least = std::min(reign.least, ranking.margin());
        reign.most = std::max(reign.most, ranking.margin());
        if (std::find(reign.seconds.begin(), reign.seconds.end(), ranking.values[1]) == reign.seconds.end())
            reign.seconds.push_back(ranking.values[1]);
    }
    std::vector<std::string> parts;
    for (const Reign& reign : reigns)
        parts.push_back(reign_text(record.axes[axis], record.axes[along], order, reign, order.size()));
    parts.insert(parts.end(), alone.begin(), alone.end());
    return parts.empty() ? "" : fmt::format("{}.", fmt::join(parts, "; "));
}

std::vector<std::string> winners_along(const SweepRecord& record, std::size_t axis, std::size_t along) {
    std::vector<std::size_t> order;
    for (std::size_t value = 0; value < record.axes[along].labels.size(); ++value) order.push_back(value);
    const std::vector<double>& numbers = record.axes[along].numbers;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });

    // `along` is the last of the fixed axes, so its values follow each other.
    std::vector<Slice> slices = readable_slices(record, axis, along);
    std::vector<std::string> out;
    for (std::size_t first = 0; first < slices.size(); first += order.size()) {
        std::vector<const Slice*> by_order;
        for (std::size_t value : order) by_order.push_back(&slices[first + value]);
        std::string text = reigns_text(record, axis, along, order, by_order);
        if (!text.empty()) out.push_back(sentence(slice_text(record, slices[first], along) + text));
    }
    return out;
}

/// How often each rival wins, where there are too many combinations to name: `mesh wins at 5 of 9, by 3 to 8 %; ring at
/// 2, by 4 %; at 2 the best are level.`
std::string tally_text(const SweepRecord& record, std::size_t axis, const std::vector<Slice>& slices) {
    struct Tally {
        std::size_t wins = 0;
        double least = 0, most = 0;
    };
    std::vector<Tally> tallies(record.axes[axis].labels.size());
    std::size_t decided = 0, level = 0;
    for (const Slice& slice : slices) {
        Ranking ranking = ranking_of(record, slice);
        if (!ranking.decided()) continue;
        ++decided;
        if (ranking.level()) {
            ++level;
            continue;
        }
        Tally& tally = tallies[ranking.values[0]];
        tally.least = tally.wins == 0 ? ranking.margin() : std::min(tally.least, ranking.margin());
        tally.most = std::max(tally.most, ranking.margin());
        ++tally.wins;
    }
    std::vector<std::string> parts;
    for (std::size_t rival = 0; rival < tallies.size(); ++rival)
        if (tallies[rival].wins > 0)
            parts.push_back(fmt::format("{} wins at {} of {}, by {}", record.axes[axis].labels[rival],
                                        tallies[rival].wins, decided,
                                        percent_span(tallies[rival].least, tallies[rival].most)));
    if (level > 0) parts.push_back(fmt::format("at {} of {} the best two are level", level, decided));
    return parts.empty() ? "" : fmt::format("{}.", fmt::join(parts, "; "));
}

} // namespace

std::vector<std::string> winner_answers(const SweepRecord& record, std::size_t axis) {
    std::vector<std::string> out;
    bool has_quantity = false;
    for (std::size_t along = 0; along < record.axes.size(); ++along) {
        if (record.axes[along].role != AxisRole::quantity || record.axes[along].labels.size() < 2) continue;
        has_quantity = true;
        for (std::string& text : winners_along(record, axis, along)) out.push_back(std::move(text));
    }
    if (has_quantity) return out;
    std::vector<Slice> slices = slices_along(record, axis, axes_besides(record, axis));
    if (slices.size() > most_slices) {
        std::string text = tally_text(record, axis, slices);
        if (!text.empty()) out.push_back(sentence(text));
        return out;
    }
    for (const Slice& slice : slices) {
        Ranking ranking = ranking_of(record, slice);
        if (ranking.decided())
            out.push_back(sentence(slice_text(record, slice, axis) + ranked_text(record, axis, ranking)));
    }
    return out;
}

namespace {

/// What a change costs over several slices, as shares; negative: it helps.
struct Cost {
    std::string label;
    double least = 0, most = 0;

    std::string text() const {
        if (least >= 0) return percent_span(least, most) + " more";
        if (most <= 0) return percent_span(-most, -least) + " less";
        return fmt::format("{} less to {} more", percent_text(-least), percent_text(most));
    }
};

std::string costs_text(const SweepRecord& record, std::size_t axis, const std::vector<const Slice*>& slices) {
    const SweepAxis& changes = record.axes[axis];
    std::vector<Cost> costs;
    for (std::size_t value = 1; value < changes.labels.size(); ++value) {
        std::optional<Cost> cost;
        for (const Slice* slice : slices) {
            if (!slice->points[0] || !slice->points[value]) continue;
            double reference = measured(record, record.points[*slice->points[0]]);
            if (reference <= 0) continue;
            double more = excess(measured(record, record.points[*slice->points[value]]), reference);
            if (!cost) cost = Cost{changes.labels[value], more, more};
            cost->least = std::min(cost->least, more);
            cost->most = std::max(cost->most, more);
        }
        if (cost) costs.push_back(*cost);
    }
    if (costs.empty()) return "";
    std::stable_sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) { return a.most > b.most; });
    std::string reference = changes.labels[0];
    if (slices.size() == 1)
        reference += fmt::format(" ({})", measure_text(record, measured(record, record.points[*slices[0]->points[0]])));
    std::vector<std::string> parts;
    for (const Cost& cost : costs) parts.push_back(fmt::format("{} takes {}", cost.label, cost.text()));
    return fmt::format("against {}, by {}: {}.", reference, measure_name(record), fmt::join(parts, "; "));
}

} // namespace

std::vector<std::string> change_answers(const SweepRecord& record, std::size_t axis) {
    std::vector<Slice> slices = slices_along(record, axis, axes_besides(record, axis));
    std::vector<std::string> out;
    if (slices.size() > most_slices) {
        std::vector<const Slice*> all;
        for (const Slice& slice : slices) all.push_back(&slice);
        out.push_back(sentence(costs_text(record, axis, all)));
    } else {
        for (const Slice& slice : slices) {
            std::string text = costs_text(record, axis, {&slice});
            if (!text.empty()) out.push_back(sentence(slice_text(record, slice, axis) + text));
        }
    }
    return out;
}

} // namespace arsia
