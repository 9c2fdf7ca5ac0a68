// What a command says: results on standard output, everything else on standard error.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace arsia {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// A list too long to be held as JSON: its elements are made one at a time.
struct JsonList {
    std::string key;
    std::size_t size = 0;
    std::function<Json(std::size_t)> element;
};

/// How much is said beside results and errors.
enum class Loudness {
    quiet,  ///< nothing: no progress, notes or warnings
    normal, ///< progress on a terminal, notes, warnings
    verbose ///< also what is being done, with times
};

struct ConsoleSettings {
    bool json = false;
    bool silent = false; ///< one of several processes of a run that says the same as another; it says nothing at all
    Loudness loudness = Loudness::normal;
    std::string color = "auto"; ///< cli/ink.h
};

/// The two streams of one run of the executable. Under --json standard output carries one JSON object and nothing else,
/// whatever happens: print() is silent then, and errors come as an object too. Texts may be inked.
class Console {
public:
    explicit Console(const ConsoleSettings& settings);

    bool json() const { return settings_.json; }
    /// A part of the readable result; nothing under --json.
    void print(std::string_view text);
    /// The result under --json; nothing otherwise. At most once.
    void result(const Json& object);
    /// The same with a list as its last member, an element a line. The object has other members.
    void result(const Json& object, const JsonList& list);
    /// A message that is not the result, on standard error.
    void note(std::string_view text) const;
    /// What is being done, for who asked for --verbose: lines on standard error, each after `arsia: `.
    void tell(std::string_view text) const;
    bool verbose() const { return settings_.loudness == Loudness::verbose && !settings_.silent; }
    /// Whether progress may be shown, as far as the user is concerned; on a pipe it is not shown either way.
    bool shows_progress() const { return settings_.loudness != Loudness::quiet && !settings_.silent; }
    /// Lines on standard error, each after `arsia: warning: ` or `arsia: error: `.
    void warn(std::string_view text) const;
    /// Under --json also the object `{"errors": […], "exit_status": …}`, unless the result is out already.
    void fail(std::string_view text, int exit_status);

    /// Flushes standard output. A reader that went away is no error; a full disk is.
    int finish(int exit_status);

private:
    void write(std::string_view text);
    void write_error(std::string_view text) const;
    void write_error_lines(const std::string& prefix, std::string_view text) const;

    ConsoleSettings settings_;
    bool ink_out_, ink_error_; ///< whether marks are kept
    bool result_written_ = false;
    int write_error_ = 0; ///< errno of the first write that failed
};

/// The lines of a text, without the empty one after a last line break.
std::vector<std::string> lines_of(std::string_view text);

} // namespace arsia
