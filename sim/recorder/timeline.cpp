#include "sim/recorder/timeline.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace arsia {

namespace {

/// A buffer is taken or given back.
struct Change {
    NodeId node;
    TimePs time;
    Bytes bytes;

    /// What ends at an instant leaves before what begins there comes.
    friend bool operator<(const Change& a, const Change& b) {
        return std::tie(a.node, a.time, a.bytes) < std::tie(b.node, b.time, b.bytes);
    }
};

std::vector<Change> buffer_changes(const Program& program, const RunResult& result) {
    std::vector<Change> changes;
    for (const Buffer& buffer : program.buffers()) {
        TimePs begin = buffer.first.valid() ? result.tasks[buffer.first].start : 0;
        TimePs end = buffer.users.empty() ? result.latency : begin;
        for (TaskId user : buffer.users) end = std::max(end, result.tasks[user].end);
        changes.push_back({buffer.node, begin, buffer.bytes});
        changes.push_back({buffer.node, end, -buffer.bytes});
    }
    std::sort(changes.begin(), changes.end());
    return changes;
}

} // namespace

TimeBins::TimeBins(TimePs latency, std::int64_t most) {
    std::int64_t count = std::max<std::int64_t>(1, std::min<std::int64_t>(most, latency));
    for (std::int64_t bin = 0; bin <= count; ++bin) {
        edges_.push_back(static_cast<TimePs>(static_cast<__int128>(latency) * bin / count));
    }
}

std::size_t TimeBins::at(TimePs time) const {
    auto after = std::upper_bound(edges_.begin(), edges_.end(), time);
    auto edge = static_cast<std::size_t>(after - edges_.begin());
    return std::min(edge == 0 ? 0 : edge - 1, count() - 1);
}

std::vector<double> link_utilization(const Platform& platform, const RunResult& result, std::vector<TimePs>& edges) {
    TimePs width = result.link_bins.width();
    if (width == 0) throw std::logic_error("a run file needs a run with RunOptions::watch_links");
    edges = {0};
    do edges.push_back(edges.back() + std::min(width, result.latency - edges.back()));
    while (edges.back() < result.latency);
    std::size_t bins = edges.size() - 1;
    std::vector<double> rows(platform.links.size() * bins, 0.0);
    for (LinkId link : ids_of(platform.links)) {
        const std::vector<TimePs>& busy = result.link_bins.busy(link);
        for (std::size_t bin = 0; bin < std::min(bins, busy.size()); ++bin)
            rows[link.value() * bins + bin] =
                static_cast<double>(busy[bin]) / static_cast<double>(edges[bin + 1] - edges[bin]);
    }
    return rows;
}

std::vector<Bytes> memory_occupancy(const Platform& platform, const Program& program, const RunResult& result,
                                    const TimeBins& bins) {
    std::vector<Bytes> rows(platform.nodes.size() * bins.count(), 0);
    std::vector<Change> changes = buffer_changes(program, result);
    Bytes live = 0;
    for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
        if (i == 0 || changes[i].node != changes[i - 1].node) live = 0;
        live += changes[i].bytes;
        bool holds = changes[i + 1].node == changes[i].node && changes[i + 1].time > changes[i].time;
        if (!holds) continue;
        Bytes* row = rows.data() + changes[i].node.value() * bins.count();
        std::size_t last = bins.at(changes[i + 1].time - 1);
        for (std::size_t bin = bins.at(changes[i].time); bin <= last; ++bin) row[bin] = std::max(row[bin], live);
    }
    return rows;
}

} // namespace arsia
