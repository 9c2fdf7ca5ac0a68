#include "cli/console.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include <fmt/format.h>

#include "cli/ink.h"

namespace arsia {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// Names may hold bytes that are no UTF-8; they are replaced rather than refused.
static std::string text_of(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Console::Console(const ConsoleSettings& settings)
    : settings_(settings), ink_out_(wants_ink(settings.color, STDOUT_FILENO)),
      ink_error_(wants_ink(settings.color, STDERR_FILENO)) {}

void Console::write_error(std::string_view text) const {
    std::string out = ink_error_ ? std::string(text) : without_ink(text);
    std::fwrite(out.data(), 1, out.size(), stderr);
}

void Console::write_error_lines(const std::string& prefix, std::string_view text) const {
    std::string out;
    for (const std::string& line : lines_of(text)) out += fmt::format("arsia: {}{}\n", prefix, line);
    write_error(out);
}

void Console::write(std::string_view text) {
    if (settings_.silent) return;
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && write_error_ == 0) write_error_ = errno;
}

void Console::print(std::string_view text) {
    if (!json()) write(ink_out_ ? std::string(text) : without_ink(text));
}

void Console::result(const Json& object) {
    if (!json()) return;
    write(text_of(object, 2) + "\n");
    result_written_ = true;
}

void Console::result(const Json& object, const JsonList& list) {
    if (!json()) return;
    std::string head = text_of(object, 2);
    head.erase(head.rfind("\n}")); // the list follows
    write(fmt::format("{},\n  {}: [", head, text_of(list.key, -1)));
    result_written_ = true;
    for (std::size_t i = 0; i < list.size; ++i)
        write(fmt::format("{}    {}", i == 0 ? "\n" : ",\n", text_of(list.element(i), -1)));
    write(list.size == 0 ? "]\n}\n" : "\n  ]\n}\n");
}

void Console::note(std::string_view text) const {
    if (shows_progress()) write_error(text);
}

void Console::tell(std::string_view text) const {
    if (verbose()) write_error_lines("", text);
}

void Console::warn(std::string_view text) const {
    if (shows_progress()) write_error_lines(inked(Ink::caution, "warning:") + " ", text);
}

void Console::fail(std::string_view text, int exit_status) {
    // Output before the error comes first also where both streams go to one file.
    std::fflush(stdout);
    if (!settings_.silent) write_error_lines(inked(Ink::bad, "error:") + " ", text);
    if (json() && !result_written_) result({{"errors", lines_of(text)}, {"exit_status", exit_status}});
}

int Console::finish(int exit_status) {
    errno = 0;
    if (std::fflush(stdout) != 0 && write_error_ == 0) write_error_ = errno;
    if (write_error_ == 0 || write_error_ == EPIPE) return exit_status;
    write_error_lines(inked(Ink::bad, "error:") + " ",
                      fmt::format("cannot write to standard output: {}", std::strerror(write_error_)));
    return 2;
}

} // namespace arsia
