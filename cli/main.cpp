// The executable: finds the command, runs it, and turns every error into text and an exit status.
#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "mapper/evaluation/mpi_run.h"

namespace arsia {
namespace {

constexpr int bad_input = 2;

std::string general_help(const std::vector<Command>& commands) {
    std::string out = "arsia finds and simulates mappings of DNNs onto systems of several accelerators.\n\n"
                      "Usage: arsia COMMAND [options]\n\nCommands:\n";
    for (const Command& command : commands) out += fmt::format("  {:<10} {}\n", command.name(), command.summary);
    out += fmt::format("  {:<10} {}\n", "help", "Print the help of a command");
    return out + "\nOptions:\n  --version  Print the version\n  -h, --help Print this help\n\n"
                 "'arsia help COMMAND' or 'arsia COMMAND --help' tells more.\n"
                 "Exit status: 0 done; 1 no legal mapping, or a check failed; 2 bad usage or input.\n";
}

const Command& find_command(const std::vector<Command>& commands, const std::string& name) {
    bool option = name.rfind('-', 0) == 0;
    std::vector<std::string> names;
    for (const Command& command : commands) {
        if (command.name() == name) return command;
        names.push_back(command.name());
    }
    names.push_back("help");
    if (option) names = {"--help", "--version"};
    throw InputError(fmt::format("unknown {} '{}'{}; there are: {}", option ? "option" : "command", name,
                                 did_you_mean(name, names), name_list(names)));
}

/// The command line as one text; words with blanks are quoted.
std::string joined(const std::vector<std::string>& words) {
    std::string out = "arsia";
    for (const std::string& word : words) {
        bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$*?") == std::string::npos;
        out += plain ? " " + word : " '" + word + "'";
    }
    return out;
}

int run_help(const std::vector<Command>& commands, const std::vector<std::string>& words, Console& console) {
    if (words.size() > 1)
        throw InputError(fmt::format("unexpected argument '{}'; usage: arsia help COMMAND", words[1]));
    console.print(words.empty() ? general_help(commands) : help_of(find_command(commands, words[0])));
    return 0;
}

int dispatch(const std::vector<std::string>& words, Console& console) {
    std::vector<Command> commands = all_commands();
    if (words.empty()) {
        console.note(general_help(commands));
        return bad_input;
    }
    std::vector<std::string> rest(words.begin() + 1, words.end());
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") return run_help(commands, rest, console);
    if (words[0] == "--version") {
        if (!rest.empty()) throw InputError(fmt::format("unexpected argument '{}' after --version", rest[0]));
        console.print("arsia " ARSIA_VERSION "\n");
        return 0;
    }
    const Command& command = find_command(commands, words[0]);
    Arguments arguments = Arguments::parse(command.signature, rest);
    if (arguments.help()) {
        console.print(help_of(command));
        return 0;
    }
    return command.run(arguments, console, joined(words));
}

/// --help and --version print text whatever else is given.
bool wants_json(const std::vector<std::string>& words) {
    auto given = [&](const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    return given("--json") && !given("--help") && !given("-h");
}

int run(const std::vector<std::string>& words) {
    // Under mpirun all ranks read the same command line; one of them talks.
    Console console(wants_json(words), MpiRun::rank() > 0);
    int status = 0;
    try {
        status = dispatch(words, console);
    } catch (const Error& error) {
        status = error.exit_status();
        console.fail(error.what(), status);
    } catch (const std::bad_alloc&) {
        status = bad_input;
        console.fail("out of memory", status);
    } catch (const std::exception& error) {
        status = bad_input;
        console.fail(fmt::format("internal error: {}\nthis is a fault of arsia, not of the input; please report it "
                                 "with the command line",
                                 error.what()),
                     status);
    }
    return console.finish(status);
}

} // namespace
} // namespace arsia

int main(int argc, char** argv) {
    // A reader that closes the pipe must not kill a search that still has files to write.
    std::signal(SIGPIPE, SIG_IGN);
    return arsia::run({argv + 1, argv + argc});
}
