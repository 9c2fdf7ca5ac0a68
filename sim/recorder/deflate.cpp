#include "sim/recorder/deflate.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <zlib.h>

#include "sim/recorder/prefix_code.h"

namespace arsia::hdf5 {

namespace {

constexpr std::size_t farthest = 32 * 1024; ///< distance of a repetition
constexpr unsigned longest_match = 258;     ///< of one symbol
constexpr std::size_t shortest = 8; ///< of repetitions: what is gained by one far away must pay for its distance
constexpr unsigned hash_bits = 12;
constexpr std::size_t block_symbols = 4096; ///< so many are worth a code of their own
constexpr unsigned end_of_block = 256, longest_code = 15;

std::uint64_t load(const unsigned char* bytes) {
    std::uint64_t out;
    std::memcpy(&out, bytes, sizeof out);
    return out;
}

unsigned log2_of(unsigned value) { return 31 - static_cast<unsigned>(__builtin_clz(value)); }

/// How a length or a distance is written: a symbol, and bits behind it.
struct Field {
    unsigned symbol, extra, extra_bits;
};

Field field_of_length(unsigned length) {
    unsigned value = length - 3;
    if (length == longest_match) return {285, 0, 0};
    if (value < 8) return {257 + value, 0, 0};
    unsigned extra_bits = log2_of(value) - 2;
    return {257 + 4 * extra_bits + (value >> extra_bits), value & ((1U << extra_bits) - 1), extra_bits};
}

Field field_of_distance(unsigned distance) {
    unsigned value = distance - 1;
    if (value < 4) return {value, 0, 0};
    unsigned extra_bits = log2_of(value) - 1;
    return {2 * extra_bits + (value >> extra_bits), value & ((1U << extra_bits) - 1), extra_bits};
}

/// The length of the next piece of a repetition: none is left that is too short to be one.
unsigned piece_of(std::uint32_t length) {
    if (length <= longest_match) return length;
    return length < longest_match + 3 ? length - 3 : longest_match;
}

/// How many bytes from both places on are equal, the second not beyond `end`.
std::size_t equal_bytes(const unsigned char* first, const unsigned char* second, const unsigned char* end) {
    const unsigned char* at = second;
    for (; at + 8 <= end; at += 8, first += 8)
        if (std::uint64_t different = load(first) ^ load(at))
            return static_cast<std::size_t>(at - second) + static_cast<std::size_t>(__builtin_ctzll(different)) / 8;
    while (at < end && *first == *at) ++first, ++at;
    return static_cast<std::size_t>(at - second);
}

/// Whether a code would shorten the bytes by less than a tenth: by Rényi's entropy, which needs no logarithm a byte and
/// is never above Shannon's.
bool is_noise(const std::array<std::uint32_t, 256>& frequencies, std::size_t count) {
    double sum = 0;
    for (std::uint32_t frequency : frequencies) sum += static_cast<double>(frequency) * frequency;
    constexpr double bits = 7.2;
    return sum < std::exp2(-bits) * static_cast<double>(count) * static_cast<double>(count);
}

constexpr std::array<unsigned char, 256> every_byte() {
    std::array<unsigned char, 256> out{};
    for (unsigned byte = 0; byte < out.size(); ++byte) out[byte] = static_cast<unsigned char>(byte);
    return out;
}
constexpr std::array<unsigned char, 256> bytes_of_runs = every_byte();

constexpr std::uint64_t adler_base = 65521;

/// Adler-32 of the same byte `count` times.
unsigned long adler_of_run(std::uint64_t byte, std::uint64_t count) {
    std::uint64_t n = count % adler_base, even = (count % 2 == 0 ? count : count + 1) / 2 % adler_base,
                  odd = (count % 2 == 0 ? count + 1 : count) % adler_base;
    return (n + even * odd % adler_base * byte) % adler_base << 16 | (1 + n * byte) % adler_base;
}

/// Adler-32 with more bytes behind: a sum of all bytes, and one of each byte times the number of bytes from it to the
/// end. Of squares of bytes, both are made column by column, with vectors.
unsigned long adler_with(unsigned long adler, const unsigned char* bytes, std::size_t count) {
    constexpr std::size_t side = 16; // 16 bits suffice for the sums of a column
    using Row = std::uint8_t __attribute__((vector_size(side)));
    using Sums = std::uint16_t __attribute__((vector_size(2 * side)));
    std::uint64_t low = adler & 0xffff, high = adler >> 16;
    std::size_t at = 0;
    for (; at + side * side <= count; at += side * side) {
        Sums sums{}, sums_of_sums{};
        for (std::size_t i = 0; i < side; ++i) {
            Row row;
            std::memcpy(&row, bytes + at + i * side, side);
            sums += __builtin_convertvector(row, Sums);
            sums_of_sums += sums;
        }
        high += side * side * low;
        for (std::uint32_t column = 0; column < side; ++column) {
            low += sums[column];
            high += std::uint32_t{side} * sums_of_sums[column] - column * sums[column];
        }
        low %= adler_base;
    }
    return ::adler32_z(high % adler_base << 16 | low, bytes + at, count - at);
}

} // namespace

void Deflate::begin(std::string& out) {
    out_ = &out;
    bits_ = {out.data()};
    adler_ = 1;
    tokens_.clear();
    symbols_ = 0;
    reserve(2);
    bits_.put(0x0178, 16); // deflate, a window of 32 KiB, the fastest level
    bits_.flush();
}

void Deflate::run(unsigned char byte, std::size_t count) {
    adler_ = ::adler32_combine(adler_, adler_of_run(byte, count), static_cast<long>(count));
    const unsigned char* literal = &bytes_of_runs[byte];
    constexpr std::size_t least = 3;
    for (std::size_t left = count; left > 0;) {
        std::size_t length = left > least ? left - 1 : 0;
        tokens_.push_back({literal, 1, static_cast<std::uint32_t>(length), 1});
        left -= 1 + length;
        symbols_ += 1 + length / longest_match;
    }
}

void Deflate::add(const unsigned char* bytes, std::size_t count) {
    adler_ = adler_with(adler_, bytes, count);
    std::size_t first = tokens_.size(), before = symbols_;
    seek(bytes, count);
    std::size_t literals = 0;
    for (std::size_t i = first; i < tokens_.size(); ++i) literals += tokens_[i].count;
    constexpr std::size_t least = 256;
    if (literals > least && literals > count / 8 * 7) {
        std::array<std::uint32_t, 256> frequencies{};
        for (std::size_t i = 0; i < count; ++i) ++frequencies[bytes[i]];
        if (is_noise(frequencies, count)) {
            tokens_.resize(first, {nullptr, 0});
            symbols_ = before;
            if (!tokens_.empty()) write_block(false);
            return store(bytes, count);
        }
    }
    if (symbols_ >= block_symbols) write_block(false);
}

/// Greedy, by the last stretch with the same hash, and in ever longer steps where nothing is found.
void Deflate::seek(const unsigned char* bytes, std::size_t count) {
    const unsigned char *end = bytes + count, *done = bytes;
    positions_.assign(std::size_t{1} << hash_bits, 0);
    auto hash_of = [](std::uint64_t stretch) { return stretch * 0x9e3779b97f4a7c15 >> (64 - hash_bits); };
    constexpr unsigned patience = 6; // after 2^patience misses the next step is one longer
    std::size_t misses = 0;
    for (const unsigned char* at = bytes + 1; at + shortest <= end;) {
        std::uint64_t stretch = load(at);
        std::uint32_t& position = positions_[hash_of(stretch)];
        const unsigned char* from = bytes + position;
        position = static_cast<std::uint32_t>(at - bytes);
        if (load(from) != stretch || static_cast<std::size_t>(at - from) > farthest) {
            at += 1 + (misses++ >> patience);
            continue;
        }
        std::size_t length = equal_bytes(from, at, end);
        for (; at > done && from > bytes && at[-1] == from[-1]; ++length) --at, --from;
        tokens_.push_back({done, static_cast<std::uint32_t>(at - done), static_cast<std::uint32_t>(length),
                           static_cast<std::uint32_t>(at - from)});
        symbols_ += static_cast<std::size_t>(at - done) + 1 + length / longest_match;
        done = at += length;
        misses = 0;
        if (at + shortest <= end) positions_[hash_of(load(at - 2))] = static_cast<std::uint32_t>(at - 2 - bytes);
    }
    if (done < end) tokens_.push_back({done, static_cast<std::uint32_t>(end - done)});
    symbols_ += static_cast<std::size_t>(end - done);
}

void Deflate::write_block(bool last) {
    std::array<std::uint32_t, 286> symbols{};
    std::array<std::uint32_t, 30> distances{};
    std::size_t size = 1024; // more than all but the tokens takes
    for (const Token& token : tokens_) {
        for (std::uint32_t i = 0; i < token.count; ++i) ++symbols[token.literals[i]];
        size += 2 * token.count + 8 * (token.length / longest_match + 2);
        if (token.length == 0) continue;
        std::uint32_t left = token.length, pieces = 0;
        if (left > 2 * longest_match) {
            pieces = left / longest_match - 1;
            left -= pieces * longest_match;
            symbols[285] += pieces;
        }
        for (; left > 0; ++pieces, left -= piece_of(left)) ++symbols[field_of_length(piece_of(left)).symbol];
        distances[field_of_distance(token.distance).symbol] += pieces;
    }
    symbols[end_of_block] = 1;
    reserve(size);
    PrefixCode<286> symbol_code(symbols, longest_code);
    PrefixCode<30> distance_code(distances, longest_code);
    bits_.put(last ? 1 : 0, 1);
    bits_.put(2, 2); // with codes of its own
    write_code_lengths(symbol_code.lengths, distance_code.lengths);
    Bits bits = bits_; // of which the compiler knows that nobody else changes it
    for (const Token& token : tokens_) {
        for (std::uint32_t i = 0; i < token.count; ++i) {
            unsigned char byte = token.literals[i];
            bits.put(symbol_code.bits[byte], symbol_code.lengths[byte]);
            if (i % 2 == 1) bits.flush();
        }
        bits.flush();
        if (token.length == 0) continue;
        Field distance = field_of_distance(token.distance);
        for (std::uint32_t left = token.length; left > 0;) {
            unsigned piece = piece_of(left);
            Field length = field_of_length(piece);
            bits.put(symbol_code.bits[length.symbol], symbol_code.lengths[length.symbol]);
            bits.put(length.extra, length.extra_bits);
            bits.put(distance_code.bits[distance.symbol], distance_code.lengths[distance.symbol]);
            bits.put(distance.extra, distance.extra_bits);
            bits.flush();
            left -= piece;
        }
    }
    bits.put(symbol_code.bits[end_of_block], symbol_code.lengths[end_of_block]);
    bits.flush();
    bits_ = bits;
    tokens_.clear();
    symbols_ = 0;
}

/// The lengths of both codes, themselves in a code, with symbols for repetitions.
void Deflate::write_code_lengths(const std::array<std::uint8_t, 286>& symbols,
                                 const std::array<std::uint8_t, 30>& distances) {
    auto used = [](const auto& lengths, std::size_t least) {
        std::size_t count = lengths.size();
        while (count > least && lengths[count - 1] == 0) --count;
        return count;
    };
    std::size_t symbol_count = used(symbols, 257), distance_count = used(distances, 1);
    std::vector<std::uint8_t> lengths(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(symbol_count));
    lengths.insert(lengths.end(), distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(distance_count));

    std::vector<Field> fields;
    std::array<std::uint32_t, 19> frequencies{};
    auto add = [&](unsigned symbol, std::size_t extra, unsigned extra_bits) {
        fields.push_back({symbol, static_cast<unsigned>(extra), extra_bits});
        ++frequencies[symbol];
    };
    for (std::size_t at = 0; at < lengths.size();) {
        std::size_t same = 1;
        while (at + same < lengths.size() && lengths[at + same] == lengths[at]) ++same;
        at += same;
        unsigned length = lengths[at - 1];
        if (length > 0) {
            add(length, 0, 0);
            --same;
        }
        while (same >= 3) {
            std::size_t most = length > 0 ? 6 : same > 10 ? 138 : 10, some = std::min(same, most);
            if (length > 0) {
                add(16, some - 3, 2);
            } else if (some > 10) {
                add(18, some - 11, 7);
            } else {
                add(17, some - 3, 3);
            }
            same -= some;
        }
        for (; same > 0; --same) add(length, 0, 0);
    }
    PrefixCode<19> code(frequencies, 7);
    constexpr std::array<std::uint8_t, 19> order = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    std::size_t code_count = order.size();
    while (code_count > 4 && code.lengths[order[code_count - 1]] == 0) --code_count;
    bits_.put(symbol_count - 257, 5);
    bits_.put(distance_count - 1, 5);
    bits_.put(code_count - 4, 4);
    for (std::size_t i = 0; i < code_count; ++i) {
        bits_.put(code.lengths[order[i]], 3);
        bits_.flush();
    }
    for (const Field& field : fields) {
        bits_.put(code.bits[field.symbol], code.lengths[field.symbol]);
        bits_.put(field.extra, field.extra_bits);
        bits_.flush();
    }
}

void Deflate::store(const unsigned char* bytes, std::size_t count) {
    constexpr std::size_t most = 65535; // of a block
    reserve(count + 8 * (count / most + 2));
    for (std::size_t at = 0; at < count; at += most) {
        std::size_t some = std::min(most, count - at);
        bits_.put(0, 3);
        bits_.align();
        bits_.put(some | (~some & most) << 16, 32);
        bits_.flush();
        std::memcpy(bits_.to, bytes + at, some);
        bits_.to += some;
    }
}

void Deflate::end() {
    if (tokens_.empty()) {
        reserve(2);
        bits_.put(3, 10); // a last block with nothing in it, by the format's fixed code
    } else {
        write_block(true);
    }
    reserve(8);
    bits_.align();
    bits_.put(__builtin_bswap32(static_cast<std::uint32_t>(adler_)), 32);
    bits_.flush();
    out_->resize(static_cast<std::size_t>(bits_.to - out_->data()));
}

/// Sees to it that so many bytes can be written.
void Deflate::reserve(std::size_t bytes) {
    constexpr std::size_t beyond = 16; // what is written behind the last byte, and over again
    auto size = static_cast<std::size_t>(bits_.to - out_->data());
    if (out_->size() >= size + bytes + beyond) return;
    out_->resize(std::max(2 * out_->size(), size + bytes + beyond));
    bits_.to = out_->data() + size;
}

} // namespace arsia::hdf5
