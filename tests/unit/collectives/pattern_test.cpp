// What a pattern is made of and what it puts into a program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "collectives/pattern.h"
#include "tests/support/collective_platform.h"

using namespace arsia;
using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

namespace {

using Operation = CollectiveOperation;
using Algorithm = CollectiveAlgorithm;

CollectivePattern pattern_of(const Platform& platform, Operation operation, Algorithm algorithm) {
    CollectiveSpec spec;
    spec.operation = operation;
    spec.algorithm = algorithm;
    spec.ranks = platform.accelerators();
    return CollectivePattern(platform, spec);
}

/// Messages at each depth.
std::vector<int> by_depth(const CollectivePattern& pattern) {
    std::vector<int> out;
    for (const CollectivePattern::Step& step : pattern.steps()) {
        if (step.join) continue;
        out.resize(std::max<std::size_t>(out.size(), step.depth + 1));
        ++out[step.depth];
    }
    return out;
}

struct Appended {
    Program program;
    std::vector<TaskId> before, tasks;

    Appended(const CollectivePattern& pattern, const std::vector<NodeId>& nodes, const std::vector<Bytes>& bytes) {
        for (std::size_t rank = 0; rank < nodes.size(); ++rank) before.push_back(program.add({TaskKind::join}));
        Task like;
        like.purpose = Purpose::partial_sum;
        like.op = OperatorId(7);
        like.priority = 100;
        pattern.append(program, like, nodes, bytes, before, tasks);
    }
};

} // namespace

TEST(Pattern, HasTheStepsOfItsAlgorithm) {
    Platform four = collective_platform("kind: ring, count: 4");
    EXPECT_THAT(by_depth(pattern_of(four, Operation::all_gather, Algorithm::direct)), ElementsAre(12));
    EXPECT_THAT(by_depth(pattern_of(four, Operation::all_gather, Algorithm::ring)), ElementsAre(4, 4, 4));
    EXPECT_THAT(by_depth(pattern_of(four, Operation::all_gather, Algorithm::ring_both)), ElementsAre(8, 8, 8));
    EXPECT_THAT(by_depth(pattern_of(four, Operation::reduce_scatter, Algorithm::halving_doubling)), ElementsAre(4, 4));
    EXPECT_EQ(pattern_of(four, Operation::reduce_scatter, Algorithm::ring_both).lanes(), 2u);
    EXPECT_EQ(pattern_of(four, Operation::reduce_scatter, Algorithm::ring).lanes(), 1u);
}

TEST(Pattern, TakesNodesSizesAndWhatAllTasksShare) {
    Platform four = collective_platform("kind: ring, count: 4");
    CollectivePattern pattern = pattern_of(four, Operation::reduce_scatter, Algorithm::direct);
    Appended made(pattern, {NodeId(3), NodeId(1), NodeId(2), NodeId(0)}, {10, 0, 30, 40});
    std::vector<std::vector<Bytes>> sent(4, std::vector<Bytes>(4, 0)); // by node and destination
    for (std::size_t i = 0; i < made.tasks.size(); ++i) {
        const CollectivePattern::Step& step = pattern.steps()[i];
        EXPECT_EQ(made.tasks[i].valid(), step.to != 1) << "nothing goes to the rank with an empty slice";
        if (!made.tasks[i].valid()) continue;
        const Task& task = made.program.task(made.tasks[i]);
        sent[task.node.value()][task.destination.value()] += task.bytes;
        EXPECT_EQ(task.op, OperatorId(7));
        EXPECT_EQ(task.purpose, Purpose::partial_sum);
        EXPECT_EQ(task.priority, 100 + step.order);
        EXPECT_TRUE(task.accumulate);
    }
    EXPECT_THAT(sent[1], ElementsAre(40, 0, 30, 10));
    EXPECT_THAT(sent[3], ElementsAre(40, 0, 30, 0));
    // The ends of rank 0 are what arrives from the three others.
    std::vector<TaskId> ends;
    pattern.each_end(0, made.before, made.tasks, [&](TaskId task) { ends.push_back(task); });
    EXPECT_EQ(ends.size(), 3u);
    for (TaskId task : ends) EXPECT_EQ(made.program.task(task).destination, NodeId(3));
    for (const Program::Edge& edge : made.program.edges()) EXPECT_LT(edge.before, edge.after);
}

TEST(Pattern, OfAnAllGatherEndsWithTheOwnPieceAndAllThatArrives) {
    Platform three = collective_platform("kind: ring, count: 3");
    CollectivePattern pattern = pattern_of(three, Operation::all_gather, Algorithm::ring);
    Appended made(pattern, three.accelerators(), {5, 6, 7});
    std::vector<Bytes> bytes;
    pattern.each_end(1, made.before, made.tasks, [&](TaskId task) { bytes.push_back(made.program.task(task).bytes); });
    EXPECT_THAT(bytes, UnorderedElementsAre(0, 5, 7)); // what it had before, and two pieces
}

TEST(Pattern, IsForSlicesOfStatedSizesOnly) {
    Platform three = collective_platform("kind: ring, count: 3");
    try {
        pattern_of(three, Operation::all_reduce, Algorithm::ring);
        FAIL() << "an all-reduce has no slices of its own";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "only reduce-scatter and all-gather take slices of stated sizes, not all-reduce");
    }
    try {
        pattern_of(three, Operation::all_gather, Algorithm::halving_doubling);
        FAIL() << "three ranks are no power of two";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "halving-doubling needs a power of two of ranks, not 3");
    }
}
