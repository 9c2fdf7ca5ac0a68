// Chunks of columns as HDF5's filters would make them: shuffle and deflate for numbers and short texts, deflate for
// others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/recorder/deflate.h"

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

/// Makes one chunk after the other, with one set of buffers for all.
class ChunkCodec {
public:
    /// `count` numbers, at least one; the last one is repeated until there are `rows`.
    void numbers(const std::int64_t* values, std::size_t count, std::size_t rows, std::string& out);
    /// The same of texts, given as rows of the list.
    void texts(const std::int64_t* values, std::size_t count, std::size_t rows, const TextList& list, std::string& out);

private:
    /// Of the lowest `width` bytes of the numbers: first bytes of all rows, then second ones ….
    void shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width, std::string& out);

    Deflate deflate_;
    std::vector<std::int64_t> numbers_; ///< short texts as numbers
    std::vector<unsigned char> buffer_;
};

} // namespace arsia::hdf5
