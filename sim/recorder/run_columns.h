// Columns of a table from the rows of a container.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/recorder/hdf5.h"

namespace arsia {

/// One integer an item.
template <class Items, class Function>
std::vector<std::int64_t> collect(const Items& items, Function function) {
    std::vector<std::int64_t> values;
    values.reserve(items.size());
    for (const auto& item : items) values.push_back(static_cast<std::int64_t>(function(item)));
    return values;
}

/// One text an item, all taken as different.
template <class Items, class Function>
hdf5::TextColumn collect_texts(const Items& items, Function function) {
    std::vector<std::string> texts;
    for (const auto& item : items) texts.emplace_back(function(item));
    return hdf5::TextColumn::of(std::move(texts));
}

} // namespace arsia
