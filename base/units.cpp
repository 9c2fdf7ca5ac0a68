#include "base/units.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/overflow.h"

namespace arsia {

namespace {

using Wide = unsigned __int128;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t picoseconds_per_second = 1'000'000'000'000;

struct Unit {
    std::string_view name;
    Wide numerator; ///< base units in one unit, as a fraction
    Wide denominator = 1;
};

/// A decimal number as an exact fraction mantissa / 10^scale.
struct Decimal {
    Wide mantissa = 0;
    Wide scale = 1;
};

struct Parts {
    std::string_view number;
    std::string_view unit;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

Parts split(std::string_view text) {
    text = trimmed(text);
    std::size_t end = 0;
    auto is_number_character = [&](std::size_t at) {
        char c = text[at];
        if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return true;
        if ((c == '-' || c == '+') && (at == 0 || text[at - 1] == 'e' || text[at - 1] == 'E')) return true;
        bool exponent = (c == 'e' || c == 'E') && at > 0 && at + 1 < text.size();
        return exponent &&
               (std::isdigit(static_cast<unsigned char>(text[at + 1])) || text[at + 1] == '-' || text[at + 1] == '+');
    };
    while (end < text.size() && is_number_character(end)) ++end;
    return {text.substr(0, end), trimmed(text.substr(end))};
}

/// Reads digits, a point and an exponent exactly; nothing is rounded on the way.
bool parse_decimal(std::string_view text, Decimal& out) {
    bool digits = false;
    bool point = false;
    int fraction_digits = 0;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        char c = text[at];
        if (c == '.') {
            if (point) return false;
            point = true;
        } else if (std::isdigit(static_cast<unsigned char>(c))) {
            if (out.mantissa > Wide(largest)) return false;
            out.mantissa = out.mantissa * 10 + Wide(c - '0');
            digits = true;
            if (point) ++fraction_digits;
        } else {
            break;
        }
    }
    if (!digits) return false;
    int exponent = 0;
    if (at < text.size()) {
        std::string_view rest = text.substr(at + 1);
        if (!rest.empty() && rest.front() == '+') rest.remove_prefix(1);
        auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
        if (error != std::errc() || end != rest.data() + rest.size()) return false;
    }
    exponent -= fraction_digits;
    if (exponent < -18 || exponent > 18) return false;
    for (; exponent > 0; --exponent) {
        if (out.mantissa > Wide(largest)) return false;
        out.mantissa *= 10;
    }
    for (; exponent < 0; ++exponent) out.scale *= 10;
    return true;
}

std::string names_of(const std::vector<Unit>& units) {
    std::string out;
    for (const Unit& unit : units) out += (out.empty() ? "" : ", ") + std::string(unit.name);
    return out;
}

std::string with_article(const std::string& kind) {
    bool vowel = std::string_view("aeiou").find(kind.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + kind;
}

/// Value of `text` in base units as an exact fraction, after all checks of form.
void parse_fraction(std::string_view text, const std::vector<Unit>& units, const char* kind, const char* example,
                    Wide& numerator, Wide& denominator) {
    Parts parts = split(text);
    std::string shown(trimmed(text));
    if (parts.number.empty())
        throw InputError(
            fmt::format("'{}' is not {}; write a number and a unit, like '{}'", shown, with_article(kind), example));
    if (parts.unit.empty())
        throw InputError(fmt::format("'{}' has no unit; {} needs one of {}, like '{}'", shown, with_article(kind),
                                     names_of(units), example));
    if (parts.number.front() == '-')
        throw InputError(fmt::format("'{}': {} cannot be negative", shown, with_article(kind)));
    Decimal value;
    if (!parse_decimal(parts.number.front() == '+' ? parts.number.substr(1) : parts.number, value))
        throw InputError(
            fmt::format("'{}' is not a number that fits {}; write one like '{}'", shown, with_article(kind), example));
    for (const Unit& unit : units) {
        if (unit.name != parts.unit) continue;
        constexpr Wide ceiling = ~Wide(0);
        if (value.mantissa != 0 && unit.numerator > ceiling / value.mantissa) throw_overflow(kind);
        numerator = value.mantissa * unit.numerator;
        denominator = value.scale * unit.denominator;
        return;
    }
    throw InputError(fmt::format("'{}' has the unknown unit '{}'; {} is given in {}", shown, parts.unit,
                                 with_article(kind), names_of(units)));
}

std::uint64_t parse_whole(std::string_view text, const std::vector<Unit>& units, const char* kind, const char* example,
                          const char* base, std::uint64_t ceiling = static_cast<std::uint64_t>(largest)) {
    Wide numerator = 0;
    Wide denominator = 1;
    parse_fraction(text, units, kind, example, numerator, denominator);
    if (numerator % denominator != 0)
        throw InputError(fmt::format("'{}' is not a whole number of {}", trimmed(text), base));
    Wide value = numerator / denominator;
    if (value > ceiling) throw InputError(fmt::format("'{}' is too large for {}", trimmed(text), with_article(kind)));
    return static_cast<std::uint64_t>(value);
}

double parse_real(std::string_view text, const std::vector<Unit>& units, const char* kind, const char* example) {
    Wide numerator = 0;
    Wide denominator = 1;
    parse_fraction(text, units, kind, example, numerator, denominator);
    return static_cast<double>(numerator) / static_cast<double>(denominator);
}

constexpr Wide kilo = 1000, mega = kilo * 1000, giga = mega * 1000, tera = giga * 1000;
constexpr Wide kibi = 1024, mebi = kibi * 1024, gibi = mebi * 1024, tebi = gibi * 1024;

std::vector<Unit> byte_units() {
    return {{"B", 1},     {"kB", kilo},  {"MB", mega},  {"GB", giga},  {"TB", tera},
            {"KB", kilo}, {"KiB", kibi}, {"MiB", mebi}, {"GiB", gibi}, {"TiB", tebi}};
}

std::vector<Unit> bandwidth_units() {
    std::vector<Unit> units;
    struct Prefix {
        const char* bit;
        const char* bit_slash;
        const char* byte;
        const char* byte_per;
        Wide factor;
    };
    static constexpr Prefix prefixes[] = {{"bps", "bit/s", "B/s", "Bps", 1},
                                          {"kbps", "kbit/s", "kB/s", "kBps", kilo},
                                          {"Mbps", "Mbit/s", "MB/s", "MBps", mega},
                                          {"Gbps", "Gbit/s", "GB/s", "GBps", giga},
                                          {"Tbps", "Tbit/s", "TB/s", "TBps", tera},
                                          {"Kibps", "Kibit/s", "KiB/s", "KiBps", kibi},
                                          {"Mibps", "Mibit/s", "MiB/s", "MiBps", mebi},
                                          {"Gibps", "Gibit/s", "GiB/s", "GiBps", gibi},
                                          {"Tibps", "Tibit/s", "TiB/s", "TiBps", tebi}};
    for (const Prefix& prefix : prefixes) {
        units.push_back({prefix.bit, prefix.factor});
        units.push_back({prefix.bit_slash, prefix.factor});
        units.push_back({prefix.byte, prefix.factor * 8});
        units.push_back({prefix.byte_per, prefix.factor * 8});
    }
    for (const auto& [name, factor] :
         {std::pair<const char*, Wide>{"b/s", 1}, {"kb/s", kilo}, {"Mb/s", mega}, {"Gb/s", giga}, {"Tb/s", tera}})
        units.push_back({name, factor});
    return units;
}

std::string scaled(double value, const char* const* names, int count, double step) {
    int at = 0;
    while (at + 1 < count && std::abs(value) >= step * 0.99995) {
        value /= step;
        ++at;
    }
    return fmt::format("{:.4g} {}", value, names[at]);
}

} // namespace

void throw_overflow(const char* what) { throw OverflowError(fmt::format("{} does not fit in 63 bits", what)); }

std::int64_t multiply_divide_up(std::int64_t a, std::uint64_t b, std::uint64_t divisor, const char* what) {
    std::uint64_t narrow = 0;
    if (!__builtin_mul_overflow(static_cast<std::uint64_t>(a), b, &narrow) &&
        narrow < std::uint64_t(1) << 63) // the common case: one hardware division
        return static_cast<std::int64_t>(narrow / divisor + (narrow % divisor != 0 ? 1 : 0));
    Wide product = Wide(static_cast<std::uint64_t>(a)) * b;
    Wide result = product / divisor + (product % divisor != 0 ? 1 : 0);
    if (result > Wide(largest)) throw_overflow(what);
    return static_cast<std::int64_t>(result);
}

std::int64_t checked_multiply(std::int64_t a, std::int64_t b, const char* what) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(a, b, &out)) throw_overflow(what);
    return out;
}

