// Exact times of the compute engine and of the memory that it shares with DMA. Clock 1 GHz: a cycle is a nanosecond;
// memory one byte a nanosecond unless said.
#include <gtest/gtest.h>

#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

struct OneAccelerator {
    TestPlatform on;
    NodeId node;

    explicit OneAccelerator(Memory memory = {1 << 30, byte_a_ns, 0}, Bytes burst = 1000) : on(burst) {
        node = on.accelerator(memory);
    }
    TimePs time_of(std::shared_ptr<const TilePlan> plan, bool skip = true) const {
        Simulator simulator(on.platform);
        Program program;
        program.add(compute(node, program.add_plan(std::move(plan))));
        return simulator.run(program, {skip}).latency;
    }
};

} // namespace

TEST(ComputeTime, ComputeBoundIsFillComputeAndDrain) {
    OneAccelerator one;
    // 20 tiles of 50 ns behind loads of 10 ns; one store of 30 ns at the end: 10 + 20·50 + 30.
    EXPECT_EQ(one.time_of(tiles(1, 20, 10, 50, 30)), (10 + 20 * 50 + 30) * ns);
    EXPECT_EQ(one.time_of(tiles(1, 20, 10, 50, 30), false), (10 + 20 * 50 + 30) * ns);
}

TEST(ComputeTime, MemoryBoundIsAllBytesAndTheLastTile) {
    OneAccelerator one;
    // Loads follow each other without a gap; the last tile is computed and stored after them.
    EXPECT_EQ(one.time_of(tiles(1, 20, 50, 10, 30)), (20 * 50 + 10 + 30) * ns);
}

TEST(ComputeTime, TrillionsOfTilesTakeNoLongerToSimulateThanAFew) {
    OneAccelerator one;
    // Bound by compute: a load, all tiles, the last store. Bound by memory: all loads and stores, and in the last
    // output tile a tile that is computed while nothing moves. Loads of 3 bytes every other tile: rounds of two output
    // tiles.
    constexpr std::int64_t many = 1'000'000'000'000;
    EXPECT_EQ(one.time_of(tiles(1, many, 10, 50, 30)), (10 + many * 50 + 30) * ns);
    EXPECT_EQ(one.time_of(tiles(many, 3, 10, 50, 30)), (10 + 3 * many * 50 + 30) * ns);
    EXPECT_EQ(one.time_of(tiles(1, many, 50, 10, 30)), (many * 50 + 10 + 30) * ns);
}

TEST(ComputeTime, RoundsThatWaitForOutputBuffersAreAddedUpExactly) {
    for (TimePs latency : {0, 30, 300, 490, 505, 515, 700, 5000})
        for (std::int64_t steps : {1, 2, 3})
            for (Bytes store : {20, 500, 520})
                for (Cycles cycles : {1, 10, 33, 400}) {
                    OneAccelerator one({1 << 30, byte_a_ns, latency * ns});
                    auto plan = tiles(301, steps, 10, cycles, store);
                    EXPECT_EQ(one.time_of(plan), one.time_of(plan, false)) << latency << ' ' << steps << ' ' << store;
                }
}

TEST(ComputeTime, StoresGoBesideLoadsAndTakeTurnsWithThem) {
    OneAccelerator one;
    // Three output tiles of one tile: load 40, compute 100, store 60.
    // load 0–40, compute0 40–140, load1 40–80, compute1 140–240, store0 140–200 beside load2 (asked at 140, too):
    // at 140 both want the memory; the turn after the load of tile 1 is the store's: store0 140–200, load2 200–240.
    // compute2 240–340, store1 240–300, store2 340–400.
    EXPECT_EQ(one.time_of(tiles(3, 1, 40, 100, 60)), 400 * ns);
    EXPECT_EQ(one.time_of(tiles(3, 1, 40, 100, 60), false), 400 * ns);
}

TEST(ComputeTime, TwoOutputBuffersHoldBackTheThirdOutputTile) {
    OneAccelerator one;
    // Store 500 against compute 10 and load 10: load0 0–10, compute0 10–20, load1 10–20, then at 20 store0 and load2
    // both ask; the store's turn: store0 20–520; compute1 20–30; load2 520–530 (turn), store1 530–1030.
    // compute2 may begin only when store0 has ended and tile 2 is there: 530–540; store2 1030–1530.
    EXPECT_EQ(one.time_of(tiles(3, 1, 10, 10, 500)), 1530 * ns);
    // A fourth: load3 asks at 540, is served at 1030 between store1 and store2 (1040–1540); compute3 needs store1:
    // done; compute3 1040–1050; store3 1540–2040.
    EXPECT_EQ(one.time_of(tiles(4, 1, 10, 10, 500)), 2040 * ns);
}

TEST(ComputeTime, MemoryLatencyIsPaidOncePerTileAndHiddenBehindCompute) {
    OneAccelerator one({1 << 30, byte_a_ns, 25 * ns});
    // First tile: 10 of service and 25 of latency; the next loads hide; the store's latency is paid at the end.
    EXPECT_EQ(one.time_of(tiles(1, 4, 10, 100, 30)), (10 + 25 + 4 * 100 + 30 + 25) * ns);
}

