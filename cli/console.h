// What a command says: results on standard output, everything else on standard error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace arsia {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// The two streams of one run of the executable. Under --json standard output carries one JSON object and nothing else,
/// whatever happens: print() is silent then, and errors come as an object too.
class Console {
public:
    /// `silent`: one of several processes of a run that says the same as another; it says nothing at all.
    explicit Console(bool json, bool silent = false) : json_(json), silent_(silent) {}

    bool json() const { return json_; }
    /// A part of the readable result; nothing under --json.
    void print(std::string_view text);
    /// The result under --json; nothing otherwise. At most once.
    void result(const Json& object);
    /// A message that is not the result, on standard error.
    void note(std::string_view text) const;
    /// Lines on standard error, each after `arsia: warning: ` or `arsia: error: `.
    void warn(std::string_view text) const;
    /// Under --json also the object `{"errors": […], "exit_status": …}`, unless the result is out already.
    void fail(std::string_view text, int exit_status);

    /// Flushes standard output. A reader that went away is no error; a full disk is.
    int finish(int exit_status);

private:
    void write(std::string_view text);

    bool json_;
    bool silent_;
    bool result_written_ = false;
    int write_error_ = 0; ///< errno of the first write that failed
};

/// The lines of a text, without the empty one after a last line break.
std::vector<std::string> lines_of(std::string_view text);

} // namespace arsia
