// Names of collective operations and algorithms, and which go together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arsia {

enum class CollectiveOperation : std::uint8_t {
    all_reduce,
    reduce_scatter,
    all_gather,
    all_to_all,
    broadcast,
    gather,
    scatter,
    send_receive,
};

enum class CollectiveAlgorithm : std::uint8_t {
    ring,
    ring_both,
    direct,
    halving_doubling,
    double_binary_tree,
    hierarchical,
};

struct OperationInfo {
    CollectiveOperation id;
    const char* name;
    const char* summary;
    const char* buffer; ///< what the size of a collective is the size of
    std::vector<CollectiveAlgorithm> algorithms;

    bool has(CollectiveAlgorithm algorithm) const;
};

struct AlgorithmInfo {
    CollectiveAlgorithm id;
    const char* name;
    const char* summary;
};

/// All of them, in the order of the enumerations.
const std::vector<OperationInfo>& collective_operations();
const std::vector<AlgorithmInfo>& collective_algorithms();

const OperationInfo& info_of(CollectiveOperation operation);
const AlgorithmInfo& info_of(CollectiveAlgorithm algorithm);

/// Throw InputError with the nearest and all legal names.
CollectiveOperation operation_named(const std::string& name);
CollectiveAlgorithm algorithm_named(const std::string& name);

/// Names of the algorithms of an operation.
std::vector<std::string> algorithm_names(const OperationInfo& operation);

} // namespace arsia
