#include "cli/man_page.h"

#include <fmt/format.h>

#include "base/catalog.h"
#include "cli/console.h"

namespace arsia {
namespace {

/// For running text: backslashes and dashes as such, no control characters at the begin of a line.
std::string escaped(const std::string& text) {
    std::string out;
    for (char letter : text) {
        if (letter == '\\')
            out += "\\e";
        else if (letter == '-')
            out += "\\-";
        else if (letter == '\'')
            out += "\\(aq";
        else
            out += letter;
    }
    return !out.empty() && out.front() == '.' ? "\\&" + out : out;
}

/// Lines that are indented keep their breaks.
std::string paragraphs(const std::string& text) {
    std::string out;
    bool table = false;
    for (const std::string& line : lines_of(text)) {
        bool indented = line.rfind("  ", 0) == 0;
        if (indented != table) out += indented ? ".nf\n" : ".fi\n";
        table = indented;
        out += line.empty() ? ".PP\n" : escaped(line) + "\n";
    }
    return out + (table ? ".fi\n" : "");
}

std::string option_entry(const Option& option) {
    std::string names = option.letter ? fmt::format("\\fB\\-{}\\fR, ", option.letter) : "";
    names += fmt::format("\\fB\\-\\-{}\\fR", escaped(option.name));
    if (!option.value.empty()) names += fmt::format(" \\fI{}\\fR", escaped(option.value));
    return fmt::format(".TP\n{}\n{}\n", names, escaped(option_text(option)));
}

std::string section(const Command& command) {
    std::string out = fmt::format(".SS {}\n.B {}\n.PP\n{}", escaped(command.name()),
                                  escaped(usage_line(command.signature)), paragraphs(command.description));
    for (const Positional& positional : command.signature.positionals)
        out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escaped(positional.name), escaped(positional.description));
    for (const Option& option : command.signature.options) out += option_entry(option);
    return out + fmt::format(".PP\nExample:\n.PP\n.nf\n.RS 4\n{}.RE\n.fi\n", [&] {
               std::string example;
               for (const std::string& line : lines_of(command.example)) example += escaped(line) + "\n";
               return example;
           }());
}

constexpr const char* tail = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The answer is no: no legal mapping, a mapping that is not legal, an operator that a design refuses.
.TP
.B 2
Wrong usage or input.
.SH ENVIRONMENT
.TP
.B ARSIA_HOME
Folder with the catalogs (workloads/catalog, models/catalog, topologies/catalog) and studies (topologies/studies) to be
used instead of those that were installed, if set and not empty.
.TP
.B NO_COLOR
If set and not empty, there are no colours unless \fB\-\-color always\fR asks for them.
.SH FILES
Where a workload, topology, design or study is named, a name from the catalog or a file will do: a word that
@path_form@ is a file.
Results go to standard output; errors, warnings and progress to standard error.
.SH SEE ALSO
.BR dot (1),
.BR h5dump (1),
.BR mpirun (1)
)";

} // namespace

std::string man_page(const std::vector<Command>& commands, const std::string& version) {
    std::string out = fmt::format(".TH ARSIA 1 \"\" \"arsia {}\" \"User Commands\"\n", escaped(version));
    out += ".SH NAME\narsia \\- find and simulate mappings of DNNs onto systems of several accelerators\n"
           ".SH SYNOPSIS\n.B arsia\n.I COMMAND\n[\\fIoptions\\fR]\n.br\n.B arsia help\n[\\fICOMMAND\\fR]\n.br\n"
           ".B arsia \\-\\-version\n"
           ".SH DESCRIPTION\nGiven a DNN, a platform of several accelerators and the designs that they may run, arsia "
           "searches the fastest\nmapping. Every candidate is simulated, cycle\\-approximately, with SystemC: "
           "accelerators, DMA engines, memories and\ninterconnect.\n.SH COMMANDS\n";
    for (const Command& command : commands) out += section(command);
    out += ".SH OPTIONS OF EVERY COMMAND\n";
    for (const Option& option : common_options()) out += option_entry(option);
    const std::string place = "@path_form@";
    std::string end = tail;
    return out + end.replace(end.find(place), place.size(), escaped(path_form()));
}

} // namespace arsia
