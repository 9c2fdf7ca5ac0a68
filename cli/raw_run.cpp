#include "cli/raw_run.h"

#include <fmt/format.h>

#include "sim/recorder/run_file.h"

namespace arsia {

void record(const RawRun& run) {
    if (!run.run_file) return;
    IdVector<NodeId, const Design*> no_designs(run.platform.nodes.size(), nullptr);
    write_run_file(*run.run_file, {run.platform, run.program, run.result, nullptr, run.command_line, "", "",
                                   energy_of(run.platform, run.program, run.result, no_designs), std::nullopt});
}

std::string labelled(const std::string& label, std::size_t width, const std::string& text) {
    return fmt::format("{:<{}}{}", label, width, text);
}

} // namespace arsia