std::int64_t checked_add(std::int64_t a, std::int64_t b, const char* what) {
    std::int64_t out = 0;
    if (__builtin_add_overflow(a, b, &out)) throw_overflow(what);
    return out;
}

TimePs transfer_time(Bytes bytes, Bandwidth bandwidth) {
    return multiply_divide_up(bytes, 8 * picoseconds_per_second, bandwidth.bits_per_second,
                              "a transfer's duration in ps");
}

TimePs cycles_time(Cycles cycles, Frequency clock) {
    return multiply_divide_up(cycles, picoseconds_per_second, clock.hertz, "a computation's duration in ps");
}

Bytes parse_bytes(std::string_view text) {
    return static_cast<Bytes>(parse_whole(text, byte_units(), "size", "64 KiB", "bytes"));
}

Bandwidth parse_bandwidth(std::string_view text) {
    static const std::vector<Unit> units = bandwidth_units();
    std::string shown(trimmed(text));
    Bandwidth out;
    out.bits_per_second =
        parse_whole(text, units, "bandwidth", "8 Gbps", "bits a second", std::numeric_limits<std::uint64_t>::max());
    if (out.bits_per_second == 0)
        throw InputError(fmt::format("'{}': a bandwidth must be above zero, like '8 Gbps'", shown));
    return out;
}

