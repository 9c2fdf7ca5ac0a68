#include "mapper/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "mapper/bounds/chain_bound.h"
#include "mapper/bounds/host_traffic.h"
#include "mapper/bounds/least_tiles.h"
#include "workloads/layer_kinds.h"

namespace arsia {

namespace {

/// Rounds down: real numbers stand for exact quantities here, and a bound must never be above them. The relative margin
/// is far above the error of summing a few thousand doubles.
TimePs floor_ps(double time) {
    constexpr double longest = 9.2e18; // a run that takes longer does not end
    return static_cast<TimePs>(std::floor(std::min(time, longest) * (1 - 1e-9)));
}

/// Compute time of the whole operator at the best rate that any of the designs has for it, ps; infinite if all refuse.
/// A design counts whole cycles, and shards round up one by one; one cycle less than the whole's count is below the
/// exact quotient, which is what shards cannot undercut together.
template <class IsAllowed>
double least_compute_time(const Scenario& scenario, const Operator& op, IsAllowed is_allowed) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [name, design] : scenario.designs) {
        if (!is_allowed(name) || design->refusal(op)) continue;
        auto cycles = static_cast<double>(std::max<Cycles>(0, design->least_cycles(op, op.extents) - 1));
        least = std::min(least, cycles * 1e12 / static_cast<double>(design->clock.hertz));
    }
    return least;
}

/// With any design that some accelerator may load.
double least_compute_time(const Scenario& scenario, const Operator& op) {
    const std::vector<NodeId>& all = scenario.accelerators;
    double least = least_compute_time(scenario, op, [&](const std::string& name) {
        return std::any_of(all.begin(), all.end(), [&](NodeId node) { return scenario.allows(node, name); });
    });
    return std::isinf(least) ? 0 : least; // an operator that nothing runs has no legal mapping at all
}

/// What all accelerators together need at least where they can run different designs, ps. If x is the share of an
/// operator that an accelerator computes, it takes at least x times its least time for the whole. With weights y ≥ 0 of
/// the accelerators that sum to one, the longest of their times is at least the weighted mean of them, and so at least
/// Σ over operators of the least y·time. This holds for any weights; those tried are the accelerators' speeds on each
/// operator.
double weighted_work(const Scenario& scenario, const LayerKinds& kinds) {
    constexpr std::size_t most_tried = 1024;
    std::map<std::vector<double>, double> alike; // by times on each accelerator: how many operators have them
    std::vector<std::vector<double>> tried;      // in graph order
    std::vector<NodeId> accelerators = scenario.accelerators;
    LayerTable<std::vector<double>> known(kinds);
    for (OperatorId id : ids_of(scenario.graph.operators)) {
        const std::vector<double>& times = known.of(id, [&] {
            const Operator& op = scenario.graph.operators[id];
            std::vector<double> out;
            for (NodeId node : accelerators)
                out.push_back(least_compute_time(scenario, op,
                                                 [&](const std::string& name) { return scenario.allows(node, name); }));
            return out;
        });
        if (++alike[times] == 1 && tried.size() < most_tried) tried.push_back(times);
    }
    double best = 0;
    std::vector<double> weights(accelerators.size());
    for (const std::vector<double>& by : tried) {
        double sum = 0;
        for (std::size_t a = 0; a < weights.size(); ++a) sum += weights[a] = 1 / std::max(1.0, by[a]);
        if (sum == 0) continue;
        double work = 0;
        for (const auto& [times, count] : alike) {
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t a = 0; a < weights.size(); ++a)
                if (!std::isinf(times[a])) least = std::min(least, weights[a] / sum * times[a]);
            if (!std::isinf(least)) work += count * least; // an operator that nobody runs has no legal mapping at all
        }
        best = std::max(best, work);
    }
    return best;
}

/// Least share of an operator that one piece of it can be. Exclusive shards divide it by at most the number of
/// accelerators, the phases of shared shards divide a shard by at most that number again; parts along a dimension are
/// even, so the smallest is rounded down. Where sets may mix designs, shares may leave one unit of each split
/// dimension.
class SmallestPiece {
public:
    SmallestPiece(const Extents& extents, std::int64_t accelerators)
        : extents_(extents), accelerators_(accelerators), budget_(accelerators * accelerators) {}

    double share(bool with_shares) { return with_shares ? std::min(even_share(), one_unit()) : even_share(); }

private:
    /// One unit along as many dimensions as can be split, each in two parts at least; the longest.
    double one_unit() const {
        Extents longest = extents_;
        std::sort(longest.rbegin(), longest.rend());
        double out = 1;
        std::int64_t ranks = 2;
        for (std::size_t i = 0; i < dim_count && ranks <= accelerators_; ++i, ranks *= 2)
            out /= static_cast<double>(longest[i]);
        return out;
    }

