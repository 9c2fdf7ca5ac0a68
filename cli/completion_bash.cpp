#include <algorithm>

#include <fmt/format.h>

#include "cli/completion.h"

namespace arsia {
namespace {

constexpr const char* head = R"sh(# Completion of arsia for bash; made by 'arsia completion bash'.

# Offers files, and the names of a catalog if one is given.
_arsia_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(
        [[ -z ${1:-} ]] || compgen -W "$("${COMP_WORDS[0]}" list "$1" --names 2>/dev/null)" -- "$cur"
        compgen -f -- "$cur"
    )
}

_arsia_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_arsia() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local options="" valued=" " position=0 first="" i
    COMPREPLY=()
    # bash takes '--option=value' apart at the '='.
    if [[ $cur == = ]]; then
        cur=""
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
)sh";

/// Words that are no value of an option count as positional arguments.
constexpr const char* tail = R"sh(    if [[ $cur == -* ]]; then
        _arsia_words "$options"
        return
    fi
    for ((i = 2; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        -*)
            if [[ $valued == *" ${COMP_WORDS[i]} "* ]]; then
                [[ ${COMP_WORDS[i + 1]} != = ]] || ((++i))
                ((++i))
            fi
            ;;
        *)
            ((position++)) || first=${COMP_WORDS[i]}
            ;;
        esac
    done
    case $command:$position in
)sh";

/// What offers a value; `first` is the shell's variable with the first positional argument.
std::string offer(const Values& values) {
    switch (values.kind) {
    case Values::Kind::free: return ":";
    case Values::Kind::file:
    case Values::Kind::output: return "_arsia_files";
    case Values::Kind::catalog: return "_arsia_files " + values.catalog;
    case Values::Kind::choice: return fmt::format("_arsia_words '{}'", fmt::join(values.choices, " "));
    case Values::Kind::by_first: {
        std::string out = "case $first in";
        for (std::size_t i = 0; i < values.each.size(); ++i)
            out += fmt::format(" {}) {} ;;", values.choices[i], offer(values.each[i]));
        return out + " esac";
    }
    }
    return ":";
}

std::vector<Option> all_options(const Command& command) {
    std::vector<Option> out = command.signature.options;
    for (Option& option : common_options()) out.push_back(std::move(option));
    return out;
}

std::string option_pattern(const Option& option) {
    return option.letter ? fmt::format("--{} | -{}", option.name, option.letter) : "--" + option.name;
}

/// The branch that sets `options` and `valued` (those that take a value) of one command, and completes a value
/// after its option.
std::string options_branch(const Command& command) {
    std::string names, valued, values;
    for (const Option& option : all_options(command)) {
        names += " --" + option.name;
        if (option.value.empty()) continue;
        valued += fmt::format(" --{}", option.name) + (option.letter ? fmt::format(" -{}", option.letter) : "");
        values += fmt::format("            {}) {}; return ;;\n", option_pattern(option), offer(option.values));
    }
    return fmt::format(
        "    {})\n        options='{}' valued='{} '\n        case $prev in\n{}        esac\n        ;;\n",
        command.name(), names.substr(1), valued, values);
}

std::string positionals_branch(const Command& command) {
    std::string out;
    std::size_t position = 0;
    for (const Positional& positional : command.signature.positionals)
        out += fmt::format("    {}:{}) {} ;;\n", command.name(), position++, offer(positional.values));
    return out;
}

} // namespace

std::string bash_completion(const std::vector<Command>& commands) {
    std::string names, options, positionals;
    for (const Command& command : commands) {
        names += command.name() + " ";
        options += options_branch(command);
        positionals += positionals_branch(command);
    }
    std::string out = head;
    out += fmt::format(R"sh(    if ((COMP_CWORD == 1)); then
        _arsia_words '{0}help --help --version'
        return
    fi
    case $command in
    help)
        ((COMP_CWORD > 2)) || _arsia_words '{0}'
        return
        ;;
{1}    esac
)sh",
                       names, options);
    return out + tail + positionals + "    esac\n}\n\ncomplete -F _arsia arsia\n";
}

} // namespace arsia
