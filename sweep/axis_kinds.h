// The kinds of axes: what their values are and what they change about a point.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "sim/recorder/sweep_file.h"
#include "sweep/spec.h"

namespace arsia {

struct AxisKind {
    std::string name;
    std::string summary;             ///< one line, for the documentation
    AxisRole role = AxisRole::cases; ///< quantity: if all values have numbers
    std::string unit;                ///< of the numbers
    std::string noun;                ///< behind a value in a sentence: `of link bandwidth`
    bool of_links = false;           ///< whether `links` may say which
    /// Problems are recorded at the value.
    std::function<AxisValue(const YamlValue&)> read;
    std::function<void(const Axis&, const AxisValue&, PointSettings&)> apply;
};

const std::vector<AxisKind>& axis_kinds();
std::vector<std::string> axis_kind_names();

/// A search as a name, or as a map of `name`, `seed`, `evaluations`; what is not stated stays as it is.
void read_search_settings(const YamlValue& value, SearchSettings& search);

} // namespace arsia
