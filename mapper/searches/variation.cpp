#include "mapper/searches/variation.h"

#include <algorithm>

#include "mapper/searches/fixed_sets.h"

namespace arsia {

namespace {

std::optional<Assignment> normalized(const GenomeSpace& space, Assignment assignment) {
    if (!space.normalize(assignment)) return std::nullopt;
    return assignment;
}

std::vector<OperatorId> operators_of(const Assignment& assignment, std::uint32_t set) {
    std::vector<OperatorId> out;
    for (OperatorId op : ids_of(assignment.set_of))
        if (assignment.set_of[op] == set) out.push_back(op);
    return out;
}

std::vector<OperatorId> all_operators(const GenomeSpace& space) {
    std::vector<OperatorId> out;
    for (OperatorId op : ids_of(space.graph().operators)) out.push_back(op);
    return out;
}

/// Operators in random contiguous segments, each on a random set. Few segments are as likely as many.
void deal_segments(Assignment& assignment, std::size_t operators, Random& random) {
    std::size_t sets = assignment.sets.size();
    std::size_t most = std::min(operators, 2 * sets);
    std::size_t segments = 1 + static_cast<std::size_t>(random.below(most));
    std::vector<std::size_t> starts = {0};
    while (starts.size() < segments) starts.push_back(static_cast<std::size_t>(random.below(operators)));
    std::sort(starts.begin(), starts.end());
    assignment.set_of.assign(operators, 0);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        auto set = static_cast<std::uint32_t>(random.below(sets));
        std::size_t end = i + 1 < starts.size() ? starts[i + 1] : operators;
        for (std::size_t op = starts[i]; op < end; ++op) assignment.set_of[OperatorId(op)] = set;
    }
}

template <class DrawDesign>
std::optional<Assignment> dealt_assignment(const GenomeSpace& space, Random& random, const DrawDesign& draw) {
    constexpr int tries = 64;
    for (int i = 0; i < tries; ++i) {
        Assignment assignment;
        std::vector<PartitionTree::Index> nodes = random_partition(space.tree(), random);
        for (PartitionTree::Index node : nodes)
            if (!space.allowed(node).empty()) assignment.sets.push_back({node, space.allowed(node).front()});
        if (assignment.sets.empty()) continue;
        deal_segments(assignment, space.graph().operators.size(), random);
        bool drawn = true;
        for (std::uint32_t set = 0; set < assignment.sets.size() && drawn; ++set) drawn = draw(assignment, set);
        if (drawn && space.normalize(assignment)) return assignment;
    }
    return std::nullopt;
}

class Mutation {
public:
    Mutation(const GenomeSpace& space, const Assignment& assignment, Random& random)
        : space_(space), child_(assignment), random_(random) {}

    std::optional<Assignment> apply() {
        bool done = false;
        switch (random_.below(7)) {
        case 0: done = change_design(); break;
        case 1: done = move_boundary(); break;
        case 2: done = move_run(); break;
        case 3: done = widen(); break;
        case 4: done = narrow(); break;
        case 5: done = split(); break;
        default: done = recruit(); break;
        }
        if (!done) return std::nullopt;
        return normalized(space_, std::move(child_));
    }

private:
    std::uint32_t random_set() { return static_cast<std::uint32_t>(random_.below(child_.sets.size())); }
    const PartitionTree& tree() const { return space_.tree(); }

    bool change_order(SetGene& set) {
        PartitionTree::Index other = tree().node(set.node).other_order;
        if (other == PartitionTree::none || !random_.chance(0.5)) return false;
        set.node = other;
        return true;
    }

    bool change_design() {
        SetGene& set = child_.sets[random_set()];
        if (change_order(set)) return true;
        const std::vector<DesignIndex>& allowed = space_.allowed(set.node);
        if (allowed.size() < 2) return false;
        DesignIndex before = set.design;
        while (set.design == before) set.design = random_.pick(allowed);
        return true;
    }

    bool move_boundary() {
        std::vector<std::size_t> boundaries;
        auto& set_of = child_.set_of.items();
        for (std::size_t i = 1; i < set_of.size(); ++i)
            if (set_of[i] != set_of[i - 1]) boundaries.push_back(i);
        if (boundaries.empty()) return false;
        std::size_t at = random_.pick(boundaries);
        std::size_t steps = 1 + static_cast<std::size_t>(random_.below(8));
        bool earlier = random_.chance(0.5);
        std::uint32_t grows = earlier ? set_of[at] : set_of[at - 1];
        for (std::size_t i = 0; i < steps; ++i) {
            if (earlier && at > i) set_of[at - 1 - i] = grows;
            if (!earlier && at + i < set_of.size()) set_of[at + i] = grows;
        }
        return true;
    }

