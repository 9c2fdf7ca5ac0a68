#include "cli/traffic_report.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "cli/describe.h"
#include "cli/table.h"
#include "sim/platform_in_time.h"

namespace arsia {

TrafficReport::TrafficReport(const Platform& platform, const Traffic& traffic, const RunResult& result)
    : platform_(platform), traffic_(traffic), result_(result), bytes_(total_bytes(traffic)) {
    PlatformInTime in_time(platform);
    std::vector<double> slowdowns;
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        const Demand& demand = traffic[i];
        Row row;
        row.took = times(i).end - demand.start;
        row.alone =
            in_time.uncontended_time(in_time.at(times(i).start), demand.source, demand.destination, demand.bytes);
        if (row.alone > 0) row.slowdown = static_cast<double>(row.took) / static_cast<double>(row.alone);
        slowdowns.push_back(row.slowdown);
        rows_.push_back(row);
    }
    if (slowdowns.empty()) return;
    std::sort(slowdowns.begin(), slowdowns.end());
    std::size_t count = slowdowns.size();
    mean_slowdown_ = std::accumulate(slowdowns.begin(), slowdowns.end(), 0.0) / static_cast<double>(count);
    median_slowdown_ = (slowdowns[(count - 1) / 2] + slowdowns[count / 2]) / 2;
    largest_slowdown_ = slowdowns.back();
}

void TrafficReport::add_to(Json& object) const {
    object["time_ns"] = nanoseconds(result_.latency);
    object["time_ps"] = result_.latency;
    object["bytes"] = bytes_;
    object["slowdown"] = {{"mean", mean_slowdown_}, {"median", median_slowdown_}, {"largest", largest_slowdown_}};
    object["links"] = links_object(link_rows(platform_, result_), result_.latency);
    object["events"] = result_.events;
}

JsonList TrafficReport::transfers() const {
    return {"transfers", traffic_.size(), [this](std::size_t i) -> Json {
                const Demand& demand = traffic_[i];
                return {{"source", platform_.nodes[demand.source].name},
                        {"destination", platform_.nodes[demand.destination].name},
                        {"bytes", demand.bytes},
                        {"start_ns", nanoseconds(demand.start)},
                        {"finish_ns", nanoseconds(times(i).end)},
                        {"channel_ns", nanoseconds(times(i).start)},
                        {"alone_ns", nanoseconds(rows_[i].alone)},
                        {"slowdown", rows_[i].slowdown}};
            }};
}

std::string TrafficReport::summary_text() const {
    std::string out =
        fmt::format("topology  {}: {}, {}, burst {}\ntraffic   {} of {} in all\nfinish    {} ({} ps)\n", platform_.name,
                    counted(platform_.nodes.size(), "node"), counted(platform_.links.size(), "directed link"),
                    platform_.burst ? format_bytes(static_cast<double>(platform_.burst)) : "message",
                    counted(traffic_.size(), "transfer"), format_bytes(static_cast<double>(bytes_)),
                    format_time(result_.latency), result_.latency);
    if (!traffic_.empty())
        out += fmt::format("slowdown  mean {:.2f}, median {:.2f}, largest {:.2f} (time from start to finish over the "
                           "time alone)\n",
                           mean_slowdown_, median_slowdown_, largest_slowdown_);
    return out;
}

std::string TrafficReport::slowest_text() const {
    constexpr std::size_t most = 8;
    if (traffic_.empty()) return "";
    std::vector<std::size_t> order(traffic_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t shown = std::min(most, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return std::tuple(-rows_[a].slowdown, a) < std::tuple(-rows_[b].slowdown, b);
                      });
    order.resize(shown);
    Table table({">number", "from", "to", ">bytes", ">start", ">finish", ">alone", ">slowdown"});
    for (std::size_t i : order) {
        const Demand& demand = traffic_[i];
        table.row({std::to_string(i + 1), platform_.nodes[demand.source].name, platform_.nodes[demand.destination].name,
                   format_bytes(static_cast<double>(demand.bytes)), format_time(demand.start),
                   format_time(times(i).end), format_time(rows_[i].alone), fmt::format("{:.2f}", rows_[i].slowdown)});
    }
    std::string which = traffic_.size() > most ? fmt::format("The {} slowest transfers", most) : "Transfers";
    return which + ", by slowdown\n" + table.text(2) + "\n";
}

std::string TrafficReport::detail_text() const {
    return slowest_text() + busiest_links_text(link_rows(platform_, result_), result_.latency);
}

} // namespace arsia
