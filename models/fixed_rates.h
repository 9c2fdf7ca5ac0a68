// The rates of an accelerator that is known from outside only: so many operations a second, so many bits a clock cycle
// through its memory port. Times are exact fractions of a cycle; a plan rounds their running sum, never a single tile,
// so that an operator's cycles are its exact time rounded up once.
#pragma once

#include <string>

#include "base/yaml.h"
#include "models/design.h"

namespace arsia {

/// A time of `parts` / `per_cycle` cycles; per_cycle is the clock's (CycleScale).
using CycleParts = unsigned __int128;

/// a · b, a + b; throw InputError beyond 128 bits.
CycleParts multiply_parts(CycleParts a, CycleParts b);
CycleParts add_parts(CycleParts a, CycleParts b);

struct FixedRates {
    OperationRate throughput{2};
    std::int64_t port_bits = 1; ///< a cycle
};

/// How many parts of a cycle an operation and a bit take: the coarsest parts in which both are whole.
class CycleScale {
public:
    CycleScale(const FixedRates& rates, Frequency clock);

    CycleParts operations(CycleParts count) const { return multiply_parts(count, parts_an_operation_); }
    CycleParts bits(CycleParts count) const { return multiply_parts(count, parts_a_bit_); }
    /// Whole cycles of `parts` / `divisor`, rounded up. Throws InputError beyond 63 bits.
    Cycles cycles(CycleParts parts, CycleParts divisor = 1) const;

private:
    std::uint64_t parts_an_operation_, parts_a_bit_;
    CycleParts per_cycle_;
};

/// `throughput: 86.6 GOP/s` and `port: 512 bit`.
FixedRates read_fixed_rates(YamlMap& file);
/// Fills the multipliers, from the file's clock, and shows the rates among the parameters.
void state_fixed_rates(Design& design, const FixedRates& rates, YamlMap& file);

/// Text of a refusal: what the design runs and what the operator is.
std::string wrong_kind(const Design& design, const Operator& op, const char* runs);

} // namespace arsia
