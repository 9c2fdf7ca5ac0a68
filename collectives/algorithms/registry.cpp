#include <stdexcept>

#include "collectives/algorithms/algorithm.h"

namespace arsia {

const StageAlgorithm& stage_algorithm(CollectiveAlgorithm algorithm) {
    switch (algorithm) {
    case CollectiveAlgorithm::ring:
    case CollectiveAlgorithm::ring_both: return ring_algorithm();
    case CollectiveAlgorithm::direct: return direct_algorithm();
    case CollectiveAlgorithm::halving_doubling: return halving_doubling_algorithm();
    case CollectiveAlgorithm::double_binary_tree: return double_binary_tree_algorithm();
    case CollectiveAlgorithm::hierarchical: break;
    }
    throw std::logic_error("hierarchical is made of other algorithms");
}

void throw_no_such_stage(const char* algorithm, CollectiveOperation operation) {
    throw std::logic_error(std::string("no ") + info_of(operation).name + " by " + algorithm);
}

} // namespace arsia
