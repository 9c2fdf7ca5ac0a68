#include <fmt/format.h>

#include "cli/completion.h"

namespace arsia {
namespace {

/// For a text within single quotes that _arguments takes apart at brackets and colons.
std::string escaped(const std::string& text) {
    std::string out;
    for (char letter : text) {
        if (letter == '\'') {
            out += "'\\''";
            continue;
        }
        if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') out += '\\';
        out += letter;
    }
    return out;
}

/// The action of _arguments that offers a value.
std::string action(const Values& values) {
    switch (values.kind) {
    case Values::Kind::free: return " ";
    case Values::Kind::file:
    case Values::Kind::output: return "_files";
    case Values::Kind::catalog:
        return " _arsia_files " + values.catalog; // after the blank nothing is added to the call
    case Values::Kind::choice: return fmt::format("({})", fmt::join(values.choices, " "));
    case Values::Kind::by_first: {
        std::string out = "{ case $line[1] in";
        for (std::size_t i = 0; i < values.each.size(); ++i)
            out += fmt::format(" {}) {} ;;", values.choices[i], action(values.each[i]));
        return out + " esac }";
    }
    }
    return " ";
}

std::string option_spec(const Option& option) {
    std::string text = fmt::format("[{}]", escaped(option.description));
    if (!option.value.empty()) text += fmt::format(":{}:{}", escaped(option.value), action(option.values));
    std::string repeats = option.repeats ? "*" : "";
    std::string equals = option.value.empty() ? "" : "=";
    if (!option.letter) return fmt::format("'{}--{}{}{}'", repeats, option.name, equals, text);
    std::string short_equals = option.value.empty() ? "" : "+";
    return fmt::format("'(-{0} --{1})'{{-{0}{2},--{1}{3}}}'{4}'", option.letter, option.name, short_equals, equals,
                       text);
}

std::string branch(const Command& command) {
    std::string out = fmt::format("    {})\n        _arguments", command.name());
    std::vector<Option> options = command.signature.options;
    for (Option& option : common_options()) options.push_back(std::move(option));
    for (const Option& option : options) out += " \\\n            " + option_spec(option);
    for (const Positional& positional : command.signature.positionals)
        out += fmt::format(" \\\n            '{}{}:{}'", positional.required ? ":" : "::", escaped(positional.name),
                           action(positional.values));
    return out + "\n        ;;\n";
}

} // namespace

std::string zsh_completion(const std::vector<Command>& commands) {
    std::string described, branches;
    for (const Command& command : commands) {
        described += fmt::format("    '{}:{}'\n", command.name(), escaped(command.summary));
        branches += branch(command);
    }
    return fmt::format(R"sh(#compdef arsia
# Completion of arsia for zsh; made by 'arsia completion zsh'.

# Offers the names of a catalog, and files.
_arsia_files() {{
    local -a names
    names=(${{(f)"$($_arsia_program list $1 --names 2>/dev/null)"}})
    _alternative "names:$1:($names)" 'files:file:_files'
}}

_arsia() {{
    local context curcontext="$curcontext" state line _arsia_program=$words[1]
    local -a commands
    commands=(
{}    'help:Print the help of a command'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        _arguments '--help[Print this help]' '--version[Print the version]'
        return
    fi
    local command=$words[2]
    shift words
    ((CURRENT--))
    case $command in
    help)
        ((CURRENT == 2)) && _describe command commands
        ;;
{}    esac
}}

if [[ $funcstack[1] == _arsia ]]; then
    _arsia "$@"
else
    compdef _arsia arsia
fi
)sh",
                       described, branches);
}

} // namespace arsia
