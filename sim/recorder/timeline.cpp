#include "sim/recorder/timeline.h"

#include <algorithm>
#include <tuple>

namespace arsia {

namespace {

/// Adds `amount`, spread evenly over begin … end, to the bins of one row.
void spread(double amount, TimePs begin, TimePs end, const TimeBins& bins, double* row) {
    if (begin >= end) {
        row[bins.at(begin)] += amount;
        return;
    }
    double rate = amount / static_cast<double>(end - begin);
    for (std::size_t bin = bins.at(begin); bin < bins.count() && bins.begin(bin) < end; ++bin) {
        row[bin] += rate * static_cast<double>(std::min(end, bins.end(bin)) - std::max(begin, bins.begin(bin)));
    }
}

/// Moves what a link cannot carry in one bin to the next, and what is left at the end of the run back again.
void limit(double bytes_a_ps, const TimeBins& bins, double* row) {
    auto pass = [&](double carried, std::size_t bin) {
        double room = bytes_a_ps * static_cast<double>(bins.width(bin));
        double wanted = row[bin] + carried;
        row[bin] = std::min(wanted, room);
        return wanted - row[bin];
    };
    double carried = 0;
    for (std::size_t bin = 0; bin < bins.count(); ++bin) carried = pass(carried, bin);
    for (std::size_t bin = bins.count(); bin-- > 0 && carried > 0;) carried = pass(carried, bin);
}

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

std::vector<double> link_utilization(const Platform& platform, const Program& program, const RunResult& result,
                                     const TimeBins& bins) {
    std::vector<double> rows(platform.links.size() * bins.count(), 0.0);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind != TaskKind::transfer) continue;
        const TaskTimes& times = result.tasks[id];
        for (LinkId link : platform.route(task.node, task.destination)) {
            double* row = rows.data() + link.value() * bins.count();
            spread(static_cast<double>(task.bytes), times.start, times.end, bins, row);
        }
    }
    constexpr double picoseconds_per_second = 1e12;
    for (LinkId link : ids_of(platform.links)) {
        double bytes_a_ps = platform.links[link].bandwidth.bytes_per_second() / picoseconds_per_second;
        double* row = rows.data() + link.value() * bins.count();
        limit(bytes_a_ps, bins, row);
        for (std::size_t bin = 0; bin < bins.count(); ++bin) {
            double room = bytes_a_ps * static_cast<double>(bins.width(bin));
            row[bin] = room > 0 ? row[bin] / room : 0;
        }
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
