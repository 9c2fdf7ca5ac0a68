// Random mappings of random workloads onto random platforms, for as long as one likes, with all that must hold of a
// run.
//
//   torture SECONDS [SEED]    a failure prints the seed, and with it the whole round is drawn again
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include <unistd.h>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/errors.h"
#include "mapper/bounds.h"
#include "mapper/legality.h"
#include "tests/torture/invariants.h"
#include "tests/torture/random_system.h"
#include "tests/torture/random_workload.h"

namespace arsia::torture {
namespace {

struct Counts {
    std::size_t runs = 0, illegal = 0, without_way = 0, tasks = 0;
};

/// One scenario and one mapping, run in four ways.
class Case {
public:
    Case(std::string run_file, Counts& counts) : run_file_(std::move(run_file)), counts_(counts) {
        std::string workload = RandomWorkload().text(), topology = random_platform();
        RC_LOG() << workload << "\n" << topology << "\n";
        scenario_ = testing::small_scenario(read_workload_text(workload), read_topology_text(topology));
        choose_designs(*scenario_);
        mapping_ = any_mapping(*scenario_);
        scenario_->stream = {*rc::gen::element<std::uint32_t>(1, 1, 2, 4), *rc::gen::element<TimePs>(0, 1'000'000)};
        RC_LOG() << mapping_to_json(mapping_, *scenario_) << "\n" << scenario_->stream.requests << " requests\n";
    }

    void run() {
        if (!legality_problems(*scenario_, mapping_).empty()) { // a design refuses an operator
            Evaluator evaluator(scenario_);
            RC_ASSERT(!evaluator.evaluate(mapping_).legal);
            ++counts_.illegal;
            return;
        }
        bool tight = *rc::gen::inRange(0, 2) == 0;
        if (tight)
            RC_LOG() << "memory of " << testing::tighten_memory(*scenario_, mapping_) << " bytes at each accelerator\n";
        add_events(scenario_->platform);
        for (const LinkEvent& event : scenario_->platform.link_events)
            RC_LOG() << "at " << event.at << " ps link " << scenario_->platform.links[event.link].name << " gets "
                     << event.bandwidth.bits_per_second << " bit/s\n";
        check_mapping_file();
        bool ways = runs();
        RC_ASSERT(ways || !scenario_->platform.link_events.empty());
        if (!ways) ++counts_.without_way;
    }

private:
    void check_mapping_file() const {
        std::vector<std::string> warnings;
        std::string text = mapping_to_json(mapping_, *scenario_);
        RC_ASSERT(read_mapping_text(text, "mapping.json", *scenario_, warnings) == mapping_);
        RC_ASSERT(warnings.empty());
    }

    /// False if failed links leave it without a way.
    bool runs() {
        Mapping other = any_mapping(*scenario_);
        Evaluation of_other = Evaluator(scenario_).evaluate(other);
        Evaluator evaluator(scenario_);
        Evaluation evaluation = evaluator.evaluate(mapping_);
        check_same_evaluation(evaluator.evaluate(other), of_other);
        check_same_evaluation(evaluator.evaluate(mapping_), evaluation);
        if (!evaluation.legal) return false;
        Evaluator::Run run = evaluator.run(mapping_);
        const Program program = run.program;
        const RunResult first = run.result;
        RC_ASSERT(first.latency == evaluation.latency);
        check_tasks(program, first);
        check_conservation(*scenario_, program, first);
        check_path(*scenario_, program, first);
        check_memory(program, first);
        check_bounds(first.latency);
        check_same(first, evaluator.run(mapping_).result, Ties::same, "the same again");
        check_same(first, evaluator.run(mapping_, {false, true}).result, Ties::may_differ, "skipping and not");
        check_run_file(run_file_, *scenario_, mapping_, program, first);
        ++counts_.runs;
        counts_.tasks += program.tasks().size();
        return true;
    }

    /// What an evaluator keeps of one mapping must not tell on another.
    static void check_same_evaluation(const Evaluation& a, const Evaluation& b) {
        RC_ASSERT(a.legal == b.legal);
        RC_ASSERT(a.latency == b.latency);
        RC_ASSERT(a.problems == b.problems);
    }

    void check_memory(const Program& program, const RunResult& result) const {
        Lowering lowering(*scenario_);
        const MemoryNeed& need = lowering.memory_need(mapping_);
        IdVector<NodeId, Bytes> peak = peak_memory(scenario_->platform, program, result);
        for (NodeId node : scenario_->accelerators) {
            RC_ASSERT(peak[node] <= need[node]);
            RC_ASSERT(need[node] <= scenario_->platform.nodes[node].memory.capacity);
        }
    }

    void check_bounds(TimePs latency) const {
        for (const Bound& bound : lower_bounds(*scenario_))
            if (bound.latency > latency)
                RC_FAIL(fmt::format("{} ps is below the {} bound of {} ps", latency, bound.name, bound.latency));
    }

    std::string run_file_;
    Counts& counts_;
    std::shared_ptr<Scenario> scenario_;
    Mapping mapping_;
};

/// A round of cases from one seed; false after a failure, which is printed.
bool round_passes(std::uint64_t seed, const std::string& run_file, Counts& counts) {
    rc::detail::TestParams params;
    params.seed = seed;
    params.maxSuccess = 20;
    params.disableShrinking = true; // the systems are small, and many tries of each would take hours
    rc::detail::TestResult result = rc::detail::checkTestable(
        [&] {
            Case drawn(run_file, counts);
            drawn.run();
        },
        rc::detail::TestMetadata(), params);
    if (result.template is<rc::detail::SuccessResult>()) return true;
    rc::detail::printResultMessage(result, std::cout);
    std::cout << fmt::format("\nAgain: torture 1 {}\n", seed);
    return false;
}

int torture(double seconds, std::uint64_t seed) {
    using Clock = std::chrono::steady_clock;
    auto end = Clock::now() + std::chrono::duration<double>(seconds);
    std::string run_file = std::filesystem::temp_directory_path() / fmt::format("arsia-torture-{}.h5", ::getpid());
    Counts counts;
    std::uint64_t rounds = 0;
    bool passes = true;
    for (; passes && Clock::now() < end; ++rounds) passes = round_passes(seed + rounds, run_file, counts);
    std::filesystem::remove(run_file);
    fmt::print("{} runs of {} tasks in all, {} mappings that are not legal, {} that failed links leave without a way; "
               "seeds {} to {}\n",
               counts.runs, counts.tasks, counts.illegal, counts.without_way, seed, seed + rounds - 1);
    return passes ? 0 : 1;
}

} // namespace
} // namespace arsia::torture

int main(int argc, char** argv) {
    char* rest = nullptr;
    double seconds = argc > 1 ? std::strtod(argv[1], &rest) : 0;
    if (argc < 2 || argc > 3 || *rest != 0 || seconds <= 0) {
        std::fprintf(stderr, "usage: torture SECONDS [SEED]\n");
        return 2;
    }
    return arsia::torture::torture(seconds, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
}
