#include "sim/recorder/deflate.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <endian.h>

#include "sim/recorder/prefix_code.h"

namespace arsia::hdf5 {

namespace {

constexpr unsigned end_of_block = 256, first_length = 257;
constexpr std::size_t longest_repeat = 258;

struct Range {
    std::uint16_t base;
    std::uint8_t extra; ///< bits that follow its symbol
};

/// Lengths and distances by symbol, RFC 1951, 3.2.5.
struct Ranges {
    std::array<Range, 29> lengths{};
    std::array<Range, 30> distances{};
    std::array<std::uint8_t, longest_repeat + 1> symbol_of_length{}; ///< less first_length

    constexpr Ranges() {
        unsigned base = 3;
        for (unsigned i = 0; i < 28; ++i) {
            unsigned extra = i < 8 ? 0 : i / 4 - 1;
            lengths[i] = {static_cast<std::uint16_t>(base), static_cast<std::uint8_t>(extra)};
            for (unsigned k = 0; k < 1U << extra && base + k < longest_repeat; ++k)
                symbol_of_length[base + k] = static_cast<std::uint8_t>(i);
            base += 1U << extra;
        }
        lengths[28] = {longest_repeat, 0};
        symbol_of_length[longest_repeat] = 28;
        base = 1;
        for (unsigned i = 0; i < 30; ++i) {
            unsigned extra = i < 4 ? 0 : i / 2 - 1;
            distances[i] = {static_cast<std::uint16_t>(base), static_cast<std::uint8_t>(extra)};
            base += 1U << extra;
        }
    }
};
constexpr Ranges ranges;

/// `less_one`: the distance less one.
unsigned symbol_of_distance(std::uint32_t less_one) {
    if (less_one < 4) return less_one;
    unsigned highest = 31U - static_cast<unsigned>(__builtin_clz(less_one));
    return 2 * highest + (less_one >> (highest - 1) & 1);
}

void count_bytes(const std::uint8_t* bytes, std::size_t size, std::uint32_t* counts) {
    std::uint32_t parts[4][256] = {}; // neighbours are often alike, and would wait for each other
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4)
        for (std::size_t part = 0; part < 4; ++part) ++parts[part][bytes[i + part]];
    for (; i < size; ++i) ++parts[0][bytes[i]];
    for (std::size_t byte = 0; byte < 256; ++byte)
        counts[byte] = parts[0][byte] + parts[1][byte] + parts[2][byte] + parts[3][byte];
}

/// Whether no code would save 3 % of the bytes, by a sample of them: Rényi's entropy of order 2, which is below
/// Shannon's, says how many bits a byte takes.
bool is_noise(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::size_t sample = 4096;
    if (size < sample) return false;
    std::uint32_t counts[256];
    count_bytes(bytes, sample, counts);
    std::uint64_t squares = 0;
    for (std::uint64_t count : counts) squares += count * count;
    constexpr std::uint64_t of_noise = sample * sample / 256 + sample; // expected of bytes that are all as frequent
    return squares < of_noise + of_noise / 8;
}

/// Lengths of words, as they stand in the head of a block: themselves, or runs (RFC 1951, 3.2.7).
struct Head {
    static constexpr std::size_t symbols = 19;
    static constexpr unsigned copy = 16, zeros = 17, many_zeros = 18;
    static constexpr std::uint8_t order[symbols] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    struct Item {
        std::uint8_t symbol, extra, extra_bits;
    };
    std::vector<Item> items;
    PrefixCode<symbols> code;

