// Second-level proposals that know about communication.
#pragma once

#include <map>
#include <tuple>

#include "base/random.h"
#include "mapper/searches/cost_model.h"

namespace arsia {

/// Fills in and changes strategies so that neighbours fit together. All guesses are CostModel's; nothing is simulated.
class StrategyProposer {
public:
    using Team = std::vector<std::uint32_t>;
    using Teams = IdVector<OperatorId, Team>; ///< empty: any

    explicit StrategyProposer(const GenomeSpace& space) : space_(&space), model_(space) {}

    /// Operators in graph order, each the strategy that is best beside its producers; then sweeps in which each is
    /// chosen again beside its producers and its consumers, until nothing changes.
    /// With teams, an operator that has one takes a strategy on these ranks of its set.
    StrategyGenes fitted(const Assignment& assignment, const Teams& teams = {});
    /// Every operator split along the given dimensions only, as even as can be (in the order of the dimensions, more on
    /// the first); where they cannot carry the set's size, the operator's two longest.
    StrategyGenes uniform(const Assignment& assignment, const std::vector<Dim>& dims) const;
    /// `genes` belong to `before`; operators whose set has another size now are fitted to their neighbours.
    StrategyGenes carried_over(const Assignment& before, const StrategyGenes& genes, const Assignment& now);
    /// One random change of a few operators:
    ///   redraw  a run of operators, one by one, each drawn with a weight that falls exponentially with its local time
    ///           beside its present neighbours
    ///   align   a run of operators takes the split of one of them, where that is legal
    ///   leap    one operator, uniformly from its shortlist
    ///   regroup in a set that mixes designs: a run of operators goes to one team of its accelerators
    StrategyGenes mutated(const Assignment& assignment, const StrategyGenes& genes, Random& random);
    /// Guess of the latency, only good for an order.
    double guess(const Assignment& assignment, const StrategyGenes& genes) {
        return model_.total_time(assignment, genes);
    }

private:
    void redraw(const Assignment& assignment, StrategyGenes& genes, Random& random);
    void align(const Assignment& assignment, StrategyGenes& genes, Random& random) const;
    void regroup(const Assignment& assignment, StrategyGenes& genes, Random& random);
    void leap(const Assignment& assignment, StrategyGenes& genes, Random& random);
    std::uint32_t best_choice(const Assignment& assignment, const StrategyGenes& genes, OperatorId op,
                              bool with_consumers, const Teams& teams);
    void sweep(const Assignment& assignment, StrategyGenes& genes, const Teams& teams);
    /// Strategies on just these ranks, the fastest first; the shortlist if there is none.
    const std::vector<std::uint32_t>& choices_of(const SetGene& set, OperatorId op, const Team& team);
    const SetGene& set_of(const Assignment& assignment, OperatorId op) const {
        return assignment.sets[assignment.set_of[op]];
    }

    const GenomeSpace* space_;
    CostModel model_;
    std::map<std::tuple<PartitionTree::Index, std::uint32_t, Team>, std::vector<std::uint32_t>> choices_; ///< by layer
};

} // namespace arsia
