// Showing a run without a workload: a collective, or raw traffic.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/console.h"
#include "sim/recorder/run_recorder.h"
#include "sim/simulator.h"

namespace arsia {

/// A program that has run, and what recorded it.
struct RawRun {
    const Platform& platform;
    const Program& program;
    const RunResult& result;
    double wall_s = 0;
    std::optional<std::string> run_file;
    const CommandLine& command_line;
    RunRecorder* recorder; ///< has observed the run; nullptr: no run file
};

/// Completes the run file, if one was asked for.
void record(const RawRun& run, const Console& console);

/// The recorder of a run without a workload, if a run file was asked for, and the options of the run that it observes.
std::unique_ptr<RunRecorder> raw_recorder(const std::optional<std::string>& run_file, const Platform& platform);
RunOptions raw_options(const Arguments& arguments, RunRecorder* recorder);

/// Runs the program, saying how it goes.
const RunResult& run_raw(Simulator& simulator, const Program& program, RunOptions options, const Console& console);

/// A labelled line, the label as wide as those of the report.
std::string labelled(const std::string& label, std::size_t width, const std::string& text);

/// Records the run and prints its report: an object with what add_to() adds and the list, if there is one, or
/// summary_text() and detail_text() as text.
template <class Report>
void present(const RawRun& run, const Report& report, std::size_t label_width, Console& console,
             const std::optional<JsonList>& list = std::nullopt) {
    record(run, console);
    if (console.json()) {
        Json object = {{"topology", run.platform.name}};
        report.add_to(object);
        object["wall_s"] = run.wall_s;
        if (run.run_file) object["run"] = *run.run_file;
        return list ? console.result(object, *list) : console.result(object);
    }
    std::string simulated = fmt::format("{:.4f} s to simulate, {} events\n\n", run.wall_s, run.result.events);
    console.print(report.summary_text() + labelled("wall", label_width, simulated) + report.detail_text());
    if (run.run_file)
        console.print("\n" + labelled("written", label_width, fmt::format("{} (run file, HDF5)\n", *run.run_file)));
}

} // namespace arsia
