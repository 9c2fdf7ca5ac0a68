// What strategies cost, by simulating fragments: each operator alone, and each beside the producer of an input.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mapper/evaluation/evaluator.h"
#include "mapper/searches/choice_problem.h"
#include "mapper/searches/cost_model.h"

namespace arsia {

/// The strategies of an assignment's operators as a problem of choice: a variable for each operator, an option for each
/// strategy of its shortlist.
struct StrategyProblem {
    IdVector<OperatorId, std::vector<std::uint32_t>> options; ///< strategies, as genes
    ChoiceProblem problem;

    StrategyGenes genes(const std::vector<ChoiceProblem::Choice>& choices) const;
    /// Nothing if some gene is not among the options.
    std::optional<std::vector<ChoiceProblem::Choice>> choices(const StrategyGenes& genes) const;
};

/// Times of fragments. An operator alone has its inputs at hand, except those that come from the host; beside the
/// producer of an input, what it adds to the producer's time is its own time and that of bringing the input where it is
/// needed. The sum over all operators and edges is the time of the whole as far as nothing but the neighbours of an
/// operator changes how it runs. Layers that repeat are simulated once.
class FragmentCosts {
public:
    /// `all_pairs`: of a small problem all are simulated, also those that no good choice is likely to be made of.
    explicit FragmentCosts(const GenomeSpace& space, bool all_pairs = false);

    /// Identifies a fragment.
    struct Key {
        std::array<std::uint32_t, 7> parts{};
        std::uint32_t& from() { return parts[2]; } ///< strategy of the producer, or of an operator alone
        std::uint32_t& to() { return parts[5]; }   ///< strategy of the consumer
        std::uint32_t from() const { return parts[2]; }
        std::uint32_t to() const { return parts[5]; }
        friend bool operator==(const Key& a, const Key& b) { return a.parts == b.parts; }
    };
    struct Fragment {
        Key key;
        Mapping mapping;
    };

    struct Missing {
        std::vector<Fragment> fragments;
        bool waits = false; ///< for fragments that were named before and are not reported yet
        bool any() const { return !fragments.empty() || waits; }
    };

    /// Fragments to be simulated next: first each operator alone with every strategy; then neighbours that go the same
    /// way; then, again and again, the pairs that the best choices so far are made of and that are only guessed.
    /// Nothing, and no waiting, when the best choices rest on simulated times alone, or after enough rounds. None is
    /// named twice. To be called when all that was named for this assignment is reported.
    Missing missing(const Assignment& assignment);
    void report(const Key& key, const Evaluation& evaluation);
    /// The strategies of `known` are among the options, too; pairs that were not simulated are guessed.
    StrategyProblem problem(const Assignment& assignment, const std::vector<StrategyGenes>& known = {});

    /// Kinds of pairs, told apart by what the operators compute.
    std::size_t pair_kinds() const { return pair_kinds_; }
    /// What all its fragments take of a budget, about, if none is known.
    double worth(const Assignment& assignment) const;

private:
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    struct Edge {
        OperatorId producer, consumer;
        std::uint32_t inputs = 0; ///< of the consumer, as bits
    };
    struct Options {
        std::vector<std::uint32_t> strategies;
        std::vector<double> alone; ///< time of each, ps
    };

    std::uint32_t set_index(const SetGene& set);
    Key alone_key(const Assignment& assignment, OperatorId op, std::uint32_t strategy);
    Key pair_key(const Assignment& assignment, const Edge& edge, std::uint32_t from, std::uint32_t to);
    /// Asks for a fragment, or waits for it if it was asked for before.
    void ask(const Key& key, const Assignment& assignment, const std::vector<GenomeSpace::Chosen>& operators,
             Missing& out);
    std::optional<double> time(const Key& key) const;
    double alone(const Assignment& assignment, OperatorId op, std::uint32_t strategy);
    double guessed(const Key& pair, const Assignment& assignment, const Edge& edge);
    /// What pairs cost beyond the two alone, simulated or guessed: by option of the producer, then of the consumer.
    std::vector<double> beside(const Assignment& assignment, const Edge& edge, const Options& from, const Options& to);
    void ask_all(const Assignment& assignment, Missing& out);
    void ask_runs(const Assignment& assignment, Missing& out);
    void ask_pairs(const Assignment& assignment, const StrategyGenes& genes, Missing& out);
    const std::vector<std::uint32_t>& ranked(const Assignment& assignment, OperatorId op);
    std::vector<std::uint32_t> rank(const Assignment& assignment, OperatorId op);
    std::vector<std::uint32_t> fastest_alone(const Assignment& assignment, OperatorId op);
    std::vector<std::uint32_t> shortlist(const Assignment& assignment, OperatorId op);

    const GenomeSpace& space_;
    bool all_pairs_;
    CostModel guesses_;
    std::vector<std::uint32_t> kind_of_; ///< by operator; equal for those that do the same
    std::vector<Edge> edges_;
    std::size_t pair_kinds_ = 0;
    std::vector<SetGene> sets_;
    std::unordered_map<Key, double, KeyHash> times_;   ///< ps; negative: not known yet
    std::unordered_map<Key, double, KeyHash> guessed_; ///< of pairs: what they cost beyond the two alone, ps
    std::map<std::string, int> rounds_;                ///< by assignment: of asking for pairs
    /// By an operator's alone_key for strategy 0: its strategies, the most promising first.
    std::unordered_map<Key, std::vector<std::uint32_t>, KeyHash> ranked_;
};

} // namespace arsia