    double even_share() {
        constexpr std::int64_t searched = 4096;
        if (budget_ <= searched) return least(0, budget_);
        // ⌊x⌋ > x/2 for x ≥ 1, so no dimension loses more than half to rounding.
        double out = 1 / static_cast<double>(budget_);
        for (std::int64_t extent : extents_)
            if (extent > 1) out /= 2;
        return out;
    }

    /// Over the dimensions from `dim` on, with factors whose product is at most `budget`.
    double least(std::size_t dim, std::int64_t budget) {
        if (dim == dim_count || budget == 1) return 1;
        auto known = known_.find({dim, budget});
        if (known != known_.end()) return known->second;
        double out = 1;
        for (std::int64_t factor = 1; factor <= std::min(budget, extents_[dim]); ++factor) {
            double part = static_cast<double>(extents_[dim] / factor) / static_cast<double>(extents_[dim]);
            out = std::min(out, part * least(dim + 1, budget / factor));
        }
        known_[{dim, budget}] = out;
        return out;
    }

    Extents extents_;
    std::int64_t accelerators_, budget_;
    std::map<std::pair<std::size_t, std::int64_t>, double> known_;
};

/// What the host can send or receive over all its links at once, and the shortest way.
struct HostLinks {
    double bytes_per_ps = 0;
    TimePs latency = 0;

    double time_of(double bytes) const { return bytes_per_ps > 0 ? bytes / bytes_per_ps : 0; }
};

HostLinks host_links(const Scenario& scenario, bool outgoing) {
    HostLinks out;
    TimePs least = std::numeric_limits<TimePs>::max();
    for (const Link& link : scenario.platform.links) {
        if ((outgoing ? link.from : link.to) != scenario.host) continue;
        out.bytes_per_ps += link.bandwidth.bytes_per_second() / 1e12;
        least = std::min(least, link.latency);
    }
    out.latency = out.bytes_per_ps > 0 ? least : 0;
    return out;
}

bool somebody_reads_all(const Graph& graph, const Tensor& tensor) {
    return std::any_of(tensor.consumers.begin(), tensor.consumers.end(),
                       [&](OperatorId op) { return reads_all(graph.operators[op], tensor.shape); });
}

/// Time of the operator's tiles in the fastest local memory, ps.
double least_memory_time(const Scenario& scenario, const Operator& op) {
    const Graph& graph = scenario.graph;
    Bandwidth widest{0};
    for (NodeId node : scenario.accelerators) {
        Bandwidth bandwidth = scenario.platform.nodes[node].memory.bandwidth;
        if (bandwidth == Bandwidth{0}) return 0; // a memory that is not modelled takes no time
        widest = std::max(widest, bandwidth);
    }
    return static_cast<double>(graph.bytes_of(least_tile_elements(graph, op))) * 1e12 / widest.bytes_per_second();
}

/// Tiles are loaded and stored beside computing, but never beside another task of the same accelerator: a task takes at
/// least the longer of the two, and so do all shards of an operator together.
Bound work_bound(const Scenario& scenario, const LayerKinds& kinds, const IdVector<OperatorId, double>& compute) {
    double sum = 0;
    LayerTable<double> memory(kinds);
    for (OperatorId op : ids_of(compute))
        sum += std::max(compute[op],
                        memory.of(op, [&] { return least_memory_time(scenario, scenario.graph.operators[op]); }));
    std::size_t accelerators = std::max<std::size_t>(1, scenario.accelerators.size());
    if (scenario.common_designs(scenario.accelerators).size() < scenario.designs.size()) {
        double weighted = weighted_work(scenario, kinds);
        if (weighted > sum / static_cast<double>(accelerators))
            return {"work", floor_ps(weighted),
                    fmt::format("the operators keep those of the {} accelerators that can run them busy for this long "
                                "even if the work is shared out perfectly by their speeds",
                                accelerators)};
    }
    return {
        "work", floor_ps(sum / static_cast<double>(accelerators)),
        fmt::format("the operators, each on the design that computes it fastest and with each of its operands moved "
                    "through local memory once, keep {} accelerators busy for this long even if the work is shared "
                    "out perfectly",
                    accelerators)};
}

