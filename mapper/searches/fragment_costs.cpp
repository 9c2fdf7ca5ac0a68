#include "mapper/searches/fragment_costs.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/random.h"

namespace arsia {

namespace {

constexpr double illegal_time = 1e30; ///< ps; large, and still to be added up
/// Of guesses: what is guessed too high would never be simulated.
constexpr double optimism = 0.7;
constexpr std::size_t most_width = 24;  ///< of a shortlist
constexpr std::size_t most_alone = 256; ///< strategies of an operator that are looked at

std::string key_of(const Assignment& assignment) {
    std::string out;
    for (const SetGene& set : assignment.sets) out += std::to_string(set.node) + ":" + std::to_string(set.design) + " ";
    for (std::uint32_t set : assignment.set_of) out += std::to_string(set) + ",";
    return out;
}

} // namespace

StrategyGenes StrategyProblem::genes(const std::vector<ChoiceProblem::Choice>& choices) const {
    StrategyGenes out;
    for (OperatorId op : ids_of(options)) out.push_back(options[op][choices[op.value()]]);
    return out;
}

std::optional<std::vector<ChoiceProblem::Choice>> StrategyProblem::choices(const StrategyGenes& genes) const {
    std::vector<ChoiceProblem::Choice> out;
    for (OperatorId op : ids_of(options)) {
        auto at = std::find(options[op].begin(), options[op].end(), genes[op]);
        if (at == options[op].end()) return std::nullopt;
        out.push_back(static_cast<ChoiceProblem::Choice>(at - options[op].begin()));
    }
    return out;
}

std::size_t FragmentCosts::KeyHash::operator()(const Key& key) const {
    std::uint64_t hash = 0;
    for (std::uint32_t part : key.parts) hash = (hash ^ part ^ (hash >> 29)) * 0xbf58476d1ce4e5b9ULL;
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

FragmentCosts::FragmentCosts(const GenomeSpace& space, bool all_pairs)
    : space_(space), all_pairs_(all_pairs), guesses_(space) {
    const Graph& graph = space.graph();
    std::map<std::uint64_t, std::uint32_t> kinds;
    for (OperatorId op : ids_of(graph.operators))
        kind_of_.push_back(
            kinds.try_emplace(graph.digest_of(op), static_cast<std::uint32_t>(kinds.size())).first->second);
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> pairs;
    for (OperatorId op : ids_of(graph.operators)) {
        const std::vector<TensorId>& inputs = graph.operators[op].inputs;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            OperatorId producer = graph.tensors[inputs[i]].producer;
            if (!producer.valid() || std::find(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(i),
                                               inputs[i]) != inputs.begin() + static_cast<std::ptrdiff_t>(i))
                continue;
            Edge edge{producer, op, 0};
            for (std::size_t j = i; j < std::min<std::size_t>(inputs.size(), 32); ++j)
                if (inputs[j] == inputs[i]) edge.inputs |= 1U << j;
            edges_.push_back(edge);
            pairs.emplace(kind_of_[producer.value()], kind_of_[op.value()], edge.inputs);
        }
    }
    pair_kinds_ = pairs.size();
}

std::uint32_t FragmentCosts::set_index(const SetGene& set) {
    auto at = std::find(sets_.begin(), sets_.end(), set);
    if (at == sets_.end()) at = sets_.insert(at, set);
    return static_cast<std::uint32_t>(at - sets_.begin());
}

FragmentCosts::Key FragmentCosts::alone_key(const Assignment& assignment, OperatorId op, std::uint32_t strategy) {
    return {{kind_of_[op.value()], set_index(assignment.sets[assignment.set_of[op]]), strategy, 0, 0, 0, 0}};
}

FragmentCosts::Key FragmentCosts::pair_key(const Assignment& assignment, const Edge& edge, std::uint32_t from,
                                           std::uint32_t to) {
    return {{kind_of_[edge.producer.value()], set_index(assignment.sets[assignment.set_of[edge.producer]]), from,
             kind_of_[edge.consumer.value()], set_index(assignment.sets[assignment.set_of[edge.consumer]]), to,
             edge.inputs}};
}

void FragmentCosts::ask(const Key& key, const Assignment& assignment, const std::vector<GenomeSpace::Chosen>& operators,
                        Missing& out) {
    auto [at, added] = times_.try_emplace(key, -1.0);
    if (added)
        out.fragments.push_back({key, space_.fragment(assignment, operators)});
    else
        out.waits = out.waits || at->second < 0;
}

void FragmentCosts::report(const Key& key, const Evaluation& evaluation) {
    times_[key] = evaluation.legal ? static_cast<double>(evaluation.latency) : illegal_time;
}

std::optional<double> FragmentCosts::time(const Key& key) const {
    auto at = times_.find(key);
    if (at == times_.end() || at->second < 0) return std::nullopt;
    return at->second;
}

double FragmentCosts::alone(const Assignment& assignment, OperatorId op, std::uint32_t strategy) {
    return time(alone_key(assignment, op, strategy)).value_or(illegal_time);
}

std::vector<std::uint32_t> FragmentCosts::fastest_alone(const Assignment& assignment, OperatorId op) {
    std::size_t count = space_.strategies(assignment.sets[assignment.set_of[op]], op).size();
    std::vector<std::pair<double, std::uint32_t>> by_time;
    for (std::uint32_t strategy = 0; strategy < count; ++strategy)
        if (std::optional<double> found = time(alone_key(assignment, op, strategy)))
            by_time.emplace_back(*found, strategy);
    std::sort(by_time.begin(), by_time.end());
    std::vector<std::uint32_t> out;
    for (const auto& entry : by_time) out.push_back(entry.second);
    return out;
}

/// By the time alone and what its neighbours add if they take what suits it best, for which guesses must do: a strategy
/// may be slow alone, and good beside the right ones.
std::vector<std::uint32_t> FragmentCosts::rank(const Assignment& assignment, OperatorId op) {
    constexpr std::size_t neighbours = 24, candidates = 96;
    std::vector<std::uint32_t> strategies = fastest_alone(assignment, op);
    if (strategies.size() > candidates) strategies.resize(candidates);
    std::vector<double> costs;
    for (std::uint32_t strategy : strategies) costs.push_back(alone(assignment, op, strategy));
    auto add_edge = [&](OperatorId other, OperatorId consumer, std::size_t input) {
        auto edge_time = [&](std::uint32_t mine, std::uint32_t their) {
            return guesses_.edge_time(assignment, consumer, input, consumer == op ? their : mine,
                                      consumer == op ? mine : their);
        };
        const SetGene& my_set = assignment.sets[assignment.set_of[op]];
        const SetGene& their_set = assignment.sets[assignment.set_of[other]];
        std::vector<std::uint32_t> theirs = fastest_alone(assignment, other);
        if (theirs.size() > neighbours) theirs.resize(neighbours);
        double fastest = alone(assignment, other, theirs.front());
        for (std::size_t i = 0; i < strategies.size(); ++i) {
            double least = illegal_time;
            for (std::uint32_t their : theirs)
                least = std::min(least, alone(assignment, other, their) - fastest + edge_time(strategies[i], their));
            // A run of operators may go the same way: then the others' own cost is theirs to bear.
            std::uint32_t same = space_.strategy_index(their_set, other, space_.strategies(my_set, op)[strategies[i]]);
            if (same < space_.strategies(their_set, other).size())
                least = std::min(least, edge_time(strategies[i], same));
            costs[i] += least;
        }
    };
    for (const Edge& edge : edges_) {
        if (edge.producer != op && edge.consumer != op) continue;
        std::size_t input = 0;
        while ((edge.inputs >> input & 1U) == 0) ++input;
        add_edge(edge.producer == op ? edge.consumer : edge.producer, edge.consumer, input);
    }
    std::vector<std::size_t> order(strategies.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
    std::vector<std::uint32_t> out;
    for (std::size_t i : order) out.push_back(strategies[i]);
    return out;
}

const std::vector<std::uint32_t>& FragmentCosts::ranked(const Assignment& assignment, OperatorId op) {
    auto [at, added] = ranked_.try_emplace(alone_key(assignment, op, 0));
    if (added) at->second = rank(assignment, op);
    return at->second;
}

/// The most promising strategies; a third are the fastest alone.
std::vector<std::uint32_t> FragmentCosts::shortlist(const Assignment& assignment, OperatorId op) {
    std::vector<std::uint32_t> out = fastest_alone(assignment, op);
    if (out.size() <= most_width) return out;
    out.resize(most_width / 3);
    for (std::uint32_t strategy : ranked(assignment, op)) {
        if (out.size() == most_width) break;
        if (std::find(out.begin(), out.end(), strategy) == out.end()) out.push_back(strategy);
    }
    return out;
}

double FragmentCosts::worth(const Assignment& assignment) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> alone; // by kind and set
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::uint32_t set = assignment.set_of[op];
        alone[{kind_of_[op.value()], set}] = space_.strategies(assignment.sets[set], op).size();
    }
    constexpr double pairs_of_a_kind = 2 * most_width; // found by trying
    double operators = pairs_of_a_kind * 2 * static_cast<double>(pair_kinds_);
    for (const auto& entry : alone) operators += static_cast<double>(std::min(entry.second, most_alone));
    return operators / static_cast<double>(space_.graph().operators.size());
}

