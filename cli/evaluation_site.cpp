#include "cli/evaluation_site.h"

#include <csignal>
#include <cstdio>

#include <fmt/format.h>

#include "base/errors.h"
#include "cli/common_options.h"
#include "mapper/evaluation/recorded_pool.h"
#include "mapper/evaluation/worker_processes.h"

namespace arsia {

namespace {

constexpr std::uint64_t most_jobs = 1024;

/// By which ranks notice that their files are not those of rank 0.
std::string fingerprint(const Scenario& scenario) {
    SearchIdentity identity = identity_of(scenario, "", 0, 0);
    return identity.version + " " + identity.workload_digest + " " + identity.topology_digest + " " +
           identity.designs_digest;
}

} // namespace

Option jobs_option() {
    return {"jobs", "J", "Evaluate by J processes of this machine; the result does not depend on it", false, "1"};
}

std::size_t jobs_of(const Arguments& arguments) {
    std::uint64_t jobs = arguments.whole_number("jobs", 1);
    if (jobs > most_jobs) throw InputError(fmt::format("--jobs: at most {} processes, not {}", most_jobs, jobs));
    if (jobs > 1 && MpiRun::launched())
        throw InputError("--jobs: under mpirun the ranks evaluate, one process each; give mpirun their number (-n)");
    return static_cast<std::size_t>(jobs);
}

std::unique_ptr<MpiRun> mpi_run() { return MpiRun::launched() ? std::make_unique<MpiRun>() : nullptr; }

std::unique_ptr<EvaluationPool> make_pool(std::size_t jobs, MpiRun* ranks, Evaluator& evaluator, DealtPool::Note note) {
    std::unique_ptr<Workers> workers;
    if (ranks != nullptr) {
        workers = ranks->begin(fingerprint(evaluator.scenario()));
    } else if (jobs > 1) {
        workers = std::make_unique<WorkerProcesses>(
            jobs, [&evaluator](const Mapping& mapping) { return evaluator.evaluate(mapping); });
    }
    if (!workers) return std::make_unique<LocalPool>(evaluator);
    auto describe = [&evaluator](const Mapping& mapping) { return mapping_to_json(mapping, evaluator.scenario()); };
    return std::make_unique<DealtPool>(std::move(workers), describe, std::move(note));
}

Option objective_option() {
    return {"objective", "O",
            "What to minimise: latency, throughput (the period of a stream), or the weight of latency "
            "in a mix of both, like 0.7",
            false, "latency"};
}

Objective objective_of(const Arguments& arguments, const Scenario& scenario) {
    Objective out;
    try {
        out = Objective::parse(arguments.text("objective"));
    } catch (const InputError& error) {
        throw InputError(fmt::format("--objective: {}", error.what()));
    }
    if (!out.is_latency() && scenario.stream.requests < 2)
        throw InputError(fmt::format("--objective: {} needs the period of a stream; --requests must be at least 2",
                                     out.is_weighted() ? "a mix" : out.name()));
    return out;
}

void aim(Evaluator& evaluator, Objective objective, const BaselineOutcome& baseline) {
    if (objective.is_weighted() && baseline.evaluation.legal)
        objective.relate_to(evaluator.times(evaluator.run(*baseline.mapping)));
    evaluator.set_objective(std::move(objective));
}

bool wants_figures(const Arguments& arguments) {
    return find_search(arguments.text("search")).figures || arguments.given("pareto");
}

int serve_rank_0(const Arguments& arguments, MpiRun& ranks) {
    // mpirun passes a Ctrl-C on to every rank; rank 0 decides.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    std::optional<std::string> problem = ranks.wait_for_problem();
    if (!problem) return 0;
    try {
        std::shared_ptr<const Scenario> scenario = scenario_of(arguments);
        if (fingerprint(*scenario) != *problem)
            throw InputError("arsia, the workload, the topology or a design is not the same here as at rank 0");
        Evaluator evaluator(scenario);
        Objective objective = objective_of(arguments, *scenario);
        BaselineOutcome baseline;
        if (objective.is_weighted()) baseline = evaluated_baseline(evaluator);
        aim(evaluator, std::move(objective), baseline);
        evaluator.set_figures(wants_figures(arguments));
        ranks.serve([&evaluator](const Mapping& mapping) { return evaluator.evaluate(mapping); });
    } catch (const std::exception& error) {
        std::fputs(fmt::format("arsia: error: rank {}: {}\n", MpiRun::rank(), error.what()).c_str(), stderr);
        ranks.give_up(2);
    }
    return 0;
}

} // namespace arsia
