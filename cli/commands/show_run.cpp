#include <fmt/format.h>

#include "cli/commands/show.h"
#include "cli/run_report.h"
#include "sim/recorder/run_file.h"

namespace arsia {

void show_run(const std::string& file, Console& console) {
    RunSummary run = read_run_summary(file);
    console.print(fmt::format("run        {} ({})\n", file, run.format));
    console.print(fmt::format("made by    {}\n", run.command));
    console.print(fmt::format("workload   {}\ntopology   {}\n", run.workload, run.topology));
    console.print(fmt::format("latency    {} ({} ps)\n", format_time(run.latency), run.latency));
    console.print(fmt::format("program    {} tasks, of these {} transfers of {} in all\n", run.tasks, run.transfers,
                              format_bytes(static_cast<double>(run.bytes_transferred))));
    Json mapping = Json::parse(run.mapping_json, nullptr, false);
    console.result({{"name", file},
                    {"format", run.format},
                    {"command", run.command},
                    {"workload", run.workload},
                    {"topology", run.topology},
                    {"latency_ns", nanoseconds(run.latency)},
                    {"latency_ps", run.latency},
                    {"tasks", run.tasks},
                    {"transfers", run.transfers},
                    {"bytes_transferred", run.bytes_transferred},
                    {"mapping", mapping.is_discarded() ? Json() : mapping}});
}

} // namespace arsia
