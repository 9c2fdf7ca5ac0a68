// `arsia map`: search for the fastest mapping.
#include <filesystem>

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "cli/background_bound.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/evaluation_site.h"
#include "cli/ink.h"
#include "cli/interrupt.h"
#include "cli/pareto_report.h"
#include "cli/progress.h"
#include "cli/run_report.h"
#include "cli/stage.h"
#include "mapper/evaluation/recorded_pool.h"
#include "mapper/search.h"
#include "sim/recorder/run_file.h"

namespace arsia {
namespace {

constexpr const char* baseline_name = "baseline";
constexpr std::uint64_t default_evaluations = 2000;

/// What the command line asks for.
struct Request {
    std::string search;
    std::uint64_t seed = 0;
    SearchBudget budget;
    std::size_t jobs = 1;
    std::optional<std::string> mapping_file, run_file, checkpoint_file;
    bool pareto = false; ///< its mappings are to be written
    bool resume = false;
    BoundEffort bound = BoundEffort::quick;
};

Request request_of(const Arguments& arguments) {
    Request out;
    out.search = find_search(arguments.text("search")).name;
    out.seed = arguments.whole_number("seed", 0);
    if (arguments.given("evaluations")) out.budget.evaluations = arguments.whole_number("evaluations", 1);
    if (arguments.given("seconds")) out.budget.seconds = arguments.seconds("seconds");
    if (out.budget.evaluations == 0 && out.budget.seconds == 0 && !find_search(out.search).ends)
        out.budget.evaluations = default_evaluations;
    out.jobs = jobs_of(arguments);
    out.mapping_file = arguments.optional_text("output");
    out.run_file = arguments.optional_text("run");
    out.checkpoint_file = arguments.optional_text("checkpoint");
    out.pareto = arguments.given("pareto");
    out.resume = arguments.given("resume");
    if (arguments.given("thorough-bound")) out.bound = BoundEffort::thorough;
    if (out.resume && !out.checkpoint_file)
        throw InputError("--resume: --checkpoint must name the file that the search goes on from");
    return out;
}

/// The mapping that others are compared with.
struct Baseline {
    struct Times {
        TimePs latency = 0;
        std::int64_t score = 0; ///< by the search's objective
    };
    std::optional<Times> times;
    std::vector<std::string> problems; ///< why it has no times
};

/// Name of the search with all that it minimises: what it is told depends on that.
std::string identity_name(const Request& request, const Stream& stream, const Objective& objective) {
    std::string out = request.search;
    if (request.pareto && !find_search(request.search).figures) out += ", energy and memory";
    if (stream.requests > 1) out += fmt::format(", {} requests {}", stream.requests, arrival_text(stream));
    if (!objective.is_latency()) out += fmt::format(", objective {}", objective.name());
    return out;
}

/// A search that is about to begin, or to go on.
struct Prepared {
    std::unique_ptr<Search> search;
    SearchIdentity identity;
    std::optional<SearchCheckpoint> earlier; ///< to go on from
};

/// Refuses what is wrong with the search's options before anything is printed.
Prepared prepared(const Request& request, const std::shared_ptr<const Scenario>& scenario, const Objective& objective,
                  const Console& console) {
    Prepared out;
    out.search = find_search(request.search).make(scenario, request.seed, request.budget.evaluations);
    out.identity = identity_of(*scenario, identity_name(request, scenario->stream, objective), request.seed,
                               request.budget.evaluations);
    if (!request.resume) return out;
    const std::string& file = *request.checkpoint_file;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        out.earlier = checkpoint_of(file, out.identity);
        console.note(fmt::format("resumed {}: {} known\n", file, counted(out.earlier->latencies.size(), "simulation")));
    } else { // a run that is ended before its first checkpoint can be resumed like any other
        console.warn(fmt::format("there is no checkpoint '{}' yet; the search begins anew", file));
    }
    return out;
}

SearchResult searched(const Request& request, Prepared& search, Evaluator& evaluator, MpiRun* ranks,
                      const Console& console) {
    ProgressLine line(console.shows_progress(), request.budget, evaluator.objective());
    auto warn = [&](const std::string& text) {
        line.wipe();
        console.warn(text);
    };
    InterruptGuard interrupt;
    std::unique_ptr<EvaluationPool> pool = make_pool(request.jobs, ranks, evaluator, warn);
    std::unique_ptr<RecordedPool> record;
    if (search.earlier)
        record = std::make_unique<RecordedPool>(*pool, *request.checkpoint_file, std::move(*search.earlier), warn);
    else if (request.checkpoint_file)
        record = std::make_unique<RecordedPool>(*pool, *request.checkpoint_file, search.identity, warn);
    SearchResult result =
        run_search(*search.search, record ? *record : *pool, request.budget, [&](const SearchResult& so_far) {
            line.update(so_far);
            return !interrupt.requested();
        });
    if (record) record->save();
    line.wipe();
    console.tell(fmt::format("searched with {}: {} evaluations, {} of mappings that are not legal ({:.3f} s)",
                             ranks ? "the other ranks" : counted(request.jobs, "worker"), result.evaluations,
                             result.illegal, result.wall_s));
    return result;
}

double rate(const SearchResult& result) { return result.wall_s > 0 ? result.worth / result.wall_s : 0; }

/// Share of the baseline's score that the mapping saves.
double saving(std::int64_t score, std::int64_t baseline) {
    return baseline > 0 ? static_cast<double>(baseline - score) / static_cast<double>(baseline) : 0;
}

/// The end of a search that found something: files, JSON, text.
class Outcome {
public:
    Outcome(const Request& request, const Scenario& scenario, const SearchResult& result, Baseline baseline,
            Bound bound, Evaluator& evaluator, const ParetoFolder& folder)
        : request_(request), scenario_(scenario), result_(result), baseline_(std::move(baseline)), folder_(folder),
          objective_(evaluator.objective()), pareto_(pareto_rows(result.front, scenario)),
          mapping_json_(mapping_to_json(result.best->mapping, scenario)), run_(evaluator.run(result.best->mapping)),
          report_(scenario, result.best->mapping, run_, std::move(bound)) {
        if (evaluator.score(run_) != score())
            throw std::logic_error("the best mapping took another time when it was simulated again");
        if (request.search == baseline_name) baseline_.times = {report_.latency(), score()};
    }

