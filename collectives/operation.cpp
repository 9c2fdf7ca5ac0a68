#include "collectives/operation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

const std::vector<OperationInfo>& collective_operations() {
    using A = CollectiveAlgorithm;
    using O = CollectiveOperation;
    static const std::vector<OperationInfo> all = {
        {O::all_reduce,
         "all-reduce",
         "every rank ends with the sum of all buffers",
         "a rank's buffer",
         {A::ring, A::ring_both, A::direct, A::halving_doubling, A::double_binary_tree, A::hierarchical}},
        {O::reduce_scatter,
         "reduce-scatter",
         "rank r ends with slice r of the sum of all buffers",
         "a rank's buffer, of which it keeps one slice in n",
         {A::ring, A::ring_both, A::direct, A::halving_doubling, A::hierarchical}},
        {O::all_gather,
         "all-gather",
         "every rank ends with the pieces of all",
         "the piece that a rank brings",
         {A::ring, A::ring_both, A::direct, A::halving_doubling, A::hierarchical}},
        {O::all_to_all,
         "all-to-all",
         "rank r ends with slice r of every rank's buffer",
         "a rank's buffer, a slice for each rank",
         {A::ring, A::ring_both, A::direct, A::hierarchical}},
        {O::broadcast,
         "broadcast",
         "every rank ends with the root's buffer",
         "the root's buffer",
         {A::ring, A::ring_both, A::direct, A::double_binary_tree, A::hierarchical}},
        {O::gather,
         "gather",
         "the root ends with the pieces of all",
         "the piece that a rank brings",
         {A::ring, A::ring_both, A::direct, A::hierarchical}},
        {O::scatter,
         "scatter",
         "rank r ends with slice r of the root's buffer",
         "the root's buffer, a slice for each rank",
         {A::ring, A::ring_both, A::direct, A::hierarchical}},
        {O::send_receive,
         "send-receive",
         "the first of each pair sends its buffer to the second",
         "what a rank sends to another",
         {A::direct}},
    };
    return all;
}

const std::vector<AlgorithmInfo>& collective_algorithms() {
    using A = CollectiveAlgorithm;
    static const std::vector<AlgorithmInfo> all = {
        {A::ring, "ring", "from each rank to the next, slice by slice"},
        {A::ring_both, "ring-both", "one half of the data round the ring this way, the other half that way"},
        {A::direct, "direct", "from each rank straight to each other, all at once"},
        {A::halving_doubling, "halving-doubling", "exchanges at distances 1, 2, 4, ...; ranks a power of two"},
        {A::double_binary_tree, "double-binary-tree", "up and down binary trees; chunks take two trees in turn"},
        {A::hierarchical, "hierarchical", "one dimension of a grid after the other, or in groups and between them"},
    };
    return all;
}

bool OperationInfo::has(CollectiveAlgorithm algorithm) const {
    return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

const OperationInfo& info_of(CollectiveOperation operation) {
    return collective_operations()[static_cast<std::size_t>(operation)];
}

const AlgorithmInfo& info_of(CollectiveAlgorithm algorithm) {
    return collective_algorithms()[static_cast<std::size_t>(algorithm)];
}

template <class Info>
static auto named(const std::vector<Info>& all, const std::string& name, const char* what) {
    std::vector<std::string> names;
    for (const Info& info : all) {
        if (name == info.name) return info.id;
        names.push_back(info.name);
    }
    throw InputError(
        fmt::format("unknown {} '{}'{}; there are: {}", what, name, did_you_mean(name, names), name_list(names)));
}

CollectiveOperation operation_named(const std::string& name) {
    return named(collective_operations(), name, "collective operation");
}

CollectiveAlgorithm algorithm_named(const std::string& name) {
    return named(collective_algorithms(), name, "collective algorithm");
}

std::vector<std::string> algorithm_names(const OperationInfo& operation) {
    std::vector<std::string> names;
    for (CollectiveAlgorithm algorithm : operation.algorithms) names.push_back(info_of(algorithm).name);
    return names;
}

} // namespace arsia