FragmentCosts::Missing FragmentCosts::missing(const Assignment& assignment) {
    Missing out;
    for (OperatorId op : ids_of(assignment.set_of)) {
        std::size_t count = space_.strategies(assignment.sets[assignment.set_of[op]], op).size();
        for (std::uint32_t strategy = 0; strategy < std::min(count, most_alone); ++strategy)
            ask(alone_key(assignment, op, strategy), assignment, {{op, strategy}}, out);
    }
    if (out.any()) return out;
    constexpr int most_rounds = 60, perturbed = 2;
    int& round = rounds_[key_of(assignment)];
    if (round++ >= most_rounds) return out;
    if (round == 1) {
        constexpr std::size_t few_pairs = 8; // kinds of them
        if (all_pairs_ && pair_kinds_ <= few_pairs)
            ask_all(assignment, out);
        else
            ask_runs(assignment, out);
    }
    if (out.any()) return out;
    StrategyProblem choices = problem(assignment);
    std::vector<ChoiceProblem::Choice> best = choices.problem.solve().choices;
    ask_pairs(assignment, choices.genes(best), out);
    if (!out.any()) return out;
    // What is nearly as good is worth knowing, too.
    Random random(static_cast<std::uint64_t>(round));
    std::vector<ChoiceProblem::Choice> open(best.size(), ChoiceProblem::open);
    for (int i = 0; i < perturbed; ++i) {
        std::vector<std::vector<double>> extra(best.size());
        for (std::size_t v = 0; v < best.size(); ++v)
            for (std::size_t option = 0; option < choices.problem.options(v); ++option)
                extra[v].push_back(0.1 * random.real() * choices.problem.least(v));
        ask_pairs(assignment, choices.genes(choices.problem.solve(open, best, extra).choices), out);
    }
    return out;
}

