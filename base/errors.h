// Errors that a user can mend, with the place where to mend them.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace arsia {

/// One thing that is wrong with an input: where, what, and how to mend it.
struct Problem {
    std::string file;    ///< file name as the user gave it; empty if there is none
    int line = 0;        ///< 1-based; 0 if unknown
    std::string path;    ///< key path inside the file, e.g. `operators[3].kernel`
    std::string message; ///< what is wrong, what is legal, what may have been meant

    /// `file:line: path: message`, leaving out what is unknown.
    std::string text() const;

    friend bool operator==(const Problem& a, const Problem& b) {
        return a.file == b.file && a.line == b.line && a.path == b.path && a.message == b.message;
    }
};

/// Base of all errors that end a command with a message and an exit status.
class Error : public std::runtime_error {
public:
    Error(const std::string& message, int exit_status) : std::runtime_error(message), exit_status_(exit_status) {}
    int exit_status() const { return exit_status_; }

private:
    int exit_status_;
};

/// Bad usage or bad input (exit status 2). Carries every problem that was found, not only the first.
class InputError : public Error {
public:
    explicit InputError(const std::string& message) : InputError(std::vector<Problem>{{"", 0, "", message}}) {}
    explicit InputError(std::vector<Problem> problems);
    const std::vector<Problem>& problems() const { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// A legal question has the answer no (exit status 1): no legal mapping, a program that cannot finish.
class IllegalError : public Error {
public:
    explicit IllegalError(const std::string& message) : Error(message, 1) {}
};

} // namespace arsia
