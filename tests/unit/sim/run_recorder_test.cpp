#include "sim/recorder/run_recorder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/errors.h"
#include "sim/recorder/hdf5_input.h"
#include "tests/support/address_space_limit.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/small_run.h"

namespace arsia {
namespace {

namespace fs = std::filesystem;
using hdf5::InputFile;
using Integers = std::vector<std::int64_t>;
using ::testing::ElementsAre;

constexpr std::size_t block = RunObserver::block_tasks;

/// A run of three blocks and a bit: transfers of many sizes, every third task a join that two of them wait for.
class RunRecorderTest : public ::testing::Test {
protected:
    RunRecorderTest() {
        folder_ = fs::path(::testing::TempDir()) / ("arsia-recorder-" + std::to_string(::getpid()));
        fs::create_directories(folder_);
        for (std::size_t i = 0; i < count; ++i) {
            Task task = i % 3 == 2 ? Task() : testing::transfer_of(i % 2 ? row_.a : row_.b, row_.host, i % 1000);
            task.not_before = static_cast<TimePs>((i * 7919) % count) * 1'000'000; // ends in no order of ids
            program_.add(task);
            if (i >= 3) program_.depend(TaskId(i), TaskId(i - 3));
        }
    }
    ~RunRecorderTest() override { fs::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
        return names;
    }
    RunRecord record_of(const RunResult& result) const {
        return {row_.platform, program_, result, nullptr, "arsia traffic", "", "", {}, {}};
    }
    RunOptions observed_by(RunObserver& observer) const {
        RunOptions options;
        options.watch_links = true;
        options.observer = &observer;
        return options;
    }

