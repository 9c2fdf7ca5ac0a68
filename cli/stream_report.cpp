#include "cli/stream_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/link_report.h"

namespace arsia {

namespace {

TimePs end_of(const StreamTimes& times) {
    TimePs out = 0;
    for (const RequestTimes& request : times.requests) out = std::max(out, request.finish);
    return out;
}

void add_stream(Json& object, const StreamTimes& times) {
    Json requests = Json::array();
    for (const RequestTimes& request : times.requests)
        requests.push_back({{"arrival_ns", nanoseconds(request.arrival)},
                            {"finish_ns", nanoseconds(request.finish)},
                            {"latency_ns", nanoseconds(request.latency())}});
    object["requests"] = requests;
    object["throughput_per_s"] = times.throughput();
    object["period_ns"] = times.requests.size() > 1 ? Json(nanoseconds(times.period())) : Json();
}

std::string latencies_text(const StreamTimes& times) {
    return fmt::format("latency {} first, {} mean, {} worst", format_time(times.first()), format_time(times.mean()),
                       format_time(times.worst()));
}

} // namespace

StreamReport::StreamReport(const Scenario& scenario, const Evaluator::Run& run) : stream_(scenario.stream) {
    auto times = [&](OperatorId begin, OperatorId end) {
        return stream_times(stream_, run.program, run.result, run.request_ends, begin, end);
    };
    all_ = times(OperatorId(0), OperatorId(scenario.graph.operators.size()));
    for (const Tenant& tenant : scenario.tenants) workloads_.push_back({tenant.name, times(tenant.begin, tenant.end)});
}

void StreamReport::add_to(Json& object) const {
    add_stream(object, all_);
    if (workloads_.empty()) return;
    Json workloads = Json::array();
    for (const Workload& workload : workloads_) {
        Json entry = {{"name", workload.name}, {"latency_ns", nanoseconds(end_of(workload.times))}};
        add_stream(entry, workload.times);
        workloads.push_back(entry);
    }
    object["workloads"] = workloads;
}

std::string StreamReport::text() const {
    bool several = stream_.requests > 1;
    std::string out;
    if (several) {
        out += fmt::format("requests  {}, {}: {}\n", stream_.requests, arrival_text(stream_), latencies_text(all_));
        out += fmt::format("{:10}{:.4g} requests/s over all; one every {} in the second half\n", "", all_.throughput(),
                           format_time(all_.period()));
    }
    for (std::size_t i = 0; i < workloads_.size(); ++i)
        out += fmt::format("{:10}{}: {}\n", i == 0 ? "workloads" : "", workloads_[i].name,
                           several ? latencies_text(workloads_[i].times)
                                   : "latency " + format_time(end_of(workloads_[i].times)));
    return out;
}

} // namespace arsia
