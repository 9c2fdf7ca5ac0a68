#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/ink.h"
#include "cli/table.h"

namespace arsia {

namespace po = boost::program_options;

namespace {

constexpr const char* stray = "stray argument"; ///< collects positional arguments beyond the declared ones

std::vector<Option> with_common(std::vector<Option> options) {
    for (Option& option : common_options()) options.push_back(std::move(option));
    return options;
}

void declare(const Option& option, po::options_description& to) {
    std::string names = option.letter ? fmt::format("{},{}", option.name, option.letter) : option.name;
    if (option.value.empty()) {
        to.add_options()(names.c_str(), option.description.c_str());
        return;
    }
    if (option.repeats) {
        auto* values = po::value<std::vector<std::string>>()->value_name(option.value);
        to.add_options()(names.c_str(), values, option.description.c_str());
        return;
    }
    auto* value = po::value<std::string>()->value_name(option.value);
    if (!option.fallback.empty()) value->default_value(option.fallback);
    to.add_options()(names.c_str(), value, option.description.c_str());
}

po::options_description declared_options(const Signature& signature) {
    po::options_description out;
    for (const Option& option : with_common(signature.options)) declare(option, out);
    return out;
}

std::string see_help(const Signature& signature) {
    return fmt::format("; 'arsia {} --help' lists what there is", signature.command);
}

std::string unknown_option(const Signature& signature, const std::string& given) {
    std::vector<std::string> names;
    for (const Option& option : with_common(signature.options)) names.push_back("--" + option.name);
    return fmt::format("unknown option '{}'{}{}", given, did_you_mean(given, names), see_help(signature));
}

/// An option without its value, or a switch with one.
std::string wrong_syntax(const Signature& signature, const po::invalid_syntax& error) {
    std::string given = error.get_option_name();
    for (const Option& option : with_common(signature.options)) {
        if (given != "--" + option.name && given != std::string("-") + option.letter) continue;
        if (option.value.empty()) return fmt::format("option '--{}' takes no value", option.name);
        return fmt::format("option '--{} {}' needs a value ({})", option.name, option.value, option.description);
    }
    return error.what() + see_help(signature);
}

/// An option that stands where the value of another one is due, and was taken for it.
std::optional<std::string> swallowed_option(const Signature& signature, const Option& option,
                                            const std::vector<std::string>& words) {
    if (option.value.empty()) return std::nullopt;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] != "--" + option.name && words[i] != std::string("-") + option.letter) continue;
        for (const Option& other : with_common(signature.options))
            if (words[i + 1] == "--" + other.name) return words[i + 1];
    }
    return std::nullopt;
}

po::variables_map parse_words(const Signature& signature, const std::vector<std::string>& words) {
    po::options_description all = declared_options(signature);
    po::positional_options_description order;
    for (const Positional& positional : signature.positionals) {
        all.add_options()(positional.name.c_str(), po::value<std::string>());
        order.add(positional.name.c_str(), 1);
    }
    all.add_options()(stray, po::value<std::vector<std::string>>());
    order.add(stray, -1);
    using namespace po::command_line_style;
    po::variables_map found;
    try {
        po::store(po::command_line_parser(words)
                      .options(all)
                      .positional(order)
                      .style((default_style & ~allow_guessing) | allow_long)
                      .run(),
                  found);
    } catch (const po::unknown_option& error) {
        throw InputError(unknown_option(signature, error.get_option_name()));
    } catch (const po::multiple_occurrences& error) {
        throw InputError(fmt::format("option '{}' is given more than once", error.get_option_name()));
    } catch (const po::invalid_syntax& error) {
        throw InputError(wrong_syntax(signature, error));
    } catch (const po::error& error) {
        throw InputError(std::string(error.what()) + see_help(signature));
    }
    return found;
}

} // namespace

Arguments Arguments::parse(const Signature& signature, const std::vector<std::string>& words) {
    po::variables_map found = parse_words(signature, words);
    Arguments out;
    if (found.count("help")) {
        out.values_.push_back({"help", ""});
        return out;
    }
    std::vector<Problem> problems;
    auto problem = [&](std::string message) { problems.push_back({"", 0, "", std::move(message)}); };
    for (const Positional& positional : signature.positionals) {
        if (found.count(positional.name))
            out.values_.push_back({positional.name, found[positional.name].as<std::string>()});
        else if (positional.required)
            problem(fmt::format("{} is missing ({})", positional.name, positional.description));
    }
    for (const Option& option : with_common(signature.options)) {
        if (std::optional<std::string> word = swallowed_option(signature, option, words))
            problem(
                fmt::format("option '--{} {}' needs a value, and '{}' is an option", option.name, option.value, *word));
        if (found.count(option.name) && option.repeats)
            for (const std::string& text : found[option.name].as<std::vector<std::string>>())
                out.values_.push_back({option.name, text});
        else if (found.count(option.name))
            out.values_.push_back({option.name, option.value.empty() ? "" : found[option.name].as<std::string>()});
        else if (option.required)
            problem(fmt::format("option '--{} {}' is missing ({})", option.name, option.value, option.description));
    }
    if (found.count(stray))
        for (const std::string& word : found[stray].as<std::vector<std::string>>())
            problem(fmt::format("unexpected argument '{}'; usage: {}", word, usage_line(signature)));
    if (!problems.empty()) throw InputError(problems);
    return out;
}

