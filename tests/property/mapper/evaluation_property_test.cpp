// For random seeds: who evaluates changes nothing, whether processes, or a run that was interrupted and resumed.
#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/evaluation/codec.h"
#include "mapper/evaluation/dealt_pool.h"
#include "mapper/evaluation/recorded_pool.h"
#include "mapper/evaluation/worker_processes.h"
#include "mapper/search.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;

std::shared_ptr<Scenario> scenario_of(std::size_t operators, std::size_t accelerators) {
    std::string lines, input = "image";
    for (std::size_t i = 0; i < operators; ++i) {
        lines +=
            fmt::format("  - {{name: c{}, type: conv, input: {}, out_channels: {}, kernel: [3, 3], padding: [1, 1]}}\n",
                        i, input, 4 + i);
        input = fmt::format("c{}", i);
    }
    return small_scenario(small_graph("image: [1, 3, 8, 8]", lines), small_platform(accelerators));
}

/// Everything about a result that must not depend on who evaluated.
std::string summary(const SearchResult& result) {
    std::string out = fmt::format("{} evaluations, {} illegal:", result.evaluations, result.illegal);
    for (TimePs latency : result.latencies) out += fmt::format(" {}", latency);
    for (const Improvement& improvement : result.log) out += fmt::format("; {}", improvement.evaluation);
    return out + (result.best ? "\n" + mapping_key(result.best->mapping) : "");
}

/// A problem, a search and its seed.
struct Drawn {
    std::shared_ptr<Scenario> scenario =
        scenario_of(*rc::gen::inRange<std::size_t>(1, 6), *rc::gen::inRange<std::size_t>(1, 6));
    std::string name = *rc::gen::element<std::string>("anneal", "mars", "random");
    std::uint64_t seed = *rc::gen::arbitrary<std::uint64_t>();
    std::uint64_t budget = *rc::gen::inRange<std::uint64_t>(1, 150);

    std::unique_ptr<Search> search() const { return find_search(name).make(scenario, seed, budget); }
};

RC_GTEST_PROP(Evaluation, DoesNotDependOnTheNumberOfProcesses, ()) {
    Drawn drawn;
    Evaluator evaluator(drawn.scenario);
    auto evaluate = [&](const Mapping& mapping) { return evaluator.evaluate(mapping); };
    SearchResult here = run_search(*drawn.search(), evaluator, {drawn.budget, 0});
    auto jobs = *rc::gen::inRange<std::size_t>(1, 5);
    DealtPool pool(
        std::make_unique<WorkerProcesses>(jobs, evaluate), [](const Mapping&) { return ""; },
        [](const std::string& note) { RC_FAIL(note); });
    SearchResult there = run_search(*drawn.search(), pool, {drawn.budget, 0});
    RC_ASSERT(summary(here) == summary(there));
}

RC_GTEST_PROP(Evaluation, ResumesToTheSameEnd, ()) {
    Drawn drawn;
    std::string path = std::filesystem::temp_directory_path() / fmt::format("arsia-property-{}.h5", ::getpid());
    auto no_note = [](const std::string& note) { RC_FAIL(note); };
    SearchIdentity identity = identity_of(*drawn.scenario, drawn.name, drawn.seed, drawn.budget);
    Evaluator evaluator(drawn.scenario);
    SearchResult undisturbed = run_search(*drawn.search(), evaluator, {drawn.budget, 0});
    LocalPool local(evaluator);
    {
        auto stop = *rc::gen::inRange<std::uint64_t>(1, drawn.budget + 1);
        RecordedPool first(local, path, identity, no_note);
        run_search(*drawn.search(), first, {drawn.budget, 0},
                   [&](const SearchResult& so_far) { return so_far.evaluations < stop; });
        first.save();
    }
    LocalPool again(evaluator);
    RecordedPool second(again, path, checkpoint_of(path, identity), no_note);
    SearchResult resumed = run_search(*drawn.search(), second, {drawn.budget, 0});
    std::filesystem::remove(path);
    RC_ASSERT(summary(resumed) == summary(undisturbed));
}

} // namespace
} // namespace arsia
