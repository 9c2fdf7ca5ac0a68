// Readable forms of mappings and platforms.
#pragma once

#include <string>

#include "cli/console.h"
#include "mapper/mapping.h"

namespace arsia {

/// Name, counts, link bandwidths, memories and designs of a platform, a few lines.
std::string platform_summary(const Scenario& scenario);

/// Sets with their accelerators and designs; under each its operators in graph order, neighbours with an equal strategy
/// on one line and equal repetitions of a block shown once.
std::string mapping_text(const Scenario& scenario, const Mapping& mapping);

/// `64x3x112x112, kernel 7x7`: output channels, input channels, output rows and columns.
std::string shape_text(const Operator& op);

/// `1 accelerator`, `8 accelerators`
std::string counted(std::size_t count, const std::string& noun);

/// A memory's bandwidth in decimal bytes, as data sheets give it: `19.2 GB/s`.
std::string memory_bandwidth_text(Bandwidth bandwidth);

/// One form of a quantity over several things: `8 Gbit/s`, or `2 Gbit/s to 8 Gbit/s`.
std::string span_text(Bandwidth least, Bandwidth most);

} // namespace arsia
