#include "cli/command.h"

#include <fmt/format.h>

namespace arsia {

std::string help_of(const Command& command) {
    return fmt::format("Usage: {}\n\n{}\n\n{}\nExample:\n  {}\n", usage_line(command.signature), command.description,
                       options_help(command.signature), command.example);
}

std::vector<Command> all_commands() {
    return {list_command(),     show_command(),   compute_command(), check_command(),
            simulate_command(), map_command(),    traffic_command(), collective_command(),
            sweep_command(),    report_command(), export_command(),  import_command()};
}

} // namespace arsia
