#include "cli/ink.h"

#include <cstdlib>

#include <unistd.h>

namespace arsia {

static constexpr std::string_view mark_begins = "\033[";

static std::string_view mark_of(Ink ink) {
    switch (ink) {
    case Ink::heading: return "\033[1m";
    case Ink::bar: return "\033[36m";
    case Ink::good: return "\033[32m";
    case Ink::caution: return "\033[33m";
    case Ink::bad: return "\033[1;31m";
    }
    return "";
}

std::string inked(Ink ink, std::string_view text) {
    if (text.empty()) return "";
    std::string out(mark_of(ink));
    out += text;
    return out += "\033[0m";
}

std::string without_ink(std::string_view text) {
    std::string out;
    while (true) {
        std::size_t begin = text.find(mark_begins);
        out += text.substr(0, begin);
        if (begin == std::string_view::npos) return out;
        std::size_t end = text.find_first_not_of("0123456789;", begin + mark_begins.size());
        bool mark = end != std::string_view::npos && text[end] == 'm';
        if (!mark) out += mark_begins; // something else that is not ours
        text.remove_prefix(mark ? end + 1 : begin + mark_begins.size());
    }
}

bool wants_ink(std::string_view color, int file_descriptor) {
    if (color == "always") return true;
    if (color == "never") return false;
    auto variable = [](const char* name) { return std::string_view(std::getenv(name) ? std::getenv(name) : ""); };
    return variable("NO_COLOR").empty() && variable("TERM") != "dumb" && ::isatty(file_descriptor) == 1;
}

} // namespace arsia
