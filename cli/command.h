// One command of the executable.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/console.h"

namespace arsia {

/// The command line as it was typed, for records.
using CommandLine = std::string;

struct Command {
    Signature signature;
    std::string summary;     ///< one line, for the list of commands
    std::string description; ///< what it does, exit status where it is special
    std::string example;     ///< a line that runs as it is
    /// Returns the exit status; errors are thrown.
    int (*run)(const Arguments&, Console&, const CommandLine&) = nullptr;

    const std::string& name() const { return signature.command; }
};

/// Help of one command: usage, description, options, example.
std::string help_of(const Command& command);

Command list_command();
Command show_command();
Command compute_command();
Command simulate_command();
Command map_command();
Command check_command();
Command traffic_command();
Command collective_command();
Command sweep_command();
Command report_command();
Command export_command();
Command import_command();
Command completion_command();
Command man_command();

/// All commands, in the order of the help.
std::vector<Command> all_commands();

} // namespace arsia
