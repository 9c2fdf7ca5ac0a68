// The seal of arsia's HDF5 files: a checksum at their beginning.
//
// HDF5 believes what it reads; bytes that changed on the way make it crash. So its files begin with a user block, which
// HDF5 itself skips, with a line of text that holds the CRC-32 of all that follows, and are opened only if it fits.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

namespace arsia::hdf5 {

constexpr std::size_t seal_bytes = 512; ///< the smallest user block

/// Grows with the content behind it.
class Seal {
public:
    void add(std::string_view content);
    /// `seal_bytes` bytes.
    std::string text() const;

private:
    std::uint64_t length_ = 0;
    std::uint32_t crc_ = 0;
};

enum class SealState { none, whole, broken };

/// Reads a file from its beginning to its end.
SealState seal_of(std::istream& file);

} // namespace arsia::hdf5
