// What may stand in a name, and how what may not is shown.
#include <string>

#include <gtest/gtest.h>

#include "base/names.h"

namespace arsia {
namespace {

using namespace std::string_literals;

TEST(Names, Utf8) {
    for (const char* text : {"", "conv1", "größe", "层/1", "\xf0\x9f\x98\x80"})
        EXPECT_EQ(first_byte_not_utf8(text), std::nullopt) << text;
    EXPECT_EQ(first_byte_not_utf8("ab\xff"), 2u);
    EXPECT_EQ(first_byte_not_utf8("\xe9t\xe9"), 0u) << "Latin-1";
    EXPECT_EQ(first_byte_not_utf8("a\xc3"), 1u) << "cut within a letter";
    EXPECT_EQ(first_byte_not_utf8("\xc0\xaf"), 0u) << "longer than need be";
    EXPECT_EQ(first_byte_not_utf8("\xed\xa0\x80"), 0u) << "half of a surrogate pair";
}

TEST(Names, WhatANameCannotHold) {
    for (const char* name : {"a", "layer1.0.conv", "a b", "größe", "a->b#2"}) EXPECT_EQ(name_problem(name), "") << name;
    EXPECT_EQ(name_problem(""), "the name is empty");
    EXPECT_EQ(name_problem("ab\xff"), "a name must be UTF-8 text; byte 3 of this one, 0xFF, is not");
    EXPECT_EQ(name_problem("a\0b"s), "the name 'a\\x00b' holds the control character U+0000, which a name cannot");
    EXPECT_EQ(name_problem("a\nb"), "the name 'a\\x0ab' holds the control character U+000A, which a name cannot");
    EXPECT_EQ(name_problem("a\x7f"), "the name 'a\\x7f' holds the control character U+007F, which a name cannot");
}

TEST(Names, ControlCharactersAreShown) {
    EXPECT_EQ(without_controls("plain größe\n\tnext"), "plain größe\n\tnext");
    EXPECT_EQ(without_controls("a\0b\x1b[1m"s), "a\\x00b\\x1b[1m");
}

} // namespace
} // namespace arsia
