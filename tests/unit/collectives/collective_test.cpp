// What a collective is made of, what is refused and how, and what it could take at best.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "collectives/axes.h"
#include "collectives/division.h"
#include "collectives/ideal.h"
#include "tests/support/collective_data.h"
#include "tests/support/collective_platform.h"

using namespace arsia;
using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

using Operation = CollectiveOperation;
using Algorithm = CollectiveAlgorithm;

CollectiveSpec spec_on(const Platform& platform, Operation operation, Algorithm algorithm, Bytes bytes = 1024) {
    CollectiveSpec spec;
    spec.operation = operation;
    spec.algorithm = algorithm;
    spec.ranks = platform.accelerators();
    spec.bytes = bytes;
    return spec;
}

std::string error_of(const std::function<void()>& what) {
    try {
        what();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

std::size_t tasks_of(const Platform& platform, const CollectiveSpec& spec) {
    Program program;
    append_collective(program, platform, spec);
    return program.tasks().size();
}

} // namespace

TEST(Names, AreFoundOrSuggested) {
    EXPECT_EQ(operation_named("all-to-all"), Operation::all_to_all);
    EXPECT_EQ(algorithm_named("double-binary-tree"), Algorithm::double_binary_tree);
    EXPECT_EQ(error_of([] { operation_named("all-reduse"); }),
              "unknown collective operation 'all-reduse'; did you mean 'all-reduce'?; there are: all-reduce, "
              "reduce-scatter, all-gather, all-to-all, broadcast, gather, scatter, send-receive");
    EXPECT_EQ(error_of([] { algorithm_named("rings"); }),
              "unknown collective algorithm 'rings'; did you mean 'ring'?; there are: ring, ring-both, direct, "
              "halving-doubling, double-binary-tree, hierarchical");
    for (const OperationInfo& info : collective_operations()) EXPECT_EQ(operation_named(info.name), info.id);
    for (const AlgorithmInfo& info : collective_algorithms()) EXPECT_EQ(algorithm_named(info.name), info.id);
}

TEST(Division, PartsDifferByAByteAndAddUp) {
    EXPECT_EQ(part_of_bytes(10, 4, 0), 3);
    EXPECT_EQ(part_of_bytes(10, 4, 1), 3);
    EXPECT_EQ(part_of_bytes(10, 4, 2), 2);
    EXPECT_EQ(part_of_bytes(10, 4, 3), 2);
    EXPECT_EQ(part_of_bytes(2, 3, 2), 0);
}

TEST(Refusal, OfAPairThatIsNotThere) {
    Platform ring = collective_platform("kind: ring, count: 4");
    EXPECT_THAT(collective_problems(ring, spec_on(ring, Operation::all_to_all, Algorithm::halving_doubling)),
                ElementsAre("there is no all-to-all by halving-doubling; all-to-all can be done by: ring, ring-both, "
                            "direct, hierarchical"));
    EXPECT_THAT(collective_problems(ring, spec_on(ring, Operation::send_receive, Algorithm::ring)),
                ElementsAre("there is no send-receive by ring; send-receive can be done by: direct"));
    for (const OperationInfo& operation : collective_operations())
        for (const AlgorithmInfo& algorithm : collective_algorithms()) {
            if (algorithm.id == Algorithm::hierarchical) continue;
            auto problems = collective_problems(ring, spec_on(ring, operation.id, algorithm.id));
            EXPECT_EQ(problems.empty(), operation.has(algorithm.id)) << operation.name << " " << algorithm.name;
        }
}

TEST(Refusal, OfHalvingDoublingOnOtherThanPowersOfTwo) {
    Platform ring = collective_platform("kind: ring, count: 6");
    EXPECT_THAT(collective_problems(ring, spec_on(ring, Operation::all_reduce, Algorithm::halving_doubling)),
                ElementsAre("halving-doubling needs a power of two of ranks, not 6"));
    Platform torus = collective_platform("kind: torus, dims: [4, 3]");
    CollectiveSpec spec = spec_on(torus, Operation::all_gather, Algorithm::hierarchical);
    spec.dimension_algorithm = Algorithm::halving_doubling;
    EXPECT_THAT(collective_problems(torus, spec),
                ElementsAre("along dimension 1: halving-doubling needs a power of two of ranks, not 3"));
}

TEST(Refusal, OfHierarchicalWhereThereIsNone) {
    Platform ring = collective_platform("kind: ring, count: 6");
    CollectiveSpec spec = spec_on(ring, Operation::all_reduce, Algorithm::hierarchical);
    EXPECT_THAT(collective_problems(ring, spec),
                ElementsAre("hierarchical needs a mesh, a torus or groups of nodes; on test acc0 is in none"));
    Platform torus = collective_platform("kind: torus, dims: [3, 3]");
    spec = spec_on(torus, Operation::all_reduce, Algorithm::hierarchical);
    spec.ranks.pop_back();
    EXPECT_THAT(collective_problems(torus, spec), ElementsAre("the 8 ranks form no grid: they span 9 positions"));
    spec.ranks = torus.accelerators();
    spec.dimension_algorithm = Algorithm::double_binary_tree;
    EXPECT_THAT(collective_problems(torus, spec),
                ElementsAre("there is no reduce-scatter by double-binary-tree, which all-reduce is made of; "
                            "reduce-scatter can be done by: ring, ring-both, direct, halving-doubling, hierarchical",
                            "there is no all-gather by double-binary-tree, which all-reduce is made of; all-gather can "
                            "be done by: ring, ring-both, direct, halving-doubling, hierarchical"));
    spec.dimension_algorithm = Algorithm::hierarchical;
    EXPECT_THAT(collective_problems(torus, spec),
                ElementsAre("the algorithm along a dimension cannot be hierarchical itself"));
}

TEST(Refusal, OfGroupsOfDifferentSize) {
    Platform boards = collective_platform("kind: groups, inside: {kind: switch, count: 3, link: {bandwidth: 1 GB/s}}, "
                                          "between: {kind: ring, count: 3, link: {bandwidth: 1 GB/s}}");
    CollectiveSpec spec = spec_on(boards, Operation::all_reduce, Algorithm::hierarchical);
    EXPECT_THAT(collective_problems(boards, spec), IsEmpty());
    spec.ranks.pop_back();
    EXPECT_THAT(collective_problems(boards, spec),
                ElementsAre("hierarchical needs groups with equally many ranks: group0 has 3, group2 has 2"));
}

TEST(Refusal, SaysAllThatIsWrongAtOnce) {
    Platform hub = collective_platform("kind: switch, count: 3");
    CollectiveSpec spec = spec_on(hub, Operation::all_reduce, Algorithm::ring, 0);
    spec.ranks = {NodeId(0), hub.find_node("sw0"), NodeId(0), NodeId(99)};
    spec.chunks = 0;
    spec.root = 9;
    spec.pairs = {{0, 1}};
    EXPECT_THAT(collective_problems(hub, spec),
                ElementsAre("sw0 is a switch: it has no memory and cannot be a rank",
                            "acc0 is given more than one rank", "a rank is not on the platform",
                            "only send-receive has pairs of ranks", "a collective moves at least one byte",
                            "there is at least one chunk", "there is no rank 9 for the root"));
    Program program;
    std::string text = error_of([&] { append_collective(program, hub, spec); });
    EXPECT_THAT(text, HasSubstr("sw0 is a switch"));
    EXPECT_THAT(text, HasSubstr("there is no rank 9"));
    EXPECT_TRUE(program.tasks().empty());
    spec = spec_on(hub, Operation::send_receive, Algorithm::direct);
    spec.pairs = {{1, 1}, {0, 7}};
    EXPECT_THAT(collective_problems(hub, spec),
                ElementsAre("the pair acc1:acc1 sends to itself", "pair 0:7 names a rank beyond 2"));
    spec.ranks.resize(1);
    spec.pairs.clear();
    EXPECT_THAT(collective_problems(hub, spec), ElementsAre("a collective needs at least two ranks, not 1"));
}

TEST(Refusal, OfSlicesThatDoNotSuit) {
    Platform ring = collective_platform("kind: ring, count: 3");
    CollectiveSpec spec = spec_on(ring, Operation::all_reduce, Algorithm::ring);
    spec.slices = {4, -1};
    EXPECT_THAT(collective_problems(ring, spec),
                ElementsAre("only reduce-scatter and all-gather take slices of stated sizes, not all-reduce",
                            "2 slices are stated for 3 ranks", "a slice has no less than 0 bytes"));
    spec.operation = Operation::all_gather;
    spec.slices = {0, 0, 0};
    EXPECT_THAT(collective_problems(ring, spec), ElementsAre("a collective moves at least one byte"));
    constexpr Bytes most = std::numeric_limits<Bytes>::max();
    spec.slices = {most, most, most};
    Program program;
    EXPECT_THAT(error_of([&] { append_collective(program, ring, spec); }),
                HasSubstr("the data of a collective in bytes"));
}

TEST(Slices, OfStatedSizesGoToTheirRanks) {
    Platform ring = collective_platform("kind: ring, count: 3");
    CollectiveSpec spec = spec_on(ring, Operation::reduce_scatter, Algorithm::direct, 0);
    spec.slices = {100, 0, 7};
    Program program;
    append_collective(program, ring, spec);
    std::vector<Bytes> to(3);
    for (const Task& task : program.tasks())
        if (task.kind == TaskKind::transfer) to[task.destination.value()] += task.bytes;
    EXPECT_THAT(to, ElementsAre(200, 0, 14)); // from each of two others
    EXPECT_EQ(slices_of(spec), spec.slices);
    // acc1 sends all 107 over its two links of a byte a nanosecond; acc0 receives 100, all together 214 over six links.
    EXPECT_EQ(ideal_time(ring, spec), 53'500);
    EXPECT_DOUBLE_EQ(bandwidth_of(spec, 107'000).algorithm, 1e9);
}

TEST(Size, OfARingIsATaskARankAndPhase) {
    Platform ring = collective_platform("kind: ring, count: 64");
    constexpr std::size_t joins = 64; // what each rank waits for at the end
    EXPECT_EQ(tasks_of(ring, spec_on(ring, Operation::all_reduce, Algorithm::ring, 64 * 100)), 128 + joins);
    EXPECT_EQ(tasks_of(ring, spec_on(ring, Operation::all_gather, Algorithm::ring, 100)), 64u);
    EXPECT_EQ(tasks_of(ring, spec_on(ring, Operation::all_to_all, Algorithm::ring, 64 * 100)), 64u);
    // Slices of two sizes: at most three stretches of one size a rank and phase.
    EXPECT_LE(tasks_of(ring, spec_on(ring, Operation::all_reduce, Algorithm::ring, 64 * 100 + 7)), 2 * 3 * 64 + joins);
}

TEST(Size, WithoutRepeatsIsATaskAMessage) {
    Platform ring = collective_platform("kind: ring, count: 8");
    CollectiveSpec spec = spec_on(ring, Operation::all_gather, Algorithm::ring, 100);
    spec.repeats = false;
    Program program;
    append_collective(program, ring, spec);
    std::size_t messages = 0;
    for (const Task& task : program.tasks()) {
        EXPECT_EQ(task.repeat, 1);
        messages += task.kind == TaskKind::transfer;
    }
    EXPECT_EQ(messages, 8u * 7u);
}

TEST(Chunks, AreLanesOfTheirOwn) {
    Platform ring = collective_platform("kind: ring, count: 4");
    CollectiveSpec spec = spec_on(ring, Operation::all_reduce, Algorithm::ring_both, 1003);
    spec.chunks = 2;
    Program program;
    MoveLog log;
    append_collective(program, ring, spec, {}, &log);
    std::vector<Bytes> lanes;
    for (const std::vector<Bytes>& slices : log.slice_bytes) {
        lanes.push_back(0);
        for (Bytes bytes : slices) lanes.back() += bytes;
    }
    // Three slices of 251 bytes and one of 250, each cut in two chunks and these in two directions.
    EXPECT_THAT(lanes, ElementsAre(3 * 63 + 63, 3 * 63 + 62, 4 * 63, 4 * 62));
    for (const Move& move : log.moves) EXPECT_EQ((move.from + (move.lane % 2 == 0 ? 1 : 3)) % 4, move.to);
    spec.bytes = 1;
    spec.chunks = 100;
    EXPECT_EQ(tasks_of(ring, spec), 6u) << "one byte: three hops to sum it up, three to spread it";
}

TEST(Before, TransfersWaitForTheDataTheySendAndAddTo) {
    Platform ring = collective_platform("kind: ring, count: 3");
    Program program;
    std::vector<TaskId> before;
    for (int rank = 0; rank < 3; ++rank) before.push_back(program.add({TaskKind::join}));
    append_collective(program, ring, spec_on(ring, Operation::reduce_scatter, Algorithm::ring, 300), before);
    for (TaskId id : ids_of(program.tasks())) {
        const Task& task = program.task(id);
        if (task.kind != TaskKind::transfer) continue;
        EXPECT_TRUE(task.accumulate);
        std::vector<std::uint32_t> waits;
        for (const Program::Edge& edge : program.edges())
            if (edge.after == id && edge.before.value() < 3) waits.push_back(edge.before.value());
        EXPECT_THAT(waits, ::testing::UnorderedElementsAre(task.node.value(), task.destination.value()));
    }
}

TEST(After, IsWhatWasBeforeWhereNothingArrives) {
    Platform ring = collective_platform("kind: ring, count: 3");
    CollectiveSpec spec = spec_on(ring, Operation::broadcast, Algorithm::direct);
    Program program;
    std::vector<TaskId> after = append_collective(program, ring, spec);
    EXPECT_FALSE(after[0].valid());
    EXPECT_EQ(program.task(after[2]).destination, NodeId(2));
    TaskId ready = program.add({TaskKind::join});
    after = append_collective(program, ring, spec, {ready, TaskId(), TaskId()});
    EXPECT_EQ(after[0], ready);
}

TEST(Axes, OfAGridAreItsDimensions) {
    Platform torus = collective_platform("kind: torus, dims: [2, 3]");
    Axes axes = axes_of(torus, torus.accelerators());
    EXPECT_THAT(axes.sizes, ElementsAre(2u, 3u));
    EXPECT_THAT(axes.lines(0), ElementsAre(ElementsAre(0u, 3u), ElementsAre(1u, 4u), ElementsAre(2u, 5u)));
    EXPECT_THAT(axes.lines(1), ElementsAre(ElementsAre(0u, 1u, 2u), ElementsAre(3u, 4u, 5u)));
    // A part of it, numbered in another order: rows 0 and 1, columns 2 and 0.
    axes = axes_of(torus, {NodeId(2), NodeId(0), NodeId(5), NodeId(3)});
    EXPECT_THAT(axes.sizes, ElementsAre(2u, 2u));
    EXPECT_THAT(axes.lines(1), ElementsAre(ElementsAre(1u, 0u), ElementsAre(3u, 2u)));
}

TEST(Axes, OfGroupsAreThePlaceAndTheGroup) {
    Platform boards = collective_platform("kind: groups, inside: {kind: switch, count: 3, link: {bandwidth: 1 GB/s}}, "
                                          "between: {kind: ring, count: 2, link: {bandwidth: 1 GB/s}}");
    Axes axes = axes_of(boards, boards.accelerators());
    EXPECT_THAT(axes.sizes, ElementsAre(3u, 2u));
    EXPECT_THAT(axes.lines(0), ElementsAre(ElementsAre(0u, 1u, 2u), ElementsAre(3u, 4u, 5u)));
    EXPECT_THAT(axes.lines(1), ElementsAre(ElementsAre(0u, 3u), ElementsAre(1u, 4u), ElementsAre(2u, 5u)));
}

TEST(Ideal, IsWhatTheLinksOfTheRanksAllow) {
    // Two links of 1 GB/s out of each rank and into it.
    Platform ring = collective_platform("kind: ring, count: 4");
    auto ideal_ns = [&](Operation operation) {
        return ideal_time(ring, spec_on(ring, operation, Algorithm::direct, 4000)) / 1000;
    };
    EXPECT_EQ(ideal_ns(Operation::all_reduce), 3000);     // 2·3·4000 bytes over 8 links
    EXPECT_EQ(ideal_ns(Operation::reduce_scatter), 1500); // 3·4000 over 8
    EXPECT_EQ(ideal_ns(Operation::all_gather), 6000);     // 3·4000 into each rank
    EXPECT_EQ(ideal_ns(Operation::all_to_all), 1500);     // 3000 out of each
    EXPECT_EQ(ideal_ns(Operation::broadcast), 2000);      // 4000 out of the root
    EXPECT_EQ(ideal_ns(Operation::gather), 6000);         // 3·4000 into the root
    EXPECT_EQ(ideal_ns(Operation::scatter), 1500);        // 3000 out of the root
    EXPECT_EQ(ideal_ns(Operation::send_receive), 2000);
    CollectiveSpec spec = spec_on(ring, Operation::send_receive, Algorithm::direct, 4000);
    spec.pairs = {{0, 1}, {2, 1}};
    EXPECT_EQ(ideal_time(ring, spec), 4'000'000) << "two buffers into one rank";
}

TEST(Bandwidth, FollowsTheNcclTests) {
    Platform ring = collective_platform("kind: ring, count: 4");
    auto of = [&](Operation operation) {
        return bandwidth_of(spec_on(ring, operation, Algorithm::direct, 1'000'000), 1'000'000'000); // 1 ms
    };
    EXPECT_DOUBLE_EQ(of(Operation::all_reduce).algorithm, 1e9);
    EXPECT_DOUBLE_EQ(of(Operation::all_reduce).bus, 1.5e9);
    EXPECT_DOUBLE_EQ(of(Operation::all_gather).algorithm, 4e9);
    EXPECT_DOUBLE_EQ(of(Operation::all_gather).bus, 3e9);
    EXPECT_DOUBLE_EQ(of(Operation::all_to_all).bus, 0.75e9);
    EXPECT_DOUBLE_EQ(of(Operation::broadcast).bus, 1e9);
}

TEST(Overflow, OfTheDataIsSaid) {
    Platform ring = collective_platform("kind: ring, count: 4");
    Program program;
    EXPECT_THAT(error_of([&] {
                    append_collective(program, ring,
                                      spec_on(ring, Operation::all_gather, Algorithm::ring, INT64_MAX / 3));
                }),
                HasSubstr("the data of a collective in bytes"));
}
