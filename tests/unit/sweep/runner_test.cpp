#include "sweep/runner.h"

#include <cstdio>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "mapper/evaluation/bytes.h"
#include "mapper/evaluation/worker_processes.h"
#include "sweep/answers.h"
#include "sweep/point.h"
#include "tests/unit/sweep/records.h"
#include "tests/unit/sweep/sweep_text.h"

namespace arsia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Workers that answer at once, from the newest question to the oldest; a question about point `fatal` kills them.
class StandIns final : public Workers {
public:
    StandIns(std::size_t count, Reply reply, std::size_t fatal = SIZE_MAX)
        : count_(count), reply_(std::move(reply)), fatal_(fatal) {}
    std::size_t count() const override { return count_; }
    void send(std::size_t worker, std::string message) override {
        asked.push_back(static_cast<std::size_t>(ByteReader(message).number()));
        messages_[worker] = std::move(message);
    }
    std::vector<Report> receive(std::chrono::milliseconds) override {
        auto [worker, message] = *messages_.rbegin();
        messages_.erase(worker);
        if (ByteReader(message).number() == fatal_) return {{worker, true, "worker process 12 (signal 9: Killed)"}};
        return {{worker, false, reply_(message)}};
    }
    std::vector<std::size_t> asked;

private:
    std::size_t count_;
    Reply reply_;
    std::size_t fatal_;
    std::map<std::size_t, std::string> messages_;
};

const std::string quick = "search: {name: baseline, evaluations: 1}\n"
                          "axes: [{axis: bandwidth, links: network, values: [1 Gbps, 8 Gbps, 64 Gbps]}]\n";

std::string ran(const SweepSpec& spec, Workers& workers, const std::string& file) {
    SweepRecord record = empty_record(spec);
    EXPECT_TRUE(run_points(
        spec, record, workers, [](std::size_t) {}, [] { return true; }));
    record.answers = sweep_answers(record);
    write_sweep_file(file, record);
    return read_text_file(file);
}

std::string temporary(const std::string& name) { return ::testing::TempDir() + "sweep_" + name; }

TEST(SweepRunner, WhoeverRunsThePointsTheFileIsTheSame) {
    SweepSpec spec = sweep_of(quick);
    StandIns one(1, point_reply(spec)), three(3, point_reply(spec));
    WorkerProcesses processes(2, point_reply(spec));
    std::string alone = ran(spec, one, temporary("one.h5"));
    EXPECT_EQ(ran(spec, three, temporary("three.h5")), alone);
    EXPECT_EQ(ran(spec, processes, temporary("processes.h5")), alone);

    SweepRecord record = read_sweep_file(temporary("one.h5"));
    EXPECT_EQ(record.count(PointStatus::done), 3U);
    EXPECT_GT(record.points[0].latency, record.points[2].latency);
    EXPECT_THAT(record.answers[0], HasSubstr("From 1 Gbps to 64 Gbps of link bandwidth latency falls"));
}

TEST(SweepRunner, GoesOnWhereItWasStopped) {
    SweepSpec spec = sweep_of(quick);
    std::string file = temporary("resumed.h5");
    StandIns all(1, point_reply(spec)), first(1, point_reply(spec)), rest(1, point_reply(spec));
    std::string undisturbed = ran(spec, all, temporary("all.h5"));

    SweepRecord record = empty_record(spec);
    EXPECT_FALSE(run_points(
        spec, record, first, [](std::size_t) {}, [] { return false; }));
    EXPECT_EQ(record.count(PointStatus::done), 1U);
    write_sweep_file(file, record);

    record = resumed_record(spec, file);
    EXPECT_TRUE(run_points(
        spec, record, rest, [](std::size_t) {}, [] { return true; }));
    EXPECT_THAT(rest.asked, ElementsAre(1, 2));
    record.answers = sweep_answers(record);
    write_sweep_file(file, record);
    EXPECT_EQ(read_text_file(file), undisturbed);
}

