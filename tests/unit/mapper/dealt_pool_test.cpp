// Dealing batches out: order, deaths, errors. Workers are stand-ins first, real processes then.
#include <csignal>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "mapper/evaluation/dealt_pool.h"
#include "mapper/evaluation/worker_processes.h"
#include "tests/support/search_stand_ins.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Answers in a random order among the workers, and dies at random; keeps what it was sent.
class ShuffledWorkers : public Workers {
public:
    ShuffledWorkers(std::size_t count, std::uint64_t seed, double deaths)
        : held_(count), random_(seed), deaths_(deaths) {}

    std::size_t count() const override { return held_.size(); }
    void send(std::size_t worker, std::string message) override {
        held_[worker].push_back(std::move(message));
        most_held = std::max(most_held, held_[worker].size());
    }
    std::vector<Report> receive(std::chrono::milliseconds) override {
        auto worker = static_cast<std::size_t>(random_.below(held_.size()));
        if (random_.chance(deaths_)) {
            held_[worker].clear();
            return {{worker, true, "stand-in"}};
        }
        if (held_[worker].empty()) return {};
        std::string message = held_[worker].front();
        held_[worker].erase(held_[worker].begin());
        return {{worker, false, answer(message, CountingEvaluation().function())}};
    }

    std::size_t most_held = 0;

private:
    std::vector<std::vector<std::string>> held_;
    Random random_;
    double deaths_;
};

std::string described(const Mapping& mapping) { return "mapping " + std::to_string(number_of(mapping)); }

std::vector<std::size_t> many_numbers(std::uint64_t seed, std::size_t count = 300) {
    Random random(seed);
    std::vector<std::size_t> out;
    while (out.size() < count) out.push_back(static_cast<std::size_t>(random.below(1000)));
    return out;
}

TEST(DealtPool, PutsAnswersInOrderWhoeverIsFirst) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (std::size_t workers : {1, 2, 7}) {
            for (bool ahead : {false, true}) {
                ListSearch here(many_numbers(seed)), there(many_numbers(seed), ahead);
                CountingEvaluation evaluation;
                SearchResult expected = run_search(here, evaluation.function(), {0, 0});
                std::size_t notes = 0;
                DealtPool pool(std::make_unique<ShuffledWorkers>(workers, seed, seed % 2 == 0 ? 0 : 0.05), described,
                               [&](const std::string& note) {
                                   EXPECT_THAT(note, HasSubstr("stand-in has "));
                                   ++notes;
                               });
                SearchResult result = run_search(there, pool, {0, 0});
                EXPECT_EQ(result.latencies, expected.latencies);
                EXPECT_EQ(result.illegal, expected.illegal);
                EXPECT_EQ(there.reported, here.reported);
                EXPECT_EQ(notes > 0, seed % 2 != 0);
            }
        }
    }
}

TEST(DealtPool, SharesABatchOut) {
    auto workers = std::make_unique<ShuffledWorkers>(4, 1, 0);
    ShuffledWorkers& seen = *workers;
    DealtPool pool(std::move(workers), described, {});
    std::vector<Mapping> mappings;
    for (std::size_t number = 1; number <= 8; ++number) mappings.push_back(numbered(number));
    std::vector<const Mapping*> batch;
    for (const Mapping& mapping : mappings) batch.push_back(&mapping);
    pool.submit(batch);
    EXPECT_EQ(seen.most_held, 1u); // half of a fair share of two each
    std::vector<TimePs> latencies;
    pool.collect([&](const Evaluation& evaluation) { latencies.push_back(evaluation.latency); }, [] { return true; });
    EXPECT_THAT(latencies, ElementsAre(100, 200, 300, 400, 500, 600, 700, 800));
}

TEST(DealtPool, NamesAMappingThatKillsWorkerAfterWorker) {
    ListSearch search({1, 2, 3});
    std::vector<std::string> notes;
    DealtPool pool(std::make_unique<WorkerProcesses>(2,
                                                     [](const Mapping& mapping) {
                                                         if (number_of(mapping) == 2) std::raise(SIGKILL);
                                                         return Evaluation{true, 1, {}};
                                                     }),
                   described, [&](const std::string& note) { notes.push_back(note); });
    try {
        run_search(search, pool, {0, 0});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.exit_status(), 2);
        EXPECT_THAT(error.what(), HasSubstr("5 workers in a row have died evaluating this mapping, the last: worker "
                                            "process "));
        EXPECT_THAT(error.what(), HasSubstr("(signal 9: Killed)\nmapping 2"));
    }
    ASSERT_EQ(notes.size(), 4u);
    EXPECT_THAT(notes[0], HasSubstr("(signal 9: Killed) has died; another takes its place, and its "));
}

TEST(WorkerProcesses, DieAndAreReplacedWithoutATrace) {
    std::vector<std::size_t> numbers = many_numbers(3, 60);
    ListSearch here(numbers), there(numbers);
    CountingEvaluation evaluation;
    SearchResult expected = run_search(here, evaluation.function(), {0, 0});
    // Each process ends after its tenth evaluation.
    int done = 0;
    std::vector<std::string> notes;
    DealtPool pool(std::make_unique<WorkerProcesses>(3,
                                                     [&](const Mapping& mapping) {
                                                         if (++done > 10) ::_exit(3);
                                                         return CountingEvaluation().function()(mapping);
                                                     }),
                   described, [&](const std::string& note) { notes.push_back(note); });
    SearchResult result = run_search(there, pool, {0, 0});
    EXPECT_EQ(result.latencies, expected.latencies);
    EXPECT_EQ(done, 0); // nothing was evaluated in this process
    ASSERT_FALSE(notes.empty());
    EXPECT_THAT(notes[0], HasSubstr("(exit status 3) has died"));
}

TEST(WorkerProcesses, ThrowWhatTheEvaluationThrew) {
    ListSearch search({1, 2});
    DealtPool pool(std::make_unique<WorkerProcesses>(
                       2, [](const Mapping&) -> Evaluation { throw InputError("task 3 (transfer): no route"); }),
                   described, {});
    try {
        run_search(search, pool, {0, 0});
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "task 3 (transfer): no route");
    }
}

TEST(WorkerProcesses, DoNotHoldUpWhoStopsInABatch) {
    ListSearch search({1, 2, 3});
    DealtPool pool(std::make_unique<WorkerProcesses>(2,
                                                     [](const Mapping&) {
                                                         ::sleep(60);
                                                         return Evaluation{true, 1, {}};
                                                     }),
                   described, {});
    auto begin = std::chrono::steady_clock::now();
    int asked = 0;
    SearchResult result = run_search(search, pool, {0, 0}, [&](const SearchResult&) { return ++asked < 4; });
    EXPECT_TRUE(result.interrupted);
    EXPECT_EQ(result.evaluations, 0u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

} // namespace
} // namespace arsia
