// `arsia sweep`: what if — the product of axes, each point mapped or simulated.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/errors.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/evaluation_site.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/sweep_text.h"
#include "mapper/evaluation/worker_processes.h"
#include "sweep/answers.h"
#include "sweep/plan.h"
#include "sweep/reader.h"
#include "sweep/runner.h"

namespace arsia {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// The result's file, written every now and then while points end.
class ResultFile {
public:
    explicit ResultFile(std::string path) : path_(std::move(path)) {}

    /// Writes unless it did so a moment ago; a large file less often, so that writing stays a small part of the time.
    void update(SweepRecord& record) {
        if (Clock::now() < next_) return;
        write(record);
    }
    void write(SweepRecord& record) {
        Clock::time_point begin = Clock::now();
        record.answers = sweep_answers(record);
        write_sweep_file(path_, record);
        constexpr int pause = 20; // times as long as writing took
        next_ =
            Clock::now() + std::max<Clock::duration>(std::chrono::milliseconds(500), (Clock::now() - begin) * pause);
    }

private:
    std::string path_;
    Clock::time_point next_ = Clock::now();
};

/// Workers on this machine, or the other ranks. Also for one job: a point that ends its process must not end the sweep.
std::unique_ptr<Workers> workers_for(const SweepSpec& spec, std::size_t jobs, MpiRun* ranks) {
    if (ranks != nullptr) return ranks->begin(spec.text);
    return std::make_unique<WorkerProcesses>(jobs, point_reply(spec));
}

/// What a rank other than 0 does. Returns the exit status.
int serve_points(const Arguments& arguments, MpiRun& ranks) {
    // mpirun passes a Ctrl-C on to every rank; rank 0 decides.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    std::optional<std::string> problem = ranks.wait_for_problem();
    if (!problem) return 0;
    try {
        SweepSpec spec = read_sweep(arguments.text("SPEC"));
        if (spec.text != *problem) throw InputError("the sweep's file is not the same here as at rank 0");
        ranks.serve(point_reply(spec));
    } catch (const std::exception& error) {
        std::fputs(fmt::format("arsia: error: rank {}: {}\n", MpiRun::rank(), error.what()).c_str(), stderr);
        ranks.give_up(2);
    }
    return 0;
}

/// Earlier points, if they are asked for and there are any.
SweepRecord begun(const SweepSpec& spec, const std::string& file, bool resume, const Console& console) {
    if (!resume) return empty_record(spec);
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        // One that is ended before its first point can be resumed like any other.
        console.warn(fmt::format("there is no '{}' yet; the sweep begins anew", file));
        return empty_record(spec);
    }
    SweepRecord out = resumed_record(spec, file);
    console.note(fmt::format("resumed {}: {} known\n", file,
                             counted(out.points.size() - out.count(PointStatus::pending), "point")));
    return out;
}

std::string progress_text(const SweepRecord& record, std::size_t before, double elapsed_s) {
    std::size_t all = record.points.size(), ended = all - record.count(PointStatus::pending);
    std::string out =
        fmt::format("{} {}/{} points", progress_bar(static_cast<double>(ended), static_cast<double>(all)), ended, all);
    if (std::size_t failed = record.count(PointStatus::failed)) out += fmt::format(", {} failed", failed);
    if (ended > before)
        out += fmt::format(", {:.0f} s left",
                           elapsed_s * static_cast<double>(all - ended) / static_cast<double>(ended - before));
    return out;
}

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    std::unique_ptr<MpiRun> ranks = mpi_run();
    if (ranks && MpiRun::rank() > 0) return serve_points(arguments, *ranks);
    std::size_t jobs = jobs_of(arguments);
    std::string output = arguments.text("output");
    SweepSpec spec = read_sweep(arguments.text("SPEC"));
    require_points(spec);
    SweepRecord record = begun(spec, output, arguments.given("resume"), console);
    std::size_t before = record.points.size() - record.count(PointStatus::pending);
    console.print(fmt::format("sweep     {}: {}{}\n", spec.name, counted(record.points.size(), "point"),
                              spec.question.empty() ? "" : "\nquestion  " + spec.question));

    Clock::time_point begin = Clock::now();
    bool complete = false;
    {
        StatusLine line(console.shows_progress());
        InterruptGuard interrupt;
        std::unique_ptr<Workers> workers = workers_for(spec, jobs, ranks.get());
        ResultFile file(output);
        auto show = [&] {
            if (line.due()) line.show(progress_text(record, before, seconds_since(begin)));
            return !interrupt.requested();
        };
        complete = run_points(
            spec, record, *workers, [&](std::size_t) { file.update(record); }, show);
        file.write(record);
    }
    double wall_s = seconds_since(begin);
    console.tell(fmt::format("ran {} with {} ({:.3f} s)",
                             counted(record.points.size() - record.count(PointStatus::pending) - before, "point"),
                             ranks ? "the other ranks" : counted(jobs, "worker"), wall_s));
    if (!complete)
        console.note(fmt::format("interrupted; {} of {} points are kept; --resume goes on\n",
                                 record.points.size() - record.count(PointStatus::pending), record.points.size()));

    Json object = sweep_object(record);
    object["interrupted"] = !complete;
    object["wall_s"] = wall_s;
    object["output"] = output;
    console.result(object);
    console.print("\n" + sweep_table_text(record) + "\n" + sweep_answers_text(record));
    console.print(fmt::format("\nwall      {:.1f} s\nwritten   {} (HDF5; arsia report shows it)\n", wall_s, output));
    return record.count(PointStatus::done) > 0 ? 0 : 1;
}

} // namespace

Command sweep_command() {
    return {
        {"sweep",
         {{"SPEC", "Study: a name from 'arsia list studies', or a file", true, Values::from("studies")}},
         {output_option("SWEEP.h5", "Write what comes of every point to this file, while the sweep goes on", true),
          {"jobs", "J", "Run J points at once, a process each; the result does not depend on it", false, "1"},
          {"resume", "", "Go on from the file, to the same end as without interruption"}}},
        "Ask what if: bandwidth, shape, size, designs, faults …",
        "Maps or simulates every point of a product of axes, and says in sentences what the points show. A point that\n"
        "fails is recorded with its error, and the sweep goes on. Ctrl-C keeps the points that ended. Exit status 1\n"
        "if no point has a result. Under mpirun, rank 0 hands out points and the other ranks run them.",
        "arsia sweep failed_link -o failed_link.h5 --jobs 2 && arsia report failed_link.h5 -o failed_link.html",
        run};
}

} // namespace arsia
