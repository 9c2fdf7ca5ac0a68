// Accelerator sets on platforms of fixed, different accelerators.
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "mapper/searches/genome.h"

namespace arsia {

/// Where accelerators cannot be changed, which of them belong together follows from what they can run and how fast,
/// more than from links. Leading operators are those that multiply, and those that nobody runs who runs one of these.
/// Accelerators that can run the same leading operators are of one kind. Leading operators belong to the kind that is
/// fastest on them together; those that follow from the same inputs of the graph, and so lie on one branch (one
/// modality), make up a group of their kind. All others follow their producers, or, where these are in different sets,
/// who reads their result.
class FixedSets {
public:
    explicit FixedSets(const GenomeSpace& space);

    /// To begin with, each kind on teams of its accelerators:
    ///   one team      for all groups: the fastest accelerator, the two fastest, … all
    ///   branches      a team for each group that follows from no other, with speed by work; what follows from several
    ///                 goes to the fastest of them, or to a team of the k fastest accelerators, which these then lack
    ///   alone         sets of one; every operator where it ends first, by computing and transfers
    /// Of kinds other than the one with most work the fastest accelerator is a team; with the largest team of the first
    /// sort all are.
    std::vector<Assignment> seeds() const;
    /// Of an assignment that has several branches on one set: the set dealt to them, so that they run side by side; the
    /// ranks of each operator on a branch. Empty where there is nothing to deal.
    IdVector<OperatorId, std::vector<std::uint32_t>> branch_teams(const Assignment& assignment) const;
    /// Random teams, random groups on each. Nothing if several tries found none that runs every operator.
    std::optional<Assignment> random(Random& random) const;
    /// One change: an accelerator moved between sets, from idleness or into it; two exchanged; two sets made one; one
    /// made two; a group moved to another set.
    std::optional<Assignment> moved(const Assignment& assignment, Random& random) const;

private:
    using Team = std::vector<NodeId>;
    struct Teams {
        std::vector<Team> members;
        IdVector<OperatorId, std::uint32_t> set_of;
    };
    struct Kind {
        Team accelerators;         ///< fastest first
        std::vector<double> speed; ///< of each, on the kind's operators; 1/ps
        std::vector<std::vector<OperatorId>> groups;
        std::vector<bool> is_first; ///< by group: it follows from no other of the kind
        double work = 0;            ///< time of its operators on its fastest accelerator, ps
    };

    void find_branches();
    void find_kinds();
    /// Fills kinds_ for these leading operators.
    void group_by(const IdVector<OperatorId, char>& leads);
    /// Time of an operator on an accelerator, ps; negative if refused.
    double time(NodeId node, OperatorId op) const;
    Teams empty_teams() const;
    void place(Teams& teams, const std::vector<OperatorId>& group, std::uint32_t team) const;
    /// Teams for the groups that follow from no other; the best fill up those with the most work left for their speed.
    std::vector<Team> dealt(const Kind& kind, std::size_t from) const;
    /// Adds teams for all kinds but one.
    void add_others(Teams& teams, const Kind& but, bool all) const;
    Teams one_team(const Kind& kind, std::size_t size) const;
    std::optional<Teams> branches(const Kind& kind, std::size_t apart) const;
    Teams alone() const;
    std::optional<Assignment> finished(Teams teams, bool follow) const;
    Teams random_teams(Random& random) const;
    void let_others_follow(Teams& teams) const;
    std::uint32_t reader_of(const Teams& teams, OperatorId op) const;

    const GenomeSpace& space_;
    const Graph& graph_;
    IdVector<OperatorId, std::uint32_t> branch_; ///< operators with the same inputs of the graph before them
    std::vector<std::vector<TensorId>> origins_; ///< by branch: these inputs
    std::vector<Kind> kinds_;                    ///< the one with most work first
};

} // namespace arsia
