#include "collectives/ideal.h"

#include <algorithm>
#include <numeric>

namespace arsia {

namespace {

/// Bytes that must leave and enter each rank, and cross some rank's links in all.
struct Traffic {
    std::vector<Bytes> out, in;
    Bytes total = 0;
};

Traffic least_traffic(const CollectiveSpec& spec) {
    std::size_t n = spec.ranks.size();
    auto others = static_cast<Bytes>(n - 1);
    std::vector<Bytes> slices = slices_of(spec);
    Bytes sum = std::accumulate(slices.begin(), slices.end(), Bytes(0)), all = spec.slices.empty() ? spec.bytes : sum;
    Traffic traffic{std::vector<Bytes>(n, 0), std::vector<Bytes>(n, 0), 0};
    for (std::size_t rank = 0; rank < n; ++rank) {
        Bytes slice = spec.operation == CollectiveOperation::broadcast ? all : slices[rank];
        Bytes& out = traffic.out[rank];
        Bytes& in = traffic.in[rank];
        bool root = rank == spec.root;
        switch (spec.operation) {
        case CollectiveOperation::all_reduce: out = in = all; break;
        case CollectiveOperation::reduce_scatter: out = all - slice, in = slice; break;
        case CollectiveOperation::all_gather: out = slice, in = sum - slice; break;
        case CollectiveOperation::all_to_all: out = all - slice, in = others * slice; break;
        case CollectiveOperation::broadcast: (root ? out : in) = all; break;
        case CollectiveOperation::gather: (root ? in : out) = root ? others * all : all; break;
        case CollectiveOperation::scatter: (root ? out : in) = root ? all - slice : slice; break;
        case CollectiveOperation::send_receive:
            if (spec.pairs.empty()) out = in = all;
            break;
        }
    }
    for (auto [from, to] : spec.pairs) {
        traffic.out[from] += all;
        traffic.in[to] += all;
    }
    for (std::size_t rank = 0; rank < n; ++rank) traffic.total += traffic.in[rank];
    if (spec.operation == CollectiveOperation::all_reduce) traffic.total = 2 * others * all;
    if (spec.operation == CollectiveOperation::reduce_scatter) traffic.total = others * all;
    return traffic;
}

/// Adds up bandwidths; ample ones of test platforms saturate.
void add(Bandwidth& sum, Bandwidth more) {
    if (__builtin_add_overflow(sum.bits_per_second, more.bits_per_second, &sum.bits_per_second))
        sum.bits_per_second = UINT64_MAX;
}

TimePs time_of(Bytes bytes, Bandwidth bandwidth) {
    return bytes > 0 && bandwidth.bits_per_second > 0 ? transfer_time(bytes, bandwidth) : 0;
}

} // namespace

TimePs ideal_time(const Platform& platform, const CollectiveSpec& spec) {
    IdVector<NodeId, Bandwidth> leaving(platform.nodes.size()), entering(platform.nodes.size());
    for (const Link& link : platform.links) {
        add(leaving[link.from], link.bandwidth);
        add(entering[link.to], link.bandwidth);
    }
    Traffic traffic = least_traffic(spec);
    Bandwidth all_out, all_in;
    TimePs time = 0;
    for (std::size_t rank = 0; rank < spec.ranks.size(); ++rank) {
        NodeId node = spec.ranks[rank];
        time = std::max({time, time_of(traffic.out[rank], leaving[node]), time_of(traffic.in[rank], entering[node])});
        add(all_out, leaving[node]);
        add(all_in, entering[node]);
    }
    return std::max({time, time_of(traffic.total, all_out), time_of(traffic.total, all_in)});
}

CollectiveBandwidth bandwidth_of(const CollectiveSpec& spec, TimePs time) {
    if (time <= 0) return {};
    constexpr double ps_per_s = 1e12;
    auto n = static_cast<double>(spec.ranks.size());
    auto data = static_cast<double>(spec.bytes);
    if (!spec.slices.empty()) {
        std::vector<Bytes> slices = slices_of(spec);
        data = static_cast<double>(std::accumulate(slices.begin(), slices.end(), Bytes(0)));
    }
    double factor = (n - 1) / n;
    switch (spec.operation) {
    case CollectiveOperation::all_reduce: factor *= 2; break;
    case CollectiveOperation::all_gather:
    case CollectiveOperation::gather:
        if (spec.slices.empty()) data *= n;
        break;
    case CollectiveOperation::broadcast:
    case CollectiveOperation::send_receive: factor = 1; break;
    default: break;
    }
    double algorithm = data * ps_per_s / static_cast<double>(time);
    return {algorithm, algorithm * factor};
}

} // namespace arsia
