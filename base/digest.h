// A short digest of content, to notice that a mapping was made for something else. Not for security.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arsia {

/// Running 64-bit FNV-1a hash over integers and texts; the same content gives the same digest on every machine.
class Digest {
public:
    Digest& add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        for (char c : text) step(static_cast<unsigned char>(c));
        return *this;
    }
    Digest& add(std::int64_t value) {
        auto bits = static_cast<std::uint64_t>(value);
        for (int byte = 0; byte < 8; ++byte) step(static_cast<unsigned char>(bits >> (8 * byte)));
        return *this;
    }
    std::uint64_t value() const { return hash_; }
    /// Sixteen hexadecimal digits.
    std::string hex() const {
        static constexpr char digits[] = "0123456789abcdef";
        std::string out(16, '0');
        for (int i = 0; i < 16; ++i) out[static_cast<std::size_t>(i)] = digits[(hash_ >> (60 - 4 * i)) & 15];
        return out;
    }

private:
    void step(unsigned char byte) { hash_ = (hash_ ^ byte) * 1099511628211ULL; }
    std::uint64_t hash_ = 14695981039346656037ULL;
};

} // namespace arsia