const Arguments::Value* Arguments::find(const std::string& name) const {
    auto at = std::find_if(values_.begin(), values_.end(), [&](const Value& value) { return value.name == name; });
    return at == values_.end() ? nullptr : &*at;
}

bool Arguments::given(const std::string& name) const { return find(name) != nullptr; }

const std::string& Arguments::text(const std::string& name) const {
    const Value* value = find(name);
    if (!value) throw std::logic_error("option '" + name + "' has neither a value nor a fallback");
    return value->text;
}

std::optional<std::string> Arguments::optional_text(const std::string& name) const {
    const Value* value = find(name);
    return value ? std::optional<std::string>(value->text) : std::nullopt;
}

std::vector<std::string> Arguments::texts(const std::string& name) const {
    std::vector<std::string> out;
    for (const Value& value : values_)
        if (value.name == name) out.push_back(value.text);
    return out;
}

std::uint64_t Arguments::whole_number(const std::string& name, std::uint64_t least) const {
    const std::string& given_text = text(name);
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(given_text.data(), given_text.data() + given_text.size(), value);
    if (error != std::errc() || end != given_text.data() + given_text.size() || value < least)
        throw InputError(fmt::format("--{}: '{}' is not a whole number from {} to 2^64 − 1", name, given_text, least));
    return value;
}

double Arguments::seconds(const std::string& name) const {
    const std::string& given_text = text(name);
    double value = 0;
    auto [end, error] = std::from_chars(given_text.data(), given_text.data() + given_text.size(), value);
    if (error != std::errc() || end != given_text.data() + given_text.size() || !std::isfinite(value) || value <= 0)
        throw InputError(fmt::format("--{}: '{}' is not a number of seconds above zero, like 2.5", name, given_text));
    return value;
}

Bandwidth Arguments::bandwidth(const std::string& name) const {
    try {
        return parse_bandwidth(text(name));
    } catch (const InputError& error) {
        throw InputError(fmt::format("--{}: {}", name, error.what()));
    }
}

std::vector<Option> common_options() {
    return {{"json", "", "Print one JSON object and nothing else on standard output"},
            {"quiet", "", "Say nothing but results and errors: no progress, notes, warnings"},
            {"verbose", "", "Say on standard error what is being done, and how long it took"},
            {"color", "WHEN", "Colours: 'always', 'never', or on a terminal unless NO_COLOR is set", false, "auto", 0,
             false, Values::one_of({"auto", "always", "never"})},
            {"help", "", "Print this help", false, "", 'h'}};
}

std::string option_words(const Option& option) {
    std::string out = option.letter ? fmt::format("-{}, ", option.letter) : "";
    out += "--" + option.name;
    return option.value.empty() ? out : out + " " + option.value;
}

std::string option_text(const Option& option) {
    std::string out = option.description;
    if (option.required) out += " (required)";
    if (option.repeats) out += " (may be repeated)";
    if (!option.fallback.empty()) out += fmt::format(" [{}]", option.fallback);
    return out;
}

/// A term and what it means; the term has a line of its own if it is too long for the first column.
static std::string help_entry(const std::string& term, const std::string& text) {
    constexpr std::size_t second_column = 28;
    std::string out = "  " + term;
    if (out.size() + 2 > second_column)
        out += "\n" + std::string(second_column, ' ');
    else
        out.resize(second_column, ' ');
    return out + wrapped(text, second_column) + "\n";
}

static std::string help_entries(const std::string& title, const std::vector<Option>& options) {
    std::string out = options.empty() ? "" : "\n" + inked(Ink::heading, title) + "\n";
    for (const Option& option : options)
        out += help_entry(option.letter ? option_words(option) : "    " + option_words(option), option_text(option));
    return out;
}

std::string options_help(const Signature& signature) {
    std::string out = signature.positionals.empty() ? "" : "\n" + inked(Ink::heading, "Arguments:") + "\n";
    for (const Positional& positional : signature.positionals)
        out += help_entry(positional.name, positional.description + (positional.required ? "" : " (optional)"));
    return out + help_entries("Options:", signature.options) +
           help_entries("Options of every command:", common_options());
}

std::string usage_line(const Signature& signature) {
    std::string out = "arsia " + signature.command;
    for (const Positional& positional : signature.positionals)
        out += positional.required ? " " + positional.name : " [" + positional.name + "]";
    for (const Option& option : signature.options)
        if (option.required) out += fmt::format(" --{} {}", option.name, option.value);
    return out + " [options]";
}

} // namespace arsia
