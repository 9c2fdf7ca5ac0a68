// Ranges of numbered names, so that a file may say `fpga0..fpga7` for eight nodes.
#pragma once

#include <string>
#include <vector>

namespace arsia {

/// `acc2..acc5` gives acc2, acc3, acc4, acc5; a text without `..` is a name and given back as it is. Throws InputError
/// if the two ends differ in more than their number, count down, or name more than 65,536 nodes.
std::vector<std::string> expand_names(const std::string& text);

} // namespace arsia
