// Accelerators of a user's own in the platform: exact times of the tasks that they run, and of what waits for these.
// Clock 1 GHz; memory and links one byte a nanosecond.
#include <gtest/gtest.h>
#include <systemc>

#include "base/errors.h"
#include "tests/support/test_platform.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

/// Says at once how long each job takes.
class Announced final : public AcceleratorModel {
public:
    explicit Announced(TimePs duration) : duration_(duration) {}
    void start(const ComputeJob&, EndJob end) override {
        end(duration_);
        end(1); // a job that has ended cannot end again
    }

private:
    TimePs duration_;
};

/// Spends a nanosecond a MAC in a thread, then says that the job has ended.
class Threaded final : public sc_core::sc_module, public AcceleratorModel {
public:
    SC_HAS_PROCESS(Threaded);
    explicit Threaded(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(work); }
    void start(const ComputeJob& job, EndJob end) override {
        macs_ = job.plan.macs;
        end_ = std::move(end);
        began_.notify(sc_core::SC_ZERO_TIME);
    }

private:
    void work() {
        for (;;) {
            wait(began_);
            wait(sc_core::sc_time(static_cast<double>(macs_), sc_core::SC_NS));
            end_(0);
        }
    }
    sc_core::sc_event began_;
    std::int64_t macs_ = 0;
    EndJob end_;
};

/// Counts five edges of a clock, which never stops.
class Clocked final : public sc_core::sc_module, public AcceleratorModel {
public:
    SC_HAS_PROCESS(Clocked);
    explicit Clocked(const sc_core::sc_module_name& name)
        : sc_module(name), clock_("clock", sc_core::sc_time(10, sc_core::SC_NS)) {
        SC_METHOD(edge);
        sensitive << clock_.posedge_event();
        dont_initialize();
    }
    void start(const ComputeJob&, EndJob end) override {
        edges_left_ = 5;
        end_ = std::move(end);
    }

private:
    void edge() {
        if (edges_left_ > 0 && --edges_left_ == 0) end_(0);
    }
    sc_core::sc_clock clock_;
    int edges_left_ = 0;
    EndJob end_;
};

/// Spends a nanosecond a MAC before its method runs. Unlike a thread it has no stack of its own: the address sanitizer
/// takes bounds of the main stack for wrong once SystemC has come back from one, and then refuses exceptions.
class Delayed final : public sc_core::sc_module, public AcceleratorModel {
public:
    SC_HAS_PROCESS(Delayed);
    explicit Delayed(const sc_core::sc_module_name& name) : sc_module(name) {
        SC_METHOD(done);
        sensitive << done_;
        dont_initialize();
    }
    void start(const ComputeJob& job, EndJob end) override {
        end_ = std::move(end);
        done_.notify(sc_core::sc_time(static_cast<double>(job.plan.macs), sc_core::SC_NS));
    }

private:
    void done() { end_(0); }
    sc_core::sc_event done_;
    EndJob end_;
};

/// Never ends a job.
class Silent final : public AcceleratorModel {
public:
    void start(const ComputeJob&, EndJob) override {}
};

std::shared_ptr<const TilePlan> work(std::int64_t macs) {
    auto plan = std::make_shared<TilePlan>(*tiles(1, 20, 10, 50, 30));
    plan->macs = macs;
    return plan;
}

/// acc0 computes twice and sends 1,000 bytes to acc1, which computes: on acc0 a model, on acc1 arsia's own engine.
struct Pair {
    TestPlatform on = TestPlatform::line(1, 1000);
    Program program;
    TaskId first, second, sent, third;

    explicit Pair(std::int64_t macs) {
        for (Node& node : on.platform.nodes) node.memory = {1 << 30, byte_a_ns, 0};
        PlanId plan = program.add_plan(work(macs));
        first = program.add(compute(NodeId(0), plan));
        second = program.add(compute(NodeId(0), plan));
        sent = program.add(transfer(NodeId(0), NodeId(1), 1000));
        third = program.add(compute(NodeId(1), plan));
        program.depend(sent, second);
        program.depend(third, sent);
    }
    template <class Make>
    AcceleratorFactory on_first(Make make) const {
        return [make](NodeId id, const Node&) -> std::unique_ptr<AcceleratorModel> {
            return id == NodeId(0) ? make() : nullptr;
        };
    }
};

} // namespace

