#include "sim/recorder/prefix_code.h"

#include <algorithm>
#include <vector>

namespace arsia::hdf5 {

namespace {

constexpr unsigned longest = 32; ///< more than counts of 32 bits in blocks of ours can lead to

struct Symbol {
    std::uint32_t count;
    std::uint32_t index;
};

/// Moffat and Katajainen, 1995: in `values`, rising counts at first, the depths of their leaves at the end.
void counts_to_depths(std::vector<std::uint32_t>& values) {
    std::size_t n = values.size(), root = 0, leaf = 2;
    values[0] += values[1];
    for (std::size_t next = 1; next + 1 < n; ++next) {
        auto lighter = [&] {
            if (leaf >= n || (root < next && values[root] < values[leaf])) {
                std::uint32_t weight = values[root];
                values[root++] = static_cast<std::uint32_t>(next);
                return weight;
            }
            return values[leaf++];
        };
        std::uint32_t first = lighter();
        values[next] = first + lighter();
    }
    values[n - 2] = 0;
    for (std::size_t next = n - 2; next-- > 0;) values[next] = values[values[next]] + 1;
    std::size_t available = 1, used = 0, at = n;
    std::uint32_t depth = 0;
    for (std::size_t inner = n - 1; available > 0; available = 2 * used, used = 0, ++depth) {
        while (inner > 0 && values[inner - 1] == depth) {
            ++used;
            --inner;
        }
        for (; available > used; --available) values[--at] = depth;
    }
}

/// Words by length, so that none is longer than the limit and there is still one for each symbol.
void keep_limit(std::uint32_t (&words_of)[longest + 1], unsigned limit) {
    for (unsigned length = limit + 1; length <= longest; ++length) words_of[limit] += words_of[length];
    std::uint64_t taken = 0, all = std::uint64_t{1} << limit;
    for (unsigned length = 1; length <= limit; ++length) taken += std::uint64_t{words_of[length]} << (limit - length);
    for (; taken > all; --taken) { // one of the longest goes beside one that was shorter and becomes longer by a bit
        --words_of[limit];
        unsigned length = limit - 1;
        while (words_of[length] == 0) --length;
        --words_of[length];
        words_of[length + 1] += 2;
    }
}

} // namespace

void make_lengths(const std::uint32_t* counts, std::size_t symbols, unsigned limit, CodeWord* words) {
    std::vector<Symbol> used;
    for (std::size_t i = 0; i < symbols; ++i) {
        words[i] = {};
        if (counts[i] > 0) used.push_back({counts[i], static_cast<std::uint32_t>(i)});
    }
    for (std::uint32_t i = 0; used.size() < 2; ++i)
        if (counts[i] == 0) used.push_back({0, i});
    std::sort(used.begin(), used.end(), [](const Symbol& a, const Symbol& b) {
        return a.count != b.count ? a.count < b.count : a.index < b.index;
    });
    std::vector<std::uint32_t> depths;
    for (const Symbol& symbol : used) depths.push_back(symbol.count);
    counts_to_depths(depths);
    std::uint32_t words_of[longest + 1] = {};
    for (std::uint32_t depth : depths) ++words_of[std::min(depth, longest)];
    keep_limit(words_of, limit);
    std::size_t at = used.size(); // the most frequent gets the shortest
    for (unsigned length = 1; length <= limit; ++length)
        for (std::uint32_t k = 0; k < words_of[length]; ++k)
            words[used[--at].index].length = static_cast<std::uint8_t>(length);
}

void make_words(CodeWord* words, std::size_t symbols) {
    constexpr unsigned most = 15;
    std::uint32_t count[most + 1] = {}, next[most + 2] = {};
    for (std::size_t i = 0; i < symbols; ++i) ++count[words[i].length];
    count[0] = 0;
    for (unsigned length = 1; length <= most; ++length) next[length + 1] = (next[length] + count[length]) << 1;
    for (std::size_t i = 0; i < symbols; ++i) {
        unsigned length = words[i].length;
        if (length == 0) continue;
        std::uint32_t word = next[length]++, reversed = 0;
        for (unsigned bit = 0; bit < length; ++bit) reversed |= (word >> bit & 1) << (length - 1 - bit);
        words[i].bits = static_cast<std::uint16_t>(reversed);
    }
}

} // namespace arsia::hdf5
