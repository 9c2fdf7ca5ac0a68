#include "mapper/stream.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

constexpr const char* at_once = "all at once";
constexpr const char* every = "every ";

} // namespace

TimePs parse_arrival(const std::string& text) {
    if (text == at_once) return 0;
    const std::size_t length = std::string(every).size();
    if (text.compare(0, length, every) != 0)
        throw InputError(
            fmt::format("'{}' is no arrival; legal: '{}', or a distance like 'every 5 ms'", text, at_once));
    TimePs interval = parse_duration(text.substr(length));
    if (interval <= 0)
        throw InputError(fmt::format("'{}': the distance must be above 0; '{}' has none", text, at_once));
    return interval;
}

std::string arrival_text(const Stream& stream) {
    return stream.interval == 0 ? at_once : every + format_time(stream.interval);
}

TimePs StreamTimes::mean() const {
    __int128 sum = 0;
    for (const RequestTimes& request : requests) sum += request.latency();
    return static_cast<TimePs>(sum / static_cast<__int128>(requests.size()));
}

TimePs StreamTimes::worst() const {
    TimePs out = 0;
    for (const RequestTimes& request : requests) out = std::max(out, request.latency());
    return out;
}

double StreamTimes::throughput() const {
    TimePs last = 0;
    for (const RequestTimes& request : requests) last = std::max(last, request.finish);
    return last > 0 ? static_cast<double>(requests.size()) * 1e12 / static_cast<double>(last) : 0;
}

TimePs StreamTimes::period() const {
    if (requests.size() < 2) return 0;
    std::vector<TimePs> finishes;
    for (const RequestTimes& request : requests) finishes.push_back(request.finish);
    std::sort(finishes.begin(), finishes.end());
    std::size_t half = (finishes.size() - 1) / 2;
    return (finishes.back() - finishes[half]) / static_cast<TimePs>(finishes.size() - 1 - half);
}

StreamTimes stream_times(const Stream& stream, const Program& program, const RunResult& result,
                         const std::vector<TaskId>& request_ends, OperatorId begin, OperatorId end) {
    StreamTimes out;
    TaskId task(0);
    for (std::uint32_t request = 0; request < stream.requests; ++request) {
        RequestTimes times{stream.arrival(request), stream.arrival(request)};
        for (; task < request_ends[request]; task = TaskId(task.value() + 1)) {
            OperatorId op = program.task(task).op;
            if (op.valid() && !(op < begin) && op < end) times.finish = std::max(times.finish, result.tasks[task].end);
        }
        out.requests.push_back(times);
    }
    return out;
}

} // namespace arsia
