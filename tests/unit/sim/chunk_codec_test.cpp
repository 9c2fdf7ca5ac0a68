#include "sim/recorder/chunk_codec.h"

#include <gtest/gtest.h>

#include <functional>
#include <zlib.h>

#include "base/random.h"

namespace arsia::hdf5 {
namespace {

/// What zlib, which checks the stream and its checksum, makes of it; empty if it refuses.
std::string inflated(const std::string& stream, std::size_t size) {
    std::string out(size + 1, '\0');
    uLongf length = out.size();
    int result = uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                            reinterpret_cast<const Bytef*>(stream.data()), stream.size());
    if (result != Z_OK) return {};
    out.resize(length);
    return out;
}

std::string shuffled(const std::vector<std::int64_t>& values, std::size_t rows) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 8)
        for (std::size_t row = 0; row < rows; ++row)
            out += static_cast<char>(values[std::min(row, values.size() - 1)] >> shift & 0xff);
    return out;
}

/// Bytes of the chunk, which gives the numbers back.
std::size_t round_trip(ChunkCodec& codec, const std::vector<std::int64_t>& values, std::size_t rows) {
    std::string chunk = "left over from before";
    codec.numbers(values.data(), values.size(), rows, chunk);
    EXPECT_TRUE(inflated(chunk, 8 * rows) == shuffled(values, rows));
    return chunk.size();
}

constexpr std::size_t rows = 32 * 1024;

std::vector<std::int64_t> made(std::size_t count, const std::function<std::int64_t(std::int64_t)>& value) {
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(value(static_cast<std::int64_t>(i)));
    return out;
}

TEST(ChunkCodec, WritesNumbersThatZlibReads) {
    ChunkCodec codec;
    Random random(1);
    std::int64_t sum = 0;
    round_trip(codec, made(rows, [&](auto) { return static_cast<std::int64_t>(random.next()); }), rows);
    round_trip(codec, made(rows, [&](auto) { return sum += static_cast<std::int64_t>(random.below(1'000'000)); }),
               rows);
    round_trip(codec, made(rows, [&](auto) { return random.below(10) == 0 ? -1 : 7; }), rows);
    round_trip(codec, made(rows, [&](auto i) { return i % 1000 * 12345; }), rows);
    round_trip(codec, made(rows, [&](auto i) { return i < 20'000 ? i : -i; }), rows);
}

TEST(ChunkCodec, WritesFewBytesForNumbersOfAPattern) {
    ChunkCodec codec;
    EXPECT_LT(round_trip(codec, std::vector<std::int64_t>(rows, -1), rows), 4000U);
    EXPECT_LT(round_trip(codec, made(rows, [](auto i) { return i + 7 * 32768; }), rows), 4000U);
    EXPECT_LT(round_trip(codec, made(rows, [](auto i) { return i / 512 * 1'000'000; }), rows), 6000U);
}

TEST(ChunkCodec, StoresNoiseAndNothingOfTheBytesAbove) {
    ChunkCodec codec;
    Random random(2);
    auto noise = [&](int bits) {
        return round_trip(
            codec, made(rows, [&](auto) { return static_cast<std::int64_t>(random.next() >> (64 - bits)); }), rows);
    };
    EXPECT_LT(noise(64), 8 * rows + 1000);
    EXPECT_LT(noise(40), 5 * rows + 1000);
    EXPECT_LT(noise(37), 5 * rows); // of the highest byte that varies, five bits do
}

TEST(ChunkCodec, RepeatsTheLastNumberUpToTheEndOfTheChunk) {
    ChunkCodec codec;
    for (std::size_t count : {1, 2, 5, 1000, 32767})
        round_trip(codec, made(count, [](auto i) { return i * 77777; }), rows);
    for (std::size_t all : {1, 2, 3, 4, 9, 100})
        round_trip(codec, made(1 + all / 2, [](auto i) { return i * 300; }), all);
    round_trip(codec, made(3 * rows - 1, [](auto i) { return i * i; }), 3 * rows);
}

std::size_t round_trip(ChunkCodec& codec, TextList& list, const std::vector<std::string>& texts,
                       const std::vector<std::int64_t>& values, std::size_t all) {
    std::string chunk, expected;
    codec.texts(values.data(), values.size(), all, list, chunk);
    for (std::size_t row = 0; row < all; ++row) {
        const std::string& text = texts[static_cast<std::size_t>(values[std::min(row, values.size() - 1)])];
        expected += text + std::string(list.width() - text.size(), '\0');
    }
    if (list.width() <= TextList::widest_shuffled) {
        std::string rows_of_bytes = std::exchange(expected, {});
        for (std::size_t byte = 0; byte < list.width(); ++byte)
            for (std::size_t row = 0; row < all; ++row) expected += rows_of_bytes[row * list.width() + byte];
    }
    EXPECT_TRUE(inflated(chunk, expected.size()) == expected);
    return chunk.size();
}

TEST(ChunkCodec, WritesTextsThatZlibReads) {
    ChunkCodec codec;
    Random random(3);
    for (std::size_t longest : {1, 2, 3, 8, 9, 50, 259, 300, 40'000}) {
        std::vector<std::string> texts = {"", "x"};
        for (int i = 0; i < 30; ++i) {
            texts.emplace_back();
            for (std::size_t k = longest - random.below(longest); k > 0; --k)
                texts.back() += static_cast<char>('a' + random.below(26));
        }
        texts.emplace_back(longest, 'z');
        TextList list(texts);
        ASSERT_EQ(list.width(), longest);
        std::size_t all = std::min<std::size_t>(rows, 300'000 / longest);
        auto any = [&](auto) { return static_cast<std::int64_t>(random.below(texts.size())); };
        round_trip(codec, list, texts, made(all, any), all);
        round_trip(codec, list, texts, made(all, [&](auto i) { return i / 5 % 7; }), all);
        round_trip(codec, list, texts, made(all / 2, any), all);
        round_trip(codec, list, texts, made(1, any), all);
    }
}

TEST(ChunkCodec, WritesRepeatedTextsInFewBytes) {
    ChunkCodec codec;
    std::vector<std::string> texts = {"n0->n1 n1->n2 n2->n3", "n3->n2 n2->n1 n1->n0", "n0->n1"};
    TextList list(texts);
    EXPECT_LT(round_trip(codec, list, texts, std::vector<std::int64_t>(rows, 1), rows), rows / 4);
    Random random(4);
    auto any = [&](auto) { return static_cast<std::int64_t>(random.below(3)); };
    EXPECT_LT(round_trip(codec, list, texts, made(rows, any), rows), rows * 2);
}

} // namespace
} // namespace arsia::hdf5
