// Numbers and texts as compact bytes: keys of mappings, messages between processes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace arsia {

/// Appends values to a string of bytes. What is written is prefix-free: equal bytes mean equal values.
class ByteWriter {
public:
    /// Seven bits a byte, low first, the top bit set on all but the last: one byte for most fields.
    ByteWriter& number(std::uint64_t value) {
        while (value >= 128) {
            bytes_.push_back(static_cast<char>(value | 128));
            value >>= 7;
        }
        bytes_.push_back(static_cast<char>(value));
        return *this;
    }
    ByteWriter& text(std::string_view value) {
        number(value.size());
        bytes_ += value;
        return *this;
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what a ByteWriter wrote. Bytes that end too early are a fault of the program: std::logic_error.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            auto byte = static_cast<unsigned char>(next(1)[0]);
            value |= static_cast<std::uint64_t>(byte & 127U) << shift;
            if (byte < 128) return value;
            if (shift > 56) throw std::logic_error("a message holds a number that is too long");
        }
    }
    std::string_view text() { return next(static_cast<std::size_t>(number())); }
    /// What was not read yet.
    std::string_view rest() const { return bytes_; }

private:
    std::string_view next(std::size_t count) {
        if (count > bytes_.size()) throw std::logic_error("a message ends too early");
        std::string_view out = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return out;
    }

    std::string_view bytes_;
};

} // namespace arsia
