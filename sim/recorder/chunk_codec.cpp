#include "sim/recorder/chunk_codec.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <endian.h>
#include <isa-l/igzip_lib.h>

namespace arsia::hdf5 {

static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as they are in memory, first byte lowest");

constexpr std::uint32_t level = 1; // the lowest looks for too few repetitions, higher ones take twice the time

TextList::TextList(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) width_ = std::max(width_, text.size());
    slab_.assign(texts.size() * width_ + beyond, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&slab_[i * width_], width_);
}

ChunkCodec::ChunkCodec() : stream_(std::make_unique<isal_zstream>()), work_(ISAL_DEF_LVL1_DEFAULT) {}
ChunkCodec::~ChunkCodec() = default;

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
    compress(rows * width, out);
}

void ChunkCodec::shuffle(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width,
                         std::string& out) {
    std::int64_t varying = 0; // bits that differ between rows
    for (std::size_t row = 0; row < count; ++row) varying |= values[row] ^ values[0];
    buffer_.resize(rows * width);
    std::uint8_t* to = buffer_.data();
    for (std::size_t shift = 0; shift < 8 * width; shift += 8, to += rows) {
        std::size_t differ = (varying >> shift & 0xff) == 0 ? 1 : count;
        for (std::size_t row = 0; row < differ; ++row) to[row] = static_cast<std::uint8_t>(values[row] >> shift);
        std::fill(to + differ, to + rows, to[differ - 1]);
    }
    compress(rows * width, out);
}

void ChunkCodec::compress(std::size_t bytes, std::string& out) {
    constexpr std::size_t frame = 64, block = 16 * 1024; // what does not shrink is stored in blocks, with headers
    out.resize(bytes + bytes / block * 8 + frame);
    isal_deflate_stateless_init(stream_.get());
    stream_->level = level;
    stream_->level_buf = work_.data();
    stream_->level_buf_size = static_cast<std::uint32_t>(work_.size());
    stream_->gzip_flag = IGZIP_ZLIB;
    stream_->end_of_stream = 1;
    stream_->next_in = buffer_.data();
    stream_->avail_in = static_cast<std::uint32_t>(bytes);
    stream_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_->avail_out = static_cast<std::uint32_t>(out.size());
    if (isal_deflate_stateless(stream_.get()) != COMP_OK) throw std::logic_error("a chunk could not be compressed");
    out.resize(stream_->total_out);
}

} // namespace arsia::hdf5
