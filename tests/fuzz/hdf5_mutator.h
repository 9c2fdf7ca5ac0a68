// Changes what stands in an HDF5 file of arsia's, not how: any byte that changes breaks the seal, and what HDF5 itself
// makes of broken files is kept from it by that. What is left to readers are files that say something else than they
// should.
#pragma once

#include <cstdint>
#include <string>

namespace arsia::fuzz {

/// A few changes that `seed` chooses: values, rows, attributes, datasets that are missing or of another type; sealed
/// anew. Gives `file` back if it is no sealed HDF5 file.
std::string change_values(const std::string& file, std::uint64_t seed);

} // namespace arsia::fuzz