    static constexpr std::size_t count = 3 * block + 100;
    testing::RowOfThree row_;
    Program program_;
    fs::path folder_;
};

TEST_F(RunRecorderTest, RecordsWhatHappenedRowByRow) {
    Simulator simulator(row_.platform);
    RunRecorder recorder(path("run.h5"), row_.platform, nullptr);
    const RunResult& result = simulator.run(program_, observed_by(recorder));
    recorder.finish(record_of(result));

    InputFile file(path("run.h5"));
    Integers start = file.integers("tasks/start"), end = file.integers("tasks/end"),
             by = file.integers("tasks/blocked_by");
    Integers transfer = file.integers("transfers/task"), bytes = file.integers("transfers/bytes");
    Integers transfer_end = file.integers("transfers/end"), alone = file.integers("transfers/alone");
    std::vector<std::string> kind = file.texts("tasks/kind"), source = file.texts("transfers/source");
    std::vector<std::string> route = file.texts("transfers/route");
    ASSERT_EQ(end.size(), count);
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const TaskTimes& times = result.tasks[TaskId(i)];
        ASSERT_EQ(start[i], times.start) << i;
        ASSERT_EQ(end[i], times.end) << i;
        ASSERT_EQ(by[i], times.blocked_by.valid() ? static_cast<std::int64_t>(times.blocked_by.value()) : -1) << i;
        ASSERT_EQ(kind[i], i % 3 == 2 ? "join" : "transfer") << i;
        if (i % 3 == 2) continue;
        ASSERT_EQ(transfer[at], static_cast<std::int64_t>(i));
        ASSERT_EQ(bytes[at], static_cast<std::int64_t>(i % 1000));
        ASSERT_EQ(transfer_end[at], times.end) << i;
        ASSERT_EQ(alone[at], uncontended_time(row_.platform, i % 2 ? row_.a : row_.b, row_.host, i % 1000)) << i;
        ASSERT_EQ(source[at], i % 2 ? "a" : "b");
        ASSERT_EQ(route[at], i % 2 ? "a->host" : "b->a a->host");
        ++at;
    }
    EXPECT_EQ(at, transfer.size());
    Integers before = file.integers("dependencies/before");
    ASSERT_EQ(before.size(), count - 3);
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(before[i], static_cast<std::int64_t>(i));
    EXPECT_EQ(read_run_summary(path("run.h5")).latency, result.latency);
    EXPECT_THAT(files(), ElementsAre("run.h5"));
}

TEST_F(RunRecorderTest, SameRunGivesTheSameBytes) {
    Simulator simulator(row_.platform);
    std::string content[2];
    for (std::string& each : content) {
        RunRecorder recorder(path("run.h5"), row_.platform, nullptr);
        const RunResult& result = simulator.run(program_, observed_by(recorder));
        recorder.finish(record_of(result));
        std::ifstream stream(path("run.h5"), std::ios::binary);
        each.assign(std::istreambuf_iterator<char>(stream), {});
    }
    EXPECT_GT(content[0].size(), 100'000U);
    EXPECT_TRUE(content[0] == content[1]);
}

TEST_F(RunRecorderTest, BlocksAreToldOnceAndNotBeforeTheirTasksHaveEnded) {
    struct Listener final : RunObserver {
        void run_begins(const Program&, const IdVector<TaskId, TaskTimes>& now) override { times = &now; }
        void block_ended(std::size_t number) override {
            ended.push_back(number);
            std::size_t last = std::min(times->size(), (number + 1) * block);
            for (std::size_t i = number * block; i < last; ++i) sum += (*times)[TaskId(i)].end;
        }
        const IdVector<TaskId, TaskTimes>* times = nullptr;
        std::vector<std::size_t> ended;
        TimePs sum = 0;
    } listener;
    Simulator simulator(row_.platform);
    const RunResult& result = simulator.run(program_, observed_by(listener));
    EXPECT_THAT(listener.ended, ::testing::UnorderedElementsAre(0, 1, 2, 3));
    TimePs sum = 0;
    for (const TaskTimes& times : result.tasks) sum += times.end;
    EXPECT_EQ(listener.sum, sum) << "times of a block did not change after it was told";
}

TEST_F(RunRecorderTest, DiskThatFillsUpIsAnErrorAndLeavesNothing) {
    Simulator simulator(row_.platform);
    std::ofstream(path("run.h5")) << "old";
    for (rlim_t most : {20'000, 200'000, 500'000}) { // in the first section, in the tables
        std::string error = "no error";
        {
            testing::FileSizeLimit limit(most);
            RunRecorder recorder(path("run.h5"), row_.platform, nullptr);
            const RunResult& result = simulator.run(program_, observed_by(recorder));
            try {
                recorder.finish(record_of(result));
            } catch (const InputError& failure) {
                error = failure.what();
            }
        }
        EXPECT_EQ(error, path("run.h5") + ": cannot write: File too large") << most;
        EXPECT_THAT(files(), ElementsAre("run.h5")) << "the temporary is gone";
        EXPECT_EQ(fs::file_size(path("run.h5")), 3U) << "the old file stands";
    }
    RunRecorder recorder(path("run.h5"), row_.platform, nullptr); // HDF5 has taken no harm
    recorder.finish(record_of(simulator.run(program_, observed_by(recorder))));
    EXPECT_EQ(read_run_summary(path("run.h5")).tasks, count);
}

TEST_F(RunRecorderTest, MemoryThatRunsOutIsAnErrorAndLeavesNothing) {
    if (!testing::AddressSpaceLimit::works)
        GTEST_SKIP() << "the address sanitizer sets more address space aside than a limit leaves";
    Simulator simulator(row_.platform);
    std::size_t recorded = 0, refused = 0;
    // From too little to begin with, over too little for the recorder's thread and for what it writes, to enough.
    for (std::size_t mebibytes = 0; recorded < 2; ++mebibytes) {
        testing::AddressSpaceLimit limit(mebibytes << 20);
        try {
            RunRecorder recorder(path("run.h5"), row_.platform, nullptr);
            recorder.finish(record_of(simulator.run(program_, observed_by(recorder))));
            ++recorded;
            continue;
        } catch (const std::bad_alloc&) {
            ++refused;
        } catch (const std::system_error&) { // no thread
            ++refused;
        }
        ASSERT_THAT(files(), ::testing::SizeIs(recorded == 0 ? 0 : 1)) << mebibytes << " MiB";
    }
    EXPECT_GT(refused, 3U);
    EXPECT_EQ(read_run_summary(path("run.h5")).tasks, count);
}

TEST_F(RunRecorderTest, RunThatCannotFinishLeavesNothing) {
    program_.depend(TaskId(10), TaskId(count - 1));
    program_.depend(TaskId(count - 1), TaskId(10));
    Simulator simulator(row_.platform);
    {
        RunRecorder recorder(path("run.h5"), row_.platform, nullptr);
        EXPECT_THAT(files(), ::testing::SizeIs(::testing::Le(1))) << "without a name, or under a temporary one";
        EXPECT_THROW(simulator.run(program_, observed_by(recorder)), IllegalError);
    }
    EXPECT_THAT(files(), ElementsAre());
}

TEST_F(RunRecorderTest, RefusesAFolderThatIsNotThereBeforeAnythingRuns) {
    try {
        RunRecorder recorder(path("no/run.h5"), row_.platform, nullptr);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.what(), path("no/run.h5") + ": cannot write: there is no folder '" + path("no") + "'");
    }
}

} // namespace
} // namespace arsia
