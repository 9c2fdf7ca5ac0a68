#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

namespace po = boost::program_options;

namespace {

constexpr const char* stray = "stray argument"; ///< collects positional arguments beyond the declared ones

std::vector<Option> with_common(std::vector<Option> options) {
    options.push_back({"json", "", "Print one JSON object and nothing else on standard output"});
    options.push_back({"help", "", "Print this help", false, "", 'h'});
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

po::options_description visible_options(const Signature& signature) {
    constexpr unsigned columns = 100;
    po::options_description out(columns, columns / 2);
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

po::variables_map parse_words(const Signature& signature, const std::vector<std::string>& words) {
    po::options_description all = visible_options(signature);
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

std::string options_help(const Signature& signature) {
    std::ostringstream out;
    for (const Positional& positional : signature.positionals)
        out << fmt::format("  {:<22} {}\n", positional.name, positional.description);
    out << visible_options(signature);
    return out.str();
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
