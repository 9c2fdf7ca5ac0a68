// Deflate streams (RFC 1951 in RFC 1950's frame) of data of which the caller knows where they repeat themselves.
//
// A compressor for any data searches every byte for what it resembles. Who writes a column knows, or finds out much
// cheaper: this one only takes down what it is told, and chooses the codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/recorder/adler.h"

namespace arsia::hdf5 {

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