/// end[op] ≤ the time at which the last piece of an operator ends. That piece's result is read by some piece of every
/// consumer that reads the whole tensor, which starts later and takes at least as long as the smallest piece there is.
Bound path_bound(const Scenario& scenario, const LayerKinds& kinds, const IdVector<OperatorId, double>& compute) {
    const Graph& graph = scenario.graph;
    HostLinks from_host = host_links(scenario, true);
    IdVector<TensorId, double> complete(graph.tensors.size(), 0);
    for (TensorId id : ids_of(graph.tensors)) {
        const Tensor& tensor = graph.tensors[id];
        if (!sent_by_host(tensor) || !somebody_reads_all(graph, tensor)) continue;
        complete[id] = from_host.time_of(static_cast<double>(graph.bytes_of(tensor.elements()))) +
                       static_cast<double>(from_host.latency);
    }
    // A set may mix designs only where its accelerators have none in common.
    bool with_shares = scenario.common_designs(scenario.accelerators).empty();
    auto accelerators = static_cast<std::int64_t>(scenario.accelerators.size());
    LayerTable<double> smallest(kinds);
    double last = 0;
    for (OperatorId id : ids_of(graph.operators)) {
        const Operator& op = graph.operators[id];
        double start = 0;
        for (TensorId input : op.inputs)
            if (reads_all(op, graph.tensors[input].shape)) start = std::max(start, complete[input]);
        complete[op.output] = start + compute[id] * smallest.of(id, [&] {
            return SmallestPiece(op.extents, accelerators).share(with_shares);
        });
        if (graph.output_of(op).is_output) last = std::max(last, complete[op.output]);
    }
    return {
        "critical_path", later(floor_ps(last), least_return(scenario)),
        "along the longest chain of dependent operators the last byte of the input must arrive, of each operator at "
        "least its smallest possible piece must follow on the fastest design, and the result must go back"};
}

Bound input_output_bound(const Scenario& scenario) {
    const Graph& graph = scenario.graph;
    double in = 0, out = 0;
    for (const Tensor& tensor : graph.tensors) {
        auto bytes = static_cast<double>(graph.bytes_of(tensor.elements()));
        if (sent_by_host(tensor) && somebody_reads_all(graph, tensor)) in += bytes;
        if (!tensor.is_input() && tensor.is_output) out += bytes;
    }
    HostLinks from_host = host_links(scenario, true), to_host = host_links(scenario, false);
    double time = std::max(in > 0 ? from_host.time_of(in) + static_cast<double>(from_host.latency) : 0,
                           out > 0 ? to_host.time_of(out) + static_cast<double>(to_host.latency) : 0);
    return {"input_output", floor_ps(time),
            fmt::format("the host must send {} of inputs and receive {} of outputs, each over all of its links at once",
                        format_bytes(in), format_bytes(out))};
}

/// Nothing of a request begins before it arrives, so each bound of one holds from the last arrival on. The accelerators
/// do the work of all requests one by one, whichever they belong to.
void extend_to_stream(std::vector<Bound>& bounds, const Stream& stream) {
    TimePs last = stream.arrival(stream.requests - 1);
    for (Bound& bound : bounds) {
        TimePs work = 0;
        TimePs alone = later(last, bound.latency);
        bool sums =
            bound.name == "work" && !__builtin_mul_overflow(bound.latency, static_cast<TimePs>(stream.requests), &work);
        if (sums && work > alone) {
            bound.latency = work;
            bound.reasoning = fmt::format("of all {} requests: {}", stream.requests, bound.reasoning);
        } else {
            bound.latency = alone;
            bound.reasoning =
                fmt::format("of the last of {} requests, from its arrival on: {}", stream.requests, bound.reasoning);
        }
    }
}

} // namespace

std::vector<Bound> lower_bounds(const Scenario& scenario, BoundEffort effort) {
    IdVector<OperatorId, double> compute;
    LayerKinds kinds(scenario.graph);
    LayerTable<double> known(kinds);
    for (OperatorId id : ids_of(scenario.graph.operators))
        compute.push_back(known.of(id, [&] { return least_compute_time(scenario, scenario.graph.operators[id]); }));
    std::vector<Bound> out = {work_bound(scenario, kinds, compute), path_bound(scenario, kinds, compute),
                              input_output_bound(scenario)};
    if (std::optional<Bound> chain = chain_bound(scenario, effort)) out.push_back(std::move(*chain));
    if (scenario.stream.requests > 1) extend_to_stream(out, scenario.stream);
    return out;
}

Bound highest(const std::vector<Bound>& bounds) {
    if (bounds.empty()) return {"none", 0, "no bound applies"};
    return *std::max_element(bounds.begin(), bounds.end(),
                             [](const Bound& a, const Bound& b) { return a.latency < b.latency; });
}

TimePs best_bound(const std::vector<Bound>& bounds) { return highest(bounds).latency; }

} // namespace arsia
