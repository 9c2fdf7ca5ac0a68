// Pages that need nothing else: figures, styles and scripts in one HTML file.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"

namespace arsia {

/// The page of cli/report/page.html with the named styles and scripts of that folder, in this order. `data` stands in
/// the page's element of this name.
std::string filled_page(const std::string& title, const std::vector<std::string>& styles, const Json& data,
                        const std::vector<std::string>& scripts);

} // namespace arsia
