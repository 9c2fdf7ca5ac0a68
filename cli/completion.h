// Completion of the command line by a shell, made of what the commands declare.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace arsia {

/// A script for bash, to be sourced. Names of catalogs are asked of `arsia list … --names` when they are wanted, so
/// that they are those of the catalogs in use.
std::string bash_completion(const std::vector<Command>& commands);

/// A function for zsh, to be saved as `_arsia` in a folder of its fpath.
std::string zsh_completion(const std::vector<Command>& commands);

} // namespace arsia
