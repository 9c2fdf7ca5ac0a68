// Quantities: integers inside, units outside. Durations are rounded up and checked for overflow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arsia {

using TimePs = std::int64_t; ///< simulated time or duration, picoseconds
using Bytes = std::int64_t;
using Cycles = std::int64_t;

/// Rate of a link or memory. Bits a second, so that every unit a user may write is an integer.
struct Bandwidth {
    std::uint64_t bits_per_second = 0;

    double bytes_per_second() const { return static_cast<double>(bits_per_second) / 8.0; }
    friend bool operator==(Bandwidth a, Bandwidth b) { return a.bits_per_second == b.bits_per_second; }
    friend bool operator<(Bandwidth a, Bandwidth b) { return a.bits_per_second < b.bits_per_second; }
};

struct Frequency {
    std::uint64_t hertz = 0;
    friend bool operator==(Frequency a, Frequency b) { return a.hertz == b.hertz; }
};

/// Arithmetic operations a second; a multiply-accumulate counts as two.
struct OperationRate {
    std::uint64_t per_second = 0;
    friend bool operator==(OperationRate a, OperationRate b) { return a.per_second == b.per_second; }
};

/// ⌈a·b / divisor⌉ in 128 bits. a, b ≥ 0, divisor > 0; throws InputError naming `what` beyond 63 bits.
std::int64_t multiply_divide_up(std::int64_t a, std::uint64_t b, std::uint64_t divisor, const char* what);

/// Products and sums of sizes that must not wrap; throw InputError naming `what`.
std::int64_t checked_multiply(std::int64_t a, std::int64_t b, const char* what);
std::int64_t checked_add(std::int64_t a, std::int64_t b, const char* what);

[[noreturn]] void throw_overflow(const char* what); ///< InputError: `what` does not fit in 63 bits

/// A moment `delay` after `time`; throws InputError past 2^63 ps.
inline TimePs later(TimePs time, TimePs delay) {
    TimePs out = 0;
    if (__builtin_add_overflow(time, delay, &out)) throw_overflow("simulated time in ps");
    return out;
}

inline std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Time to move `bytes` at `bandwidth`, ⌈8·bytes·10¹² / (bit/s)⌉ ps. Bandwidth must not be zero.
TimePs transfer_time(Bytes bytes, Bandwidth bandwidth);

/// Time of `cycles` at `clock`, ⌈cycles·10¹² / Hz⌉ ps.
TimePs cycles_time(Cycles cycles, Frequency clock);

// Readers of `NUMBER UNIT`. A bare number, an unknown unit, a negative value or a value that is not a whole
// number of the base unit (ps, byte, bit/s, Hz) throws InputError; the message says which units are legal.
// `b` is a bit and `B` a byte; k M G T are powers of 1000, Ki Mi Gi Ti of 1024.
Bytes parse_bytes(std::string_view text);         ///< `64 KiB`, `1 MB`, `10 B`
Bandwidth parse_bandwidth(std::string_view text); ///< `8 Gbps`, `19.2 GB/s`, `50 GiB/s`
TimePs parse_duration(std::string_view text);     ///< `500 ns`, `1 us`, `1.5 ms`, `2 s`, `10 ps`
Frequency parse_frequency(std::string_view text); ///< `200 MHz`
OperationRate parse_operations(std::string_view); ///< `86.6 GOP/s`, `1.2 TMAC/s`; a MAC is two operations
double parse_energy_pj(std::string_view text);    ///< `4.5 pJ`, `1 nJ`; picojoules
double parse_power_w(std::string_view text);      ///< `25 W`, `300 mW`; watts

// Readable forms, three to four significant digits.
std::string format_time(TimePs time);
std::string format_bytes(double bytes);
std::string format_bandwidth(Bandwidth bandwidth);
std::string format_count(double count); ///< 3.66 G, 21.8 M, 950

} // namespace arsia
