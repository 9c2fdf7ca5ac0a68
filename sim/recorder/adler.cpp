#include "sim/recorder/adler.h"

#include <algorithm>

namespace arsia::hdf5 {

Adler::Text Adler::Text::of(std::string_view text) {
    Text out;
    for (char letter : text) {
        out.sum += static_cast<std::uint8_t>(letter);
        out.steps += out.sum;
        ++out.bytes;
    }
    return out;
}

void Adler::add(const std::uint8_t* bytes, std::size_t count) {
    // Sums side by side, which the compiler makes vectors of: byte lanes·k + lane counts (count − lanes·k − lane) times
    // in b.
    constexpr std::size_t lanes = 32, most = 4096; // steps for which 32 bits suffice
    reduce();
    while (count >= lanes) {
        std::size_t steps = std::min(most, count / lanes);
        std::uint32_t sums[lanes] = {}, before[lanes] = {};
        for (std::size_t step = 0; step < steps; ++step, bytes += lanes) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                before[lane] += sums[lane];
                sums[lane] += bytes[lane];
            }
        }
        b_ += steps * lanes * a_;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            b_ += lanes * std::uint64_t{before[lane]} + (lanes - lane) * std::uint64_t{sums[lane]};
            a_ += sums[lane];
        }
        reduce();
        count -= steps * lanes;
    }
    for (; count > 0; --count) {
        a_ += *bytes++;
        b_ += a_;
    }
    reduce();
}

void Adler::add(const Text& text, std::uint64_t times) {
    // The k-th copy finds a + k·sum.
    std::uint64_t pairs = times % 2 == 0 ? times / 2 * (times - 1) : times * ((times - 1) / 2);
    std::uint64_t bytes = text.bytes % base, sum = text.sum % base, copies = times % base;
    reduce();
    b_ += bytes * copies % base * a_ + text.steps % base * copies + bytes * sum % base * (pairs % base);
    a_ += sum * copies;
    reduce();
}

} // namespace arsia::hdf5
