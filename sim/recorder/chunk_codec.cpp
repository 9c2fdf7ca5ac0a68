#include "sim/recorder/chunk_codec.h"

#include <algorithm>
#include <cstring>

#include <endian.h>

namespace arsia::hdf5 {

static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as they are in memory, first byte lowest");

TextList::TextList(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) width_ = std::max(width_, text.size());
    slab_.assign(texts.size() * width_ + beyond, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&slab_[i * width_], width_);
}

void ChunkCodec::numbers(const std::int64_t* values, std::size_t count, std::size_t rows, std::string& out) {
    shuffle(values, count, rows, sizeof *values, out);
}

void ChunkCodec::texts(const std::int64_t* values, std::size_t count, std::size_t rows, const TextList& list,
                       std::string& out) {
    std::size_t width = list.width();
    auto text_of = [&](std::size_t row) {
        return list.text(static_cast<std::size_t>(values[std::min(row, count - 1)]));
    };
    if (width <= TextList::widest_shuffled) {
        numbers_.assign(count, 0);
        for (std::size_t row = 0; row < count; ++row) std::memcpy(&numbers_[row], text_of(row), width);
        return shuffle(numbers_.data(), count, rows, width, out);
    }
    buffer_.resize(rows * width + TextList::beyond);
    for (std::size_t row = 0; row < rows; ++row) {
        const char* text = text_of(row);
        for (std::size_t at = 0; at < width; at += TextList::beyond) // pieces of a known size are copied fast
            std::memcpy(&buffer_[row * width + at], text + at, TextList::beyond);
    }
    deflate_.begin(out);
    deflate_.add(buffer_.data(), rows * width);
    deflate_.end();
}

void ChunkCodec::shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width,
                         std::string& out) {
    std::int64_t varying = 0; // bits that differ between rows
    for (std::size_t row = 0; row < count; ++row) varying |= values[row] ^ values[0];
    buffer_.resize(rows * width);
    unsigned char* to = buffer_.data();
    deflate_.begin(out);
    for (std::size_t shift = 0; shift < 8 * width; shift += 8) {
        if ((varying >> shift & 0xff) == 0) {
            deflate_.run(static_cast<unsigned char>(values[0] >> shift), rows);
            continue;
        }
        for (std::size_t row = 0; row < count; ++row) to[row] = static_cast<unsigned char>(values[row] >> shift);
        std::fill(to + count, to + rows, to[count - 1]);
        deflate_.add(to, rows);
        to += rows;
    }
    deflate_.end();
}

} // namespace arsia::hdf5
