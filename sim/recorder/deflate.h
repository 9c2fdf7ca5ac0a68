// zlib streams (RFC 1950 and 1951) of columns: bytes that repeat others before them, are all the same, or are noise.
//
// A general compressor spends most of its time on what is known of a column anyway: that most of its bytes are those
// of the row before. Here long repetitions cost next to nothing, whatever their length, and noise is left as it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace arsia::hdf5 {

/// Writes one stream after the other.
class Deflate {
public:
    /// Begins a stream in `out`, whose bytes are forgotten.
    void begin(std::string& out);
    /// The same byte `count` times, at least once.
    void run(unsigned char byte, std::size_t count);
    /// Bytes that must stay until end(), or begin(). Repetitions are sought within them.
    void add(const unsigned char* bytes, std::size_t count);
    void end();

private:
    /// Bytes as they are, then a stretch that repeats what is `distance` bytes before it.
    struct Token {
        const unsigned char* literals;
        std::uint32_t count;
        std::uint32_t length = 0; ///< 0: nothing is repeated
        std::uint32_t distance = 0;
    };
    /// Bits on their way into the stream.
    struct Bits {
        char* to = nullptr;
        std::uint64_t bits = 0; ///< that are not there yet, the first one lowest
        unsigned count = 0;

        void put(std::uint64_t more, unsigned more_count) {
            bits |= more << count;
            count += more_count;
        }
        /// All but those that do not fill a byte; eight bytes are written, and later ones over them.
        void flush() {
            std::memcpy(to, &bits, sizeof bits);
            to += count / 8;
            bits >>= count & ~7U;
            count &= 7;
        }
        void align() {
            count = (count + 7) & ~7U;
            flush();
        }
    };
    void seek(const unsigned char* bytes, std::size_t count);
    void write_block(bool last);
    void write_code_lengths(const std::array<std::uint8_t, 286>& symbols,
                            const std::array<std::uint8_t, 30>& distances);
    void store(const unsigned char* bytes, std::size_t count);
    void reserve(std::size_t bytes);

    std::string* out_ = nullptr; ///< longer than the stream so far
    Bits bits_;
    unsigned long adler_ = 1; ///< checksum of all bytes
    std::vector<Token> tokens_;
    std::size_t symbols_ = 0;              ///< of the tokens, repetitions counted once
    std::vector<std::uint32_t> positions_; ///< where a stretch with this hash was seen last
};

} // namespace arsia::hdf5
