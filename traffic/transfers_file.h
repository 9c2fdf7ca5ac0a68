// Files of transfers: YAML or JSON (`arsia-transfers/1`, or the list alone), and CSV with a header.
#pragma once

#include <string>

#include "topologies/platform.h"
#include "traffic/traffic.h"

namespace arsia {

/// Reads the transfers of a file in its order; CSV if its name ends in `.csv`. Throws InputError with every problem of
/// the file: unknown nodes and keys (with the nearest name), quantities without a unit, negative ones.
Traffic read_transfers(const std::string& file, const Platform& platform);

Traffic read_transfers_yaml(const std::string& text, const std::string& shown, const Platform& platform);
Traffic read_transfers_csv(const std::string& text, const std::string& shown, const Platform& platform);

} // namespace arsia
