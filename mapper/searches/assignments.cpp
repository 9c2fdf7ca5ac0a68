#include "mapper/searches/assignments.h"

#include <algorithm>

#include "mapper/searches/fixed_sets.h"
#include "mapper/searches/variation.h"

namespace arsia {

namespace {

/// Goes through all assignments, and gives up when there are too many.
class Enumeration {
public:
    Enumeration(const GenomeSpace& space, std::size_t most)
        : space_(space), most_(most), operators_(space.graph().operators.size()) {}

    std::vector<Assignment> run() {
        choose_sets(0);
        if (found_.size() > most_) found_.clear();
        return std::move(found_);
    }

private:
    bool enough() const { return found_.size() > most_; }

    void choose_sets(PartitionTree::Index from) {
        if (!sets_.empty()) deal(0);
        if (sets_.size() == operators_) return;
        for (PartitionTree::Index node = from; node < space_.tree().nodes().size() && !enough(); ++node) {
            bool free = std::all_of(sets_.begin(), sets_.end(),
                                    [&](const SetGene& set) { return space_.tree().disjoint(node, set.node); });
            if (!free) continue;
            for (DesignIndex design : space_.allowed(node)) {
                sets_.push_back({node, design});
                choose_sets(node + 1);
                sets_.pop_back();
            }
        }
    }

    void deal(std::size_t op) {
        if (enough()) return;
        if (op == operators_) {
            std::vector<bool> used(sets_.size(), false);
            for (std::uint32_t set : set_of_) used[set] = true;
            if (std::find(used.begin(), used.end(), false) != used.end()) return;
            Assignment assignment{sets_, {}};
            for (std::uint32_t set : set_of_) assignment.set_of.push_back(set);
            found_.push_back(std::move(assignment));
            return;
        }
        for (std::uint32_t set = 0; set < sets_.size(); ++set) {
            if (!space_.can_run(sets_[set], OperatorId(op))) continue;
            set_of_.push_back(set);
            deal(op + 1);
            set_of_.pop_back();
        }
    }

    const GenomeSpace& space_;
    std::size_t most_, operators_;
    std::vector<SetGene> sets_;
    std::vector<std::uint32_t> set_of_;
    std::vector<Assignment> found_;
};

} // namespace

std::vector<Assignment> all_assignments(const GenomeSpace& space, std::size_t most) {
    constexpr std::size_t few_operators = 8; // with more there are too many anyway
    if (space.graph().operators.size() > few_operators) return {};
    const std::vector<NodeId>& accelerators = space.scenario().accelerators;
    constexpr std::size_t few_accelerators = 4; // any of them may be a set
    if (accelerators.size() <= few_accelerators)
        for (std::size_t subset = 1; subset < std::size_t{1} << accelerators.size(); ++subset) {
            std::vector<NodeId> set;
            for (std::size_t i = 0; i < accelerators.size(); ++i)
                if ((subset >> i & 1U) != 0) set.push_back(accelerators[i]);
            space.node_of(set);
        }
    return Enumeration(space, most).run();
}

std::vector<Assignment> first_assignments(const GenomeSpace& space, std::size_t random_ones, Random& random) {
    const PartitionTree& tree = space.tree();
    std::vector<Assignment> out;
    auto add = [&](Assignment assignment) {
        if (space.normalize(assignment) && std::find(out.begin(), out.end(), assignment) == out.end())
            out.push_back(std::move(assignment));
    };
    std::vector<std::int64_t> sizes;
    for (PartitionTree::Index node = 0; node < tree.nodes().size(); ++node) {
        if (std::find(sizes.begin(), sizes.end(), tree.size_of(node)) != sizes.end()) continue;
        sizes.push_back(tree.size_of(node));
        for (PartitionTree::Index order : {node, tree.node(node).other_order}) {
            if (order == PartitionTree::none) continue;
            for (DesignIndex design : space.allowed(order))
                add({{{order, design}}, IdVector<OperatorId, std::uint32_t>(space.graph().operators.size(), 0)});
        }
    }
    if (space.has_fixed_designs())
        for (Assignment& assignment : FixedSets(space).seeds()) add(std::move(assignment));
    for (std::size_t i = 0; i < random_ones; ++i)
        if (auto assignment = weighted_assignment(space, random)) add(std::move(*assignment));
    return out;
}

} // namespace arsia
