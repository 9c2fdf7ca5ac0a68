// `arsia report`: a run, two, or a sweep, as a web page.
#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/report_page.h"
#include "cli/stage.h"
#include "cli/sweep_page.h"

namespace arsia {
namespace {

/// `more`: what there is to say beside the page, a key of the result.
void write_page(const std::string& output, const std::string& page, Console& console,
                const std::pair<std::string, Json>& more, const std::string& text) {
    write_file_atomically(output, page);
    Json result = {{"report", output}, {"bytes", page.size()}};
    result[more.first] = more.second;
    console.result(result);
    console.print(text + fmt::format("written   {} (web page, {}; opens in any browser, without a network)\n", output,
                                     format_bytes(static_cast<double>(page.size()))));
}

void report_sweep(const std::string& file, const std::string& output, Console& console) {
    Stage stage(console, "reading and writing");
    SweepRecord record = read_sweep_file(file);
    std::string page = sweep_page(file, record);
    stage.done(fmt::format("made a page of {}", counted(record.points.size(), "point")));
    write_page(output, page, console, {"answers", record.answers},
               fmt::format("sweep     {}: {}, {} with a result\n", file, counted(record.points.size(), "point"),
                           record.count(PointStatus::done)));
}

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    std::string output = arguments.text("output");
    std::string first = arguments.text("RUN.h5");
    if (is_sweep_file(first)) {
        if (arguments.given("OTHER.h5"))
            throw InputError(fmt::format("OTHER.h5: '{}' is the result of a sweep, which is shown alone", first));
        report_sweep(first, output, console);
        return 0;
    }
    Stage stage(console, "reading and writing");
    std::vector<ReportedRun> runs;
    for (const char* name : {"RUN.h5", "OTHER.h5"})
        if (auto file = arguments.optional_text(name)) runs.push_back({*file, read_run(*file)});
    Json latencies = Json::array();
    std::string text;
    for (const ReportedRun& each : runs) {
        latencies.push_back(each.data.summary.latency);
        text += fmt::format("run       {}: {}, {} tasks\n", each.file, format_time(each.data.summary.latency),
                            each.data.summary.tasks);
    }
    std::string page = report_page(runs);
    stage.done(fmt::format("made a page of {}", counted(runs.size(), "run")));
    write_page(output, page, console, {"latencies_ps", latencies}, text);
    return 0;
}

} // namespace

Command report_command() {
    return {
        {"report",
         {{"RUN.h5", "Run file of simulate, map, traffic or collective, or the result of a sweep", true,
           Values::file()},
          {"OTHER.h5", "Second run file, to be compared with the first", false, Values::file()}},
         {output_option("FILE.html", "Write the page to this file", true)}},
        "Show a run or a sweep as a web page",
        "Writes one page that needs nothing else: summary, timeline, platform, breakdown, critical path, use of links\n"
        "and memories over time, mapping and search; two runs are also compared. Of a sweep: answers, curves, what\n"
        "bounds each point, Pareto front, table.",
        "arsia collective --topology mesh4x4 --operation all-reduce --algorithm ring --size 1MiB -o run.h5 && \\\n"
        "  arsia report run.h5 -o report.html",
        run};
}

} // namespace arsia