    void write_files(const CommandLine& command_line) const {
        if (request_.mapping_file) write_file_atomically(*request_.mapping_file, mapping_json_);
        folder_.write(pareto_);
        if (request_.run_file)
            write_run_file(*request_.run_file, {scenario_.platform, run_.program, run_.result, &scenario_.graph,
                                                command_line, scenario_.graph.name, mapping_json_, report_.energy(),
                                                SearchRecord{request_.search, request_.seed, result_.evaluations,
                                                             result_.latencies, objective_.name(), pareto_},
                                                designs_of(scenario_, result_.best->mapping)});
    }

    Json object() const {
        Json out = {{"workload", scenario_.graph.name},   {"topology", scenario_.platform.name},
                    {"search", request_.search},          {"seed", request_.seed},
                    {"evaluations", result_.evaluations}, {"fragments", result_.fragments},
                    {"illegal", result_.illegal},         {"interrupted", result_.interrupted},
                    {"wall_s", result_.wall_s},           {"evaluations_per_s", rate(result_)}};
        report_.add_to(out);
        out["objective"] = objective_.name();
        const std::optional<Baseline::Times>& baseline = baseline_.times;
        out["baseline_ns"] = baseline ? Json(nanoseconds(baseline->latency)) : Json();
        out["saving_over_baseline"] = baseline ? Json(saving(score(), baseline->score)) : Json();
        out["baseline_problems"] = baseline_.problems;
        if (!objective_.is_latency()) {
            out["score"] = score();
            out["baseline_score"] = baseline ? Json(baseline->score) : Json();
        }
        Json improvements = Json::array();
        for (const Improvement& improvement : result_.log)
            improvements.push_back({{"evaluation", improvement.evaluation},
                                    {objective_.is_latency() ? "latency_ps" : "score", improvement.latency}});
        out["improvements"] = improvements;
        if (request_.mapping_file) out["output"] = *request_.mapping_file;
        if (request_.run_file) out["run"] = *request_.run_file;
        if (folder_.path()) out["pareto_folder"] = *folder_.path();
        if (!pareto_.empty()) out["pareto"] = pareto_json(pareto_, objective_);
        out["mapping"] = mapping_object(mapping_json_);
        return out;
    }

