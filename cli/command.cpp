#include "cli/command.h"

#include <fmt/format.h>

#include "cli/ink.h"

namespace arsia {

std::string help_of(const Command& command) {
    return fmt::format("{} {}\n\n{}\n{}\n{}\n  {}\n", inked(Ink::heading, "Usage:"), usage_line(command.signature),
                       command.description, options_help(command.signature), inked(Ink::heading, "Example:"),
                       command.example);
}

std::vector<Command> all_commands() {
    return {list_command(),   show_command(),    compute_command(),    check_command(), simulate_command(),
            map_command(),    traffic_command(), collective_command(), sweep_command(), report_command(),
            export_command(), import_command(),  completion_command(), man_command()};
}

} // namespace arsia
