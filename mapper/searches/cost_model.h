// A quick guess of what a strategy costs beside its neighbours', to propose strategies that are worth simulating.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "mapper/searches/genome.h"

namespace arsia {

/// Guesses by formulas, of two kinds:
///   run time   the largest shard on the design, the longer of computing and of moving its tiles through local memory,
///              plus the reduction of partial sums; with shared shards, phase by phase beside the ring's transfers
///   edge time  for what a strategy needs of a tensor and does not own: the load of the busiest link on the routes
///              from the owners, plus latency and DMA set-up
/// Left out: everything that only shows when operators run together (contention, overlap, streamed weights). Fitness is
/// always simulated; guesses only bias what is proposed. Times in ps.
class CostModel {
public:
    explicit CostModel(const GenomeSpace& space);

    /// By position in space.strategies(set, op).
    const std::vector<double>& run_times(const SetGene& set, OperatorId op);
    /// Positions of the strategies with the least run times, ascending by time: what proposals are drawn from.
    const std::vector<std::uint32_t>& shortlist(const SetGene& set, OperatorId op);
    /// Time until `op` has its input number `input`, when the producer runs `from` and it runs `to`. The producer of a
    /// graph input is the host.
    double edge_time(const Assignment& assignment, OperatorId op, std::size_t input, std::uint32_t from,
                     std::uint32_t to);
    /// Of each choice: its run time and that of all edges to producers, and to consumers if asked for. Valid until the
    /// next call.
    const std::vector<double>& local_times(const Assignment& assignment, const StrategyGenes& genes, OperatorId op,
                                           const std::vector<std::uint32_t>& choices, bool with_consumers);
    /// Sum of run times and edges to producers over all operators: as if nothing overlapped.
    double total_time(const Assignment& assignment, const StrategyGenes& genes);

private:
    struct RunTimes {
        std::vector<double> times;
        std::vector<std::uint32_t> shortlist;
    };
    /// Parts of a tensor by rank.
    using Boxes = std::vector<TensorBox>;
    /// Times of an edge between two sets, by the producer's choice and the reader's; negative: not known yet.
    using EdgeTimes = std::vector<std::vector<double>>;
    struct Key {
        std::uint32_t a = 0, b = 0, c = 0, d = 0, e = 0;
        friend bool operator==(const Key& x, const Key& y) {
            return x.a == y.a && x.b == y.b && x.c == y.c && x.d == y.d && x.e == y.e;
        }
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    /// Forgets boxes and edges where there are very many: networks in which no two layers are alike.
    void make_room();
    const RunTimes& entry(const SetGene& set, OperatorId op);
    double run_time(const SetGene& set, OperatorId op, const Strategy& strategy);
    double shard_time(const SetGene& set, const Operator& op, const Extents& shard) const;
    double reduction_time(const SetGene& set, const Operator& op, const Strategy& strategy);
    double exchange_time(const SetGene& set, const Operator& op, const Strategy& strategy);
    /// `axis`: along which partial sums are cut.
    const Boxes& owned(const SetGene& set, OperatorId op, std::uint32_t choice, std::size_t axis);
    const Boxes& needed(const SetGene& set, OperatorId op, std::size_t input, std::uint32_t choice);
    EdgeTimes& edge_times(const Assignment& assignment, OperatorId op, std::size_t input);
    /// edge_time, with the edge's table at hand.
    double look_up(EdgeTimes& table, const Assignment& assignment, OperatorId op, std::size_t input, std::uint32_t from,
                   std::uint32_t to);
    double guess_edge(const Assignment& assignment, OperatorId op, std::size_t input, std::uint32_t from,
                      std::uint32_t to);
    double fetch_time(const std::vector<NodeId>& owners, const Boxes& owned_boxes, const std::vector<NodeId>& readers,
                      const Boxes& needed_boxes);

    /// Transfers that run at once; time() until the last is done.
    class Flows {
    public:
        explicit Flows(const Platform& platform);
        void clear();
        void add(NodeId from, NodeId to, double bytes);
        double time() const;

    private:
        const Platform* platform_;
        IdVector<LinkId, double> link_bytes_;
        IdVector<NodeId, int> sent_;
        std::vector<LinkId> links_;
        std::vector<NodeId> senders_;
        double latency_ = 0;
    };

    const GenomeSpace* space_;
    Flows flows_;
    std::unordered_map<Key, RunTimes, KeyHash> run_times_;
    std::unordered_map<Key, Boxes, KeyHash> owned_, needed_;
    std::unordered_map<Key, EdgeTimes, KeyHash> edges_;
    std::vector<double> local_times_;
};

} // namespace arsia