TEST(AcceleratorModel, TakesTheAnnouncedTimeAndTheRestOfThePlatformGoesOn) {
    Pair pair(7);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Announced>(123 * ns + 1); }));
    for (bool skip : {true, false}) {
        const RunResult& result = simulator.run(pair.program, {skip});
        EXPECT_EQ(result.tasks[pair.first].start, 0);
        EXPECT_EQ(result.tasks[pair.first].end, 123 * ns + 1);
        EXPECT_EQ(result.tasks[pair.second].end, 2 * (123 * ns + 1));
        EXPECT_EQ(result.tasks[pair.second].blocked_by, pair.first);
        // One burst over one link, then arsia's own engine: fill, 20 tiles, drain.
        EXPECT_EQ(result.tasks[pair.sent].end, 2 * (123 * ns + 1) + 1000 * ns);
        EXPECT_EQ(result.tasks[pair.third].end, result.tasks[pair.sent].end + (10 + 20 * 50 + 30) * ns);
        EXPECT_EQ(result.nodes[NodeId(0)].compute_busy, 2 * (123 * ns + 1));
    }
}

TEST(AcceleratorModel, MayWaitInAThreadAndAnEndWithoutDelayCountsAsOnePicosecond) {
    Pair pair(400);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Threaded>("threaded"); }));
    for (int run = 0; run < 3; ++run) {
        const RunResult& result = simulator.run(pair.program);
        EXPECT_EQ(result.tasks[pair.first].end, 400 * ns + 1);
        EXPECT_EQ(result.tasks[pair.second].end, 2 * (400 * ns + 1));
        EXPECT_EQ(result.latency, 2 * (400 * ns + 1) + (1000 + 10 + 20 * 50 + 30) * ns);
    }
}

TEST(AcceleratorModel, AClockThatNeverStopsDoesNotKeepTheRunFromEnding) {
    Pair pair(1);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Clocked>("clocked"); }));
    TimePs end = simulator.run(pair.program).tasks[pair.first].end;
    EXPECT_GT(end, 40 * ns); // five edges, the first one within a period
    EXPECT_LE(end, 50 * ns + 1);
    EXPECT_GT(simulator.run(pair.program).latency, 0);
}

TEST(AcceleratorModel, ATaskThatNeverEndsIsReported) {
    Pair pair(1);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Silent>(); }));
    EXPECT_THROW(simulator.run(pair.program), IllegalError);
    EXPECT_THROW(simulator.run(pair.program), IllegalError);
}

TEST(AcceleratorModel, ReducesAndReconfigurationsStayArsias) {
    TestPlatform on;
    NodeId node = on.accelerator({1 << 30, byte_a_ns, 0});
    Program program;
    Task reduce = compute(node, program.add_plan(tiles(1, 20, 10, 50, 30)));
    reduce.kind = TaskKind::reduce;
    Task load;
    load.kind = TaskKind::reconfigure;
    load.node = node;
    load.duration = 5 * us;
    program.add(load);
    program.add(reduce);
    Simulator simulator(on.platform, [](NodeId, const Node&) { return std::make_unique<Silent>(); });
    EXPECT_EQ(simulator.run(program).latency, 5 * us + (10 + 20 * 50 + 30) * ns);
}

TEST(AcceleratorModel, AnEmptyProgramEndsAtOnce) {
    Pair pair(1);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Threaded>("threaded"); }));
    Program joins;
    joins.add(Task());
    EXPECT_EQ(simulator.run(joins).latency, 0);
    EXPECT_GT(simulator.run(pair.program).latency, 0);
}

TEST(AcceleratorModel, AnotherSimulatorCanFollow) {
    Pair pair(400);
    for (int round = 0; round < 5; ++round) {
        {
            Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Threaded>("threaded"); }));
            EXPECT_EQ(simulator.run(pair.program).tasks[pair.first].end, 400 * ns + 1);
        }
        Simulator own(pair.on.platform);
        EXPECT_EQ(own.run(pair.program).tasks[pair.first].end, (10 + 20 * 50 + 30) * ns);
    }
}

TEST(AcceleratorModel, AProgramThatFailsLeavesNothingToTheNext) {
    Pair pair(400);
    Simulator simulator(pair.on.platform, pair.on_first([] { return std::make_unique<Delayed>("delayed"); }));
    Program late;
    PlanId plan = late.add_plan(work(1000));
    late.add(compute(NodeId(0), plan));
    Task back = transfer(NodeId(1), NodeId(0), 10, 500 * ns); // no link leads back
    late.add(back);
    EXPECT_THROW(simulator.run(late), InputError);
    EXPECT_EQ(simulator.run(pair.program).tasks[pair.second].end, 2 * (400 * ns + 1));
}
