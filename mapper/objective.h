// What searches minimise.
#pragma once

#include <cstdint>
#include <string>

#include "mapper/stream.h"

namespace arsia {

/// One whole number for each mapping; the lower, the better.
///
///   latency      the time at which all is done, ps
///   throughput   the period of a stream in its steady state, ps
///   weight w     w · first latency / reference + (1 − w) · period / reference, in billionths; the references are those
///                of the baseline's mapping, so that it scores 1 whatever the weight
class Objective {
public:
    /// `latency`, `throughput`, or a weight of latency between 0 and 1. Throws InputError that says what is legal.
    static Objective parse(const std::string& text);

    bool is_latency() const { return kind_ == Kind::latency; }
    /// A mix of two, for which relate_to() should say what they are to be divided by; else both are by 1 ms.
    bool is_weighted() const { return kind_ == Kind::weighted; }
    void relate_to(const StreamTimes& reference);

    /// `latency`: the time at which all is done. `times`: of each request; not needed for the objective latency.
    std::int64_t score(TimePs latency, const StreamTimes& times) const;

    /// As parse() takes it.
    const std::string& name() const { return name_; }
    /// What a score is: `latency 1.2 ms`, `period 300 us`, `score 0.93`.
    std::string text(std::int64_t score) const;

private:
    enum class Kind : std::uint8_t { latency, throughput, weighted };

    Kind kind_ = Kind::latency;
    double weight_ = 1; ///< of latency
    std::string name_ = "latency";
    TimePs reference_latency_ = 1'000'000'000, reference_period_ = 1'000'000'000;
};

} // namespace arsia
