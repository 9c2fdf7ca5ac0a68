// Deflate streams (RFC 1951 in RFC 1950's frame) of data of which the caller knows where they repeat themselves.
//
// A compressor for any data searches every byte for what it resembles. Who writes a column knows, or finds out much
// cheaper: this one only takes down what it is told, and chooses the codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// Makes one stream after the other. Literals and repeats gather until end_block() writes them as one block, with codes
/// of its own.
class DeflateStream {
public:
    static constexpr std::size_t window = 32 * 1024; ///< farthest distance of a repeat
    static constexpr std::size_t least_repeat = 3;   ///< shortest length of one

    /// Forgets everything and begins a stream in `out`, in the place of what is there.
    void begin(std::string& out);
    void literals(const std::uint8_t* bytes, std::size_t count) {
        if (length_ > 0) end_repeat();
        literals_.insert(literals_.end(), bytes, bytes + count);
    }
    /// The next `length` bytes stand `distance` bytes before; if that is less than the length, they repeat themselves.
    /// Repeats of one distance that follow each other become one.
    void repeat(std::size_t length, std::size_t distance) {
        if (length_ > 0 && distance != distance_) end_repeat();
        length_ += length;
        distance_ = distance;
    }
    void end_block() { end_block(nullptr, 0); }
    /// `bytes`: all that the block says, to be stored as they are if that takes less; at most 65,535.
    void end_block(const std::uint8_t* bytes, std::size_t count);
    /// Ends the stream; `out` holds it.
    void end(const Adler& adler);

private:
    struct Repeat {
        std::uint32_t literals; ///< of the block, before it
        std::uint16_t length;
        std::uint16_t distance; ///< less one
        std::uint8_t length_symbol, distance_symbol;
    };

    void end_repeat();
    struct Codes;
    class Bits;
    Codes make_codes() const;
    void write_coded(const Codes& codes);
    void write_stored(const std::uint8_t* bytes, std::size_t count);

    std::string* out_ = nullptr;
    std::size_t size_ = 0;   ///< bytes of `out_` that are written
    std::uint64_t rest_ = 0; ///< bits that are not a byte yet
    unsigned rest_count_ = 0;

    std::vector<std::uint8_t> literals_; ///< of the block
    std::vector<Repeat> repeats_;
    std::size_t length_ = 0; ///< of the repeat that may still grow
    std::size_t distance_ = 0;
};

} // namespace arsia::hdf5
