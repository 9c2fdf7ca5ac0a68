// Prefix codes of deflate (RFC 1951): shortest codes for symbols of known frequencies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace arsia::hdf5 {

/// A complete code for up to `symbols` symbols (Huffman, 1952), canonical as deflate wants it.
template <std::size_t symbols>
struct PrefixCode {
    std::array<std::uint8_t, symbols> lengths{}; ///< bits; 0: never occurs
    std::array<std::uint16_t, symbols> bits{};   ///< the first one lowest

    PrefixCode() = default;
    /// No code is longer than `longest` bits.
    PrefixCode(const std::array<std::uint32_t, symbols>& frequencies, unsigned longest);
};

extern template struct PrefixCode<286>;
extern template struct PrefixCode<30>;
extern template struct PrefixCode<19>;

} // namespace arsia::hdf5
