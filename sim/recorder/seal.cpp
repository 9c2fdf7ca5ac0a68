#include "sim/recorder/seal.h"

#include <fmt/format.h>
#include <zlib.h>

namespace arsia::hdf5 {

namespace {

constexpr std::string_view first_words = "arsia: HDF5 from byte 512 on, ";

} // namespace

void Seal::add(std::string_view content) {
    length_ += content.size();
    crc_ = static_cast<std::uint32_t>(
        ::crc32_z(crc_, reinterpret_cast<const unsigned char*>(content.data()), content.size()));
}

std::string Seal::text() const {
    std::string out = fmt::format("{}{} bytes with CRC-32 {:08x}\n", first_words, length_, crc_);
    out.resize(seal_bytes, '\0');
    return out;
}

SealState seal_of(std::istream& file) {
    auto next = [&file](std::size_t most) {
        std::string piece(most, '\0');
        file.read(piece.data(), static_cast<std::streamsize>(most));
        piece.resize(static_cast<std::size_t>(file.gcount()));
        return piece;
    };
    std::string stated = next(seal_bytes);
    if (stated.compare(0, first_words.size(), first_words) != 0) return SealState::none;
    constexpr std::size_t piece_bytes = std::size_t{1} << 20;
    Seal actual;
    for (std::string piece = next(piece_bytes); !piece.empty(); piece = next(piece_bytes)) actual.add(piece);
    return stated == actual.text() ? SealState::whole : SealState::broken;
}

} // namespace arsia::hdf5