TEST(SweepRunner, RefusesToGoOnWithAnotherSweep) {
    SweepSpec spec = sweep_of(quick);
    std::string file = temporary("other.h5");
    StandIns workers(1, point_reply(spec));
    ran(spec, workers, file);
    auto refusal = [&](const std::string& rest) -> std::string {
        try {
            resumed_record(sweep_of(rest), file);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refusal(quick), "");
    std::string axis = "axes: [{axis: bandwidth, links: network, values: [1 Gbps, 8 Gbps, 64 Gbps]}]\n";
    EXPECT_THAT(refusal("axes: [{axis: bandwidth, values: [1 Gbps, 8 Gbps]}]\n"),
                HasSubstr("cannot be resumed, it is of another sweep: axis bandwidth with the values 1 Gbps, 8 Gbps, "
                          "64 Gbps, not 1 Gbps, 8 Gbps"));
    EXPECT_THAT(refusal("axes: [{axis: batch, values: [1]}]\n"), HasSubstr("axis bandwidth (bandwidth), not batch"));
    EXPECT_THAT(refusal("measure: energy\n" + axis), HasSubstr("measure latency, not energy"));
    EXPECT_THAT(refusal("search: {name: baseline, evaluations: 2}\n" + axis),
                HasSubstr("what the point bandwidth 1 Gbps names has changed since"));
}

TEST(SweepRunner, AFailedPointIsRecordedAndTheSweepGoesOn) {
    SweepSpec spec = sweep_of("search: {name: baseline, evaluations: 1}\n"
                              "axes: [{axis: memory_capacity, values: [1 GiB, 1 KiB]}]\n");
    StandIns workers(1, point_reply(spec));
    ran(spec, workers, temporary("failed.h5"));
    SweepRecord record = read_sweep_file(temporary("failed.h5"));
    EXPECT_EQ(record.points[0].status, PointStatus::done);
    EXPECT_EQ(record.points[1].status, PointStatus::failed);
    EXPECT_THAT(record.points[1].error, HasSubstr("baseline found no legal mapping"));

    SweepSpec other = sweep_of(quick);
    StandIns mortal(2, point_reply(other), 1);
    record = empty_record(other);
    EXPECT_TRUE(run_points(
        other, record, mortal, [](std::size_t) {}, [] { return true; }));
    EXPECT_EQ(record.points[1].error, "a worker process died over it (signal 9: Killed)");
    EXPECT_EQ(record.count(PointStatus::done), 2U);
    // Another try may end better: it is run again.
    write_sweep_file(temporary("died.h5"), record);
    EXPECT_EQ(resumed_record(other, temporary("died.h5")).points[1].status, PointStatus::pending);
}

TEST(SweepRunner, AKeptMappingIsThatOfTheFirstPoint) {
    SweepSpec spec = sweep_of("search: {name: mars, evaluations: 30}\nkeep_mapping: true\n"
                              "axes: [{axis: bandwidth, links: network, values: [8 Gbps, 1 Gbps, 2 Gbps]}]\n");
    StandIns workers(3, point_reply(spec));
    std::string file = temporary("kept.h5");
    ran(spec, workers, file);
    EXPECT_THAT(workers.asked, ElementsAre(0, 1, 2)) << "the others wait for the first";
    SweepRecord record = read_sweep_file(file);
    auto sets = [&](std::size_t point) {
        return record.points[point].mapping.substr(record.points[point].mapping.find("\"sets\""));
    };
    EXPECT_EQ(sets(1), sets(0));
    EXPECT_EQ(sets(2), sets(0));
    EXPECT_EQ(record.points[0].search, "mars");
    EXPECT_EQ(record.points[1].search, "");
    EXPECT_GT(record.points[1].latency, record.points[2].latency);
    EXPECT_EQ(run_point(spec, 1).error, "the first point, whose mapping is to be kept, has none");
}

TEST(SweepRunner, APointIsWhatSimulatingItSays) {
    SweepSpec spec = sweep_of(quick);
    SweepPoint point = run_point(spec, 1); // 8 Gbps is what the topology has
    SweepPoint same = decode_point(encode(point));
    EXPECT_EQ(encode(same), encode(point));
    EXPECT_EQ(same.digest, point_digest(spec, 1));
    TimePs sum = 0;
    for (TimePs part : point.breakdown) sum += part;
    EXPECT_EQ(sum, point.latency);
    EXPECT_LE(point.bound, point.latency);
    EXPECT_EQ(point.accelerators, 8);
    // 24 links of 8 Gbit/s inside the groups, 16 of 2 Gbit/s to and from the host.
    EXPECT_EQ(point.link_bandwidth, 224'000'000'000);
    EXPECT_EQ(point.search, "baseline");
    EXPECT_GT(point.utilization, 0);
    EXPECT_LE(point.utilization, 1);
}

TEST(SweepFile, SaysWhatIsWrongWithAFile) {
    auto refusal = [](const std::string& file) -> std::string {
        try {
            read_sweep_file(file);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(refusal("no.h5"), HasSubstr("no.h5"));
    EXPECT_FALSE(is_sweep_file("no.h5"));
    SweepRecord record = record_of({named_axis("a", AxisRole::cases, {"x", "y"})}, {point_of(1), failed_point("no")});
    record.answers = {"one", "two"};
    std::string file = temporary("small.h5");
    write_sweep_file(file, record);
    EXPECT_TRUE(is_sweep_file(file));
    SweepRecord back = read_sweep_file(file);
    EXPECT_EQ(back.answers, record.answers);
    EXPECT_EQ(back.points[0].breakdown, record.points[0].breakdown);
    EXPECT_EQ(back.points[1].error, "no");
    record.points.pop_back();
    write_sweep_file(file, record);
    EXPECT_THAT(refusal(file), HasSubstr("has 1 rows, not one for each of 2 points"));
}

} // namespace
} // namespace arsia
