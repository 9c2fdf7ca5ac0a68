#include "mapper/legality.h"

#include <algorithm>

#include "base/suggest.h"
#include "mapper/lowering/shared_shards.h"

namespace arsia {

namespace {

/// Collects what is wrong with one mapping. Texts are only made for what is wrong: this runs for every candidate.
class LegalityCheck {
public:
    LegalityCheck(const Scenario& scenario, const Mapping& mapping) : scenario_(scenario), mapping_(mapping) {}

    std::vector<std::string> problems() {
        if (mapping_.sets.empty()) out_.push_back("sets: there is none");
        set_at_.assign(scenario_.platform.nodes.size(), none);
        placed_.assign(scenario_.graph.operators.size(), none);
        for (std::size_t s = 0; s < mapping_.sets.size(); ++s) check_set(s);
        if (!mapping_.fragment) check_all_placed();
        return std::move(out_);
    }

private:
    static constexpr std::size_t none = SIZE_MAX;

    static std::string set_path(std::size_t s) { return "sets[" + std::to_string(s) + "]"; }
    std::string operator_path(std::size_t s, std::size_t i) const {
        return set_path(s) + ".operators[" + std::to_string(i) + "] (" +
               scenario_.graph.operators[mapping_.sets[s].operators[i].op].name + ")";
    }
    const std::string& name_of_node(NodeId node) const { return scenario_.platform.nodes[node].name; }

    void check_set(std::size_t s) {
        const AcceleratorSet& set = mapping_.sets[s];
        check_accelerators(s);
        std::vector<const Design*> designs = set.is_mixed() ? check_designs(s) : check_design(s);
        for (std::size_t i = 0; i < set.operators.size(); ++i) check_operator(s, i, designs);
    }

    void check_accelerators(std::size_t s) {
        const AcceleratorSet& set = mapping_.sets[s];
        if (set.accelerators.empty()) out_.push_back(set_path(s) + ".accelerators: there is none");
        for (std::size_t i = 0; i < set.accelerators.size(); ++i) {
            NodeId node = set.accelerators[i];
            auto problem = [&](const std::string& message) {
                out_.push_back(set_path(s) + ".accelerators[" + std::to_string(i) + "]: " + message);
            };
            if (!scenario_.platform.nodes.contains(node)) {
                problem("no node of topology " + scenario_.platform.name);
                continue;
            }
            if (scenario_.platform.nodes[node].kind != NodeKind::accelerator)
                problem(name_of_node(node) + " is a " + name_of(scenario_.platform.nodes[node].kind) +
                        ", not an accelerator");
            if (set_at_[node] == s)
                problem(name_of_node(node) + " is named twice");
            else if (set_at_[node] != none)
                problem(name_of_node(node) + " is already in " + set_path(set_at_[node]) +
                        "; an accelerator belongs to one set");
            set_at_[node] = s;
        }
    }

    /// The set's design; none if it is unknown.
    std::vector<const Design*> check_design(std::size_t s) {
        const AcceleratorSet& set = mapping_.sets[s];
        const Design* design = known_design(set.design, set_path(s) + ".design");
        if (!design) return {};
        for (NodeId node : set.accelerators) check_load(*design, node, set_path(s) + ".design");
        return {design};
    }

    /// The designs of a mixed set, each once.
    std::vector<const Design*> check_designs(std::size_t s) {
        const AcceleratorSet& set = mapping_.sets[s];
        std::string path = set_path(s) + ".designs";
        if (set.designs.size() != set.accelerators.size()) {
            out_.push_back(path + ": one for each of the " + std::to_string(set.accelerators.size()) +
                           " accelerators; these are " + std::to_string(set.designs.size()));
            return {};
        }
        std::vector<const Design*> out;
        for (std::size_t i = 0; i < set.designs.size(); ++i) {
            std::string at = path + "[" + std::to_string(i) + "]";
            const Design* design = known_design(set.designs[i], at);
            if (!design) continue;
            check_load(*design, set.accelerators[i], at);
            if (std::find(out.begin(), out.end(), design) == out.end()) out.push_back(design);
        }
        if (knows_all(set.accelerators)) {
            std::vector<std::string> common = scenario_.common_designs(set.accelerators);
            if (!common.empty())
                out_.push_back(path +
                               ": a set mixes designs only where its accelerators have none in common; these may "
                               "all load " +
                               name_list(common));
        }
        return out;
    }

