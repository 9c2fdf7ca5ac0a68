#include "sim/recorder/lanes.h"

#include <algorithm>
#include <numeric>

#include "sim/recorder/run_data.h"

namespace arsia {

namespace {

/// Lanes of one engine, each free from some moment on.
class Lanes {
public:
    std::int32_t take(TimePs start, TimePs end) {
        auto found = std::find_if(free_.begin(), free_.end(), [&](TimePs free) { return free <= start; });
        auto lane = static_cast<std::int32_t>(found - free_.begin());
        if (found == free_.end())
            free_.push_back(end);
        else
            *found = end;
        return lane;
    }

private:
    std::vector<TimePs> free_;
};

/// Transfers in order of start; of equals the earlier task.
std::vector<std::int32_t> by_start(const RunData& run) {
    std::vector<std::int32_t> order(run.transfers.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return run.tasks[run.transfers[a].task].start < run.tasks[run.transfers[b].task].start;
    });
    return order;
}

} // namespace

std::vector<std::int32_t> dma_lanes(const RunData& run) {
    std::vector<Lanes> nodes(run.nodes.size());
    std::vector<std::int32_t> out(run.transfers.size(), 0);
    for (std::int32_t at : by_start(run)) {
        const RunData::Task& task = run.tasks[run.transfers[at].task];
        out[at] = nodes[task.node].take(task.start, task.end);
    }
    return out;
}

std::vector<std::vector<LinkLane>> link_lanes(const RunData& run) {
    std::vector<Lanes> lanes(run.links.size());
    std::vector<std::vector<LinkLane>> out(run.links.size());
    for (std::int32_t at : by_start(run)) {
        const RunData::Task& task = run.tasks[run.transfers[at].task];
        for (std::int32_t link : run.routes[run.transfers[at].route])
            out[link].push_back({at, lanes[link].take(task.start, task.end)});
    }
    return out;
}

} // namespace arsia
