// Requests that ask for a workload one after another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulator.h"

namespace arsia {

/// Arrivals at equal distances, the first at time 0.
struct Stream {
    std::uint32_t requests = 1;
    TimePs interval = 0; ///< 0: all at once

    TimePs arrival(std::uint32_t request) const { return static_cast<TimePs>(request) * interval; }
};

/// `all at once` or `every 5 ms`; throws InputError that says what is legal.
TimePs parse_arrival(const std::string& text);
/// The same way back.
std::string arrival_text(const Stream& stream);

/// When one request came and when the last of it was done.
struct RequestTimes {
    TimePs arrival = 0, finish = 0;
    TimePs latency() const { return finish - arrival; }
};

/// What came of a stream.
struct StreamTimes {
    std::vector<RequestTimes> requests;

    TimePs first() const { return requests.front().latency(); }
    TimePs mean() const; ///< rounded down
    TimePs worst() const;
    /// Requests a second, from the first arrival to the last finish; 0 if that takes no time.
    double throughput() const;
    /// Mean distance of finishes over the second half of the stream, when it flows steadily: with N requests and
    /// finishes f in order of time, (f[N−1] − f[h]) / (N − 1 − h), h = ⌊(N − 1) / 2⌋, rounded down. 0 of one request.
    TimePs period() const;
};

/// Times of each request over the tasks of the operators from `begin` up to `end`. `request_ends` as Lowering has them.
StreamTimes stream_times(const Stream& stream, const Program& program, const RunResult& result,
                         const std::vector<TaskId>& request_ends, OperatorId begin, OperatorId end);

} // namespace arsia
