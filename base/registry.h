// Lists of things that are found by name and may be added to.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace arsia {

/// Puts an entry with a `name` into a list that is sorted by name. Throws std::logic_error if the name is taken, or
/// none.
template <class Entry>
void add_by_name(std::vector<Entry>& entries, Entry entry, const std::string& what) {
    if (entry.name.empty()) throw std::logic_error("a " + what + " without a name cannot be added");
    auto before = [](const Entry& a, const Entry& b) { return a.name < b.name; };
    auto place = std::lower_bound(entries.begin(), entries.end(), entry, before);
    if (place != entries.end() && place->name == entry.name)
        throw std::logic_error("there is a " + what + " '" + entry.name + "' already");
    entries.insert(place, std::move(entry));
}

} // namespace arsia
