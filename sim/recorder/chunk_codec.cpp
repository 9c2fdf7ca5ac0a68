#include "sim/recorder/chunk_codec.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <endian.h>

namespace arsia::hdf5 {

static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "planes are those of numbers in memory, first byte lowest");

TextList::TextList(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) width_ = std::max(width_, text.size());
    slab_.assign(texts.size() * width_, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) {
        texts[i].copy(&slab_[i * width_], width_);
        if (width_ <= widest_shuffled) {
            numbers_.push_back(0);
            std::memcpy(&numbers_.back(), &slab_[i * width_], width_);
        } else {
            sums_.push_back(Adler::Text::of({&slab_[i * width_], width_}));
            last_row_.push_back(0);
        }
    }
}

void ChunkCodec::numbers(const std::int64_t* values, std::size_t count, std::size_t rows, std::string& out) {
    stream_.begin(out);
    adler_ = {};
    planes(values, count, rows, sizeof *values);
    stream_.end(adler_);
}

void ChunkCodec::texts(const std::int64_t* values, std::size_t count, std::size_t rows, TextList& list,
                       std::string& out) {
    stream_.begin(out);
    adler_ = {};
    if (list.width_ <= TextList::widest_shuffled) {
        numbers_.resize(count);
        for (std::size_t row = 0; row < count; ++row)
            numbers_[row] = list.numbers_[static_cast<std::size_t>(values[row])];
        planes(numbers_.data(), count, rows, list.width_);
    } else {
        text_by_text(values, count, rows, list);
    }
    stream_.end(adler_);
}

/// First bytes of all rows, then second ones …: most of these planes are of one value, and of the others some are
/// noise.
void ChunkCodec::planes(const std::int64_t* values, std::size_t count, std::size_t rows, std::size_t width) {
    std::uint64_t first = static_cast<std::uint64_t>(values[0]), differ = 0;
    for (std::size_t row = 0; row < count; ++row) differ |= static_cast<std::uint64_t>(values[row]) ^ first;
    plane_.resize(rows);
    std::size_t alike = 0; // bytes of one value that are not written yet
    std::uint8_t value = 0;
    for (std::size_t shift = 0; shift < 8 * width; shift += 8) {
        auto byte = static_cast<std::uint8_t>(first >> shift);
        bool constant = (differ >> shift & 0xff) == 0;
        if (alike > 0 && (!constant || byte != value)) run(value, std::exchange(alike, 0));
        if (constant) {
            value = byte;
            alike += rows;
            continue;
        }
        std::uint8_t* to = plane_.data();
        for (std::size_t row = 0; row < count; ++row) to[row] = static_cast<std::uint8_t>(values[row] >> shift);
        std::fill(to + count, to + rows, to[count - 1]);
        for (std::size_t at = 0; at < rows; at += DeflateStream::window)
            bytes(to + at, std::min(rows - at, DeflateStream::window));
    }
    if (alike > 0) run(value, alike);
}

void ChunkCodec::run(std::uint8_t byte, std::size_t count) {
    adler_.add(Adler::Text{1, byte, byte}, count);
    std::size_t literals = count > DeflateStream::least_repeat ? 1 : count;
    for (std::size_t i = 0; i < literals; ++i) stream_.literals(&byte, 1);
    if (count > literals) stream_.repeat(count - literals, 1);
    stream_.end_block();
}

void ChunkCodec::bytes(const std::uint8_t* begin, std::size_t count) {
    adler_.add(begin, count);
    find_repeats(begin, count);
    stream_.end_block(begin, count);
}

/// Repeats of eight bytes and more. The longer nothing is found, the longer the steps: noise is passed by.
void ChunkCodec::find_repeats(const std::uint8_t* begin, std::size_t count) {
    constexpr unsigned hash_bits = 12, patience = 6;
    constexpr std::uint16_t nowhere = 0xffff;
    static_assert(DeflateStream::window < nowhere);
    auto word_at = [begin](std::size_t at) {
        std::uint64_t word;
        std::memcpy(&word, begin + at, sizeof word);
        return word;
    };
    seen_.assign(std::size_t{1} << hash_bits, nowhere);
    std::size_t done = 0, misses = 0;
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= count;) {
        std::uint64_t word = word_at(at);
        std::uint16_t& slot = seen_[word * 0x9e3779b97f4a7c15 >> (64 - hash_bits)];
        std::size_t before = std::exchange(slot, static_cast<std::uint16_t>(at));
        if (before == nowhere || word_at(before) != word) {
            at += 1 + (misses++ >> patience);
            continue;
        }
        std::size_t length = sizeof word;
        while (at + length + sizeof word <= count && word_at(before + length) == word_at(at + length))
            length += sizeof word;
        while (at + length < count && begin[before + length] == begin[at + length]) ++length;
        for (; at > done && before > 0 && begin[at - 1] == begin[before - 1]; --at, --before) ++length;
        stream_.literals(begin + done, at - done);
        stream_.repeat(length, at - before);
        done = at += length;
        misses = 0;
    }
    stream_.literals(begin + done, count - done);
}

/// A text that stood before is repeated from there: nothing is searched, and no byte looked at.
void ChunkCodec::text_by_text(const std::int64_t* values, std::size_t count, std::size_t rows, TextList& list) {
    std::uint64_t begin = list.rows_;
    list.rows_ += rows;
    for (std::size_t row = 0; row < rows;) {
        auto index = static_cast<std::size_t>(values[row]);
        std::size_t alike = 1;
        while (row + alike < count && values[row + alike] == values[row]) ++alike;
        if (row + alike == count) alike = rows - row;
        std::uint64_t before = std::exchange(list.last_row_[index], begin + row + alike - 1);
        std::size_t distance = before < begin ? 0 : (begin + row - before) * list.width_;
        if (alike == 1) {
            adler_.add(list.sums_[index]);
        } else {
            adler_.add(list.sums_[index], alike);
        }
        text(list, index, distance);
        if (alike > 1) more(list, index, alike - 1);
        row += alike;
    }
    stream_.end_block();
}

void ChunkCodec::text(const TextList& list, std::size_t index, std::size_t distance) {
    if (distance > 0 && distance <= DeflateStream::window) {
        stream_.repeat(list.width_, distance);
    } else {
        stream_.literals(reinterpret_cast<const std::uint8_t*>(list.text(index)), list.width_);
    }
}

void ChunkCodec::more(const TextList& list, std::size_t index, std::size_t rows) {
    if (list.width_ <= DeflateStream::window) {
        stream_.repeat(rows * list.width_, list.width_);
    } else {
        for (; rows > 0; --rows) text(list, index, 0);
    }
}

} // namespace arsia::hdf5
