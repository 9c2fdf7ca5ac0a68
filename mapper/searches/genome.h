// The genomes that searches work on, and the space they live in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mapper/mapping.h"
#include "mapper/searches/partition_tree.h"
#include "mapper/searches/strategy_space.h"

namespace arsia {

/// Index into GenomeSpace::designs().
using DesignIndex = std::uint32_t;

/// One accelerator set of an assignment.
struct SetGene {
    PartitionTree::Index node = 0;
    DesignIndex design = 0;

    friend bool operator==(const SetGene& a, const SetGene& b) { return a.node == b.node && a.design == b.design; }
};

/// First level: accelerator sets, the design of each, and the set of every operator. Accelerators outside all sets
/// idle.
struct Assignment {
    std::vector<SetGene> sets;
    IdVector<OperatorId, std::uint32_t> set_of; ///< position in `sets`

    friend bool operator==(const Assignment& a, const Assignment& b) {
        return a.sets == b.sets && a.set_of == b.set_of;
    }
    friend bool operator!=(const Assignment& a, const Assignment& b) { return !(a == b); }
};

/// Second level: for every operator a position in the list of legal strategies on its set's size.
using StrategyGenes = IdVector<OperatorId, std::uint32_t>;

/// Everything that is fixed while a scenario is searched: candidate sets, designs and which operators they accept,
/// legal strategies. Genomes that `normalize` has accepted give mappings that keep every static rule; only memory can
/// still make them illegal.
class GenomeSpace {
public:
    explicit GenomeSpace(std::shared_ptr<const Scenario> scenario);

    const Scenario& scenario() const { return *scenario_; }
    const Graph& graph() const { return scenario_->graph; }
    const PartitionTree& tree() const { return tree_; }
    const std::vector<DesignPtr>& designs() const { return designs_; }
    /// Designs that every accelerator of the node allows.
    const std::vector<DesignIndex>& allowed(PartitionTree::Index node) const { return allowed_[node]; }

    /// Whether the set can run the operator: its design accepts it, and some split carries the set's size.
    bool can_run(const SetGene& set, OperatorId op) const;
    /// Compute time of the whole operator on one accelerator, ps; tile plans without memory. Only if accepted.
    double compute_time(DesignIndex design, OperatorId op) const { return compute_time_[design][op]; }
    bool accepts(DesignIndex design, OperatorId op) const { return compute_time_[design][op] >= 0; }
    const std::vector<Strategy>& strategies(const SetGene& set, OperatorId op) const {
        return spaces_.of(op, tree_.size_of(set.node));
    }
    std::uint32_t strategy_index(const SetGene& set, OperatorId op, const Strategy& strategy) const {
        return static_cast<std::uint32_t>(spaces_.index_of(op, tree_.size_of(set.node), strategy));
    }

    /// Moves operators off sets that cannot run them (to the set of the operator before, else to the first that can),
    /// drops sets without operators, and sorts sets by node, so that equal assignments are equal. False if an operator
    /// has nowhere to go; sets must be disjoint.
    bool normalize(Assignment& assignment) const;

    /// `genes` must hold a legal position for every operator.
    Mapping mapping(const Assignment& assignment, const StrategyGenes& genes) const;

private:
    std::shared_ptr<const Scenario> scenario_;
    PartitionTree tree_;
    StrategySpaces spaces_;
    std::vector<DesignPtr> designs_;
    std::vector<std::vector<DesignIndex>> allowed_;
    std::vector<IdVector<OperatorId, double>> compute_time_; ///< by design; −1: refused
    mutable std::map<std::pair<std::int64_t, OperatorId>, bool> splittable_;
};

} // namespace arsia