void FragmentCosts::ask_all(const Assignment& assignment, Missing& out) {
    for (const Edge& edge : edges_)
        for (std::uint32_t from : shortlist(assignment, edge.producer))
            for (std::uint32_t to : shortlist(assignment, edge.consumer))
                ask(pair_key(assignment, edge, from, to), assignment, {{edge.producer, from}, {edge.consumer, to}},
                    out);
}

/// Neighbours that go the same way: what they save together is hard to guess.
void FragmentCosts::ask_runs(const Assignment& assignment, Missing& out) {
    for (const Edge& edge : edges_) {
        const SetGene& from_set = assignment.sets[assignment.set_of[edge.producer]];
        const SetGene& to_set = assignment.sets[assignment.set_of[edge.consumer]];
        std::vector<std::uint32_t> theirs = shortlist(assignment, edge.consumer);
        for (std::uint32_t from : shortlist(assignment, edge.producer)) {
            std::uint32_t to =
                space_.strategy_index(to_set, edge.consumer, space_.strategies(from_set, edge.producer)[from]);
            if (std::find(theirs.begin(), theirs.end(), to) == theirs.end()) continue;
            ask(pair_key(assignment, edge, from, to), assignment, {{edge.producer, from}, {edge.consumer, to}}, out);
        }
    }
}