    bool move_run() {
        if (child_.sets.size() < 2) return false;
        std::uint32_t to = random_set();
        auto& set_of = child_.set_of.items();
        OperatorRun run = random_run(set_of.size(), 12, random_);
        for (std::size_t i = run.begin; i < run.end; ++i) set_of[i] = to;
        return true;
    }

    /// The set becomes its parent, and takes over all sets inside.
    bool widen() {
        std::uint32_t set = random_set();
        PartitionTree::Index parent = tree().node(child_.sets[set].node).parent;
        if (parent == PartitionTree::none) return false;
        return replace(set, parent);
    }

    bool narrow() {
        std::uint32_t set = random_set();
        const std::vector<PartitionTree::Index>& children = tree().node(child_.sets[set].node).children;
        if (children.empty()) return false;
        return replace(set, random_.pick(children));
    }

    bool replace(std::uint32_t set, PartitionTree::Index node) {
        const std::vector<DesignIndex>& allowed = space_.allowed(node);
        DesignIndex design = child_.sets[set].design;
        if (std::find(allowed.begin(), allowed.end(), design) == allowed.end()) {
            if (allowed.empty()) return false;
            design = random_.pick(allowed);
        }
        std::vector<SetGene> kept = {{node, design}};
        std::vector<std::uint32_t> position(child_.sets.size(), 0); // those taken over go to the set, which is first
        for (std::uint32_t other = 0; other < child_.sets.size(); ++other) {
            if (other == set || !tree().disjoint(node, child_.sets[other].node)) continue;
            position[other] = static_cast<std::uint32_t>(kept.size());
            kept.push_back(child_.sets[other]);
        }
        for (std::uint32_t& mine : child_.set_of) mine = position[mine];
        child_.sets = std::move(kept);
        return true;
    }

    /// The set becomes its children; its operators are dealt to them in as many contiguous parts.
    bool split() {
        std::uint32_t set = random_set();
        std::vector<PartitionTree::Index> children = tree().node(child_.sets[set].node).children;
        std::vector<OperatorId> operators = operators_of(child_, set);
        if (children.size() < 2 || operators.size() < children.size()) return false;
        if (random_.chance(0.5)) std::reverse(children.begin(), children.end());
        std::vector<std::size_t> ends;
        for (std::size_t i = 1; i < children.size(); ++i)
            ends.push_back(1 + static_cast<std::size_t>(random_.below(operators.size() - 1)));
        ends.push_back(operators.size());
        std::sort(ends.begin(), ends.end());
        for (std::size_t i = 0, at = 0; i < children.size(); ++i) {
            std::vector<OperatorId> part(operators.begin() + static_cast<std::ptrdiff_t>(at),
                                         operators.begin() + static_cast<std::ptrdiff_t>(ends[i]));
            at = ends[i];
            std::optional<DesignIndex> design = draw_design(space_, children[i], part, random_);
            if (!design) return false;
            auto target = i == 0 ? set : static_cast<std::uint32_t>(child_.sets.size());
            if (i == 0)
                child_.sets[set] = {children[i], *design};
            else
                child_.sets.push_back({children[i], *design});
            for (OperatorId op : part) child_.set_of[op] = target;
        }
        return true;
    }

    /// An idle node gets a run of operators.
    bool recruit() {
        std::vector<PartitionTree::Index> idle;
        for (PartitionTree::Index node = 0; node < tree().nodes().size(); ++node) {
            bool free = std::all_of(child_.sets.begin(), child_.sets.end(),
                                    [&](const SetGene& set) { return tree().disjoint(node, set.node); });
            if (free && !space_.allowed(node).empty()) idle.push_back(node);
        }
        if (idle.empty()) return false;
        OperatorRun run = random_run(child_.set_of.size(), child_.set_of.size(), random_);
        std::vector<OperatorId> operators;
        for (std::size_t i = run.begin; i < run.end; ++i) operators.push_back(OperatorId(i));
        PartitionTree::Index node = random_.pick(idle);
        child_.sets.push_back({node, *draw_design(space_, node, operators, random_)});
        for (OperatorId op : operators) child_.set_of[op] = static_cast<std::uint32_t>(child_.sets.size() - 1);
        return true;
    }

    const GenomeSpace& space_;
    Assignment child_;
    Random& random_;
};

} // namespace

std::vector<PartitionTree::Index> random_partition(const PartitionTree& tree, Random& random) {
    std::vector<PartitionTree::Index> kept;
    std::vector<PartitionTree::Index> open = {0};
    while (!open.empty()) {
        PartitionTree::Index at = open.back();
        open.pop_back();
        const std::vector<PartitionTree::Index>& children = tree.node(at).children;
        PartitionTree::Index other = tree.node(at).other_order;
        if (children.empty() || random.chance(0.5))
            kept.push_back(other != PartitionTree::none && random.chance(0.5) ? other : at);
        else
            open.insert(open.end(), children.rbegin(), children.rend());
    }
    return kept;
}

