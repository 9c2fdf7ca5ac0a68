// The command line as a function, for programs that add designs, searches or generators of their own first.
#pragma once

namespace arsia {

/// Finds the command, runs it, and turns every error into text. Returns the exit status. Ignores SIGPIPE and SIGXFSZ
/// from then on.
int run_command_line(int argc, char** argv);

} // namespace arsia
