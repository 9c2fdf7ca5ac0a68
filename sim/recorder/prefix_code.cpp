#include "sim/recorder/prefix_code.h"

#include <algorithm>
#include <vector>

namespace arsia::hdf5 {

namespace {

struct Weight {
    std::uint32_t frequency;
    std::size_t symbol;
};

/// Those that occur, the rarest first; at least two, since a code needs them to be complete.
template <std::size_t symbols>
std::vector<Weight> occurring(const std::array<std::uint32_t, symbols>& frequencies) {
    std::vector<Weight> out;
    for (std::size_t symbol = 0; symbol < symbols; ++symbol)
        if (frequencies[symbol] > 0) out.push_back({frequencies[symbol], symbol});
    for (std::size_t symbol = 0; out.size() < 2; ++symbol)
        if (frequencies[symbol] == 0) out.push_back({1, symbol});
    std::sort(out.begin(), out.end(), [](const Weight& a, const Weight& b) {
        return a.frequency != b.frequency ? a.frequency < b.frequency : a.symbol < b.symbol;
    });
    return out;
}

/// Bits of each leaf of the tree in which always the two lightest are joined.
std::vector<unsigned> depths(const std::vector<Weight>& leaves) {
    std::size_t count = leaves.size(), leaf = 0, joint = count;
    std::vector<std::uint64_t> weights;
    for (const Weight& each : leaves) weights.push_back(each.frequency);
    std::vector<std::size_t> parents(2 * count - 1);
    for (std::size_t next = count; next < 2 * count - 1; ++next) { // joints come about in the order of their weights
        std::uint64_t sum = 0;
        for (int child = 0; child < 2; ++child) {
            bool take_leaf = leaf < count && (joint == next || weights[leaf] <= weights[joint]);
            std::size_t lightest = take_leaf ? leaf++ : joint++;
            sum += weights[lightest];
            parents[lightest] = next;
        }
        weights.push_back(sum);
    }
    std::vector<unsigned> out(2 * count - 1);
    for (std::size_t node = 2 * count - 2; node-- > 0;) out[node] = out[parents[node]] + 1;
    out.resize(count);
    return out;
}

} // namespace

template <std::size_t symbols>
PrefixCode<symbols>::PrefixCode(const std::array<std::uint32_t, symbols>& frequencies, unsigned longest) {
    std::vector<Weight> leaves = occurring(frequencies);
    std::vector<unsigned> depth = depths(leaves);
    while (depth.front() > longest) { // what is rare counts as less rare
        for (Weight& leaf : leaves) leaf.frequency = leaf.frequency / 2 + 1;
        depth = depths(leaves);
    }
    std::array<std::uint16_t, 17> next{}; // by length: first the number of codes, then the next code
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        lengths[leaves[i].symbol] = static_cast<std::uint8_t>(depth[i]);
        ++next[depth[i] + 1];
    }
    for (unsigned length = 1; length <= longest; ++length)
        next[length] = static_cast<std::uint16_t>((next[length] + next[length - 1]) << 1);
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
        unsigned code = next[lengths[symbol]]++;
        for (unsigned bit = 0; bit < lengths[symbol]; ++bit)
            bits[symbol] = static_cast<std::uint16_t>(bits[symbol] << 1 | (code >> bit & 1));
    }
}

template struct PrefixCode<286>;
template struct PrefixCode<30>;
template struct PrefixCode<19>;

} // namespace arsia::hdf5
