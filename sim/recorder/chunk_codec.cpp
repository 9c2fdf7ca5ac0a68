#include "sim/recorder/chunk_codec.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <endian.h>
#include <libdeflate.h>

namespace arsia::hdf5 {

static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as they are in memory, first byte lowest");

// Higher levels take twice the time and more, for a twentieth of the bytes.
constexpr int level = 1;

TextList::TextList(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) width_ = std::max(width_, text.size());
    slab_.assign(texts.size() * width_, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&slab_[i * width_], width_);
}

void ChunkCodec::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }

ChunkCodec::ChunkCodec() : compressor_(libdeflate_alloc_compressor(level)) {
    if (!compressor_) throw std::bad_alloc();
}

void ChunkCodec::numbers(const std::int64_t* values, std::size_t count, std::size_t rows, Chunk& out) {
    out.filtered = !is_noise(values, count);
    if (out.filtered) {
        shuffle(values, count, rows, sizeof *values);
        compress(out.bytes);
        return;
    }
    out.bytes.resize(rows * sizeof *values);
    for (std::size_t row = 0; row < rows; ++row)
        std::memcpy(&out.bytes[row * sizeof *values], &values[std::min(row, count - 1)], sizeof *values);
}

void ChunkCodec::texts(const std::int64_t* values, std::size_t count, std::size_t rows, const TextList& list,
                       Chunk& out) {
    std::size_t width = list.width();
    auto text_of = [&](std::size_t row) {
        return list.text(static_cast<std::size_t>(values[std::min(row, count - 1)]));
    };
    if (width <= TextList::widest_shuffled) {
        numbers_.assign(count, 0);
        for (std::size_t row = 0; row < count; ++row) std::memcpy(&numbers_[row], text_of(row), width);
        shuffle(numbers_.data(), count, rows, width);
    } else {
        buffer_.resize(rows * width);
        for (std::size_t row = 0; row < rows; ++row) std::memcpy(&buffer_[row * width], text_of(row), width);
    }
    compress(out.bytes);
}

/// Times of a crowded run are: of eight bytes filters would leave six.
bool ChunkCodec::is_noise(const std::int64_t* values, std::size_t count) {
    constexpr std::size_t rows = 1024, least = 8 * rows; // of fewer the sample would cost more than it gains
    constexpr double hardly = 0.6;
    if (count < least) return false;
    shuffle(values + count / 2, rows, rows, sizeof *values);
    compress(sample_);
    return static_cast<double>(sample_.size()) > hardly * static_cast<double>(buffer_.size());
}

void ChunkCodec::shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width) {
    buffer_.resize(rows * width);
    char* to = buffer_.data();
    for (std::size_t shift = 0; shift < 8 * width; shift += 8, to += rows) {
        for (std::size_t row = 0; row < count; ++row) to[row] = static_cast<char>(values[row] >> shift);
        std::fill(to + count, to + rows, to[count - 1]);
    }
}

void ChunkCodec::compress(std::string& out) {
    out.resize(libdeflate_zlib_compress_bound(compressor_.get(), buffer_.size()));
    out.resize(libdeflate_zlib_compress(compressor_.get(), buffer_.data(), buffer_.size(), out.data(), out.size()));
}

} // namespace arsia::hdf5