    explicit Head(const std::vector<std::uint8_t>& lengths) {
        for (std::size_t at = 0; at < lengths.size();) {
            std::size_t run = 1;
            while (at + run < lengths.size() && lengths[at + run] == lengths[at]) ++run;
            at += run;
            if (lengths[at - 1] == 0) {
                for (; run >= 11; run -= std::min<std::size_t>(run, 138))
                    add(many_zeros, std::min<std::size_t>(run, 138) - 11, 7);
                if (run >= 3) add(zeros, run - 3, 3);
                if (run >= 3) continue;
            } else if (run > 3) {
                add(lengths[at - 1], 0, 0);
                for (--run; run >= 3; run -= std::min<std::size_t>(run, 6))
                    add(copy, std::min<std::size_t>(run, 6) - 3, 2);
            }
            for (; run > 0; --run) add(lengths[at - 1], 0, 0);
        }
        for (const Item& item : items) ++code.counts[item.symbol];
        code.make(7);
    }
    void add(unsigned symbol, std::size_t extra, unsigned extra_bits) {
        items.push_back({static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(extra),
                         static_cast<std::uint8_t>(extra_bits)});
    }
    std::size_t lengths_sent() const {
        std::size_t count = symbols;
        while (count > 4 && code.words[order[count - 1]].length == 0) --count;
        return count;
    }
    std::uint64_t cost() const {
        std::uint64_t bits = 3 + 5 + 5 + 4 + 3 * lengths_sent() + code.cost();
        for (const Item& item : items) bits += item.extra_bits;
        return bits;
    }
};

} // namespace

/// Bits on their way into the stream, first bit lowest. It is the stream's only writer as long as it lives.
class DeflateStream::Bits {
public:
    /// Room for so many bits.
    Bits(DeflateStream& stream, std::uint64_t bits) : stream_(stream), bits_(stream.rest_), count_(stream.rest_count_) {
        std::string& out = *stream.out_;
        std::size_t needed = stream.size_ + bits / 8 + 4 * sizeof bits_;
        if (out.size() < needed) out.resize(std::max(needed, 2 * out.size()));
        to_ = out.data() + stream.size_;
    }
    ~Bits() {
        flush();
        stream_.size_ = static_cast<std::size_t>(to_ - stream_.out_->data());
        stream_.rest_ = bits_;
        stream_.rest_count_ = count_;
    }
    Bits(const Bits&) = delete;
    Bits& operator=(const Bits&) = delete;

    /// At most 56 bits between two flushes.
    void put(std::uint64_t bits, unsigned count) {
        bits_ |= bits << count_;
        count_ += count;
    }
    void put(CodeWord word) { put(word.bits, word.length); }
    /// Whole bytes go out.
    void flush() {
        std::uint64_t bytes = htole64(bits_);
        std::memcpy(to_, &bytes, sizeof bytes);
        to_ += count_ / 8;
        bits_ >>= count_ / 8 * 8;
        count_ %= 8;
    }
    void fill_byte() { put(0, (8 - count_ % 8) % 8); }
    /// Between whole bytes.
    void put_bytes(const std::uint8_t* bytes, std::size_t count) {
        flush();
        std::memcpy(to_, bytes, count);
        to_ += count;
    }

private:
    DeflateStream& stream_;
    char* to_;
    std::uint64_t bits_;
    unsigned count_;
};

void DeflateStream::begin(std::string& out) {
    out_ = &out;
    size_ = 0;
    rest_ = 0;
    rest_count_ = 0;
    literals_.clear();
    repeats_.clear();
    length_ = 0;
    Bits(*this, 16).put(0x0178, 16); // deflate with a window of 32 KiB, made fast
}

void DeflateStream::end_repeat() {
    auto less_one = static_cast<std::uint16_t>(distance_ - 1);
    auto symbol = static_cast<std::uint8_t>(symbol_of_distance(less_one));
    while (length_ > 0) { // no piece may be shorter than the shortest
        std::size_t piece = std::min(length_, longest_repeat);
        if (length_ > piece && length_ - piece < least_repeat) piece -= least_repeat;
        repeats_.push_back({static_cast<std::uint32_t>(literals_.size()), static_cast<std::uint16_t>(piece), less_one,
                            ranges.symbol_of_length[piece], symbol});
        length_ -= piece;
    }
}

struct DeflateStream::Codes {
    PrefixCode<286> letters; ///< bytes, the end of the block, lengths of repeats
    PrefixCode<30> distances;
    std::optional<Head> head;
    std::uint64_t cost = 0; ///< bits of the block

    std::size_t letters_used() const { return letters.used(first_length); }
    std::size_t distances_used() const { return distances.used(1); }
};

