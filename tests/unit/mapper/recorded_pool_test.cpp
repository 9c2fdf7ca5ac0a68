// Checkpoints: written, refused, resumed from.
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "mapper/evaluation/recorded_pool.h"
#include "tests/support/search_stand_ins.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RecordedPoolTest : public ::testing::Test {
protected:
    ~RecordedPoolTest() override { std::filesystem::remove(path); }

    RecordedPool::Note no_note = [](const std::string& note) { ADD_FAILURE() << note; };

    /// Runs until `stop` evaluations are done, as if it were ended there.
    void run_until(std::uint64_t stop) {
        ListSearch search(numbers);
        CountingEvaluation evaluation;
        LocalPool local(evaluation.function());
        RecordedPool pool(local, path, identity, no_note);
        run_search(search, pool, {0, 0}, [&](const SearchResult& so_far) { return so_far.evaluations < stop; });
        pool.save();
    }

    std::string refusal(const SearchIdentity& other) {
        try {
            checkpoint_of(path, other);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }

    std::vector<std::size_t> numbers = {5, 7, 13, 3, 5, 4, 13, 2, 9, 1};
    SearchIdentity identity{"1.0", "net", "d1", "ring", "d2", "d3", "list", 4, 0};
    std::string path =
        std::filesystem::temp_directory_path() / ("arsia-recorded-" + std::to_string(::getpid()) + ".h5");
};

TEST_F(RecordedPoolTest, ResumesFromAnyPointToTheSameEnd) {
    ListSearch undisturbed(numbers);
    CountingEvaluation all;
    SearchResult expected = run_search(undisturbed, all.function(), {0, 0});
    for (std::uint64_t stop = 1; stop <= numbers.size(); ++stop) {
        run_until(stop);
        ListSearch search(numbers, stop % 2 == 0);
        CountingEvaluation evaluation;
        LocalPool local(evaluation.function());
        RecordedPool pool(local, path, checkpoint_of(path, identity), no_note);
        EXPECT_GT(pool.known(), 0u);
        SearchResult result = run_search(search, pool, {0, 0});
        EXPECT_EQ(result.latencies, expected.latencies);
        EXPECT_EQ(result.illegal, expected.illegal);
        EXPECT_EQ(number_of(result.best->mapping), number_of(expected.best->mapping));
        ASSERT_EQ(result.log.size(), expected.log.size());
        for (std::size_t i = 0; i < result.log.size(); ++i)
            EXPECT_EQ(result.log[i].evaluation, expected.log[i].evaluation);
        EXPECT_EQ(evaluation.calls + static_cast<int>(pool.known()), all.calls); // nothing is simulated again
    }
}

/// Like CountingEvaluation, with figures for even numbers: the smaller the latency, the more energy.
Evaluation with_figures(const Mapping& mapping) {
    std::size_t number = number_of(mapping);
    if (number == 13) return {false, 0, {"thirteen"}};
    Evaluation out{true, static_cast<TimePs>(100 * number), {}};
    if (number % 2 == 0) out.figures = Figures{static_cast<std::int64_t>(1000 - number), static_cast<Bytes>(number)};
    return out;
}

TEST_F(RecordedPoolTest, RepeatsEnergyAndMemory) {
    numbers = {5, 8, 13, 4, 6, 2};
    for (std::uint64_t stop : {1, 3, 5, 6}) {
        {
            ListSearch search(numbers);
            LocalPool local(with_figures);
            RecordedPool pool(local, path, identity, no_note);
            run_search(search, pool, {0, 0}, [&](const SearchResult& so_far) { return so_far.evaluations < stop; });
            pool.save();
        }
        EXPECT_EQ(read_checkpoint(path).energies.empty(), stop == 1) << "nothing before the second has any";
        ListSearch search(numbers);
        LocalPool local(with_figures);
        RecordedPool pool(local, path, checkpoint_of(path, identity), no_note);
        SearchResult result = run_search(search, pool, {0, 0});
        std::vector<std::int64_t> energies, memories;
        for (const ParetoPoint& point : result.front.points()) {
            energies.push_back(point.evaluation.figures->energy_pj);
            memories.push_back(point.evaluation.figures->peak_memory);
        }
        EXPECT_THAT(energies, ElementsAre(998, 996, 994, 992));
        EXPECT_THAT(memories, ElementsAre(2, 4, 6, 8));
    }
}

