// Chunks of columns as HDF5's filters would make them: shuffle and deflate for numbers and short texts, deflate for
// others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct isal_zstream;

namespace arsia::hdf5 {

/// Texts that a column repeats, all of one width.
class TextList {
public:
    /// Wider texts are written row by row, without a shuffle.
    static constexpr std::size_t widest_shuffled = 8;

    explicit TextList(const std::vector<std::string>& texts);
    std::size_t width() const { return width_; } ///< bytes, of the longest; at least 1
    /// With zeros up to the width; as many bytes as `beyond` says may be read behind it.
    const char* text(std::size_t index) const { return slab_.data() + index * width_; }
    static constexpr std::size_t beyond = 16;

private:
    std::size_t width_ = 1;
    std::string slab_;
};

/// Makes one chunk after the other, by ISA-L, with one set of buffers for all. What is made can be read anywhere, but
/// its bytes differ between kinds of processors.
class ChunkCodec {
public:
    ChunkCodec();
    ~ChunkCodec();

    /// `count` numbers, at least one; the last one is repeated until there are `rows`.
    void numbers(const std::int64_t* values, std::size_t count, std::size_t rows, std::string& out);
    /// The same of texts, given as rows of the list.
    void texts(const std::int64_t* values, std::size_t count, std::size_t rows, const TextList& list, std::string& out);

private:
    /// Of the lowest `width` bytes of the numbers: first bytes of all rows, then second ones ….
    void shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width, std::string& out);

    /// Deflate of the buffer's first bytes.
    void compress(std::size_t bytes, std::string& out);

    std::unique_ptr<isal_zstream> stream_;
    std::vector<std::uint8_t> work_;    ///< the stream's
    std::vector<std::int64_t> numbers_; ///< short texts as numbers
    std::vector<std::uint8_t> buffer_;  ///< what is to be compressed
};

} // namespace arsia::hdf5
