// Protocol-buffer messages, written field by field (https://protobuf.dev/programming-guides/encoding/).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace arsia {

/// The bytes of one message. Fields may come in any order; a repeated field is called once a value.
class ProtobufMessage {
public:
    void number(std::uint32_t field, std::uint64_t value) {
        key(field, 0);
        varint(value);
    }
    /// Eight bytes, for fields of type fixed64.
    void fixed(std::uint32_t field, std::uint64_t value) {
        key(field, 1);
        for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(value >> shift & 0xff);
    }
    void real(std::uint32_t field, double value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        fixed(field, bits);
    }
    void text(std::uint32_t field, std::string_view value) {
        key(field, 2);
        varint(value.size());
        bytes_ += value;
    }
    void message(std::uint32_t field, const ProtobufMessage& value) { text(field, value.bytes_); }

    const std::string& bytes() const { return bytes_; }
    void clear() { bytes_.clear(); }

private:
    void key(std::uint32_t field, std::uint32_t wire_type) { varint(field << 3 | wire_type); }
    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

} // namespace arsia
