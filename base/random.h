// Random numbers that are the same on every machine: a fixed generator and our own distributions
// (the standard library leaves the distributions' algorithms open).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace arsia {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// Uniform in 0 … bound−1; bound > 0.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }
    /// Uniform in [0, 1).
    double real() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool chance(double probability) { return real() < probability; }
    template <class T>
    const T& pick(const std::vector<T>& items) {
        return items[static_cast<std::size_t>(below(items.size()))];
    }
    /// Index drawn with probability proportional to its weight; weights ≥ 0, not all 0.
    std::size_t weighted(const std::vector<double>& weights) {
        double sum = 0;
        for (double weight : weights) sum += weight;
        double at = real() * sum;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            at -= weights[i];
            if (at < 0) return i;
        }
        return weights.size() - 1;
    }
    /// An independent generator, for a part of the work.
    Random fork() { return Random(next()); }

private:
    std::uint64_t state_;
};

} // namespace arsia
