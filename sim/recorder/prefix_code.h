// Prefix codes as deflate uses them (RFC 1951, 3.2.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace arsia::hdf5 {

struct CodeWord {
    std::uint16_t bits = 0;  ///< first bit lowest
    std::uint8_t length = 0; ///< 0: the symbol does not occur
};

/// Lengths of a code for symbols that occur `counts[i]` times, as short as can be with words of at most `limit` bits
/// (Huffman's; where that is longer than the limit, nearly). At least two symbols get a word, as some readers want it.
void make_lengths(const std::uint32_t* counts, std::size_t symbols, unsigned limit, CodeWord* words);

/// The words that belong to the lengths.
void make_words(CodeWord* words, std::size_t symbols);

template <std::size_t Symbols>
struct PrefixCode {
    std::array<std::uint32_t, Symbols> counts{};
    std::array<CodeWord, Symbols> words{};

    void make(unsigned limit) {
        make_lengths(counts.data(), Symbols, limit, words.data());
        make_words(words.data(), Symbols);
    }
    /// Symbols up to the last one that has a word, at least `least`.
    std::size_t used(std::size_t least) const {
        std::size_t count = Symbols;
        while (count > least && words[count - 1].length == 0) --count;
        return count;
    }
    /// Bits of all words as often as they occur.
    std::uint64_t cost() const {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < Symbols; ++i) bits += std::uint64_t{counts[i]} * words[i].length;
        return bits;
    }
};

} // namespace arsia::hdf5
