// Random assignments, and the genetic operators on both levels of a genome. Those that need no knowledge of costs.
#pragma once

#include <optional>

#include "base/random.h"
#include "mapper/searches/genome.h"

namespace arsia {

/// Disjoint nodes of the tree: from the root down, every node is kept or replaced by its children at random.
std::vector<PartitionTree::Index> random_partition(const PartitionTree& tree, Random& random);

/// A design for the set, drawn with weights that fall with the square of the compute time of the given operators.
/// Designs that refuse fewer of them go before all others. Nothing if no design is allowed.
std::optional<DesignIndex> draw_design(const GenomeSpace& space, PartitionTree::Index node,
                                       const std::vector<OperatorId>& operators, Random& random);

/// Random sets, uniformly random designs, operators in random contiguous segments. Nothing if several tries found no
/// assignment that runs every operator.
std::optional<Assignment> random_assignment(const GenomeSpace& space, Random& random);
/// The same with draw_design for each set's segment.
std::optional<Assignment> weighted_assignment(const GenomeSpace& space, Random& random);

/// One random change: another design or order of accelerators, a boundary between segments moved, a run of operators
/// moved to another set, a set replaced by its parent, by one of its children or by all of them, or an idle set put to
/// work; where designs are fixed, most often one of FixedSets' changes. Nothing if the change is impossible here.
std::optional<Assignment> mutate(const GenomeSpace& space, const Assignment& assignment, Random& random);

/// The sets of `a`; in a random segment of the graph each operator goes where `b` has it, if `a` has a set that shares
/// accelerators with that one. A set that both have takes either's design.
std::optional<Assignment> crossover(const GenomeSpace& space, const Assignment& a, const Assignment& b, Random& random);

/// Every operator's strategy drawn uniformly.
StrategyGenes random_strategies(const GenomeSpace& space, const Assignment& assignment, Random& random);

/// Strategies of one parent before and after a random segment of the graph, of the other inside.
StrategyGenes crossover(const StrategyGenes& a, const StrategyGenes& b, Random& random);

/// A contiguous run of operators: random place, length 1 … `longest` with short ones more likely.
struct OperatorRun {
    std::size_t begin = 0, end = 0;
};
OperatorRun random_run(std::size_t operators, std::size_t longest, Random& random);

} // namespace arsia
