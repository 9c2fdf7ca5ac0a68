// The genomes that searches work on, and the space they live in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/mapping.h"
#include "mapper/searches/partition_tree.h"
#include "mapper/searches/speed_shares.h"
#include "mapper/searches/strategy_space.h"

namespace arsia {

/// Index into GenomeSpace::designs(), or, above these, a mix: each accelerator of the set runs its own.
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
    /// Whether every accelerator can run one design only, and not all the same: sets are then not bound to the tree.
    bool has_fixed_designs() const { return fixed_; }
    /// The candidate set of these accelerators, which comes to be where there is none. With fixed designs the fastest
    /// stand first, so that splits over two dimensions deal equal speeds to their parts as far as can be.
    PartitionTree::Index node_of(std::vector<NodeId> accelerators) const;
    bool is_mix(DesignIndex design) const { return design >= designs_.size(); }
    /// Members of a mix.
    const FixedMembers& members(DesignIndex mix) const { return mixes_[mix - designs_.size()]; }
    SpeedShares& speeds() const { return speeds_; }

    /// Designs that every accelerator of the node allows; of accelerators that can run one design each, their mix.
    const std::vector<DesignIndex>& allowed(PartitionTree::Index node) const { return allowed_[node]; }

    /// Whether the set can run the operator: its design accepts it, and some split carries the set's size.
    bool can_run(const SetGene& set, OperatorId op) const;
    /// Compute time of the whole operator on one accelerator, ps; tile plans without memory. Only if accepted. Of a
    /// mix: on one accelerator of the mean speed.
    double compute_time(DesignIndex design, OperatorId op) const { return compute_time_[design][op]; }
    bool accepts(DesignIndex design, OperatorId op) const { return compute_time_[design][op] >= 0; }
    const std::vector<Strategy>& strategies(const SetGene& set, OperatorId op) const {
        return is_mix(set.design) ? mixed_strategies(set, op) : spaces_.of(op, tree_.size_of(set.node));
    }
    /// Operators with the same number have the same strategies and times on every set.
    std::uint32_t layer(OperatorId op) const { return layer_[op]; }
    /// Sets with the same number have the same strategies.
    std::uint32_t strategy_list(const SetGene& set) const {
        constexpr std::uint32_t own = 1U << 31;
        return is_mix(set.design) ? own | set.node : static_cast<std::uint32_t>(tree_.size_of(set.node));
    }
    std::uint32_t strategy_index(const SetGene& set, OperatorId op, const Strategy& strategy) const {
        const std::vector<Strategy>& all = strategies(set, op);
        return static_cast<std::uint32_t>(std::find(all.begin(), all.end(), strategy) - all.begin());
    }

    /// Moves operators off sets that cannot run them (to the set of the operator before, else to the first that can),
    /// drops sets without operators, and sorts sets by node, so that equal assignments are equal. False if an operator
    /// has nowhere to go; sets must be disjoint.
    bool normalize(Assignment& assignment) const;

    /// `genes` must hold a legal position for every operator.
    Mapping mapping(const Assignment& assignment, const StrategyGenes& genes) const;
    /// A fragment of it: only these operators, each with its strategy.
    struct Chosen {
        OperatorId op;
        std::uint32_t strategy = 0;
    };
    Mapping fragment(const Assignment& assignment, const std::vector<Chosen>& operators) const;

private:
    AcceleratorSet accelerator_set(const SetGene& gene) const;
    void add_allowed(PartitionTree::Index node) const;
    DesignIndex add_mix(const std::vector<NodeId>& accelerators) const;
    /// The only design that the accelerator allows; the number of designs if there are several.
    DesignIndex only_design(NodeId accelerator) const;
    void number_layers();
    const std::vector<Strategy>& mixed_strategies(const SetGene& set, OperatorId op) const;

    std::shared_ptr<const Scenario> scenario_;
    // What follows grows while sets come to be.
    mutable PartitionTree tree_;
    StrategySpaces spaces_;
    std::vector<DesignPtr> designs_;
    bool fixed_ = false;
    mutable std::vector<std::vector<DesignIndex>> allowed_;
    mutable std::vector<FixedMembers> mixes_;
    mutable std::vector<IdVector<OperatorId, double>> compute_time_; ///< by design, then mix; −1: refused
    mutable SpeedShares speeds_;
    /// Fixed designs: of all operators that the accelerator accepts; where one of two refuses some, it says nothing.
    IdVector<NodeId, double> network_time_;
    IdVector<OperatorId, std::uint32_t> layer_;
    mutable std::map<std::pair<DesignIndex, std::uint32_t>, std::vector<Strategy>> mixed_spaces_; ///< by layer
    mutable std::map<std::int64_t, IdVector<LayerKindId, std::optional<bool>>> splittable_;       ///< by size
};

} // namespace arsia