TimePs parse_duration(std::string_view text) {
    return static_cast<TimePs>(parse_whole(text, {{"ps", 1}, {"ns", kilo}, {"us", mega}, {"ms", giga}, {"s", tera}},
                                           "duration", "500 ns", "picoseconds"));
}

Frequency parse_frequency(std::string_view text) {
    std::uint64_t hertz =
        parse_whole(text, {{"Hz", 1}, {"kHz", kilo}, {"MHz", mega}, {"GHz", giga}}, "frequency", "200 MHz", "hertz");
    if (hertz == 0)
        throw InputError(fmt::format("'{}': a frequency must be above zero, like '200 MHz'", trimmed(text)));
    return {hertz};
}

OperationRate parse_operations(std::string_view text) {
    std::uint64_t rate = parse_whole(text,
                                     {{"OP/s", 1},
                                      {"MOP/s", mega},
                                      {"GOP/s", giga},
                                      {"TOP/s", tera},
                                      {"MMAC/s", 2 * mega},
                                      {"GMAC/s", 2 * giga},
                                      {"TMAC/s", 2 * tera}},
                                     "throughput", "86.6 GOP/s", "operations a second");
    if (rate == 0)
        throw InputError(fmt::format("'{}': a throughput must be above zero, like '86.6 GOP/s'", trimmed(text)));
    return {rate};
}

double parse_energy_pj(std::string_view text) {
    return parse_real(text, {{"fJ", 1, kilo}, {"pJ", 1}, {"nJ", kilo}, {"uJ", mega}, {"J", tera}}, "energy", "4.5 pJ");
}

double parse_power_w(std::string_view text) {
    return parse_real(text, {{"uW", 1, mega}, {"mW", 1, kilo}, {"W", 1}, {"kW", kilo}}, "power", "25 W");
}

std::string format_time(TimePs time) {
    static constexpr const char* names[] = {"ps", "ns", "us", "ms", "s"};
    return scaled(static_cast<double>(time), names, 5, 1000.0);
}

std::string format_bytes(double bytes) {
    static constexpr const char* names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    return scaled(bytes, names, 6, 1024.0);
}

std::string format_bandwidth(Bandwidth bandwidth) {
    static constexpr const char* bits[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
    static constexpr const char* bytes[] = {"B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"};
    if (bandwidth.bits_per_second % (8 * 1024 * 1024) == 0)
        return scaled(bandwidth.bytes_per_second(), bytes, 5, 1024.0);
    return scaled(static_cast<double>(bandwidth.bits_per_second), bits, 5, 1000.0);
}

std::string format_count(double count) {
    static constexpr const char* names[] = {"", "k", "M", "G", "T"};
    std::string text = scaled(count, names, 5, 1000.0);
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

} // namespace arsia
