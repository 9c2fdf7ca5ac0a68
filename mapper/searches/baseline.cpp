#include "mapper/searches/baseline.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "base/errors.h"
#include "mapper/searches/strategy_space.h"
#include "models/plan_of.h"
#include "workloads/layer_kinds.h"

namespace arsia {

namespace {

constexpr double refused = std::numeric_limits<double>::infinity();

/// A set and the time of every operator on it: compute time of the whole operator over the set's size, ps.
struct TimedSet {
    AcceleratorSet set;
    IdVector<OperatorId, double> time; ///< infinite where the design refuses the operator
};

std::vector<std::vector<NodeId>> natural_groups(const Scenario& scenario) {
    std::vector<std::pair<std::string, std::vector<NodeId>>> groups;
    for (NodeId node : scenario.accelerators) {
        const std::string& name = scenario.platform.nodes[node].group;
        auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == name; });
        if (at == groups.end()) at = groups.insert(groups.end(), {name, {}});
        at->second.push_back(node);
    }
    std::vector<std::vector<NodeId>> out;
    for (auto& group : groups) out.push_back(std::move(group.second));
    return out;
}

/// The first members, as many as every operator can be split over.
void cut_to_carried_size(const Graph& graph, const LayerKinds& kinds, std::vector<NodeId>& members) {
    auto carried = [&] {
        auto size = static_cast<std::int64_t>(members.size());
        for (OperatorId op : ids_of(graph.operators))
            if (kinds.is_first(op) && !longest_dimensions_split(graph.operators[op], size)) return false;
        return true;
    };
    while (members.size() > 1 && !carried()) members.pop_back();
}

/// The group, or, if nobody can load one design on all of it, parts of it that share one: each accelerator joins the
/// first part that it shares a design with. Who may load no design at all is left out.
std::vector<std::vector<NodeId>> parts_of_one_design(const Scenario& scenario, const std::vector<NodeId>& group) {
    if (!scenario.common_designs(group).empty()) return {group};
    struct Part {
        std::vector<NodeId> members;
        std::vector<std::string> designs; ///< that all of them may load
    };
    std::vector<Part> parts;
    for (NodeId node : group) {
        bool joined = false;
        for (std::size_t i = 0; i < parts.size() && !joined; ++i) {
            std::vector<std::string> common = parts[i].designs;
            common.erase(std::remove_if(common.begin(), common.end(),
                                        [&](const std::string& name) { return !scenario.allows(node, name); }),
                         common.end());
            if (common.empty()) continue;
            joined = true;
            parts[i].members.push_back(node);
            parts[i].designs = std::move(common);
        }
        if (joined) continue;
        std::vector<std::string> own = scenario.common_designs({node});
        if (!own.empty()) parts.push_back({{node}, std::move(own)});
    }
    std::vector<std::vector<NodeId>> out;
    for (Part& part : parts) out.push_back(std::move(part.members));
    return out;
}

TimedSet with_fastest_design(const Scenario& scenario, const LayerKinds& kinds, std::vector<NodeId> members) {
    const Graph& graph = scenario.graph;
    TimedSet best;
    std::tuple<std::size_t, double> best_cost{std::numeric_limits<std::size_t>::max(), 0};
    for (const std::string& name : scenario.common_designs(members)) {
        const Design& design = *scenario.find_design(name);
        TimedSet timed;
        double total = 0;
        std::size_t refusals = 0;
        LayerTable<double> known(kinds);
        for (OperatorId id : ids_of(graph.operators)) {
            double time = known.of(id, [&] {
                const Operator& op = graph.operators[id];
                if (design.refusal(op)) return refused;
                Cycles cycles = plan_of(design, op, op.extents, graph.element_bits).compute_cycles;
                return static_cast<double>(cycles_time(cycles, design.clock));
            });
            if (time == refused) {
                ++refusals;
                timed.time.push_back(refused);
                continue;
            }
            total += time;
            timed.time.push_back(time / static_cast<double>(members.size()));
        }
        std::tuple<std::size_t, double> cost{refusals, total};
        if (cost >= best_cost) continue;
        best_cost = cost;
        timed.set.design = name;
        best = std::move(timed);
    }
    best.set.accelerators = std::move(members);
    return best;
}

/// Time of an operator where its segment puts it: on the set itself or, if refused there, on the fastest other.
std::size_t runner_of(const std::vector<TimedSet>& sets, std::size_t segment, OperatorId op) {
    if (sets[segment].time[op] < refused) return segment;
    std::size_t fastest = segment;
    for (std::size_t other = 0; other < sets.size(); ++other)
        if (sets[other].time[op] < sets[fastest].time[op]) fastest = other;
    return fastest;
}

