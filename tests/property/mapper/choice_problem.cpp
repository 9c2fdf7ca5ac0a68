// Elimination against going through everything.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/searches/choice_problem.h"

namespace arsia {
namespace {

using Choice = ChoiceProblem::Choice;

struct Case {
    std::vector<std::size_t> options;
    ChoiceProblem problem;
};

Case random_case() {
    std::vector<std::size_t> options;
    for (int i = *rc::gen::inRange(1, 7); i > 0; --i) options.push_back(*rc::gen::inRange<std::size_t>(1, 5));
    ChoiceProblem problem(options);
    for (std::size_t v = 0; v < options.size(); ++v)
        for (Choice choice = 0; choice < options[v]; ++choice) problem.add(v, choice, *rc::gen::inRange(0, 20));
    for (int pairs = *rc::gen::inRange(0, 12); pairs > 0 && options.size() > 1; --pairs) {
        auto a = *rc::gen::inRange<std::size_t>(0, options.size());
        auto b = (a + *rc::gen::inRange<std::size_t>(1, options.size())) % options.size();
        std::vector<double> costs;
        for (std::size_t i = 0; i < options[a] * options[b]; ++i) costs.push_back(*rc::gen::inRange(-5, 20));
        problem.add_pair(a, b, costs);
    }
    return {options, problem};
}

/// The least cost of all choices that keep what is fixed.
double least_of_all(const Case& given, const std::vector<Choice>& fixed) {
    std::vector<Choice> choices(given.options.size(), 0);
    double least = 1e9;
    for (bool more = true; more;) {
        bool kept = true;
        for (std::size_t v = 0; v < choices.size(); ++v)
            kept = kept && (fixed[v] == ChoiceProblem::open || fixed[v] == choices[v]);
        if (kept) least = std::min(least, given.problem.cost(choices));
        more = false;
        for (std::size_t v = 0; v < choices.size() && !more; ++v) {
            more = ++choices[v] < given.options[v];
            if (!more) choices[v] = 0;
        }
    }
    return least;
}

RC_GTEST_PROP(ChoiceProblem, EliminationFindsTheLeastCost, ()) {
    Case given = random_case();
    ChoiceProblem::Solution solution = given.problem.solve();
    RC_ASSERT(solution.exact);
    RC_ASSERT(solution.cost == given.problem.cost(solution.choices));
    RC_ASSERT(solution.cost == least_of_all(given, std::vector<Choice>(given.options.size(), ChoiceProblem::open)));
}

RC_GTEST_PROP(ChoiceProblem, WhatIsFixedStaysAndTheRestIsTheBestBesideIt, ()) {
    Case given = random_case();
    std::vector<Choice> fixed, hints(given.options.size(), 0);
    for (std::size_t count : given.options)
        fixed.push_back(*rc::gen::inRange(0, 2) == 0 ? ChoiceProblem::open
                                                     : *rc::gen::inRange<Choice>(0, static_cast<Choice>(count)));
    ChoiceProblem::Solution solution = given.problem.solve(fixed, hints);
    for (std::size_t v = 0; v < fixed.size(); ++v)
        if (fixed[v] != ChoiceProblem::open) RC_ASSERT(solution.choices[v] == fixed[v]);
    RC_ASSERT(solution.cost == least_of_all(given, fixed));
}

} // namespace

TEST(ChoiceProblem, HoldsAVariableWhoseTableWouldBeTooLarge) {
    // Everyone beside everyone: 24 options to the power of five are too many.
    std::size_t count = 8, options = 24;
    ChoiceProblem problem(std::vector<std::size_t>(count, options));
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = a + 1; b < count; ++b) {
            std::vector<double> costs(options * options, 1);
            for (std::size_t i = 0; i < options; ++i) costs[i * options + i] = 0;
            problem.add_pair(a, b, costs);
        }
    ChoiceProblem::Solution solution = problem.solve();
    EXPECT_FALSE(solution.exact);
    EXPECT_EQ(solution.cost, 0) << "all alike, as the one that is held";
}

} // namespace arsia
