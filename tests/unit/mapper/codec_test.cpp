// Mappings and evaluations as bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/evaluation/bytes.h"
#include "mapper/evaluation/codec.h"
#include "mapper/evaluation/workers.h"
#include "tests/support/search_stand_ins.h"

namespace arsia {
namespace {

using namespace arsia::testing;

TEST(MappingKey, TellsEveryFieldApart) {
    Mapping base = numbered(1);
    base.sets[0].accelerators.push_back(NodeId(2));
    base.sets[0].operators[0].strategy.es = {1, 2, 1, 1, 1, 1, 1};
    std::vector<Mapping> others(13, base);
    others[0].collectives = CollectiveChoice::ring;
    std::swap(others[1].sets[0].accelerators[0], others[1].sets[0].accelerators[1]);
    others[2].sets[0].design = "other";
    others[3].sets[0].reconfigure = true;
    others[4].sets[0].operators[0].strategy.es = {1, 1, 2, 1, 1, 1, 1};
    others[5].sets[0].operators[0].strategy.ss = Dim::N;
    others[6].sets[0].operators[0].resident = true;
    others[7].sets[0].operators[0].resident = false;
    others[8].sets[0].operators.push_back({OperatorId(1), {}, std::nullopt});
    others[9].sets[0].designs = {"a", "b"};
    others[10].sets[0].designs = {"b", "a"};
    others[11].sets[0].operators[0].strategy.shares = {1, 300};
    others[12].sets[0].operators[0].strategy.shares = {300, 1};
    EXPECT_EQ(mapping_of_key(mapping_key(base)), base);
    std::vector<std::string> keys = {mapping_key(base)};
    EXPECT_EQ(mapping_key(base), keys[0]);
    for (const Mapping& other : others) {
        EXPECT_THAT(keys, ::testing::Not(::testing::Contains(mapping_key(other))));
        keys.push_back(mapping_key(other));
        EXPECT_EQ(mapping_of_key(keys.back()), other);
    }
}

TEST(MappingKey, KeepsLargeNumbersApart) {
    EXPECT_NE(mapping_key(numbered(127)), mapping_key(numbered(128)));
    EXPECT_NE(mapping_key(numbered(1)), mapping_key(numbered(129)));
    EXPECT_NE(mapping_key(numbered(300)), mapping_key(numbered(44)));
}

TEST(Bytes, GiveNumbersAndTextsBack) {
    std::vector<std::uint64_t> numbers = {0, 1, 127, 128, 300, 1ULL << 32, ~0ULL};
    ByteWriter out;
    for (std::uint64_t number : numbers) out.number(number);
    out.text("").text(std::string("a\0b", 3));
    std::string bytes = out.take();
    ByteReader in(bytes);
    for (std::uint64_t number : numbers) EXPECT_EQ(in.number(), number);
    EXPECT_EQ(in.text(), "");
    EXPECT_EQ(in.text(), std::string("a\0b", 3));
    EXPECT_EQ(in.rest(), "");
    EXPECT_THROW(in.number(), std::logic_error);
}

TEST(EvaluationBytes, HoldEveryField) {
    for (const Evaluation& one : {Evaluation{true, 12'345'678'901, {}}, Evaluation{false, 0, {"too small", ""}},
                                  Evaluation{true, 5, {}, Figures{9'000'000'000'000, 1 << 30}}}) {
        Evaluation back = decode_evaluation(encode(one));
        EXPECT_EQ(back.legal, one.legal);
        EXPECT_EQ(back.latency, one.latency);
        EXPECT_EQ(back.problems, one.problems);
        ASSERT_EQ(back.figures.has_value(), one.figures.has_value());
        if (!one.figures) continue;
        EXPECT_EQ(back.figures->energy_pj, one.figures->energy_pj);
        EXPECT_EQ(back.figures->peak_memory, one.figures->peak_memory);
    }
}

/// What a pool gets to see of an evaluation that throws.
template <class Thrown>
void expect_thrown_again(const Thrown& error) {
    std::string bytes = answer(question(7, numbered(1)), [&](const Mapping&) -> Evaluation { throw error; });
    Answer back = read_answer(bytes);
    EXPECT_EQ(back.number, 7u);
    try {
        back.evaluation();
        FAIL() << "no error";
    } catch (const Thrown& again) {
        EXPECT_STREQ(again.what(), error.what());
    }
}

TEST(Answers, HoldTheErrorThatWasThrown) {
    expect_thrown_again(InputError("no route"));
    expect_thrown_again(IllegalError("it cannot finish"));
    expect_thrown_again(std::runtime_error("a fault"));
    expect_thrown_again(std::bad_alloc());
}

} // namespace
} // namespace arsia
