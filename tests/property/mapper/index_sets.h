// What a mapping must move, found the slow way: by sets of single elements instead of boxes.
#pragma once

#include <map>
#include <set>
#include <tuple>

#include "mapper/lowering/shared_shards.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia::testing {

using Element = std::array<std::int64_t, 4>;
using Elements = std::set<Element>;

inline Elements elements_of(const TensorBox& box) {
    Elements out;
    for (std::int64_t n = box[0].begin; n < box[0].end; ++n)
        for (std::int64_t c = box[1].begin; c < box[1].end; ++c)
            for (std::int64_t h = box[2].begin; h < box[2].end; ++h)
                for (std::int64_t w = box[3].begin; w < box[3].end; ++w) out.insert({n, c, h, w});
    return out;
}

/// Follows a mapping operator by operator and notes what arrives where. One byte an element.
class IndexSets {
public:
    struct Moved {
        std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes> inputs; ///< by operator and receiving node
        std::map<std::uint32_t, Bytes> partial_sums;                     ///< by operator
        std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes> shared; ///< by operator and receiving node
        std::map<std::uint32_t, Bytes> outputs;                          ///< by operator
    };

    IndexSets(const Scenario& scenario, const Mapping& mapping) : graph_(scenario.graph), mapping_(mapping) {
        have_.resize(graph_.tensors.size());
        for (OperatorId op : ids_of(graph_.operators)) follow(op);
    }
    const Moved& moved() const { return moved_; }

private:
    void follow(OperatorId id) {
        const Operator& op = graph_.operators[id];
        const AcceleratorSet* set = nullptr;
        const Strategy* strategy = nullptr;
        for (const AcceleratorSet& candidate : mapping_.sets)
            for (const Placement& placement : candidate.operators)
                if (placement.op == id) {
                    set = &candidate;
                    strategy = &placement.strategy;
                }
        std::size_t ranks = set->accelerators.size();
        std::optional<SharedTensor> shared;
        if (strategy->ss) shared = find_shared_tensor(op, graph_, strategy->es, *strategy->ss);
        // Ranks in the same place along all other dimensions form a group; members in order.
        auto groups_over = [&](auto is_inside) {
            std::map<std::vector<std::int64_t>, std::vector<std::size_t>> groups;
            for (std::size_t rank : active_ranks(*strategy, ranks)) {
                IterationBox shard = shard_of(op.extents, *strategy, rank);
                std::vector<std::int64_t> key;
                for (Dim dim : all_dims)
                    if (!is_inside(dim)) key.push_back(at(shard, dim).begin);
                groups[key].push_back(rank);
            }
            return groups;
        };
        std::vector<std::size_t> member(ranks, 0);
        if (shared) {
            auto replicas = groups_over([&](Dim dim) { return shared->replicated_over.has(dim); });
            for (const auto& [key, group] : replicas)
                for (std::size_t i = 0; i < group.size(); ++i) member[group[i]] = i;
        }
        auto part = [&](std::size_t rank, std::int64_t index) {
            IterationBox box = shard_of(op.extents, *strategy, rank);
            Range& range = at(box, *strategy->ss);
            range = part_of(range, shared->replicas, index % shared->replicas);
            return box;
        };

        for (std::size_t rank = 0; rank < ranks; ++rank) {
            std::uint32_t node = set->accelerators[rank].value();
            IterationBox shard = shard_of(op.extents, *strategy, rank);
            for (std::size_t i = 0; i < op.inputs.size(); ++i) {
                const Tensor& tensor = graph_.tensors[op.inputs[i]];
                bool cut = shared && !shared->weights && shared->input == i;
                auto first = static_cast<std::int64_t>(member[rank]);
                Elements need = elements_of(need_of(op, i, tensor.shape, cut ? part(rank, first) : shard));
                for (const Element& element : need)
                    if (have_[op.inputs[i].value()][node].insert(element).second) ++moved_.inputs[{id.value(), node}];
            }
            for (std::int64_t phase = 1; shared && phase < shared->replicas; ++phase) {
                IterationBox box = part(rank, static_cast<std::int64_t>(member[rank]) + phase);
                TensorBox tensor_box =
                    shared->weights ? op.weight_box(box)
                                    : op.input_box(shared->input, graph_.tensors[op.inputs[shared->input]].shape, box);
                Bytes biases = shared->weights && op.has_bias && *strategy->ss == Dim::K ? at(box, Dim::K).size() : 0;
                moved_.shared[{id.value(), node}] += static_cast<Bytes>(elements_of(tensor_box).size()) + biases;
            }
        }
        auto& output = have_[op.output.value()];
        for (const auto& [key, group] : groups_over(Operator::is_reduction)) {
            TensorBox box = op.output_box(shard_of(op.extents, *strategy, group[0]));
            moved_.partial_sums[id.value()] += box.volume() * static_cast<Bytes>(group.size() - 1);
            std::size_t axis = slice_axis(op.output, *set, box, group);
            for (std::size_t i = 0; i < group.size(); ++i) {
                output[set->accelerators[group[i]].value()] = elements_of(cut(box, axis, group.size(), i));
            }
        }
        if (graph_.tensors[op.output].is_output) moved_.outputs[id.value()] = graph_.tensors[op.output].elements();
    }

    /// Along which a sum is cut: each member's slice should hold as many as possible of the elements that operators on
    /// the same set need there; of equals the longest axis.
    std::size_t slice_axis(TensorId tensor, const AcceleratorSet& set, const TensorBox& box,
                           const std::vector<std::size_t>& group) const {
        std::size_t best = 0, most = 0;
        for (std::size_t axis = 0; axis < 4; ++axis) {
            std::size_t in_place = 0;
            for (const Placement& placement : set.operators) {
                const Operator& consumer = graph_.operators[placement.op];
                for (std::size_t input = 0; input < consumer.inputs.size(); ++input) {
                    if (consumer.inputs[input] != tensor) continue;
                    for (std::size_t i = 0; i < group.size(); ++i) {
                        Elements slice = elements_of(cut(box, axis, group.size(), i));
                        IterationBox shard = shard_of(consumer.extents, placement.strategy, group[i]);
                        for (const Element& element :
                             elements_of(need_of(consumer, input, graph_.tensors[tensor].shape, shard)))
                            in_place += slice.count(element);
                    }
                }
            }
            if (axis == 0 || in_place > most || (in_place == most && box[axis].size() > box[best].size())) best = axis;
            most = std::max(most, in_place);
        }
        return best;
    }

    static TensorBox cut(TensorBox box, std::size_t axis, std::size_t parts, std::size_t part) {
        box[axis] = part_of(box[axis], static_cast<std::int64_t>(parts), static_cast<std::int64_t>(part));
        return box;
    }

    const Graph& graph_;
    const Mapping& mapping_;
    std::vector<std::map<std::uint32_t, Elements>> have_; ///< by tensor and node
    Moved moved_;
};

} // namespace arsia::testing
