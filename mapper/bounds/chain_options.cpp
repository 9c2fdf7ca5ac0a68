#include "mapper/bounds/chain_options.h"

#include <algorithm>
#include <cmath>

#include "mapper/lowering/rank_groups.h"
#include "mapper/lowering/shared_shards.h"
#include "mapper/searches/strategy_space.h"

namespace arsia {

namespace {

class OptionMaker {
public:
    OptionMaker(const Scenario& scenario, OperatorId id, std::size_t input, ShardTimes& times)
        : scenario_(scenario), id_(id), op_(scenario.graph.operators[id]), input_(input), times_(times) {}

    std::vector<ChainOption> options() {
        std::vector<ChainOption> out;
        for (std::size_t size = 1; size <= scenario_.accelerators.size(); ++size) {
            std::size_t first = out.size();
            for (const Strategy& strategy : legal_strategies(scenario_.graph, op_, static_cast<std::int64_t>(size))) {
                if (!strategy.ss) {
                    out.push_back(split(strategy.es, size));
                    continue;
                }
                for (std::size_t i = first; i < out.size(); ++i)
                    if (out[i].es == strategy.es) out[i].variants.push_back(shared(out[i], *strategy.ss));
            }
        }
        return out;
    }

private:
    ChainOption split(const Factors& es, std::size_t size) {
        ChainOption out;
        out.es = es;
        out.ranks = size;
        RankGroups groups;
        groups.rebuild(es, reduction_dims);
        out.summing.resize(size);
        out.group = groups.size();
        for (std::size_t group = 0; group < groups.count(); ++group) {
            std::uint32_t members = 0;
            for (std::size_t member = 0; member < groups.size(); ++member) members |= 1U << groups.rank(group, member);
            for (std::size_t member = 0; member < groups.size(); ++member)
                out.summing[groups.rank(group, member)] = members;
        }
        ChainVariant whole;
        whole.times.resize(times_.choices());
        for (std::size_t rank = 0; rank < size; ++rank) {
            IterationBox shard = shard_of(op_.extents, es, rank);
            out.results.push_back(op_.output_box(shard));
            add_shares(out);
            whole.needs.push_back(need_of(shard));
            for (std::size_t design = 0; design < times_.choices(); ++design)
                whole.times[design].push_back(times_.of(design, id_, sizes_of(shard)));
        }
        out.variants.push_back(std::move(whole));
        return out;
    }

    /// Of the result that was added last.
    static void add_shares(ChainOption& option) {
        const TensorBox& box = option.results.back();
        auto parts = static_cast<std::int64_t>(option.group);
        std::int64_t smallest = box.volume(), largest = 0;
        for (const Range& axis : box.axes) {
            if (axis.size() < 2) continue;
            std::int64_t slice = box.volume() / axis.size();
            smallest = std::min(smallest, slice * std::max<std::int64_t>(1, axis.size() / parts));
            largest = std::max(largest, slice * divide_up(axis.size(), parts));
        }
        option.smallest_share.push_back(smallest);
        option.largest_share.push_back(largest == 0 ? box.volume() : largest);
    }

    TensorBox need_of(const IterationBox& part) const {
        const Tensor& tensor = scenario_.graph.tensors[op_.inputs[input_]];
        return op_.input_box(input_, tensor.shape, part);
    }

    /// The phases of shared shards along `dim`: tasks for all parts, begun with the rank's own part of a shared input.
    ChainVariant shared(const ChainOption& option, Dim dim) {
        SharedTensor tensor = *find_shared_tensor(op_, scenario_.graph, option.es, dim);
        RankGroups replicas;
        replicas.rebuild(option.es, tensor.replicated_over);
        ChainVariant out;
        out.needs = option.variants.front().needs;
        out.times.assign(times_.choices(), std::vector<double>(option.ranks, 0));
        ChainRing ring;
        ring.chain_input = !tensor.weights && tensor.input == input_;
        ring.next.resize(option.ranks);
        ring.elements.assign(option.ranks, 0);
        ring.phase.assign(times_.choices(), std::vector<double>(option.ranks, HUGE_VAL));
        for (std::size_t group = 0; group < replicas.count(); ++group) {
            for (std::size_t member = 0; member < replicas.size(); ++member) {
                std::size_t rank = replicas.rank(group, member);
                ring.next[rank] = static_cast<std::uint32_t>(replicas.rank(group, member + 1));
                for (std::size_t phase = 0; phase < replicas.size(); ++phase) {
                    IterationBox part = shard_of(op_.extents, option.es, rank);
                    Range& range = at(part, dim);
                    range =
                        part_of(range, tensor.replicas, static_cast<std::int64_t>((member + phase) % replicas.size()));
                    if (phase == 0 && ring.chain_input) out.needs[rank] = need_of(part);
                    // The part for phase 1 of what does not depend on the chain may come at any time before.
                    if (phase > (ring.chain_input ? 0U : 1U)) ring.elements[rank] += sent(tensor, part);
                    for (std::size_t design = 0; design < times_.choices(); ++design) {
                        double time = times_.of(design, id_, sizes_of(part));
                        out.times[design][rank] += time;
                        ring.phase[design][rank] = std::min(ring.phase[design][rank], time);
                    }
                }
            }
        }
        out.ring = std::move(ring);
        return out;
    }

    std::int64_t sent(const SharedTensor& tensor, const IterationBox& part) const {
        if (tensor.weights) return op_.weight_box(part).volume();
        const TensorShape& shape = scenario_.graph.tensors[op_.inputs[tensor.input]].shape;
        return op_.input_box(tensor.input, shape, part).volume();
    }

    const Scenario& scenario_;
    OperatorId id_;
    const Operator& op_;
    std::size_t input_;
    ShardTimes& times_;
};

} // namespace

std::vector<ChainOption> chain_options(const Scenario& scenario, OperatorId op, std::size_t input, ShardTimes& times) {
    return OptionMaker(scenario, op, input, times).options();
}

} // namespace arsia
