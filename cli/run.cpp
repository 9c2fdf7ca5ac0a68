#include "cli/run.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <malloc.h>
#include <sys/resource.h>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/command_files.h"
#include "cli/ink.h"
#include "mapper/evaluation/mpi_run.h"

namespace arsia {
namespace {

constexpr int bad_input = 2;

std::string general_help(const std::vector<Command>& commands) {
    std::string out = "arsia finds and simulates mappings of DNNs onto systems of several accelerators.\n\n" +
                      inked(Ink::heading, "Usage:") + " arsia COMMAND [options]\n\n" +
                      inked(Ink::heading, "Commands:") + "\n";
    for (const Command& command : commands) out += fmt::format("  {:<10} {}\n", command.name(), command.summary);
    out += fmt::format("  {:<10} {}\n", "help", "Print the help of a command");
    return out + "\n" + inked(Ink::heading, "Options:") +
           "\n  --version   Print the version\n  -h, --help  Print this help\n\n"
           "'arsia help COMMAND' or 'arsia COMMAND --help' tells more; 'man arsia' has it all.\n"
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
    bool general = words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help";
    console.print(general ? general_help(commands) : help_of(find_command(commands, words[0])));
    return 0;
}

/// What the options of every command must keep to.
void require_sensible(const Arguments& arguments) {
    const std::vector<std::string> colors = {"auto", "always", "never"};
    const std::string& color = arguments.text("color");
    if (std::find(colors.begin(), colors.end(), color) == colors.end())
        throw InputError(fmt::format("--color: '{}' is unknown{}; legal: {}", color, did_you_mean(color, colors),
                                     name_list(colors)));
    if (arguments.given("quiet") && arguments.given("verbose"))
        throw InputError("--quiet and --verbose exclude each other");
}

int dispatch(const std::vector<std::string>& words, Console& console) {
    std::vector<Command> commands = all_commands();
    if (words.empty()) {
        console.note(general_help(commands) + "\nTry: arsia list workloads\n");
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
    require_sensible(arguments);
    if (MpiRun::rank() == 0) require_separate_files(command.signature, arguments); // the others write nothing
    return command.run(arguments, console, joined(words));
}

/// How to speak, found before the words are checked, since errors among them are spoken already. --help and --version
/// print text whatever else is given.
ConsoleSettings settings_of(const std::vector<std::string>& words) {
    auto given = [&](const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    ConsoleSettings out;
    out.json = given("--json") && !given("--help") && !given("-h");
    // Under mpirun all ranks read the same command line; one of them talks.
    out.silent = MpiRun::rank() > 0;
    if (given("--quiet")) out.loudness = Loudness::quiet;
    if (given("--verbose")) out.loudness = Loudness::verbose;
    const std::string with_value = "--color=";
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (word->rfind(with_value, 0) == 0) out.color = word->substr(with_value.size());
        if (*word == "--color" && word + 1 != words.end()) out.color = word[1];
    }
    return out;
}

int run(const std::vector<std::string>& words) {
    Console console(settings_of(words));
    int status = 0;
    try {
        status = dispatch(words, console);
    } catch (const Error& error) {
        status = error.exit_status();
        console.fail(error.what(), status);
    } catch (const std::bad_alloc&) {
        status = bad_input;
        console.fail(fmt::format("out of memory while 'arsia {}' ran", words.empty() ? "" : words[0]), status);
    } catch (const std::system_error& error) { // no memory for the stack of a thread, say
        status = bad_input;
        console.fail(fmt::format("out of memory, or of threads, while 'arsia {}' ran: {}",
                                 words.empty() ? "" : words[0], error.code().message()),
                     status);
    } catch (const std::exception& error) {
        status = bad_input;
        console.fail(fmt::format("internal error: {}\nthis is a fault of arsia, not of the input; please report it "
                                 "with the command line",
                                 error.what()),
                     status);
    }
    return console.finish(status);
}

/// The C library sets 64 MiB aside for each thread, which is much where address space is limited; and for a thread that
/// cannot have that, it asks the system about every few bytes.
void share_memory_of_threads() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) ::mallopt(M_ARENA_MAX, 1);
}

} // namespace

int run_command_line(int argc, char** argv) {
    share_memory_of_threads();
    // A reader that closes the pipe must not kill a search that still has files to write.
    std::signal(SIGPIPE, SIG_IGN);
    // A file that may not grow further is an error like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    return run({argv + 1, argv + argc});
}

} // namespace arsia
