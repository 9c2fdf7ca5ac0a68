#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/units.h"

namespace arsia {
namespace {

using testing::HasSubstr;

std::string error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Units, SizesTellKFromKi) {
    EXPECT_EQ(parse_bytes("10 B"), 10);
    EXPECT_EQ(parse_bytes("64 KiB"), 65536);
    EXPECT_EQ(parse_bytes("64 kB"), 64000);
    EXPECT_EQ(parse_bytes("1 MB"), 1000000);
    EXPECT_EQ(parse_bytes("1MiB"), 1048576);
    EXPECT_EQ(parse_bytes(" 1.5 GiB "), 1610612736);
    EXPECT_EQ(parse_bytes("2 TiB"), 2199023255552);
}

TEST(Units, BandwidthsTellBitsFromBytes) {
    EXPECT_EQ(parse_bandwidth("8 Gbps").bits_per_second, 8000000000u);
    EXPECT_EQ(parse_bandwidth("8 Gb/s").bits_per_second, 8000000000u);
    EXPECT_EQ(parse_bandwidth("8 Gbit/s").bits_per_second, 8000000000u);
    EXPECT_EQ(parse_bandwidth("8 GBps").bits_per_second, 64000000000u);
    EXPECT_EQ(parse_bandwidth("19.2 GB/s").bits_per_second, 153600000000u);
    EXPECT_EQ(parse_bandwidth("50 GiB/s").bits_per_second, 8ull * 50 * 1024 * 1024 * 1024);
    EXPECT_EQ(parse_bandwidth("1 kbps").bits_per_second, 1000u);
    EXPECT_EQ(parse_bandwidth("1 Kibps").bits_per_second, 1024u);
}

TEST(Units, DurationsAndFrequencies) {
    EXPECT_EQ(parse_duration("10 ps"), 10);
    EXPECT_EQ(parse_duration("0 ns"), 0);
    EXPECT_EQ(parse_duration("500 ns"), 500000);
    EXPECT_EQ(parse_duration("1 us"), 1000000);
    EXPECT_EQ(parse_duration("1.5 ms"), 1500000000);
    EXPECT_EQ(parse_duration("2 s"), 2000000000000);
    EXPECT_EQ(parse_duration("1e3 ns"), 1000000);
    EXPECT_EQ(parse_frequency("200 MHz").hertz, 200000000u);
    EXPECT_EQ(parse_frequency("1.25 GHz").hertz, 1250000000u);
}

TEST(Units, EnergyAndPower) {
    EXPECT_DOUBLE_EQ(parse_energy_pj("4.5 pJ"), 4.5);
    EXPECT_DOUBLE_EQ(parse_energy_pj("1 nJ"), 1000);
    EXPECT_DOUBLE_EQ(parse_energy_pj("250 fJ"), 0.25);
    EXPECT_EQ(parse_operations("86.6 GOP/s").per_second, 86'600'000'000u);
    EXPECT_EQ(parse_operations("1.2 TMAC/s").per_second, 2'400'000'000'000u);
    EXPECT_DOUBLE_EQ(parse_power_w("25 W"), 25);
    EXPECT_DOUBLE_EQ(parse_power_w("300 mW"), 0.3);
}

TEST(Units, ABareNumberIsAnError) {
    EXPECT_EQ(error_of([] { parse_bytes("64"); }),
              "'64' has no unit; a size needs one of B, kB, MB, GB, TB, KB, KiB, MiB, GiB, TiB, like '64 KiB'");
    EXPECT_EQ(error_of([] { parse_duration("500"); }),
              "'500' has no unit; a duration needs one of ps, ns, us, ms, s, like '500 ns'");
    EXPECT_EQ(error_of([] { parse_frequency("200"); }),
              "'200' has no unit; a frequency needs one of Hz, kHz, MHz, GHz, like '200 MHz'");
    EXPECT_THAT(error_of([] { parse_bandwidth("8"); }), HasSubstr("'8' has no unit; a bandwidth needs one of bps,"));
}

TEST(Units, WhatIsNoQuantity) {
    EXPECT_EQ(error_of([] { parse_bytes("much"); }), "'much' is not a size; write a number and a unit, like '64 KiB'");
    EXPECT_EQ(error_of([] { parse_bytes(""); }), "'' is not a size; write a number and a unit, like '64 KiB'");
    EXPECT_EQ(error_of([] { parse_duration("5 minutes"); }),
              "'5 minutes' has the unknown unit 'minutes'; a duration is given in ps, ns, us, ms, s");
    EXPECT_EQ(error_of([] { parse_duration("-5 ns"); }), "'-5 ns': a duration cannot be negative");
    EXPECT_EQ(error_of([] { parse_duration("1.2.3 ns"); }),
              "'1.2.3 ns' is not a number that fits a duration; write one like '500 ns'");
    EXPECT_THAT(error_of([] { parse_bandwidth("8 GBPS"); }), HasSubstr("unknown unit 'GBPS'"));
    EXPECT_EQ(error_of([] { parse_operations("0 GOP/s"); }),
              "'0 GOP/s': a throughput must be above zero, like '86.6 GOP/s'");
    EXPECT_THAT(error_of([] { parse_operations("5 GB/s"); }), HasSubstr("unknown unit 'GB/s'; a throughput is given"));
    EXPECT_EQ(error_of([] { parse_energy_pj("1.2.3 pJ"); }),
              "'1.2.3 pJ' is not a number that fits an energy; write one like '4.5 pJ'");
    EXPECT_THAT(error_of([] { parse_power_w("25 J"); }),
                HasSubstr("unknown unit 'J'; a power is given in uW, mW, W, kW"));
}

TEST(Units, FractionsOfTheBaseUnitAreRefusedNotRounded) {
    EXPECT_EQ(error_of([] { parse_duration("0.5 ps"); }), "'0.5 ps' is not a whole number of picoseconds");
    EXPECT_EQ(error_of([] { parse_bytes("1.5 B"); }), "'1.5 B' is not a whole number of bytes");
    EXPECT_EQ(error_of([] { parse_bandwidth("0.1 bps"); }), "'0.1 bps' is not a whole number of bits a second");
}

TEST(Units, ZeroRatesAreRefused) {
    EXPECT_EQ(error_of([] { parse_bandwidth("0 Gbps"); }), "'0 Gbps': a bandwidth must be above zero, like '8 Gbps'");
    EXPECT_EQ(error_of([] { parse_frequency("0 Hz"); }), "'0 Hz': a frequency must be above zero, like '200 MHz'");
}

TEST(Units, OverflowIsAnError) {
    EXPECT_EQ(error_of([] { parse_duration("10000000 s"); }), "'10000000 s' is too large for a duration");
    EXPECT_EQ(error_of([] { parse_bytes("9000000 TiB"); }), "'9000000 TiB' is too large for a size");
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(error_of([] { checked_multiply(most, 2, "the product"); }), "the product does not fit in 63 bits");
    EXPECT_EQ(error_of([] { checked_add(most, 1, "the sum"); }), "the sum does not fit in 63 bits");
    EXPECT_EQ(error_of([] { multiply_divide_up(most, 3, 2, "the share"); }), "the share does not fit in 63 bits");
    EXPECT_EQ(error_of([] { transfer_time(most, {1}); }), "a transfer's duration in ps does not fit in 63 bits");
    EXPECT_EQ(error_of([] { cycles_time(most, {1}); }), "a computation's duration in ps does not fit in 63 bits");
    EXPECT_EQ(checked_multiply(most, 1, "x"), most);
    EXPECT_EQ(checked_add(most, 0, "x"), most);
    EXPECT_EQ(multiply_divide_up(most, 4, 4, "x"), most);
}

TEST(Units, DurationsAreRoundedUp) {
    // 64 KiB at 8 Gb/s: 8 · 65536 / 8·10⁹ s.
    EXPECT_EQ(transfer_time(65536, parse_bandwidth("8 Gbps")), 65536000);
    // 1 byte at 3 bit/s: 8/3 s = 2.66… s.
    EXPECT_EQ(transfer_time(1, {3}), 2666666666667);
    EXPECT_EQ(transfer_time(0, {3}), 0);
    EXPECT_EQ(cycles_time(1, parse_frequency("200 MHz")), 5000);
    EXPECT_EQ(cycles_time(1, {3}), 333333333334);
    EXPECT_EQ(divide_up(7, 2), 4);
    EXPECT_EQ(divide_up(8, 2), 4);
}

TEST(Units, ReadableForms) {
    EXPECT_EQ(format_time(0), "0 ps");
    EXPECT_EQ(format_time(1234567), "1.235 us");
    EXPECT_EQ(format_time(2000000000), "2 ms");
    EXPECT_EQ(format_bytes(512), "512 B");
    EXPECT_EQ(format_bytes(65536), "64 KiB");
    EXPECT_EQ(format_bytes(1.5 * 1024 * 1024 * 1024), "1.5 GiB");
    EXPECT_EQ(format_bandwidth(parse_bandwidth("8 Gbps")), "8 Gbit/s");
    EXPECT_EQ(format_bandwidth(parse_bandwidth("50 GiB/s")), "50 GiB/s");
    EXPECT_EQ(format_count(950), "950");
    EXPECT_EQ(format_count(21797672), "21.8 M");
    EXPECT_EQ(format_count(3663761408), "3.664 G");
}

} // namespace
} // namespace arsia
