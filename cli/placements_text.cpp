#include "cli/placements_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "cli/table.h"

namespace arsia {
namespace {

/// Where a name holds the number of a repetition: `layers.` 3 `.mlp.up`.
struct Numbered {
    std::string_view before;
    std::int64_t number;
    std::string_view after;
};

/// The outermost number of a name at or behind a place; nothing if no part of it is a number.
std::optional<Numbered> numbered(std::string_view name, std::size_t from = 0) {
    for (std::size_t dot = name.find('.', from); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        std::int64_t number = 0;
        const char* begin = name.data() + dot + 1;
        auto [end, error] = std::from_chars(begin, name.data() + name.size(), number);
        bool whole = error == std::errc() && number >= 0 && *begin != '-';
        auto length = static_cast<std::size_t>(end - begin);
        if (whole && dot + 1 + length < name.size() && *end == '.')
            return Numbered{name.substr(0, dot + 1), number, name.substr(dot + 1 + length)};
    }
    return std::nullopt;
}

/// Placements that are shown together: those of the first repetition, and how many there are in all.
struct Stretch {
    std::size_t begin, end;
    std::int64_t repetitions = 1;
    std::size_t number_at = 0; ///< where the names hold the repetition's number, if there are several
};

class Folding {
public:
    Folding(const Graph& graph, const std::vector<Placement>& placements) : graph_(graph), placements_(placements) {}

    /// The repetitions that begin at a placement; one placement alone if there are none, or one line shows them all.
    Stretch stretch_at(std::size_t begin) const {
        for (auto part = numbered(name(begin)); part; part = numbered(name(begin), part->before.size())) {
            if (begin > 0 && in_repetition(begin - 1, *part, part->number)) continue; // begins within a block
            Stretch found{begin, begin, 1, part->before.size()};
            while (found.end < placements_.size() && in_repetition(found.end, *part, part->number)) ++found.end;
            if (of_one_kind(found)) continue;
            while (repeats(found, *part, found.repetitions)) ++found.repetitions;
            if (found.repetitions > 1) return found;
        }
        return {begin, begin + 1};
    }

private:
    std::string_view name(std::size_t at) const { return graph_.operators[placements_[at].op].name; }
    bool alike(std::size_t a, std::size_t b) const {
        return placements_[a].strategy == placements_[b].strategy && placements_[a].resident == placements_[b].resident;
    }
    /// Whether a placement belongs to the repetition of that number.
    bool in_repetition(std::size_t at, const Numbered& part, std::int64_t number) const {
        auto here = numbered(name(at), part.before.size() - 1);
        return here && here->before == part.before && here->number == number;
    }
    bool of_one_kind(const Stretch& stretch) const {
        for (std::size_t at = stretch.begin; at < stretch.end; ++at)
            if (!alike(at, stretch.begin)) return false;
        return true;
    }
    /// Whether the repetition that comes `later` is mapped as the first one, operator by operator.
    bool repeats(const Stretch& first, const Numbered& part, std::int64_t later) const {
        std::size_t length = first.end - first.begin, begin = first.begin + static_cast<std::size_t>(later) * length;
        if (begin + length > placements_.size()) return false;
        for (std::size_t i = 0; i < length; ++i) {
            auto here = numbered(name(first.begin + i), part.before.size() - 1);
            auto there = numbered(name(begin + i), part.before.size() - 1);
            bool same_name = there && there->before == part.before && there->number == part.number + later &&
                             there->after == here->after;
            if (!same_name || !alike(first.begin + i, begin + i)) return false;
            const Operator& a = graph_.operators[placements_[first.begin + i].op];
            const Operator& b = graph_.operators[placements_[begin + i].op];
            if (a.has_weights != b.has_weights) return false;
        }
        // Nothing more of that repetition may follow.
        return begin + length == placements_.size() || !in_repetition(begin + length, part, part.number + later);
    }

    const Graph& graph_;
    const std::vector<Placement>& placements_;
};

std::string residency(const std::optional<bool>& resident) {
    if (!resident) return "as fits";
    return *resident ? "resident" : "streamed";
}

/// The name of an operator, with the range of repetitions in place of the first one's number.
std::string shown_name(const std::string& name, const Stretch& stretch) {
    if (stretch.repetitions == 1) return name;
    Numbered part = *numbered(name, stretch.number_at - 1);
    return fmt::format("{}{}-{}{}", part.before, part.number, part.number + stretch.repetitions - 1, part.after);
}

class PlacementTable {
public:
    PlacementTable(const Graph& graph, const std::vector<Placement>& placements)
        : graph_(graph), placements_(placements) {}

    /// One line for each run of neighbours that are mapped alike.
    void add(const Stretch& stretch) {
        for (std::size_t begin = stretch.begin; begin < stretch.end;) {
            const Placement& first = placements_[begin];
            bool weights = false;
            std::int64_t macs = 0;
            std::size_t end = begin;
            for (; end < stretch.end && placements_[end].strategy == first.strategy &&
                   placements_[end].resident == first.resident;
                 ++end) {
                weights = weights || graph_.operators[placements_[end].op].has_weights;
                macs += macs_of(end, stretch);
            }
            table_.row({run_name(begin, end, stretch), to_string(first.strategy),
                        weights ? residency(first.resident) : "-",
                        macs > 0 ? format_count(static_cast<double>(macs)) : "-"});
            begin = end;
        }
    }
    std::string text() const { return table_.text(4); }

private:
    /// Of an operator in all repetitions.
    std::int64_t macs_of(std::size_t at, const Stretch& stretch) const {
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < stretch.repetitions; ++i) {
            const Operator& op = graph_.operators[placements_[at].op];
            sum += op.macs(op.extents);
            at += stretch.end - stretch.begin;
        }
        return sum;
    }
    /// `first … last (7)` or the one name.
    std::string run_name(std::size_t begin, std::size_t end, const Stretch& stretch) const {
        std::string first = shown_name(graph_.operators[placements_[begin].op].name, stretch);
        if (end - begin == 1) return first;
        std::string last = shown_name(graph_.operators[placements_[end - 1].op].name, stretch);
        return fmt::format("{} … {} ({})", first, last, end - begin);
    }

    const Graph& graph_;
    const std::vector<Placement>& placements_;
    Table table_{{"operators", "strategy", "weights", ">MACs"}};
};

} // namespace

std::string placements_text(const Graph& graph, std::vector<Placement> placements) {
    std::sort(placements.begin(), placements.end(), [](const Placement& a, const Placement& b) { return a.op < b.op; });
    Folding folding(graph, placements);
    PlacementTable table(graph, placements);
    Stretch single{0, 0};
    for (std::size_t at = 0; at < placements.size();) {
        Stretch next = folding.stretch_at(at);
        at = next.begin + (next.end - next.begin) * static_cast<std::size_t>(next.repetitions);
        if (next.repetitions == 1) {
            single.end = next.end;
            continue;
        }
        table.add(single);
        table.add(next);
        single = {at, at};
    }
    table.add(single);
    return table.text();
}

} // namespace arsia