TEST(ComputeTime, LargeTilesAreLoadedBurstByBurst) {
    OneAccelerator one({1 << 30, byte_a_ns, 0}, 100);
    EXPECT_EQ(one.time_of(tiles(1, 1, 250, 10, 120)), (250 + 10 + 120) * ns);
}

TEST(ComputeTime, TilesWithoutBytesAreComputeAlone) {
    OneAccelerator one;
    EXPECT_EQ(one.time_of(tiles(5, 3, 0, 7, 0)), 5 * 3 * 7 * ns);
    EXPECT_EQ(one.time_of(tiles(5, 3, 0, 7, 0), false), 5 * 3 * 7 * ns);
    EXPECT_EQ(one.time_of(std::make_shared<TilePlan>()), 0) << "a plan without tiles ends at once";
}

TEST(ComputeTime, TasksRunInProgramOrder) {
    OneAccelerator one;
    Program program;
    PlanId plan = program.add_plan(tiles(1, 1, 0, 100, 0));
    TaskId transfer_like = program.add({TaskKind::join});
    TaskId first = program.add(compute(one.node, plan));
    TaskId second = program.add(compute(one.node, plan));
    TaskId load_design = program.add({TaskKind::reconfigure, Purpose::none, one.node});
    (void)transfer_like;
    (void)load_design;
    Simulator simulator(one.on.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.tasks[first].end, 100 * ns);
    EXPECT_EQ(result.tasks[second].ready, 0);
    EXPECT_EQ(result.tasks[second].start, 100 * ns);
    EXPECT_EQ(result.tasks[second].blocked_by, first);
    EXPECT_EQ(result.nodes[one.node].compute_busy, 200 * ns);
}

TEST(ComputeTime, AReconfigurationTakesItsTime) {
    OneAccelerator one;
    Program program;
    Task load_design;
    load_design.kind = TaskKind::reconfigure;
    load_design.node = one.node;
    load_design.duration = 3 * us;
    program.add(load_design);
    TaskId task = program.add(compute(one.node, program.add_plan(tiles(1, 1, 0, 100, 0))));
    Simulator simulator(one.on.platform);
    const RunResult& result = simulator.run(program);
    EXPECT_EQ(result.tasks[task].start, 3 * us);
    EXPECT_EQ(result.latency, 3 * us + 100 * ns);
}

TEST(ComputeTime, AReductionIsBoundByMemory) {
    OneAccelerator one;
    Program program;
    Task reduce;
    reduce.kind = TaskKind::reduce;
    reduce.node = one.node;
    // Two operands of 500 bytes in tiles of 100 each, 8 bytes a cycle: tile load 200, compute 13, store 100.
    // The memory never rests: L0 L1 S0 L2 S1 L3 S2 L4 S3 S4, and every compute hides behind the access after its load.
    reduce.plan = program.add_plan(reduction_plan(2, 500, 100, 8, Frequency{1'000'000'000}));
    program.add(reduce);
    Simulator simulator(one.on.platform);
    EXPECT_EQ(simulator.run(program).latency, 1500 * ns);
}

TEST(SharedMemory, DmaAndTileLoadsTakeTurns) {
    // An accelerator that loads ten tiles of 100 bytes (compute 1 ns: the memory is the bottleneck) while a DMA write
    // of ten bursts of 100 bytes comes in over a link twice as fast as the memory.
    TestPlatform on(100);
    NodeId node = on.accelerator({1 << 30, byte_a_ns, 0});
    NodeId source = on.accelerator();
    on.link(source, node, Bandwidth{16'000'000'000});
    Program program;
    TaskId work = program.add(compute(node, program.add_plan(tiles(1, 10, 100, 1, 0))));
    TaskId writes = program.add(transfer(source, node, 1000));
    Simulator simulator(on.platform);
    for (bool skip : {true, false}) {
        const RunResult& result = simulator.run(program, {skip});
        // Both ask at 0; the tile load goes first, then they alternate: load i at 200·i, write i at 200·i + 100.
        EXPECT_EQ(result.tasks[work].end, (9 * 200 + 100 + 1) * ns);
        EXPECT_EQ(result.tasks[writes].end, 2000 * ns);
        EXPECT_EQ(result.nodes[node].memory_busy, 2000 * ns);
        EXPECT_EQ(result.nodes[node].memory_bytes, 2000);
    }
}

TEST(SharedMemory, AReadThatComesInTheMiddleOfATileWaitsForTheAccess) {
    TestPlatform on(1000);
    NodeId node = on.accelerator({1 << 30, byte_a_ns, 0});
    NodeId sink = on.accelerator();
    on.link(node, sink, ample);
    Program program;
    TaskId work = program.add(compute(node, program.add_plan(tiles(1, 2, 400, 10, 0))));
    TaskId read = program.add(transfer(node, sink, 300, 150 * ns));
    Simulator simulator(on.platform);
    for (bool skip : {true, false}) {
        const RunResult& result = simulator.run(program, {skip});
        // load0 0–400, the read 400–700 (its turn), load1 700–1100, compute1 –1110. The link is done with the read.
        EXPECT_EQ(result.tasks[read].end, 700 * ns);
        EXPECT_EQ(result.tasks[work].end, 1110 * ns);
    }
}
