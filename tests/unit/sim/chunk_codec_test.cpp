#include "sim/recorder/chunk_codec.h"

#include <gtest/gtest.h>

#include <functional>
#include <zlib.h>

#include "base/random.h"
#include "sim/recorder/prefix_code.h"

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

/// Bytes of the stream, which gives the numbers back.
std::size_t round_trip(ChunkCodec& codec, const std::vector<std::int64_t>& values, std::size_t rows) {
    std::string stream = "left over from before";
    codec.numbers(values.data(), values.size(), rows, stream);
    EXPECT_TRUE(inflated(stream, 8 * rows) == shuffled(values, rows));
    return stream.size();
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
    EXPECT_LT(round_trip(codec, std::vector<std::int64_t>(rows, -1), rows), 400U);
    EXPECT_LT(round_trip(codec, made(rows, [](auto i) { return i + 7 * 32768; }), rows), 1800U);
    EXPECT_LT(round_trip(codec, made(rows, [](auto i) { return i / 512 * 1'000'000; }), rows), 3000U);
}

/// Noise is stored as it is: five bytes for each 32 KiB, and the frame.
TEST(ChunkCodec, NeverGrowsMuch) {
    ChunkCodec codec;
    Random random(2);
    std::size_t size =
        round_trip(codec, made(rows, [&](auto) { return static_cast<std::int64_t>(random.next()); }), rows);
    EXPECT_LE(size, 8 * rows + 8 * 6 + 8);
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
    std::string stream, expected;
    codec.texts(values.data(), values.size(), all, list, stream);
    for (std::size_t row = 0; row < all; ++row) {
        const std::string& text = texts[static_cast<std::size_t>(values[std::min(row, values.size() - 1)])];
        expected += text + std::string(list.width() - text.size(), '\0');
    }
    if (list.width() <= TextList::widest_shuffled) {
        std::string rows_of_bytes = std::exchange(expected, {});
        for (std::size_t byte = 0; byte < list.width(); ++byte)
            for (std::size_t row = 0; row < all; ++row) expected += rows_of_bytes[row * list.width() + byte];
    }
    EXPECT_TRUE(inflated(stream, expected.size()) == expected);
    return stream.size();
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

TEST(ChunkCodec, WritesTextsThatStoodBeforeAsWhereTheyStood) {
    ChunkCodec codec;
    std::vector<std::string> texts = {"n0->n1 n1->n2 n2->n3", "n3->n2 n2->n1 n1->n0", "n0->n1"};
    TextList list(texts);
    EXPECT_LT(round_trip(codec, list, texts, std::vector<std::int64_t>(rows, 1), rows), 2000U);
    Random random(4);
    auto any = [&](auto) { return static_cast<std::int64_t>(random.below(3)); };
    EXPECT_LT(round_trip(codec, list, texts, made(rows, any), rows), rows * 6 / 5);
}

/// Counts that grow like Fibonacci's numbers ask for words longer than deflate allows.
TEST(PrefixCode, KeepsTheLongestWordWithinTheLimit) {
    for (unsigned limit : {7U, 15U}) {
        PrefixCode<19> code;
        std::uint32_t a = 1, b = 1;
        for (std::uint32_t& count : code.counts) {
            count = a;
            a = std::exchange(b, a + b);
        }
        code.make(limit);
        double kraft = 0;
        unsigned longest = 0;
        for (CodeWord word : code.words) {
            ASSERT_GT(word.length, 0);
            longest = std::max<unsigned>(longest, word.length);
            kraft += 1.0 / (1U << word.length);
        }
        EXPECT_EQ(longest, limit);
        EXPECT_EQ(kraft, 1.0);
    }
}

/// Of 1, 1, 2, 4: words of 3, 3, 2 and 1 bits.
TEST(PrefixCode, IsHuffmans) {
    PrefixCode<6> code;
    code.counts = {4, 0, 1, 1, 0, 2};
    code.make(15);
    EXPECT_EQ(code.words[0].length, 1);
    EXPECT_EQ(code.words[1].length, 0);
    EXPECT_EQ(code.words[2].length, 3);
    EXPECT_EQ(code.words[3].length, 3);
    EXPECT_EQ(code.words[5].length, 2);
    EXPECT_EQ(code.cost(), 4U * 1 + 3 + 3 + 2 * 2);
}

TEST(Adler, SumsBytesAsZlibDoes) {
    Random random(5);
    for (std::size_t count : {0, 1, 15, 16, 17, 1000, 200'000}) {
        std::string bytes;
        for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(random.below(3) ? 255 : random.below(256));
        Adler adler;
        adler.add(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        EXPECT_EQ(adler.value(), adler32(1, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(count)));
    }
}

TEST(Adler, SumsTextsWithoutSeeingThem) {
    std::string text(300, '\xff'), all;
    for (int i = 0; i < 1001; ++i) all += text;
    auto of = [](const std::string& bytes) {
        return adler32(1, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    };
    Adler at_once, one_by_one;
    at_once.add(Adler::Text::of(text), 1001);
    for (int i = 0; i < 1001; ++i) one_by_one.add(Adler::Text::of(text));
    EXPECT_EQ(at_once.value(), of(all));
    EXPECT_EQ(one_by_one.value(), of(all));
    at_once.add(Adler::Text::of("end"));
    EXPECT_EQ(at_once.value(), of(all + "end"));
}

} // namespace
} // namespace arsia::hdf5