    bool knows_all(const std::vector<NodeId>& nodes) const {
        return std::all_of(nodes.begin(), nodes.end(),
                           [&](NodeId node) { return scenario_.platform.nodes.contains(node); });
    }

    const Design* known_design(const std::string& name, const std::string& path) {
        const Design* design = scenario_.find_design(name);
        if (design) return design;
        std::vector<std::string> known;
        for (const auto& entry : scenario_.designs) known.push_back(entry.first);
        out_.push_back(path + ": unknown design '" + name + "'" + did_you_mean(name, known) +
                       "; the accelerators may load " + name_list(known));
        return nullptr;
    }

    void check_load(const Design& design, NodeId node, const std::string& path) {
        if (!scenario_.platform.nodes.contains(node)) return;
        std::string reason = shortage(design, scenario_.platform.nodes[node]);
        if (!reason.empty())
            out_.push_back(path + ": " + design.name + " " + reason);
        else if (!scenario_.allows(node, design.name))
            out_.push_back(path + ": " + name_of_node(node) + " may not load " + design.name + "; it allows " +
                           name_list(scenario_.platform.nodes[node].designs));
    }

    void check_operator(std::size_t s, std::size_t i, const std::vector<const Design*>& designs) {
        const Placement& placement = mapping_.sets[s].operators[i];
        if (!scenario_.graph.operators.contains(placement.op)) {
            out_.push_back(set_path(s) + ".operators[" + std::to_string(i) + "]: no operator of workload " +
                           scenario_.graph.name);
            return;
        }
        std::size_t& placed = placed_[placement.op];
        if (placed == s)
            out_.push_back(operator_path(s, i) + ": is named twice");
        else if (placed != none)
            out_.push_back(operator_path(s, i) + ": is already in " + set_path(placed) +
                           "; an operator runs on one set");
        placed = s;
        check_strategy(s, i);
        for (const Design* design : designs)
            if (std::optional<std::string> refusal = design->refusal(scenario_.graph.operators[placement.op]))
                out_.push_back(operator_path(s, i) + ": design " + design->name + " cannot run it: " + *refusal);
    }

    void check_strategy(std::size_t s, std::size_t i) {
        const Placement& placement = mapping_.sets[s].operators[i];
        const Operator& op = scenario_.graph.operators[placement.op];
        const Factors& es = placement.strategy.es;
        bool factors_fit = true;
        std::int64_t product = 1;
        for (Dim dim : all_dims) {
            std::int64_t factor = at(es, dim);
            if (factor < 1 || factor > at(op.extents, dim)) {
                out_.push_back(operator_path(s, i) + ": es." + dim_letter(dim) + ": factor " + std::to_string(factor) +
                               " is not between 1 and the extent " + std::to_string(at(op.extents, dim)));
                factors_fit = false;
            } else if (factor > 1 && !op.may_split(dim)) {
                out_.push_back(operator_path(s, i) + ": es." + dim_letter(dim) + ": factor " + std::to_string(factor) +
                               ": " + not_split_text(op, dim));
                factors_fit = false;
            } else if (__builtin_mul_overflow(product, factor, &product)) {
                product = INT64_MAX;
            }
        }
        if (!factors_fit) return;
        std::size_t size = mapping_.sets[s].accelerators.size();
        if (!check_shares(s, i)) return;
        std::size_t takers = active_ranks(placement.strategy, size).size();
        if (static_cast<std::size_t>(product) != takers) {
            out_.push_back(operator_path(s, i) + ": es: the product of the factors (" +
                           to_string(Strategy{es, std::nullopt}) + ") is " + std::to_string(product) +
                           (placement.strategy.shares.empty()
                                ? ", the set has " + std::to_string(size) + " accelerator" + (size == 1 ? "" : "s")
                                : ", with a share above 0 there are " + std::to_string(takers) + " accelerators"));
            return;
        }
        check_parts(s, i);
        if (!placement.strategy.ss) return;
        Dim dim = *placement.strategy.ss;
        if (find_shared_tensor(op, scenario_.graph, es, dim)) return;
        out_.push_back(operator_path(s, i) + ": ss " + dim_letter(dim) + " with es " +
                       to_string(Strategy{es, std::nullopt}) + ": " +
                       shared_shard_problem(op, scenario_.graph, es, dim));
    }

