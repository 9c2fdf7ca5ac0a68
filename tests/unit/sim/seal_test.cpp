#include "sim/recorder/seal.h"

#include <sstream>

#include <gtest/gtest.h>

namespace arsia::hdf5 {
namespace {

std::string sealed(const std::string& content) {
    Seal seal;
    seal.add(content);
    return seal.text() + content;
}

SealState state_of(const std::string& file) {
    std::istringstream stream(file);
    return seal_of(stream);
}

TEST(Seal, IsALineWithLengthAndChecksum) {
    // The check value of CRC-32 in the catalogue of parametrised CRC algorithms.
    std::string line = "arsia: HDF5 from byte 512 on, 9 bytes with CRC-32 cbf43926\n";
    EXPECT_EQ(sealed("123456789"), line + std::string(512 - line.size(), '\0') + "123456789");
    Seal pieces;
    pieces.add("1234");
    pieces.add("56789");
    EXPECT_EQ(pieces.text(), sealed("123456789").substr(0, 512));
}

TEST(Seal, FitsWhatItWasMadeOf) {
    EXPECT_EQ(state_of(sealed("")), SealState::whole);
    EXPECT_EQ(state_of(sealed(std::string(3'000'000, 'x'))), SealState::whole) << "larger than a piece";
}

TEST(Seal, IsBrokenByAnyByteThatChanges) {
    std::string file = sealed("some content");
    constexpr std::size_t words = 30; // without them it is no seal
    for (std::size_t at = words; at < file.size(); ++at) {
        std::string other = file;
        other[at] = static_cast<char>(other[at] ^ 4);
        ASSERT_EQ(state_of(other), SealState::broken) << at;
    }
    for (std::size_t kept = words; kept < file.size(); ++kept)
        ASSERT_EQ(state_of(file.substr(0, kept)), SealState::broken) << kept;
    EXPECT_EQ(state_of(file + "more"), SealState::broken);
}

TEST(Seal, IsMissing) {
    EXPECT_EQ(state_of(""), SealState::none);
    EXPECT_EQ(state_of("arsia: HDF4"), SealState::none);
    EXPECT_EQ(state_of(sealed("some content").substr(512)), SealState::none);
}

} // namespace
} // namespace arsia::hdf5
