#include "mapper/objective.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

namespace {

constexpr double scale = 1e9;

} // namespace

Objective Objective::parse(const std::string& text) {
    Objective out;
    out.name_ = text;
    if (text == "latency") return out;
    if (text == "throughput") {
        out.kind_ = Kind::throughput;
        return out;
    }
    char* end = nullptr;
    out.weight_ = std::strtod(text.c_str(), &end);
    bool number = !text.empty() && end == text.c_str() + text.size();
    if (!number || !(out.weight_ >= 0 && out.weight_ <= 1))
        throw InputError(
            fmt::format("'{}' is no objective{}; legal: latency, throughput, or the weight of latency in a "
                        "mix of both, from 0 to 1",
                        text, did_you_mean(text, {"latency", "throughput"})));
    out.kind_ = Kind::weighted;
    return out;
}

void Objective::relate_to(const StreamTimes& reference) {
    reference_latency_ = std::max<TimePs>(1, reference.first());
    reference_period_ = std::max<TimePs>(1, reference.period());
}

std::int64_t Objective::score(TimePs latency, const StreamTimes& times) const {
    switch (kind_) {
    case Kind::latency: break;
    case Kind::throughput: return times.period();
    case Kind::weighted: {
        double first = static_cast<double>(times.first()) / static_cast<double>(reference_latency_);
        double period = static_cast<double>(times.period()) / static_cast<double>(reference_period_);
        return std::llround(scale * (weight_ * first + (1 - weight_) * period));
    }
    }
    return latency;
}

std::string Objective::text(std::int64_t score) const {
    switch (kind_) {
    case Kind::latency: break;
    case Kind::throughput: return "period " + format_time(score);
    case Kind::weighted: return fmt::format("score {:.6f}", static_cast<double>(score) / scale);
    }
    return "latency " + format_time(score);
}

} // namespace arsia
