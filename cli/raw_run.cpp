#include "cli/raw_run.h"

#include <fmt/format.h>

#include "cli/stage.h"
#include "sim/recorder/run_recorder.h"

namespace arsia {

void record(const RawRun& run, const Console& console) {
    if (!run.recorder) return;
    Stage stage(console, "writing the run file");
    IdVector<NodeId, const Design*> no_designs(run.platform.nodes.size(), nullptr);
    run.recorder->finish({run.platform, run.program, run.result, nullptr, run.command_line, "", "",
                          energy_of(run.platform, run.program, run.result, no_designs), std::nullopt});
    stage.done(fmt::format("wrote {}", *run.run_file));
}

std::unique_ptr<RunRecorder> raw_recorder(const std::optional<std::string>& run_file, const Platform& platform) {
    return run_file ? std::make_unique<RunRecorder>(*run_file, platform, nullptr) : nullptr;
}

RunOptions raw_options(const Arguments& arguments, RunRecorder* recorder) {
    RunOptions options;
    options.skip = !arguments.given("no-skip");
    options.watch_links = recorder != nullptr;
    options.observer = recorder;
    return options;
}

const RunResult& run_raw(Simulator& simulator, const Program& program, RunOptions options, const Console& console) {
    Stage stage(console, "simulating");
    StageObserver observer(stage, options.observer);
    options.observer = observer.observer();
    const RunResult& result = simulator.run(program, options);
    stage.done(fmt::format("simulated {} tasks, {} events", program.tasks().size(), result.events));
    return result;
}

std::string labelled(const std::string& label, std::size_t width, const std::string& text) {
    return fmt::format("{:<{}}{}", label, width, text);
}

} // namespace arsia
