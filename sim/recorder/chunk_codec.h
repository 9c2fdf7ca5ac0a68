// Chunks of columns as HDF5's filters would make them: shuffle and deflate for whole numbers, deflate for texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct libdeflate_compressor;

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
    std::size_t width_ = 1;
    std::string slab_;
};

struct Chunk {
    std::string bytes;
    bool filtered = true; ///< false: rows as they are, as no filter would gain much
};

/// Makes one chunk after the other, by libdeflate, with one set of buffers for all.
class ChunkCodec {
public:
    ChunkCodec();

    /// `count` numbers, at least one; the last one is repeated until there are `rows`.
    void numbers(const std::int64_t* values, std::size_t count, std::size_t rows, Chunk& out);
    /// The same of texts, given as rows of the list.
    void texts(const std::int64_t* values, std::size_t count, std::size_t rows, const TextList& list, Chunk& out);

private:
    /// Whether the first rows say that filters would leave most of the bytes.
    bool is_noise(const std::int64_t* values, std::size_t count);
    /// The lowest `width` bytes of the numbers, into the buffer: first bytes of all rows, then second ones ….
    void shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width);
    void compress(std::string& out);

    struct Free {
        void operator()(libdeflate_compressor* compressor) const;
    };
    std::unique_ptr<libdeflate_compressor, Free> compressor_;
    std::vector<std::int64_t> numbers_; ///< short texts as numbers
    std::string buffer_, sample_;
};

} // namespace arsia::hdf5
