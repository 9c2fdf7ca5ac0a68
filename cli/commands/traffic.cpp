// `arsia traffic`: raw transfers on a platform, listed in a file or drawn.
#include <chrono>

#include <fmt/format.h>

#include "base/errors.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/raw_run.h"
#include "cli/traffic_report.h"
#include "traffic/patterns.h"
#include "traffic/transfers_file.h"

namespace arsia {
namespace {

constexpr const char* only_random[] = {"count", "seed", "bytes", "target", "spread-over"};

/// The result of `parse`, with the option named in its error.
template <class Parse>
auto option_value(const std::string& option, const std::string& text, Parse parse) {
    try {
        return parse(text);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--{}: {}", option, error.what()));
    }
}

/// `1 MiB` or `1 MiB..16 MiB`.
void read_bytes_range(const std::string& text, TrafficOptions& options) {
    std::size_t dots = text.find("..");
    options.least_bytes = parse_bytes(text.substr(0, dots));
    options.most_bytes = dots == std::string::npos ? options.least_bytes : parse_bytes(text.substr(dots + 2));
    if (options.most_bytes < options.least_bytes)
        throw InputError(fmt::format("'{}' counts down; write the smaller size first", text));
}

TrafficOptions drawing_of(const Arguments& arguments, const Platform& platform) {
    TrafficOptions options;
    if (!arguments.given("count")) throw InputError("option '--count N' is missing (how many transfers to draw)");
    options.count = arguments.whole_number("count", 1);
    options.seed = arguments.given("seed") ? arguments.whole_number("seed", 0) : 1;
    if (auto text = arguments.optional_text("bytes"))
        option_value("bytes", *text, [&](const std::string& range) {
            read_bytes_range(range, options);
            return true;
        });
    if (auto text = arguments.optional_text("spread-over"))
        options.latest_start = option_value("spread-over", *text, parse_duration);
    if (auto text = arguments.optional_text("target"))
        options.target =
            option_value("target", *text, [&](const std::string& name) { return node_named(platform, name); });
    return options;
}

void check_usage(const Arguments& arguments) {
    bool file = arguments.given("transfers"), random = arguments.given("random");
    if (file && random) throw InputError("give either --transfers or --random, not both");
    if (!file && !random) throw InputError("which transfers? Give --transfers FILE, or --random PATTERN --count N");
    std::vector<Problem> problems;
    for (const char* option : only_random)
        if (file && arguments.given(option))
            problems.push_back({"", 0, "", fmt::format("--{} goes with --random, not with --transfers", option)});
    if (!problems.empty()) throw InputError(problems);
}

Traffic traffic_of(const Arguments& arguments, const Platform& platform) {
    if (arguments.given("transfers")) return read_transfers(arguments.text("transfers"), platform);
    TrafficOptions options = drawing_of(arguments, platform);
    return option_value("random", arguments.text("random"),
                        [&](const std::string& pattern) { return random_traffic(platform, pattern, options); });
}

int run(const Arguments& arguments, Console& console, const CommandLine& command_line) {
    check_usage(arguments);
    std::optional<std::string> run_file = arguments.optional_text("output");
    Platform platform = platform_of(arguments, console);
    Traffic traffic = traffic_of(arguments, platform);
    total_bytes(traffic); // refuses traffic whose sums overflow before anything runs

    Program program = program_of(traffic);
    Simulator simulator(platform);
    std::unique_ptr<RunRecorder> recorder = raw_recorder(run_file, platform);
    RunOptions options = raw_options(arguments, recorder.get());
    auto begin = std::chrono::steady_clock::now();
    const RunResult& result = run_raw(simulator, program, options, console);
    double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    TrafficReport report(platform, traffic, result);
    present({platform, program, result, wall_s, run_file, command_line, recorder.get()}, report, 10, console,
            report.transfers());
    return 0;
}

std::vector<std::string> pattern_names() {
    std::vector<std::string> out;
    for (const TrafficPattern& pattern : traffic_patterns()) out.push_back(pattern.name);
    return out;
}

std::string pattern_lines() {
    std::string out;
    for (const TrafficPattern& pattern : traffic_patterns())
        out += fmt::format("\n  {:<18} {}", pattern.name, pattern.summary);
    return out;
}

} // namespace

Command traffic_command() {
    return {{"traffic",
             {},
             {topology_option(),
              {"transfers", "FILE", "List of transfers: YAML, JSON, or CSV by its ending", false, "", 0, false,
               Values::file()},
              {"random", "PATTERN", "Draw transfers of this pattern instead", false, "", 0, false,
               Values::one_of(pattern_names())},
              {"count", "N", "Transfers to draw"},
              {"seed", "N", "Seed of what is drawn; 1 if not given"},
              {"bytes", "SIZE", "Size of each, or a range like '1 MiB..16 MiB'; 1 MiB if not given"},
              {"spread-over", "TIME", "Draw starts from 0 to this; all start at 0 if not given"},
              {"target", "NODE", "Receiver of incast; drawn if not given"},
              burst_option(),
              skip_option(),
              output_option("RUN.h5", "Write the run file (HDF5): transfers and links")}},
            "Run raw transfers on a platform",
            "Runs transfers alone, without a workload, and says when each ends. A file lists for each transfer its\n"
            "source, destination, bytes and start; --random draws them between accelerators. Patterns:" +
                pattern_lines(),
            "arsia traffic --topology mesh4x4 --random uniform --count 100 --seed 1 --bytes '1 MiB..16 MiB'",
            run};
}

} // namespace arsia
