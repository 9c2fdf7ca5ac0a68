#include "sim/recorder/deflate.h"

#include <gtest/gtest.h>

#include <zlib.h>

#include "base/random.h"

namespace arsia::hdf5 {
namespace {

/// What zlib, which checks the stream and its checksum, makes of it; empty if it refuses, or if bytes are left.
std::string inflated(const std::string& stream, std::size_t size) {
    std::string out(size + 1, '\0');
    uLongf length = out.size();
    uLong taken = stream.size();
    int result = uncompress2(reinterpret_cast<Bytef*>(out.data()), &length,
                             reinterpret_cast<const Bytef*>(stream.data()), &taken);
    if (result != Z_OK || taken != stream.size()) return {};
    out.resize(length);
    return out;
}

std::size_t round_trip(Deflate& deflate, const std::string& bytes) {
    std::string stream = "left over";
    deflate.begin(stream);
    deflate.add(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    deflate.end();
    EXPECT_TRUE(inflated(stream, bytes.size()) == bytes) << bytes.size() << " bytes";
    return stream.size();
}

std::string noise(Random& random, std::size_t count, std::uint64_t values = 256) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(random.below(values));
    return out;
}

TEST(Deflate, WritesRunsOfEveryLengthThatZlibReads) {
    Deflate deflate;
    std::vector<std::size_t> lengths;
    for (std::size_t length = 1; length < 1100; ++length) lengths.push_back(length);
    lengths.insert(lengths.end(), {32'767, 32'768, 65'520, 65'521, 65'522, 262'144, 5'000'000});
    for (std::size_t length : lengths) {
        for (unsigned char byte : {0, 1, 255}) {
            std::string stream;
            deflate.begin(stream);
            deflate.run(byte, length);
            deflate.end();
            ASSERT_TRUE(inflated(stream, length) == std::string(length, static_cast<char>(byte))) << length;
            ASSERT_LT(stream.size(), 40 + length / 900);
        }
    }
}

TEST(Deflate, WritesRepetitionsOfEveryDistanceAndLength) {
    Deflate deflate;
    Random random(1);
    for (std::size_t distance : {1, 2, 3, 4, 5, 8, 9, 16, 17, 255, 256, 257, 512, 1000, 4097, 24'577, 32'768, 32'769}) {
        std::string bytes = noise(random, distance);
        for (std::size_t length : {8, 9, 10, 11, 12, 257, 258, 259, 260, 261, 516, 517, 519, 777, 40'000}) {
            std::string more = bytes;
            for (std::size_t i = 0; i < length; ++i) more += more[more.size() - distance];
            round_trip(deflate, more + noise(random, 20));
            round_trip(deflate, more);
        }
    }
}

TEST(Deflate, FindsWhatRepeatsFarBackAndNothingFarther) {
    Deflate deflate;
    Random random(2);
    std::string near = noise(random, 32'768), far = noise(random, 32'769);
    EXPECT_LT(round_trip(deflate, near + near), near.size() + 700);
    EXPECT_GT(round_trip(deflate, far + far), 2 * far.size());
}

TEST(Deflate, StoresNoise) {
    Deflate deflate;
    Random random(3);
    for (std::size_t count : {1000, 65'534, 65'535, 65'536, 200'000}) {
        std::string bytes = noise(random, count);
        EXPECT_LT(round_trip(deflate, bytes), count + count / 1000 + 20);
    }
}

TEST(Deflate, GivesFrequentBytesShortCodes) {
    Deflate deflate;
    Random random(4);
    std::size_t count = 100'000;
    EXPECT_LT(round_trip(deflate, noise(random, count, 16)), count * 45 / 80);
    EXPECT_LT(round_trip(deflate, noise(random, count, 3)), count * 22 / 80);
    // Frequencies like Fibonacci's numbers make the longest codes; deflate allows 15 bits.
    std::string bytes;
    for (std::size_t a = 1, b = 1, value = 0; value < 24; ++value, std::swap(a, b), b += a)
        bytes.append(a, static_cast<char>(value));
    for (std::size_t i = bytes.size() - 1; i > 0; --i) std::swap(bytes[i], bytes[random.below(i + 1)]);
    EXPECT_LT(round_trip(deflate, bytes), bytes.size() * 27 / 80);
}

TEST(Deflate, JoinsPartsOfAllKindsInOneStream) {
    Deflate deflate;
    Random random(5);
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> parts;
        std::string stream, expected;
        for (std::size_t part = 1 + random.below(9); part > 0; --part) {
            std::size_t count = 1 + random.below(random.below(4) == 0 ? 20'000 : 300);
            std::string bytes = noise(random, count, std::array{256, 40, 2, 1}[random.below(4)]);
            if (random.below(3) == 0) bytes += bytes.substr(random.below(bytes.size()));
            parts.push_back(bytes);
        }
        deflate.begin(stream);
        for (const std::string& part : parts) {
            expected += part;
            if (part == std::string(part.size(), part[0])) {
                deflate.run(static_cast<unsigned char>(part[0]), part.size());
            } else {
                deflate.add(reinterpret_cast<const unsigned char*>(part.data()), part.size());
            }
        }
        deflate.end();
        ASSERT_TRUE(inflated(stream, expected.size()) == expected) << round;
    }
}

TEST(Deflate, WritesAStreamOfNothing) {
    Deflate deflate;
    std::string stream;
    deflate.begin(stream);
    deflate.end();
    EXPECT_EQ(stream, std::string("\x78\x01\x03\x00\x00\x00\x00\x01", 8));
}

} // namespace
} // namespace arsia::hdf5
