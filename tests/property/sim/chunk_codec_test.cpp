#include "sim/recorder/chunk_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <zlib.h>

namespace arsia::hdf5 {
namespace {

std::string inflated(const std::string& stream, std::size_t size) {
    std::string out(size + 1, '\0');
    uLongf length = out.size();
    RC_ASSERT(uncompress(reinterpret_cast<Bytef*>(out.data()), &length, reinterpret_cast<const Bytef*>(stream.data()),
                         stream.size()) == Z_OK);
    out.resize(length);
    return out;
}

/// Rows of `width` bytes: first bytes of all, then second ones ….
std::string shuffled(const std::string& rows, std::size_t width) {
    std::string out;
    for (std::size_t byte = 0; byte < width; ++byte)
        for (std::size_t at = byte; at < rows.size(); at += width) out += rows[at];
    return out;
}

/// Runs, ramps, periods and noise, one after the other, as columns have them.
rc::Gen<std::vector<std::int64_t>> columns() {
    return rc::gen::exec([] {
        std::vector<std::int64_t> out;
        int parts = *rc::gen::inRange(1, 6);
        for (int part = 0; part < parts; ++part) {
            std::int64_t begin = *rc::gen::arbitrary<std::int64_t>() >> *rc::gen::inRange(0, 60);
            std::int64_t step = *rc::gen::inRange(-3, 1000), noise = *rc::gen::element(0, 0, 3, 255, 100'000);
            auto period = *rc::gen::element<std::int64_t>(1, 2, 7, 500, 1'000'000),
                 count = *rc::gen::inRange<std::int64_t>(1, 9000);
            std::uint64_t state = *rc::gen::arbitrary<std::uint64_t>();
            for (std::int64_t i = 0; i < count; ++i) {
                state = state * 6364136223846793005 + 1442695040888963407;
                out.push_back(begin / 2 + i % period * step + static_cast<std::int64_t>(state >> 40) % (noise + 1));
            }
        }
        return out;
    });
}

RC_GTEST_PROP(ChunkCodecProperty, ZlibGivesNumbersBack, ()) {
    std::vector<std::int64_t> values = *columns();
    std::size_t rows = values.size() + *rc::gen::element<std::size_t>(0, 1, 3, 5000);
    ChunkCodec codec;
    std::string chunk, expected;
    codec.numbers(values.data(), values.size(), rows, chunk);
    values.resize(rows, values.back());
    for (std::int64_t value : values)
        for (unsigned byte = 0; byte < 8; ++byte) expected += static_cast<char>(value >> 8 * byte & 0xff);
    RC_ASSERT(inflated(chunk, expected.size()) == shuffled(expected, 8));
    RC_ASSERT(chunk.size() <= expected.size() + expected.size() / 256 + 600);
}

RC_GTEST_PROP(ChunkCodecProperty, ZlibGivesTextsBack, ()) {
    auto texts = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::inRange('a', 'e'))));
    TextList list(texts);
    ChunkCodec codec;
    for (int round = 0; round < 2; ++round) { // the second must not rely on the first
        std::vector<std::int64_t> values = *columns();
        for (std::int64_t& value : values)
            value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) % texts.size());
        std::size_t rows = values.size() + *rc::gen::element<std::size_t>(0, 1, 2, 700);
        std::string chunk, expected;
        codec.texts(values.data(), values.size(), rows, list, chunk);
        values.resize(rows, values.back());
        for (std::int64_t value : values) expected.append(list.text(static_cast<std::size_t>(value)), list.width());
        if (list.width() <= TextList::widest_shuffled) expected = shuffled(expected, list.width());
        RC_ASSERT(inflated(chunk, expected.size()) == expected);
    }
}

} // namespace
} // namespace arsia::hdf5
