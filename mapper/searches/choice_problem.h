// Choose one of few options for each of many variables, so that a sum of costs of single choices and of pairs is least.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace arsia {

/// Solved by eliminating one variable after the other, the one with the fewest neighbours first (Bertele and Brioschi,
/// Nonserial Dynamic Programming, 1972): exact, at a cost that grows with the options to the power of the neighbours
/// that a variable has when it is its turn. On a chain this is the usual dynamic programme. Where a table would become
/// too large, the variable with the most neighbours is held at its hint instead, and the result is not certain to be
/// the least.
class ChoiceProblem {
public:
    using Choice = std::uint32_t;
    static constexpr Choice open = ~Choice{0};

    struct Solution {
        std::vector<Choice> choices; ///< by variable
        double cost = 0;             ///< of all variables and pairs, without what was extra
        bool exact = true;
    };

    /// By variable: how many options it has, at least one.
    explicit ChoiceProblem(std::vector<std::size_t> options);

    std::size_t size() const { return options_.size(); }
    std::size_t options(std::size_t variable) const { return options_[variable]; }
    void add(std::size_t variable, Choice choice, double cost) { single_[variable][choice] += cost; }
    /// `costs`: by option of `a`, then of `b`, the last fastest. Pairs may be added more than once; a ≠ b.
    void add_pair(std::size_t a, std::size_t b, const std::vector<double>& costs);

    /// `fixed`: by variable its choice, or `open`. `hints`: by variable. `extra`: added to the costs of single choices,
    /// by variable and option; empty: nothing is.
    Solution solve(const std::vector<Choice>& fixed, const std::vector<Choice>& hints,
                   const std::vector<std::vector<double>>& extra = {}) const;
    Solution solve() const;
    double cost(const std::vector<Choice>& choices) const;
    /// Least cost of a single choice.
    double least(std::size_t variable) const;

private:
    struct Pair {
        std::size_t a = 0, b = 0;
        std::vector<double> costs;
    };
    double of(const Pair& pair, Choice a, Choice b) const { return pair.costs[a * options_[pair.b] + b]; }

    std::vector<std::size_t> options_;
    std::vector<std::vector<double>> single_;
    std::vector<Pair> pairs_;
    std::vector<std::vector<std::size_t>> pairs_of_; ///< by variable
};

} // namespace arsia
