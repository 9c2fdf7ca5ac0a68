#include "models/fixed_rates.h"

#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "models/registry.h"

namespace arsia {

CycleParts multiply_parts(CycleParts a, CycleParts b) {
    CycleParts out = 0;
    if (__builtin_mul_overflow(a, b, &out)) throw_overflow("an operator's number of cycles");
    return out;
}

CycleParts add_parts(CycleParts a, CycleParts b) {
    CycleParts out = 0;
    if (__builtin_add_overflow(a, b, &out)) throw_overflow("an operator's number of cycles");
    return out;
}

CycleScale::CycleScale(const FixedRates& rates, Frequency clock) {
    const std::uint64_t common = std::gcd(clock.hertz, rates.throughput.per_second);
    const std::uint64_t cycles = clock.hertz / common, operations = rates.throughput.per_second / common;
    const auto port = static_cast<std::uint64_t>(rates.port_bits);
    parts_an_operation_ = cycles * port;
    parts_a_bit_ = operations;
    per_cycle_ = CycleParts(operations) * port;
}

Cycles CycleScale::cycles(CycleParts parts, CycleParts divisor) const {
    const CycleParts whole = multiply_parts(per_cycle_, divisor);
    const CycleParts out = parts / whole + (parts % whole > 0 ? 1 : 0);
    if (out > CycleParts(std::numeric_limits<Cycles>::max())) throw_overflow("an operator's number of cycles");
    return static_cast<Cycles>(out);
}

FixedRates read_fixed_rates(YamlMap& file) {
    FixedRates rates;
    if (auto value = file.required("throughput")) rates.throughput = value->operations();
    if (auto value = file.required("port")) rates.port_bits = read_bits(*value, "a port's width", 65'536);
    return rates;
}

void state_fixed_rates(Design& design, const FixedRates& rates, YamlMap& file) {
    std::uint64_t hertz = 1;
    if (auto value = file.required("clock")) hertz = value->frequency().hertz;
    // A multiply-accumulate is two operations.
    design.multipliers = multiply_divide_up(1, rates.throughput.per_second, 2 * hertz, "a design's multipliers");
    design.parameters.push_back(
        {"throughput", fmt::format("{}OP/s", format_count(static_cast<double>(rates.throughput.per_second)))});
    design.parameters.push_back({"memory port", fmt::format("{} bit a cycle", rates.port_bits)});
}

std::string wrong_kind(const Design& design, const Operator& op, const char* runs) {
    return fmt::format("design '{}' runs {} only, and vector operators; '{}' is of kind {}", design.name, runs, op.name,
                       name_of(op.kind));
}

} // namespace arsia
