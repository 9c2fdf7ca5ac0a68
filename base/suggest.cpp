#include "base/suggest.h"

#include <algorithm>
#include <cctype>

namespace arsia {

static bool same_letter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Fewest letters inserted, left out, replaced or exchanged with their neighbour (optimal string alignment), case
/// ignored.
static std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t replaced = last[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            bool exchanged = i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
            if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
    std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
    std::string best;
    for (const std::string& candidate : known) {
        std::size_t distance = edit_distance(name, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

/// The known names that begin with `name`, unless they are more than a reader wants to choose from.
static std::vector<std::string> continuations(std::string_view name, const std::vector<std::string>& known) {
    constexpr std::size_t least_letters = 2, most = 4;
    std::vector<std::string> out;
    if (name.size() < least_letters) return out;
    for (const std::string& candidate : known)
        if (candidate.size() > name.size() && std::equal(name.begin(), name.end(), candidate.begin(), same_letter))
            out.push_back(candidate);
    if (out.size() > most) out.clear();
    return out;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
    std::vector<std::string> meant = continuations(name, known);
    std::string nearest = meant.empty() ? nearest_name(name, known) : "";
    if (!nearest.empty()) meant.push_back(nearest);
    std::string out;
    for (std::size_t i = 0; i < meant.size(); ++i)
        out += (i == 0 ? "" : i + 1 < meant.size() ? ", " : " or ") + ("'" + meant[i] + "'");
    return out.empty() ? "" : "; did you mean " + out + "?";
}

std::string name_list(const std::vector<std::string>& names, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i ? ", " : "") + names[i];
    if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
    return out;
}

} // namespace arsia