    std::string text() const {
        std::string out =
            fmt::format("search    {}, seed {}: {} ({} not legal){} in {:.1f} s, {:.0f}/s{}\n", request_.search,
                        request_.seed, counted(result_.evaluations, "evaluation"), result_.illegal,
                        result_.fragments > 0 ? " and " + counted(result_.fragments, "fragment") : "", result_.wall_s,
                        rate(result_), result_.interrupted ? ", interrupted" : "");
        if (!objective_.is_latency())
            out += fmt::format("objective {}: {}\n", objective_.name(), objective_.text(score()));
        out +=
            "\n" + inked(Ink::heading, "Best mapping") + "\n" + mapping_text(scenario_, result_.best->mapping) + "\n";
        out += report_.summary_text() + baseline_text() + "\n" + report_.detail_text();
        if (!pareto_.empty()) out += "\n" + pareto_text(result_.front, objective_, scenario_);
        if (request_.mapping_file || request_.run_file || folder_.path()) out += "\n";
        if (request_.mapping_file) out += fmt::format("written   {} (mapping)\n", *request_.mapping_file);
        if (request_.run_file) out += fmt::format("written   {} (run file, HDF5)\n", *request_.run_file);
        if (folder_.path())
            out += fmt::format("written   {} ({} of the Pareto set)\n", *folder_.path(),
                               counted(pareto_.size(), "mapping"));
        return out;
    }

private:
    std::string baseline_text() const {
        if (request_.search == baseline_name) return "";
        const std::optional<Baseline::Times>& baseline = baseline_.times;
        if (!baseline) return "baseline  finds no legal mapping: " + first_problem() + "\n";
        double saved = saving(score(), baseline->score) * 100;
        std::string difference = fmt::format("{:.1f} % {}", saved < 0 ? -saved : saved, saved < 0 ? "more" : "less");
        if (objective_.is_latency())
            return fmt::format("baseline  {}; this mapping takes {} time (evaluated outside the budget)\n",
                               format_time(baseline->latency), difference);
        return fmt::format("baseline  {}, latency {}; this mapping: {} (evaluated outside the budget)\n",
                           objective_.text(baseline->score), format_time(baseline->latency), difference);
    }
    /// One line, and how many more there are.
    std::string first_problem() const {
        const std::vector<std::string>& all = baseline_.problems;
        std::string line = all.front().substr(0, all.front().find('\n'));
        return all.size() < 2 ? line : fmt::format("{} (and {} more)", line, all.size() - 1);
    }
    std::int64_t score() const { return result_.best->evaluation.latency; }