/// Ends of the contiguous segments, one a set in the order of the sets, that make the longest segment shortest.
/// Refused operators count nothing: they go elsewhere.
std::vector<std::size_t> balanced_ends(const std::vector<TimedSet>& sets, std::size_t operators) {
    auto cost = [&](std::size_t set, std::size_t at) {
        double time = sets[set].time.items()[at];
        return time < refused ? time : 0;
    };
    // longest[s][n]: least longest segment when the first s+1 sets run the first n operators.
    std::vector<std::vector<double>> longest(sets.size(), std::vector<double>(operators + 1, 0));
    std::vector<std::vector<std::size_t>> begin(sets.size(), std::vector<std::size_t>(operators + 1, 0));
    for (std::size_t n = 1; n <= operators; ++n) longest[0][n] = longest[0][n - 1] + cost(0, n - 1);
    for (std::size_t s = 1; s < sets.size(); ++s) {
        const std::vector<double>& before = longest[s - 1];
        std::vector<long double> up_to(operators + 1, 0); // cost of the first n on this set; sums of whole ps are exact
        for (std::size_t n = 1; n <= operators; ++n) up_to[n] = up_to[n - 1] + cost(s, n - 1);
        std::size_t cut = 0; // a segment from here on is shorter than what goes before; grows with n
        for (std::size_t n = 0; n <= operators; ++n) {
            auto segment = [&](std::size_t from) { return static_cast<double>(up_to[n] - up_to[from]); };
            while (cut < n && segment(cut) >= before[cut]) ++cut;
            longest[s][n] = before[cut];
            // Of equally long ones the shortest segment.
            auto last = std::upper_bound(before.begin() + static_cast<std::ptrdiff_t>(cut),
                                         before.begin() + static_cast<std::ptrdiff_t>(n) + 1, before[cut]);
            begin[s][n] = static_cast<std::size_t>(last - before.begin()) - 1;
            if (cut > 0 && segment(cut - 1) < longest[s][n]) {
                longest[s][n] = segment(cut - 1);
                begin[s][n] = cut - 1;
            }
        }
    }
    std::vector<std::size_t> ends(sets.size());
    std::size_t end = operators;
    for (std::size_t s = sets.size(); s-- > 0;) {
        ends[s] = end;
        end = begin[s][end];
    }
    return ends;
}

} // namespace

Mapping baseline_mapping(const Scenario& scenario) {
    const Graph& graph = scenario.graph;
    LayerKinds kinds(graph);
    std::vector<TimedSet> sets;
    for (const std::vector<NodeId>& group : natural_groups(scenario))
        for (std::vector<NodeId>& members : parts_of_one_design(scenario, group)) {
            cut_to_carried_size(graph, kinds, members);
            sets.push_back(with_fastest_design(scenario, kinds, std::move(members)));
        }
    if (sets.empty()) throw IllegalError("no accelerator may load any design");

    std::vector<std::size_t> ends = balanced_ends(sets, graph.operators.size());
    std::map<std::pair<std::size_t, LayerKindId>, Factors> splits; // by size
    std::size_t segment = 0;
    for (OperatorId op : ids_of(graph.operators)) {
        while (op.value() >= ends[segment]) ++segment;
        TimedSet& runner = sets[runner_of(sets, segment, op)];
        if (runner.time[op] == refused)
            throw IllegalError("the fastest design of no set supports operator '" + graph.operators[op].name + "'");
        std::size_t size = runner.set.accelerators.size();
        auto [es, added] = splits.try_emplace({size, kinds.of(op)});
        if (added) es->second = *longest_dimensions_split(graph.operators[op], static_cast<std::int64_t>(size));
        runner.set.operators.push_back({op, {es->second, std::nullopt}, std::nullopt});
    }

    Mapping mapping;
    for (TimedSet& timed : sets)
        if (!timed.set.operators.empty()) mapping.sets.push_back(std::move(timed.set));
    return mapping;
}

BaselineOutcome evaluated_baseline(Evaluator& evaluator) {
    BaselineOutcome out;
    try {
        out.mapping = baseline_mapping(evaluator.scenario());
        out.evaluation = evaluator.evaluate(*out.mapping);
    } catch (const IllegalError& error) {
        out.evaluation.problems = {error.what()};
    }
    return out;
}

std::string nothing_found(const std::string& what, const BaselineOutcome& baseline) {
    std::string out = what;
    for (const std::string& problem : baseline.evaluation.problems)
        out += (baseline.mapping ? "\nfor example in the baseline's mapping: " : "\nthe baseline makes no mapping: ") +
               problem;
    return out;
}

std::vector<Mapping> BaselineSearch::propose(std::size_t most) {
    if (proposed_ || most == 0) return {};
    proposed_ = true;
    try {
        return {baseline_mapping(*scenario_)};
    } catch (const IllegalError&) { // evaluated_baseline says why
        return {};
    }
}

} // namespace arsia
