#include "topologies/name_pattern.h"

#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

constexpr std::int64_t most_names = 65'536;
constexpr std::size_t most_digits = 9; // fits in 64 bits with room

namespace {

struct Numbered {
    std::string prefix;
    std::string digits;
};

Numbered split_number(const std::string& name) {
    std::size_t begin = name.size();
    while (begin > 0 && std::isdigit(static_cast<unsigned char>(name[begin - 1]))) --begin;
    return {name.substr(0, begin), name.substr(begin)};
}

} // namespace

std::vector<std::string> expand_names(const std::string& text) {
    std::size_t dots = text.find("..");
    if (dots == std::string::npos) return {text};
    Numbered first = split_number(text.substr(0, dots));
    Numbered last = split_number(text.substr(dots + 2));
    auto legal_number = [](const Numbered& end) { return !end.digits.empty() && end.digits.size() <= most_digits; };
    if (!legal_number(first) || !legal_number(last) || first.prefix != last.prefix)
        throw InputError(
            fmt::format("'{}' is no range of names; write it like 'acc0..acc7': one prefix, two numbers", text));
    std::int64_t begin = std::stoll(first.digits);
    std::int64_t end = std::stoll(last.digits);
    if (end < begin) throw InputError(fmt::format("'{}' counts down; write the lower number first", text));
    if (end - begin >= most_names)
        throw InputError(
            fmt::format("'{}' names {} nodes; at most {} are possible", text, end - begin + 1, most_names));
    std::vector<std::string> out;
    for (std::int64_t i = begin; i <= end; ++i) out.push_back(fmt::format("{}{}", first.prefix, i));
    return out;
}

} // namespace arsia