std::optional<DesignIndex> draw_design(const GenomeSpace& space, PartitionTree::Index node,
                                       const std::vector<OperatorId>& operators, Random& random) {
    const std::vector<DesignIndex>& allowed = space.allowed(node);
    if (allowed.empty()) return std::nullopt;
    std::vector<std::size_t> refusals;
    std::vector<double> times;
    for (DesignIndex design : allowed) {
        refusals.push_back(0);
        times.push_back(1); // 1 ps: no division by zero where nothing is accepted
        for (OperatorId op : operators) {
            if (space.accepts(design, op))
                times.back() += space.compute_time(design, op);
            else
                ++refusals.back();
        }
    }
    std::size_t fewest = *std::min_element(refusals.begin(), refusals.end());
    double shortest = *std::min_element(times.begin(), times.end());
    std::vector<double> weights;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        double relative = shortest / times[i];
        weights.push_back(refusals[i] == fewest ? relative * relative : 0);
    }
    if (*std::max_element(weights.begin(), weights.end()) <= 0) return random.pick(allowed);
    return allowed[random.weighted(weights)];
}

std::optional<Assignment> random_assignment(const GenomeSpace& space, Random& random) {
    if (space.has_fixed_designs()) return FixedSets(space).random(random);
    return dealt_assignment(space, random, [&](Assignment& assignment, std::uint32_t set) {
        assignment.sets[set].design = random.pick(space.allowed(assignment.sets[set].node));
        return true;
    });
}

std::optional<Assignment> weighted_assignment(const GenomeSpace& space, Random& random) {
    if (space.has_fixed_designs()) return FixedSets(space).random(random);
    return dealt_assignment(space, random, [&](Assignment& assignment, std::uint32_t set) {
        std::vector<OperatorId> operators = operators_of(assignment, set);
        if (operators.empty()) operators = all_operators(space);
        std::optional<DesignIndex> design = draw_design(space, assignment.sets[set].node, operators, random);
        if (design) assignment.sets[set].design = *design;
        return design.has_value();
    });
}

std::optional<Assignment> mutate(const GenomeSpace& space, const Assignment& assignment, Random& random) {
    if (space.has_fixed_designs() && random.chance(0.7)) return FixedSets(space).moved(assignment, random);
    return Mutation(space, assignment, random).apply();
}

std::optional<Assignment> crossover(const GenomeSpace& space, const Assignment& a, const Assignment& b,
                                    Random& random) {
    Assignment child = a;
    const PartitionTree& tree = space.tree();
    constexpr std::uint32_t nowhere = ~std::uint32_t{0};
    std::vector<std::uint32_t> counterpart; // by set of b
    for (const SetGene& theirs : b.sets) {
        std::uint32_t found = nowhere;
        for (std::uint32_t mine = 0; mine < child.sets.size() && found == nowhere; ++mine)
            if (!tree.disjoint(child.sets[mine].node, theirs.node)) found = mine;
        if (found != nowhere && child.sets[found].node == theirs.node && random.chance(0.5))
            child.sets[found].design = theirs.design;
        counterpart.push_back(found);
    }
    OperatorRun run = random_run(child.set_of.size(), child.set_of.size(), random);
    for (std::size_t i = run.begin; i < run.end; ++i) {
        std::uint32_t set = counterpart[b.set_of[OperatorId(i)]];
        if (set != nowhere) child.set_of[OperatorId(i)] = set;
    }
    return normalized(space, std::move(child));
}

StrategyGenes random_strategies(const GenomeSpace& space, const Assignment& assignment, Random& random) {
    StrategyGenes genes;
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::size_t choices = space.strategies(assignment.sets[assignment.set_of[op]], op).size();
        genes.push_back(static_cast<std::uint32_t>(random.below(choices)));
    }
    return genes;
}

StrategyGenes crossover(const StrategyGenes& a, const StrategyGenes& b, Random& random) {
    StrategyGenes child = a;
    OperatorRun run = random_run(a.size(), a.size(), random);
    for (std::size_t i = run.begin; i < run.end; ++i) child[OperatorId(i)] = b[OperatorId(i)];
    return child;
}

OperatorRun random_run(std::size_t operators, std::size_t longest, Random& random) {
    longest = std::min(longest, operators);
    // The square of a uniform number: half of all runs are shorter than a quarter of the longest.
    double share = random.real();
    std::size_t length = 1 + static_cast<std::size_t>(share * share * static_cast<double>(longest));
    length = std::min(length, longest);
    auto begin = static_cast<std::size_t>(random.below(operators - length + 1));
    return {begin, begin + length};
}

} // namespace arsia
