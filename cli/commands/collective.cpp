// `arsia collective`: one collective on a platform.
#include <chrono>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/collective_report.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/raw_run.h"
#include "topologies/name_pattern.h"

namespace arsia {
namespace {

template <class Infos>
std::vector<std::string> names_of(const Infos& infos) {
    std::vector<std::string> out;
    for (const auto& info : infos) out.push_back(info.name);
    return out;
}

/// Reads the options of a collective; what is wrong with them is thrown together.
class SpecReader {
public:
    SpecReader(const Arguments& arguments, const Platform& platform) : arguments_(arguments), platform_(platform) {}

    CollectiveSpec read() {
        attempt("operation", [&](const std::string& text) { spec_.operation = operation_named(text); });
        attempt("algorithm", [&](const std::string& text) { spec_.algorithm = algorithm_named(text); });
        attempt("dimension-algorithm",
                [&](const std::string& text) { spec_.dimension_algorithm = algorithm_named(text); });
        attempt("size", [&](const std::string& text) { spec_.bytes = parse_bytes(text); });
        attempt("chunks", [&](const std::string&) { read_chunks(); });
        spec_.ranks = platform_.accelerators();
        attempt("ranks", [&](const std::string& text) { read_ranks(text); });
        attempt("root", [&](const std::string& text) { spec_.root = rank_of(text); });
        attempt("pairs", [&](const std::string& text) { read_pairs(text); });
        spec_.completion = true;
        throw_if_any();
        check_usage();
        for (const std::string& problem : collective_problems(platform_, spec_)) add(problem);
        throw_if_any();
        return spec_;
    }

private:
    template <class Read>
    void attempt(const char* option, Read read) {
        std::optional<std::string> text = arguments_.optional_text(option);
        if (!text) return;
        const std::string prefix = fmt::format("--{}: ", option);
        try {
            read(*text);
        } catch (const InputError& error) {
            const std::string message = error.what();
            add(message.rfind(prefix, 0) == 0 ? message : prefix + message);
        }
    }
    void add(const std::string& message) { problems_.push_back({"", 0, "", message}); }
    void throw_if_any() const {
        if (!problems_.empty()) throw InputError(problems_);
    }

    void read_chunks() {
        constexpr std::uint64_t most = 1'000'000;
        std::uint64_t chunks = arguments_.whole_number("chunks", 1);
        if (chunks > most) throw InputError(fmt::format("{} chunks are more than {}", chunks, most));
        spec_.chunks = static_cast<std::int64_t>(chunks);
    }

    static std::vector<std::string> split(const std::string& text, char at) {
        std::vector<std::string> parts(1);
        for (char letter : text)
            if (letter == at)
                parts.emplace_back();
            else if (letter != ' ')
                parts.back() += letter;
        return parts;
    }

    void read_ranks(const std::string& text) {
        spec_.ranks.clear();
        for (const std::string& part : split(text, ','))
            for (const std::string& name : expand_names(part)) spec_.ranks.push_back(node_named(platform_, name));
    }

    std::size_t rank_of(const std::string& name) const {
        NodeId node = node_named(platform_, name);
        for (std::size_t rank = 0; rank < spec_.ranks.size(); ++rank)
            if (spec_.ranks[rank] == node) return rank;
        throw InputError(fmt::format("{} is none of the ranks", name));
    }

    void read_pairs(const std::string& text) {
        for (const std::string& part : split(text, ',')) {
            std::vector<std::string> ends = split(part, ':');
            if (ends.size() != 2) throw InputError(fmt::format("'{}' is no pair like acc0:acc1", part));
            spec_.pairs.emplace_back(rank_of(ends[0]), rank_of(ends[1]));
        }
    }

    /// Options that would do nothing.
    void check_usage() {
        bool rooted = spec_.operation == CollectiveOperation::broadcast ||
                      spec_.operation == CollectiveOperation::gather || spec_.operation == CollectiveOperation::scatter;
        if (arguments_.given("root") && !rooted) add("--root goes with broadcast, gather and scatter");
        if (arguments_.given("dimension-algorithm") && spec_.algorithm != CollectiveAlgorithm::hierarchical)
            add("--dimension-algorithm goes with --algorithm hierarchical");
    }

    const Arguments& arguments_;
    const Platform& platform_;
    CollectiveSpec spec_;
    std::vector<Problem> problems_;
};

int run(const Arguments& arguments, Console& console, const CommandLine& command_line) {
    std::optional<std::string> run_file = arguments.optional_text("output");
    Platform platform = platform_of(arguments, console);
    CollectiveSpec spec = SpecReader(arguments, platform).read();
    Simulator simulator(platform);

    auto begin = std::chrono::steady_clock::now();
    Program program;
    append_collective(program, platform, spec);
    if (run_file && program.repeats()) program = program.unrolled(); // every transfer is recorded for itself
    std::unique_ptr<RunRecorder> recorder = raw_recorder(run_file, platform);
    RunOptions options = raw_options(arguments, recorder.get());
    const RunResult& result = run_raw(simulator, program, options, console);
    double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    CollectiveReport report(platform, spec, program, result);
    present({platform, program, result, wall_s, run_file, command_line, recorder.get()}, report, 12, console);
    return 0;
}

} // namespace

Command collective_command() {
    return {{"collective",
             {},
             {topology_option(),
              {"operation", "OP", "What to do, like all-reduce; 'arsia list collectives' lists all", true, "", 0, false,
               Values::one_of(names_of(collective_operations()))},
              {"algorithm", "A", "How, like ring; 'arsia list collectives' lists all", true, "", 0, false,
               Values::one_of(names_of(collective_algorithms()))},
              {"size", "SIZE", "Data, like '16 MiB': a rank's input buffer, or that of the root", true},
              {"chunks", "N", "Cut the data into so many chunks, which follow each other through the algorithm", false,
               "1"},
              {"dimension-algorithm", "A", "hierarchical: the algorithm along each dimension; ring if not given", false,
               "", 0, false, Values::one_of(names_of(collective_algorithms()))},
              {"ranks", "NODES", "Nodes by rank, like acc0,acc2,acc4..acc7; all accelerators if not given"},
              {"root", "NODE", "Root of broadcast, gather, scatter; the first rank if not given"},
              {"pairs", "A:B,C:D", "send-receive: who sends to whom; each rank to the next if not given"},
              burst_option(),
              skip_option(),
              output_option("RUN.h5", "Write the run file (HDF5): every transfer, links, critical path")}},
            "Run a collective operation on a platform",
            "Runs one collective operation between accelerators, without a workload, and says how long it takes, how\n"
            "near that is to what the links allow, and which links are busiest. Every rank ends with one descriptor\n"
            "without data, the notice of completion.",
            "arsia collective --topology ring8 --operation all-reduce --algorithm ring --size 16MiB --burst message",
            run};
}

} // namespace arsia
