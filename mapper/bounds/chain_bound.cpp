#include "mapper/bounds/chain_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "mapper/bounds/chain_walk.h"
#include "mapper/bounds/host_traffic.h"
#include "workloads/layer_kinds.h"

namespace arsia {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
/// A bound above this is as good as this: no run that takes longer ends. ps
constexpr double endless = 9.2e18;

/// Chains of more operators than this are gone along in pieces; an operator takes some milliseconds.
constexpr std::size_t longest_whole = 512;
constexpr std::size_t piece_length = 64;
constexpr std::size_t most_walked = 512; ///< operators of all pieces that differ

/// The chain from an input of the graph to an output whose operators take longest together on one accelerator.
std::vector<ChainLink> longest_chain(const Scenario& scenario, ShardTimes& times) {
    const Graph& graph = scenario.graph;
    IdVector<TensorId, double> longest(graph.tensors.size(), 0);
    IdVector<TensorId, std::size_t> through(graph.tensors.size(), 0);
    TensorId best;
    for (OperatorId id : ids_of(graph.operators)) {
        const Operator& op = graph.operators[id];
        double least = times.of(id, op.extents);
        for (std::size_t i = 0; i < op.inputs.size(); ++i)
            if (longest[op.inputs[i]] > longest[op.inputs[through[op.output]]]) through[op.output] = i;
        longest[op.output] = longest[op.inputs[through[op.output]]] + (least == never ? 0 : least);
        if (graph.output_of(op).is_output && (!best.valid() || longest[op.output] > longest[best])) best = op.output;
    }
    std::vector<ChainLink> chain;
    for (TensorId at = best; at.valid() && graph.tensors[at].producer.valid();) {
        const Operator& op = graph.operators[graph.tensors[at].producer];
        chain.push_back({graph.tensors[at].producer, through[at]});
        at = op.inputs[through[at]];
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

/// A chain in pieces. The walk only adds to times and takes the earliest or the latest of them: if no rank of the
/// operator before a piece ends before t, all ends of the piece are at least t plus what they are from 0 on. So the
/// first ends of the pieces, and the end of the last, add up to a bound. Pieces of equal operators are gone along once;
/// when `most_walked` operators were gone along, other pieces count for nothing. A rank that needs
/// nothing of the operator before it ends when it likes; then there is no such bound.
class ChainInPieces {
public:
    using Chain = ChainWalk::Chain;

    ChainInPieces(const Scenario& scenario, const Chain& chain, ChainWalk& walk) : chain_(chain), walk_(walk) {
        LayerKinds kinds(scenario.graph);
        for (const ChainLink& link : chain) alike_.emplace_back(kinds.of(link.op), link.input);
    }

    double end() {
        double sum = 0;
        for (std::size_t begin = 0; begin < chain_.size(); begin += piece_length) {
            std::size_t length = std::min(piece_length, chain_.size() - begin);
            bool last = begin + length == chain_.size();
            const Piece* piece = piece_of(begin, length, last);
            if (piece)
                sum += last ? piece->end : piece->first_end;
            else
                left_out_ += length;
        }
        return sum;
    }
    std::size_t left_out() const { return left_out_; } ///< operators

private:
    struct Piece {
        double first_end, end;
    };
    using Link = std::pair<LayerKindId, std::size_t>; ///< kind of the operator, and the input it is reached by
    using Key = std::pair<bool, std::vector<Link>>;   ///< whether it is the first, and its operators

    /// nullptr: not gone along. The last piece may be shorter than all others; it always counts.
    const Piece* piece_of(std::size_t begin, std::size_t length, bool last) {
        auto first = alike_.begin() + static_cast<std::ptrdiff_t>(begin);
        Key key(begin == 0, {first, first + static_cast<std::ptrdiff_t>(length)});
        auto found = known_.find(key);
        if (found != known_.end()) return &found->second;
        if (!last && walked_ + length > most_walked) return nullptr;
        walked_ += length;
        auto from = chain_.begin() + static_cast<std::ptrdiff_t>(begin);
        double end = walk_.end_of(from, from + static_cast<std::ptrdiff_t>(length), begin == 0);
        return &known_.emplace(std::move(key), Piece{walk_.first_end(), end}).first->second;
    }

    const Chain& chain_;
    ChainWalk& walk_;
    std::vector<Link> alike_;
    std::map<Key, Piece> known_;
    std::size_t walked_ = 0, left_out_ = 0;
};

bool applies(const Scenario& scenario) {
    if (scenario.accelerators.empty() || scenario.accelerators.size() > max_accelerators) return false;
    return scenario.common_designs(scenario.accelerators).size() == scenario.designs.size();
}

} // namespace

std::optional<Bound> chain_bound(const Scenario& scenario, BoundEffort effort) {
    if (!applies(scenario)) return std::nullopt;
    ShardTimes times(scenario);
    std::vector<ChainLink> chain = longest_chain(scenario, times);
    if (chain.empty()) return std::nullopt;
    ChainWalk walk(scenario, times, effort);
    double end = 0;
    std::string pieces;
    if (chain.size() <= longest_whole) {
        end = walk.end_of(chain.begin(), chain.end());
    } else {
        ChainInPieces in_pieces(scenario, chain, walk);
        end = in_pieces.end();
        if (walk.has_idle_start()) return std::nullopt;
        pieces =
            fmt::format("; in pieces of {} operators, each as if all accelerators began it together", piece_length);
        if (in_pieces.left_out() > 0)
            pieces += fmt::format(", without {} operators beyond the first {} that differ", in_pieces.left_out(),
                                  most_walked);
    }
    if (end == never) return std::nullopt; // an operator that nothing runs
    return Bound{"chain",
                 later(static_cast<TimePs>(std::floor(std::min(end, endless) * (1 - 1e-9))), least_return(scenario)),
                 fmt::format("through all ways to split the {} operators of the longest chain over up to {} "
                             "accelerators, with the least time that their shards compute and their data travels{}",
                             chain.size(), scenario.accelerators.size(), pieces)};
}

} // namespace arsia