DeflateStream::Codes DeflateStream::make_codes() const {
    Codes codes;
    count_bytes(literals_.data(), literals_.size(), codes.letters.counts.data());
    codes.letters.counts[end_of_block] = 1;
    for (const Repeat& each : repeats_) {
        ++codes.letters.counts[first_length + each.length_symbol];
        ++codes.distances.counts[each.distance_symbol];
    }
    for (std::size_t i = 0; i < ranges.lengths.size(); ++i)
        codes.cost += std::uint64_t{codes.letters.counts[first_length + i]} * ranges.lengths[i].extra;
    for (std::size_t i = 0; i < ranges.distances.size(); ++i)
        codes.cost += std::uint64_t{codes.distances.counts[i]} * ranges.distances[i].extra;
    constexpr unsigned longest_word = 15;
    codes.letters.make(longest_word);
    codes.distances.make(longest_word);
    std::vector<std::uint8_t> lengths;
    for (std::size_t i = 0; i < codes.letters_used(); ++i) lengths.push_back(codes.letters.words[i].length);
    for (std::size_t i = 0; i < codes.distances_used(); ++i) lengths.push_back(codes.distances.words[i].length);
    codes.head.emplace(lengths);
    codes.cost += codes.head->cost() + codes.letters.cost() + codes.distances.cost();
    return codes;
}

void DeflateStream::end_block(const std::uint8_t* bytes, std::size_t count) {
    end_repeat();
    if (bytes && repeats_.empty() && is_noise(bytes, count)) {
        write_stored(bytes, count);
    } else {
        Codes codes = make_codes();
        constexpr std::uint64_t stored_head = 3 + 7 + 32; // to the next byte, then twice the length
        if (bytes && stored_head + 8 * count <= codes.cost) {
            write_stored(bytes, count);
        } else {
            write_coded(codes);
        }
    }
    literals_.clear();
    repeats_.clear();
}

void DeflateStream::write_coded(const Codes& codes) {
    Bits bits(*this, codes.cost);
    const Head& head = *codes.head;
    bits.put(0 | 2 << 1, 3); // not the last; codes of its own
    bits.put(codes.letters_used() - first_length, 5);
    bits.put(codes.distances_used() - 1, 5);
    bits.put(head.lengths_sent() - 4, 4);
    bits.flush();
    for (std::size_t i = 0; i < head.lengths_sent(); ++i) {
        bits.put(head.code.words[Head::order[i]].length, 3);
        bits.flush();
    }
    for (const Head::Item& item : head.items) {
        bits.put(head.code.words[item.symbol]);
        bits.put(item.extra, item.extra_bits);
        bits.flush();
    }
    const CodeWord* letters = codes.letters.words.data();
    const std::uint8_t* at = literals_.data();
    auto put_literals = [&](std::size_t count) {
        for (; count >= 3; count -= 3, at += 3) {
            bits.put(letters[at[0]]);
            bits.put(letters[at[1]]);
            bits.put(letters[at[2]]);
            bits.flush();
        }
        for (; count > 0; --count) bits.put(letters[*at++]);
        bits.flush();
    };
    std::size_t done = 0;
    for (const Repeat& each : repeats_) {
        put_literals(each.literals - done);
        done = each.literals;
        Range length = ranges.lengths[each.length_symbol], distance = ranges.distances[each.distance_symbol];
        bits.put(letters[first_length + each.length_symbol]);
        bits.put(each.length - length.base, length.extra);
        bits.put(codes.distances.words[each.distance_symbol]);
        bits.put(each.distance + 1U - distance.base, distance.extra);
        bits.flush();
    }
    put_literals(literals_.size() - done);
    bits.put(letters[end_of_block]);
}

void DeflateStream::write_stored(const std::uint8_t* bytes, std::size_t count) {
    Bits bits(*this, 64 + 8 * count);
    bits.put(0, 3); // not the last; stored
    bits.fill_byte();
    bits.put(count, 16);
    bits.put(~count & 0xffff, 16);
    bits.put_bytes(bytes, count);
}

void DeflateStream::end(const Adler& adler) {
    {
        Bits bits(*this, 64);
        bits.put(1 | 1 << 1, 3); // the last block: fixed codes, nothing but its end
        bits.put(0, 7);
        bits.fill_byte();
        bits.flush();
        for (int shift = 24; shift >= 0; shift -= 8) bits.put(adler.value() >> shift & 0xff, 8);
    }
    out_->resize(size_);
}

} // namespace arsia::hdf5