TEST_F(RecordedPoolTest, RefusesEnergiesOfAnotherLength) {
    SearchCheckpoint checkpoint{identity, 0, {1, 2}, {10, 20}, {7}, {7, 8}};
    write_checkpoint(path, checkpoint);
    EXPECT_THAT(refusal(identity), HasSubstr("datasets 'mapping' and 'energy' have 2 and 1 rows"));
}

TEST_F(RecordedPoolTest, KeepsWhatItWasTold) {
    run_until(4);
    SearchCheckpoint checkpoint = read_checkpoint(path);
    EXPECT_EQ(checkpoint.identity, identity);
    EXPECT_THAT(checkpoint.latencies, ElementsAre(500, 700, -1, 300));
    EXPECT_EQ(checkpoint.mappings.size(), 4u);
    EXPECT_GE(checkpoint.seconds, 0);
}

TEST_F(RecordedPoolTest, CountsTheTimeOfTheEarlierRun) {
    run_until(4);
    SearchCheckpoint checkpoint = read_checkpoint(path);
    checkpoint.seconds = 1000;
    write_checkpoint(path, checkpoint);
    ListSearch search(numbers);
    CountingEvaluation evaluation;
    LocalPool local(evaluation.function());
    RecordedPool pool(local, path, checkpoint_of(path, identity), no_note);
    SearchResult result = run_search(search, pool, {0, 999});
    // Time was up before, yet what was known then is known now.
    EXPECT_EQ(result.evaluations, 5u); // the fifth repeats the first
    EXPECT_EQ(evaluation.calls, 0);
    EXPECT_GE(result.wall_s, 1000);
}

TEST_F(RecordedPoolTest, RefusesTheCheckpointOfAnotherSearch) {
    run_until(2);
    EXPECT_EQ(refusal(identity), "");
    SearchIdentity other = identity;
    other.seed = 5;
    EXPECT_EQ(refusal(other), path + ": checkpoint of another search: seed 4, not 5");
    other = identity;
    other.workload = "nut";
    other.workload_digest = "x";
    other.search = "mars";
    other.evaluations = 50;
    std::string text = refusal(other);
    EXPECT_THAT(text, HasSubstr("workload net, not nut"));
    EXPECT_THAT(text, HasSubstr("search list, not mars"));
    EXPECT_THAT(text, HasSubstr("budget no limit by evaluations, not 50 evaluations"));
    other = identity;
    other.topology_digest = "d9";
    EXPECT_THAT(refusal(other), HasSubstr("topology ring has changed since (digest d2, now d9)"));
    other = identity;
    other.designs_digest = "d9";
    EXPECT_THAT(refusal(other), HasSubstr("a design has changed since (digest d3, now d9)"));
    other = identity;
    other.version = "2.0";
    EXPECT_THAT(refusal(other), HasSubstr("made by arsia 1.0, not 2.0"));
}

TEST_F(RecordedPoolTest, NoticesThatTheSearchProposesSomethingElse) {
    run_until(4);
    ListSearch search({5, 7, 8});
    CountingEvaluation evaluation;
    LocalPool local(evaluation.function());
    RecordedPool pool(local, path, checkpoint_of(path, identity), no_note);
    try {
        run_search(search, pool, {0, 0});
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_EQ(error.what(), path + ": simulation 3 is of another mapping than the search proposes now; the "
                                       "checkpoint was made by another build of arsia");
    }
}

TEST_F(RecordedPoolTest, RefusesFilesThatAreNoCheckpoints) {
    EXPECT_THAT(refusal(identity), HasSubstr(path));
    std::ofstream(path) << "something else";
    EXPECT_THAT(refusal(identity), HasSubstr("HDF5"));
}

TEST_F(RecordedPoolTest, GoesOnWhereTheFileCannotBeWrittenAnyMore) {
    std::filesystem::path folder = path + ".folder";
    std::filesystem::create_directory(folder);
    ListSearch search(numbers);
    CountingEvaluation evaluation;
    LocalPool local(evaluation.function());
    std::vector<std::string> notes;
    RecordedPool pool(local, folder / "c.h5", identity, [&](const std::string& note) { notes.push_back(note); });
    std::filesystem::remove_all(folder);
    SearchResult result = run_search(search, pool, {0, 0});
    pool.save();
    EXPECT_EQ(result.evaluations, numbers.size());
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_THAT(notes[0], HasSubstr("there is no folder"));
    EXPECT_THAT(notes[0], HasSubstr("the search goes on without checkpoints"));
    EXPECT_THROW(RecordedPool(local, folder / "c.h5", identity, no_note), InputError);
}

} // namespace
} // namespace arsia