void FragmentCosts::ask_pairs(const Assignment& assignment, const StrategyGenes& genes, Missing& out) {
    for (const Edge& edge : edges_) {
        std::uint32_t from = genes[edge.producer], to = genes[edge.consumer];
        ask(pair_key(assignment, edge, from, to), assignment, {{edge.producer, from}, {edge.consumer, to}}, out);
    }
}

double FragmentCosts::guessed(const Key& pair, const Assignment& assignment, const Edge& edge) {
    auto [at, added] = guessed_.try_emplace(pair, 0.0);
    if (added)
        for (std::size_t input = 0; input < 32; ++input)
            if ((edge.inputs >> input & 1U) != 0)
                at->second += guesses_.edge_time(assignment, edge.consumer, input, pair.from(), pair.to());
    return optimism * at->second;
}

std::vector<double> FragmentCosts::beside(const Assignment& assignment, const Edge& edge, const Options& from,
                                          const Options& to) {
    std::vector<double> out;
    out.reserve(from.strategies.size() * to.strategies.size());
    Key key = pair_key(assignment, edge, 0, 0);
    for (std::size_t i = 0; i < from.strategies.size(); ++i) {
        key.from() = from.strategies[i];
        for (std::size_t j = 0; j < to.strategies.size(); ++j) {
            key.to() = to.strategies[j];
            double apart = from.alone[i] + to.alone[j];
            if (apart >= illegal_time) {
                out.push_back(0);
                continue;
            }
            std::optional<double> together = time(key);
            out.push_back(together ? *together - apart : guessed(key, assignment, edge));
        }
    }
    return out;
}

StrategyProblem FragmentCosts::problem(const Assignment& assignment, const std::vector<StrategyGenes>& known) {
    std::unordered_map<Key, Options, KeyHash> usual; // of operators that are alike
    IdVector<OperatorId, Options> options;
    IdVector<OperatorId, bool> is_usual;
    std::vector<std::size_t> counts;
    for (OperatorId op : ids_of(assignment.set_of)) {
        auto add = [&](std::uint32_t strategy, Options& to) {
            to.strategies.push_back(strategy);
            to.alone.push_back(alone(assignment, op, strategy));
        };
        auto [at, added] = usual.try_emplace(alone_key(assignment, op, 0));
        if (added)
            for (std::uint32_t strategy : shortlist(assignment, op)) add(strategy, at->second);
        options.push_back(at->second);
        const std::vector<std::uint32_t>& mine = options[op].strategies;
        for (const StrategyGenes& genes : known)
            if (std::find(mine.begin(), mine.end(), genes[op]) == mine.end()) add(genes[op], options[op]);
        is_usual.push_back(mine.size() == at->second.strategies.size());
        counts.push_back(mine.size());
    }
    ChoiceProblem problem(counts);
    for (OperatorId op : ids_of(options))
        for (std::uint32_t i = 0; i < counts[op.value()]; ++i) problem.add(op.value(), i, options[op].alone[i]);
    std::unordered_map<Key, std::vector<double>, KeyHash> tables; // of edges that are alike
    for (const Edge& edge : edges_) {
        std::vector<double> own;
        bool alike = is_usual[edge.producer] && is_usual[edge.consumer];
        std::vector<double>& costs = alike ? tables[pair_key(assignment, edge, 0, 0)] : own;
        if (costs.empty()) costs = beside(assignment, edge, options[edge.producer], options[edge.consumer]);
        problem.add_pair(edge.producer.value(), edge.consumer.value(), costs);
    }
    IdVector<OperatorId, std::vector<std::uint32_t>> strategies;
    for (Options& each : options) strategies.push_back(std::move(each.strategies));
    return {std::move(strategies), std::move(problem)};
}

} // namespace arsia
