// Options and positional arguments of a command, as declared and as given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"

namespace arsia {

/// What a value names: what the shell may complete it to, and what the command reads or writes.
struct Values {
    enum class Kind {
        free,    ///< nothing to offer
        file,    ///< that the command reads
        output,  ///< a file or folder that it writes
        catalog, ///< names of `arsia list CATALOG`, or files
        choice,  ///< some of few words
        by_first ///< depends on the first positional argument
    };
    Kind kind = Kind::free;
    std::string catalog;
    std::vector<std::string> choices; ///< of by_first: words that the first positional argument may be …
    std::vector<Values> each;         ///< … and what follows after each
    std::string ending = "";          ///< of output: that of the files that go into it; empty: it is a file itself

    static Values file() { return {Kind::file, "", {}, {}}; }
    static Values output() { return {Kind::output, "", {}, {}}; }
    static Values output_folder(std::string ending) { return {Kind::output, "", {}, {}, std::move(ending)}; }
    static Values from(std::string catalog) { return {Kind::catalog, std::move(catalog), {}, {}}; }
    static Values one_of(std::vector<std::string> choices) { return {Kind::choice, "", std::move(choices), {}}; }
};

struct Option {
    std::string name;        ///< without dashes
    std::string value;       ///< what stands for the value in the help; empty: a switch
    std::string description; ///< one sentence, no full stop
    bool required = false;
    std::string fallback; ///< value if not given; empty: none
    char letter = 0;      ///< `-o`
    bool repeats = false; ///< may be given several times
    Values values = {};
};

struct Positional {
    std::string name;
    std::string description;
    bool required = true;
    Values values = {};
};

/// What a command takes.
struct Signature {
    std::string command;
    std::vector<Positional> positionals;
    std::vector<Option> options; ///< without those of every command
};

/// `--json`, `--quiet`, `--verbose`, `--color`, `--help`: what every command takes.
std::vector<Option> common_options();

/// The words of one command line, checked against a signature. All values are texts until asked for.
class Arguments {
public:
    /// Throws InputError with every missing, stray or unknown word. Nothing is guessed: options are written in full.
    /// If --help is given the rest is not checked.
    static Arguments parse(const Signature& signature, const std::vector<std::string>& words);

    bool given(const std::string& name) const;
    /// Value of an option or positional that is required or has a fallback.
    const std::string& text(const std::string& name) const;
    std::optional<std::string> optional_text(const std::string& name) const;
    std::vector<std::string> texts(const std::string& name) const; ///< all values of an option that repeats
    // Conversions name the option, the value and what is legal in the InputError that they throw.
    std::uint64_t whole_number(const std::string& name, std::uint64_t least) const;
    double seconds(const std::string& name) const;
    Bandwidth bandwidth(const std::string& name) const;
    bool help() const { return given("help"); }

private:
    struct Value {
        std::string name;
        std::string text;
    };
    const Value* find(const std::string& name) const;

    std::vector<Value> values_;
};

/// Positional arguments and options, one a line, with their descriptions in a second column; then those of every
/// command.
std::string options_help(const Signature& signature);
/// `-o, --output FILE`
std::string option_words(const Option& option);
/// The description with what is implied: whether it is required, may be repeated, what stands for it otherwise.
std::string option_text(const Option& option);
/// `arsia show KIND NAME [options]`
std::string usage_line(const Signature& signature);

} // namespace arsia
