// Quantities and suggestions over random inputs.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "base/units.h"

namespace arsia {
namespace {

using Wide = unsigned __int128;

std::int64_t in_range(std::int64_t least, std::int64_t most) { return *rc::gen::inRange<std::int64_t>(least, most); }

RC_GTEST_PROP(Units, WholeNumbersAreReadExactly, ()) {
    std::int64_t number = in_range(0, 1000000);
    RC_ASSERT(parse_bytes(fmt::format("{} B", number)) == number);
    RC_ASSERT(parse_bytes(fmt::format("{}MiB", number)) == number * 1048576);
    RC_ASSERT(parse_bytes(fmt::format("  {}  GB ", number)) == number * 1000000000);
    RC_ASSERT(parse_duration(fmt::format("{} us", number)) == number * 1000000);
    RC_ASSERT(parse_frequency(fmt::format("{} kHz", number + 1)).hertz ==
              static_cast<std::uint64_t>(number + 1) * 1000);
    std::uint64_t bits = parse_bandwidth(fmt::format("{} Mbps", number + 1)).bits_per_second;
    RC_ASSERT(parse_bandwidth(fmt::format("{} MB/s", number + 1)).bits_per_second == 8 * bits);
}

RC_GTEST_PROP(Units, DecimalsAreReadExactly, ()) {
    // n/1000 us is n ns; nothing is rounded on the way.
    std::int64_t number = in_range(0, 1000000000);
    std::string text = fmt::format("{}.{:03} us", number / 1000, number % 1000);
    RC_ASSERT(parse_duration(text) == number * 1000);
}

RC_GTEST_PROP(Units, WhatIsPrintedIsReadAgain, ()) {
    // Four significant digits: equal to 0.05 %.
    std::int64_t time = in_range(1, 1000000000000);
    std::string text = format_time(time);
    double back = static_cast<double>(parse_duration(text));
    RC_ASSERT(std::abs(back - static_cast<double>(time)) <= 0.0005001 * static_cast<double>(time));
    std::uint64_t bits = static_cast<std::uint64_t>(in_range(1, 1000000000)) * 1000000;
    double printed = static_cast<double>(parse_bandwidth(format_bandwidth({bits})).bits_per_second);
    RC_ASSERT(std::abs(printed - static_cast<double>(bits)) <= 0.0005001 * static_cast<double>(bits));
}

RC_GTEST_PROP(Units, DurationsAreTheLeastThatSuffice, ()) {
    std::int64_t bytes = in_range(0, 1000000000000);
    auto bits_per_second = static_cast<std::uint64_t>(in_range(1000000, 4000000000000));
    TimePs time = transfer_time(bytes, {bits_per_second});
    Wide needed = Wide(static_cast<std::uint64_t>(bytes)) * 8 * 1000000000000ULL;
    RC_ASSERT(Wide(static_cast<std::uint64_t>(time)) * bits_per_second >= needed);
    RC_ASSERT(time == 0 || Wide(static_cast<std::uint64_t>(time - 1)) * bits_per_second < needed);
}

RC_GTEST_PROP(Units, AnyTextIsReadOrRefusedWithIt, (const std::string& text)) {
    try {
        RC_ASSERT(parse_bytes(text) >= 0);
    } catch (const InputError& error) {
        RC_ASSERT(error.exit_status() == 2);
        RC_ASSERT(!std::string(error.what()).empty());
    }
}

RC_GTEST_PROP(Suggest, AKnownNameIsItsOwnNearest, ()) {
    auto names = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'f')))));
    const std::string& name = names[static_cast<std::size_t>(in_range(0, static_cast<std::int64_t>(names.size())))];
    RC_ASSERT(nearest_name(name, names) == name);
}

RC_GTEST_PROP(Suggest, OneTypingErrorIsForgiven, ()) {
    auto name = *rc::gen::container<std::string>(8, rc::gen::inRange('a', 'z'));
    std::string typed = name;
    auto at = static_cast<std::size_t>(in_range(0, 7));
    switch (in_range(0, 4)) {
    case 0: typed[at] = '_'; break;
    case 1: typed.erase(at, 1); break;
    case 2: typed.insert(at, 1, '_'); break;
    default: std::swap(typed[at], typed[at + 1]);
    }
    RC_ASSERT(nearest_name(typed, {"0123456789", name, "----------------"}) == name);
}

} // namespace
} // namespace arsia
