// Chunks of columns as HDF5's filters would make them: shuffle and deflate for whole numbers, deflate for texts.
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
    const char* text(std::size_t index) const { return slab_.data() + index * width_; } ///< with zeros behind

private:
    friend class ChunkCodec;
    std::size_t width_ = 1;
    std::string slab_;
    std::vector<std::int64_t> numbers_; ///< of texts to be shuffled: their bytes, the first one lowest
    // Of others:
    std::vector<Adler::Text> sums_;
    std::vector<std::uint64_t> last_row_; ///< where the codec saw each last; 0: nowhere
    std::uint64_t rows_ = 1;              ///< that it has seen
};

/// Compresses one chunk after the other, with one set of buffers for all.
class ChunkCodec {
public:
    /// `count` numbers, at least one; the last one is repeated until there are `rows`.
    void numbers(const std::int64_t* values, std::size_t count, std::size_t rows, std::string& out);
    /// The same of texts, given as rows of the list.
    void texts(const std::int64_t* values, std::size_t count, std::size_t rows, TextList& list, std::string& out);

private:
    /// The lowest `width` bytes of the numbers.
    void planes(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width);
    /// `count` times this byte, as a block.
    void run(std::uint8_t byte, std::size_t count);
    /// A block of any bytes.
    void bytes(const std::uint8_t* begin, std::size_t count);
    void find_repeats(const std::uint8_t* begin, std::size_t count);
    void text_by_text(const std::int64_t* values, std::size_t count, std::size_t rows, TextList& list);
    /// `distance`: to where it stood before; 0: nowhere.
    void text(const TextList& list, std::size_t index, std::size_t distance);
    /// The text that was written last, so many times more.
    void more(const TextList& list, std::size_t index, std::size_t rows);

    DeflateStream stream_;
    Adler adler_;
    std::vector<std::int64_t> numbers_; ///< texts as numbers
    std::vector<std::uint8_t> plane_;
    std::vector<std::uint16_t> seen_; ///< where words of this hash stood last
};

} // namespace arsia::hdf5
