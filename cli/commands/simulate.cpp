// `arsia simulate`: one mapping, simulated.
#include <chrono>

#include <fmt/format.h>

#include "base/errors.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/export_files.h"
#include "cli/run_report.h"
#include "cli/sensitivity_report.h"
#include "cli/stage.h"
#include "mapper/legality.h"
#include "sim/recorder/exports.h"
#include "sim/recorder/run_recorder.h"

namespace arsia {
namespace {

/// IllegalError with one line a problem.
void require_legal(const Scenario& scenario, const Mapping& mapping) {
    std::vector<std::string> problems = legality_problems(scenario, mapping);
    if (!problems.empty()) throw IllegalError(fmt::format("{}", fmt::join(problems, "\n")));
}

int run(const Arguments& arguments, Console& console, const CommandLine& command_line) {
    std::optional<std::string> run_file = arguments.optional_text("output");
    ExportFiles exports(arguments);
    std::shared_ptr<const Scenario> scenario = scenario_of(arguments, console);
    Mapping mapping = mapping_of(arguments, *scenario, console);
    require_legal(*scenario, mapping);

    auto evaluator = std::make_unique<Evaluator>(scenario);
    // It goes before the program and times that it watches, if something fails.
    std::unique_ptr<RunRecorder> recorder;
    if (run_file) recorder = std::make_unique<RunRecorder>(*run_file, scenario->platform, &scenario->graph);
    auto begin = std::chrono::steady_clock::now();
    RunOptions options;
    options.skip = !arguments.given("no-skip");
    options.watch_links = true;
    auto stage = std::make_unique<Stage>(console, "lowering and simulating");
    StageObserver observer(*stage, recorder.get());
    options.observer = observer.observer();
    Evaluator::Run simulated = evaluator->run(mapping, options);
    stage->done(fmt::format("lowered to {} tasks and simulated them, {} events", simulated.program.tasks().size(),
                            simulated.result.events));
    double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    stage = std::make_unique<Stage>(console, "finding the critical path and a lower bound");
    RunReport report(*scenario, mapping, simulated, highest(lower_bounds(*scenario)));
    stage->done("found the critical path and a lower bound");
    Program program = simulated.program;
    RunResult outcome = simulated.result;
    if (recorder) recorder->run_ended();
    evaluator.reset(); // the process's one simulator; sensitivities need others
    std::vector<Sensitivity> sensitivity;
    if (arguments.given("sensitivity"))
        sensitivity = shown_sensitivities(scenario->platform, program, outcome,
                                          arguments.whole_number("sensitivity", 0), console);

    stage = std::make_unique<Stage>(console, "writing");
    RunRecord record{scenario->platform,
                     program,
                     outcome,
                     &scenario->graph,
                     command_line,
                     scenario->graph.name,
                     mapping_to_json(mapping, *scenario),
                     report.energy(),
                     std::nullopt,
                     designs_of(*scenario, mapping),
                     sensitivity};
    if (recorder) recorder->finish(record);
    if (exports.any()) exports.write(run_data(record), [&] { return csv_tables_of_image(run_file_image(record)); });
    if (recorder || exports.any()) stage->done("wrote the files");
    stage.reset();

    Json result = {{"workload", scenario->graph.name}, {"topology", scenario->platform.name}};
    report.add_to(result);
    if (arguments.given("sensitivity")) result["sensitivity"] = sensitivity_object(sensitivity);
    result["wall_s"] = wall_s;
    if (run_file) result["run"] = *run_file;
    exports.add_to(result);
    console.result(result);
    console.print(fmt::format("workload  {}\n{}\n{}wall      {:.4f} s to lower and simulate\n\n{}",
                              scenario->graph.name, platform_summary(*scenario), report.summary_text(), wall_s,
                              report.detail_text()));
    if (arguments.given("sensitivity")) console.print("\n" + sensitivity_text(sensitivity, report.latency()));
    if (run_file) console.print(fmt::format("\nwritten   {} (run file, HDF5)\n", *run_file));
    console.print(exports.text());
    return 0;
}

} // namespace

Command simulate_command() {
    std::vector<Option> options = {
        workloads_option(),
        topology_option(),
        mapping_option(),
        skip_option(),
        output_option("RUN.h5", "Write the run file (HDF5): tasks, transfers, links, memory, critical path"),
        {"sensitivity", "N",
         "Simulate also with all links, memories, engines twice as fast, and with the N single "
         "ones that matter most"}};
    for (const Option& each : load_options()) options.push_back(each);
    for (const Option& each : export_options()) options.push_back(each);
    return {
        {"simulate", {}, options},
        "Simulate one mapping",
        "Simulates a mapping and says how long it takes, where the time goes, which links are busiest and how much\n"
        "memory it needs; of a stream, how long each request takes and how many there are a second.\n"
        "Times in JSON: those whose names end in _ns in ns; latency_ps, breakdown and network_by_link in ps.\n"
        "Exit status 1 if the mapping is not legal.",
        "arsia map --workload alexnet --topology f1_16xlarge --search baseline -o m.json && \\\n"
        "  arsia simulate --workload alexnet --topology f1_16xlarge --mapping m.json -o run.h5",
        run};
}

} // namespace arsia