    /// Whether there are none, or such as parts can follow from.
    bool check_shares(std::size_t s, std::size_t i) {
        const AcceleratorSet& set = mapping_.sets[s];
        const Strategy& strategy = set.operators[i].strategy;
        const std::vector<std::int64_t>& shares = strategy.shares;
        if (shares.empty()) return true;
        bool fit = true;
        auto refuse = [&](const std::string& message) {
            out_.push_back(operator_path(s, i) + ": shares" + message);
            fit = false;
        };
        if (!set.is_mixed())
            refuse(": all accelerators of the set run " + set.design +
                   ", so that parts are even; shares are for sets that mix designs");
        if (strategy.ss)
            refuse(": with ss " + std::string(1, dim_letter(*strategy.ss)) +
                   " parts are even, so that all shards that go round are of one size; leave out one of the two");
        if (shares.size() != set.accelerators.size())
            refuse(": one for each of the " + std::to_string(set.accelerators.size()) + " accelerators; these are " +
                   std::to_string(shares.size()));
        for (std::size_t rank = 0; rank < shares.size(); ++rank)
            if (shares[rank] < 0 || shares[rank] > largest_share)
                refuse("[" + std::to_string(rank) + "]: " + std::to_string(shares[rank]) + " is not between 0 and " +
                       std::to_string(largest_share));
        if (std::all_of(shares.begin(), shares.end(), [](std::int64_t share) { return share == 0; }))
            refuse(": nobody has one above 0");
        return fit;
    }

    /// Every share above 0 must come to something.
    void check_parts(std::size_t s, std::size_t i) {
        const AcceleratorSet& set = mapping_.sets[s];
        const Strategy& strategy = set.operators[i].strategy;
        const Operator& op = scenario_.graph.operators[set.operators[i].op];
        if (!knows_all(set.accelerators)) return;
        for (std::size_t rank = 0; rank < strategy.shares.size(); ++rank) {
            if (strategy.shares[rank] == 0) continue;
            IterationBox shard = shard_of(op.extents, strategy, rank);
            for (Dim dim : all_dims)
                if (at(shard, dim).empty())
                    out_.push_back(operator_path(s, i) + ": shares[" + std::to_string(rank) +
                                   "]: " + name_of_node(set.accelerators[rank]) + " gets nothing of the " +
                                   std::to_string(at(op.extents, dim)) + " positions along " + dim_letter(dim) +
                                   "; give it more, or 0 to leave it out");
        }
    }

    void check_all_placed() {
        std::vector<std::string> missing;
        for (OperatorId op : ids_of(placed_))
            if (placed_[op] == none) missing.push_back(scenario_.graph.operators[op].name);
        if (!missing.empty()) out_.push_back("sets: every operator must be on a set; on none: " + name_list(missing));
    }

    const Scenario& scenario_;
    const Mapping& mapping_;
    IdVector<NodeId, std::size_t> set_at_;
    IdVector<OperatorId, std::size_t> placed_;
    std::vector<std::string> out_;
};

} // namespace

std::vector<std::string> legality_problems(const Scenario& scenario, const Mapping& mapping) {
    Lowering lowering(scenario);
    return legality_problems(scenario, mapping, lowering);
}

std::vector<std::string> legality_problems(const Scenario& scenario, const Mapping& mapping, Lowering& lowering) {
    std::vector<std::string> problems = LegalityCheck(scenario, mapping).problems();
    return problems.empty() ? lowering.problems(mapping) : problems;
}

std::string shared_shard_problem(const Operator& op, const Graph& graph, const Factors& es, Dim dim) {
    std::string why;
    find_shared_tensor(op, graph, es, dim, &why);
    return why;
}

} // namespace arsia