    const Request& request_;
    const Scenario& scenario_;
    const SearchResult& result_;
    Baseline baseline_;
    const ParetoFolder& folder_;
    Objective objective_;
    std::vector<ParetoRow> pareto_; ///< empty: nobody asked for energy and memory
    std::string mapping_json_;
    Evaluator::Run run_;
    RunReport report_;
};

int run(const Arguments& arguments, Console& console, const CommandLine& command_line) {
    std::unique_ptr<MpiRun> ranks = mpi_run();
    if (ranks && MpiRun::rank() > 0) return serve_rank_0(arguments, *ranks);
    Request request = request_of(arguments);
    std::shared_ptr<const Scenario> scenario = scenario_of(arguments, console);
    Objective objective = objective_of(arguments, *scenario);
    ParetoFolder folder(arguments);
    Prepared search = prepared(request, scenario, objective, console);
    console.print(fmt::format("workload  {}: {}, {} MACs\n{}", scenario->graph.name,
                              counted(scenario->graph.operators.size(), "operator"),
                              format_count(static_cast<double>(scenario->graph.macs())), platform_summary(*scenario)));

    Evaluator evaluator(scenario);
    bool is_baseline = request.search == baseline_name;
    Stage comparing(console, "evaluating the baseline");
    BaselineOutcome comparison;
    if (!is_baseline || objective.is_weighted()) comparison = evaluated_baseline(evaluator);
    aim(evaluator, std::move(objective), comparison);
    Baseline baseline{std::nullopt, comparison.evaluation.problems};
    if (comparison.evaluation.legal)
        baseline.times = {comparison.evaluation.latency, evaluator.evaluate(*comparison.mapping).latency};
    comparing.done(comparison.evaluation.legal ? "elaborated the platform and evaluated the baseline"
                                               : "elaborated the platform");
    evaluator.set_figures(wants_figures(arguments));
    BackgroundBound bound(*scenario, request.bound, request.jobs > 1);
    SearchResult result = searched(request, search, evaluator, ranks.get(), console);
    if (result.interrupted)
        console.note(
            fmt::format("interrupted after {}; {}\n", counted(result.evaluations, "evaluation"),
                        result.best ? "the best mapping so far is kept" : "no legal mapping was found so far"));
    if (!result.best)
        throw IllegalError(nothing_found(fmt::format("{} found no legal mapping of {} onto {} in {}", request.search,
                                                     scenario->graph.name, scenario->platform.name,
                                                     counted(result.evaluations, "evaluation")),
                                         evaluated_baseline(evaluator)));
    Stage stage(console, "finding a lower bound");
    Outcome outcome(request, *scenario, result, baseline, bound.take(), evaluator, folder);
    stage.done("simulated the best mapping again, found its critical path and a lower bound");
    Stage writing(console, "writing");
    outcome.write_files(command_line);
    if (request.mapping_file || request.run_file || request.pareto) writing.done("wrote the files");
    console.result(outcome.object());
    console.print(outcome.text());
    return 0;
}

} // namespace

Command map_command() {
    std::vector<Option> options = {
        workloads_option(),
        topology_option(),
        objective_option(),
        {"search", "S", "How to search; 'arsia list searches' names them", false, "auto", 0, false,
         Values::from("searches")},
        {"seed", "N", "Seed of everything random", false, "1"},
        {"evaluations", "N", fmt::format("Evaluate N mappings; {} if no budget is given", default_evaluations)},
        {"seconds", "S", "Search for S seconds; with --evaluations, whichever ends first"},
        jobs_option(),
        output_option("MAPPING.json", "Write the best mapping"),
        {"run", "RUN.h5", "Write the run file (HDF5) of the best mapping, with the search's log", false, "", 0, false,
         Values::output()},
        pareto_option(),
        {"checkpoint", "C.h5", "Keep what was simulated in a file, written every few seconds, to resume from", false,
         "", 0, false, Values::output()},
        {"resume", "", "Go on from the checkpoint, to the same end as without interruption"},
        {"thorough-bound", "", "Spend seconds on a higher lower bound, which knows how near accelerators can be"}};
    for (const Option& each : load_options()) options.push_back(each);
    return {
        {"map", {}, options},
        "Search for the fastest mapping",
        "Searches mappings of a workload onto a topology; each is simulated. The best is shown beside the baseline\n"
        "and a lower bound that no mapping can beat. The same seed and number of evaluations give the same mapping.\n"
        "Ctrl-C ends the search and keeps the best so far; a second one quits. Exit status 1 if no legal mapping\n"
        "was found. Under mpirun, rank 0 searches and the other ranks evaluate.",
        "arsia map --workload alexnet --topology f1_16xlarge --search mars --seed 1 --evaluations 200 -o m.json",
        run};
}

} // namespace arsia
