// RFC 1950's checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace arsia::hdf5 {

/// A checksum in the making, RFC 1950's Adler-32: a = 1 + Σ bytes, b = Σ over bytes of a so far, both modulo 65521.
/// It can be told of bytes that it need not see.
class Adler {
public:
    /// What a piece of text adds.
    struct Text {
        std::uint64_t bytes = 0; ///< its length
        std::uint64_t sum = 0;   ///< of its bytes
        std::uint64_t steps = 0; ///< Σ sum so far, over its bytes

        static Text of(std::string_view text);
    };

    void add(const std::uint8_t* bytes, std::size_t count);
    void add(const Text& text) {
        b_ += text.bytes * a_ + text.steps;
        a_ += text.sum;
        if (b_ >> 48 != 0) reduce();
    }
    /// `times` copies of the text.
    void add(const Text& text, std::uint64_t times);
    std::uint32_t value() const { return static_cast<std::uint32_t>(b_ % base << 16 | a_ % base); }

private:
    static constexpr std::uint64_t base = 65521;
    void reduce() {
        a_ %= base;
        b_ %= base;
    }

    std::uint64_t a_ = 1, b_ = 0; ///< modulo `base`
};

} // namespace arsia::hdf5
