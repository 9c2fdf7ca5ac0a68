#include "cli/collective_report.h"

#include <fmt/format.h>

#include "cli/describe.h"
#include "cli/link_report.h"

namespace arsia {

CollectiveReport::CollectiveReport(const Platform& platform, const CollectiveSpec& spec, const Program& program,
                                   const RunResult& result)
    : platform_(platform), spec_(spec), result_(result), ideal_(ideal_time(platform, spec)),
      bandwidth_(bandwidth_of(spec, result.latency)) {
    for (const Task& task : program.tasks()) {
        if (task.kind != TaskKind::transfer || task.bytes == 0) continue;
        transfers_ += task.repeat;
        bytes_sent_ += task.bytes * task.repeat;
    }
    for (const LinkUse& use : result.links) bytes_on_links_ += use.bytes;
}

double CollectiveReport::efficiency() const {
    return result_.latency > 0 ? static_cast<double>(ideal_) / static_cast<double>(result_.latency) : 0;
}

void CollectiveReport::add_to(Json& object) const {
    object["operation"] = info_of(spec_.operation).name;
    object["algorithm"] = info_of(spec_.algorithm).name;
    if (spec_.algorithm == CollectiveAlgorithm::hierarchical)
        object["dimension_algorithm"] = info_of(spec_.dimension_algorithm).name;
    object["bytes"] = spec_.bytes;
    object["chunks"] = spec_.chunks;
    Json ranks = Json::array();
    for (NodeId node : spec_.ranks) ranks.push_back(platform_.nodes[node].name);
    object["ranks"] = ranks;
    object["time_ns"] = nanoseconds(result_.latency);
    object["time_ps"] = result_.latency;
    object["ideal_ns"] = nanoseconds(ideal_);
    object["ideal_ratio"] = efficiency();
    object["algorithm_bandwidth"] = bandwidth_.algorithm;
    object["bus_bandwidth"] = bandwidth_.bus;
    object["transfers"] = transfers_;
    object["bytes_sent"] = bytes_sent_;
    object["bytes_on_links"] = bytes_on_links_;
    object["links"] = links_object(link_rows(platform_, result_), result_.latency);
    object["events"] = result_.events;
}

static std::string gigabytes(double bytes_per_second) { return fmt::format("{:.4g} GB/s", bytes_per_second / 1e9); }

std::string CollectiveReport::summary_text() const {
    std::string how = info_of(spec_.algorithm).name;
    if (spec_.algorithm == CollectiveAlgorithm::hierarchical)
        how += fmt::format(" ({} along each dimension)", info_of(spec_.dimension_algorithm).name);
    const OperationInfo& operation = info_of(spec_.operation);
    std::string out =
        fmt::format("topology    {}: {}, {}, burst {}\n", platform_.name, counted(platform_.nodes.size(), "node"),
                    counted(platform_.links.size(), "directed link"),
                    platform_.burst ? format_bytes(static_cast<double>(platform_.burst)) : "message");
    out += fmt::format("collective  {} by {}, {} ranks, {}\n", operation.name, how, spec_.ranks.size(),
                       counted(static_cast<std::size_t>(spec_.chunks), "chunk"));
    out += fmt::format("size        {}: {}\n", format_bytes(static_cast<double>(spec_.bytes)), operation.buffer);
    out += fmt::format("time        {} ({} ps)\n", format_time(result_.latency), result_.latency);
    out += fmt::format("ideal       {}: what the bandwidth of the ranks' links allows; {:.1f} % of it reached\n",
                       format_time(ideal_), 100 * efficiency());
    out +=
        fmt::format("bandwidth   algorithm {}, bus {}\n", gigabytes(bandwidth_.algorithm), gigabytes(bandwidth_.bus));
    return out + fmt::format("traffic     {} in {}; {} on all links together\n",
                             format_bytes(static_cast<double>(bytes_sent_)),
                             counted(static_cast<std::size_t>(transfers_), "transfer"),
                             format_bytes(static_cast<double>(bytes_on_links_)));
}

std::string CollectiveReport::detail_text() const {
    return busiest_links_text(link_rows(platform_, result_), result_.latency);
}

} // namespace arsia
