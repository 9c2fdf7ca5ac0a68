// The manual page, made of what the commands declare.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace arsia {

/// arsia(1) as roff source with the macros of man(7).
std::string man_page(const std::vector<Command>& commands, const std::string& version);

} // namespace arsia
