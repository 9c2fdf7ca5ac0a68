// `arsia report`: a run, or two, as a web page.
#include <fmt/format.h>

#include "base/atomic_file.h"
#include "cli/command.h"
#include "cli/report_page.h"

namespace arsia {
namespace {

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    std::string output = arguments.text("output");
    require_writable(output);
    std::vector<ReportedRun> runs;
    for (const char* name : {"RUN.h5", "OTHER.h5"})
        if (auto file = arguments.optional_text(name)) runs.push_back({*file, read_run(*file)});
    std::string page = report_page(runs);
    write_file_atomically(output, page);
    Json latencies = Json::array();
    for (const ReportedRun& each : runs) latencies.push_back(each.data.summary.latency);
    console.result({{"report", output}, {"bytes", page.size()}, {"latencies_ps", latencies}});
    for (const ReportedRun& each : runs)
        console.print(fmt::format("run       {}: {}, {} tasks\n", each.file, format_time(each.data.summary.latency),
                                  each.data.summary.tasks));
    console.print(fmt::format("written   {} (web page, {}; opens in any browser, without a network)\n", output,
                              format_bytes(static_cast<double>(page.size()))));
    return 0;
}

} // namespace

Command report_command() {
    Option output{"output", "FILE.html", "Write the page to this file", true};
    output.letter = 'o';
    return {
        {"report",
         {{"RUN.h5", "Run file of simulate, map, traffic or collective"},
          {"OTHER.h5", "Second run file, to be compared with the first", false}},
         {output}},
        "Show a run as a web page",
        "Writes one page that needs nothing else: summary, timeline, platform, breakdown, critical path, use of links\n"
        "and memories over time, mapping and search; two runs are also compared.",
        "arsia collective --topology mesh4x4 --operation all-reduce --algorithm ring --size 1MiB -o run.h5 && \\\n"
        "  arsia report run.h5 -o report.html",
        run};
}

} // namespace arsia
