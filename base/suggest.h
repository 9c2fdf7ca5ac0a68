// "Did you mean": the nearest of the known names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arsia {

/// The known name nearest to `name` by edit distance, or empty if none is near enough to be a typing error.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

/// `; did you mean 'x'?` or an empty string. The few names that begin with `name` are meant before the nearest one.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

/// `a, b, c`; long lists are cut after `most` names with the number left out.
std::string name_list(const std::vector<std::string>& names, std::size_t most = 24);

} // namespace arsia
