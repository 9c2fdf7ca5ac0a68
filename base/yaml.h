// Reading YAML with errors that say file, line, key path, value and what is legal; all problems of a file at once.
//
// A reader asks a YamlMap for its keys; each request marks the key as known. finish() reports the keys that nobody
// asked for. A value that does not convert records a problem and gives a harmless default, so that reading goes on
// and finds the next problem; Problems::throw_if_any() ends it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "base/errors.h"
#include "base/units.h"

namespace arsia {

/// The problems found in one file so far.
class Problems {
public:
    explicit Problems(std::string file = "") : file_(std::move(file)) {}

    const std::string& file() const { return file_; }
    /// Control characters of what the file holds are shown as such, like \x00.
    void add(int line, const std::string& path, const std::string& message);
    bool empty() const { return found_.empty(); }
    const std::vector<Problem>& found() const { return found_; }
    void throw_if_any() const; ///< InputError with all of them, in order of line, none twice

private:
    std::string file_;
    std::vector<Problem> found_;
};

class YamlMap;

/// One value of a document, with its place in it.
class YamlValue {
public:
    YamlValue(YAML::Node node, std::string path, Problems& problems);

    const std::string& path() const { return path_; }
    int line() const { return line_; }
    Problems& problems() const { return *problems_; }
    const YAML::Node& node() const { return node_; }

    bool is_map() const { return node_.IsMap(); }
    bool is_sequence() const { return node_.IsSequence(); }
    bool is_scalar() const { return node_.IsScalar(); }
    bool is_null() const { return !node_.IsDefined() || node_.IsNull(); }

    /// Records a problem at this value.
    void problem(const std::string& message) const;

    // Conversions; on failure a problem is recorded and the value named as default returned.
    std::string text() const; ///< ""
    std::string name() const; ///< a text that name_problem() lets pass; ""
    std::int64_t integer(std::int64_t least, std::int64_t most = INT64_MAX) const; ///< `least`
    double real(double least, double most) const;                                  ///< `least`
    bool boolean() const;                                                          ///< false
    Bytes bytes() const;                                                           ///< 1
    Bandwidth bandwidth() const;                                                   ///< 1 bit/s
    TimePs duration() const;                                                       ///< 0
    Frequency frequency() const;                                                   ///< 1 Hz
    OperationRate operations() const;                                              ///< 1 operation/s
    double energy_pj() const;                                                      ///< 0
    double power_w() const;                                                        ///< 0
    /// One of `legal`, else a problem with the nearest one named and the first returned.
    std::string one_of(const std::vector<std::string>& legal) const;

    std::vector<YamlValue> items() const; ///< of a sequence; otherwise a problem and none
    std::vector<std::int64_t> integers(std::int64_t least, std::int64_t most = INT64_MAX) const;
    std::vector<std::string> texts() const; ///< of a sequence; a single scalar counts as one
    YamlMap map() const;                    ///< of a map; otherwise a problem and an empty one

private:
    template <class T, class Parse>
    T parsed(T fallback, Parse parse) const;

    YAML::Node node_;
    std::string path_;
    int line_;
    Problems* problems_;
};

/// A map whose keys are asked for by name; keys nobody asked for are errors.
class YamlMap {
public:
    explicit YamlMap(const YamlValue& value);

    const YamlValue& value() const { return value_; }
    bool has(const std::string& key); ///< marks the key as known
    std::optional<YamlValue> optional(const std::string& key);
    /// The value, or nothing and a problem "missing key".
    std::optional<YamlValue> required(const std::string& key);
    /// All entries in file order; marks all as known (maps from free names to values).
    std::vector<std::pair<std::string, YamlValue>> entries();
    /// Reports unknown keys with the nearest known one. Call once, after all requests.
    void finish();

private:
    struct Entry {
        std::string key;
        int line;
        YAML::Node value;
    };
    /// Marks the key as known.
    const Entry* find(const std::string& key);

    YamlValue value_;
    std::vector<Entry> entries_; ///< in file order
    std::vector<std::string> known_;
    bool free_ = false;
};

/// Parses `file` (YAML, hence JSON too). `shown` is the name in messages.
/// Throws InputError if it cannot be read, is malformed, has duplicate keys, or its root is no map.
YamlValue load_yaml_file(const std::string& file, Problems& problems);
/// The same from a string.
YamlValue load_yaml_text(const std::string& text, Problems& problems);
/// The same, but the root may be a list too.
YamlValue load_yaml_document(const std::string& text, Problems& problems);

/// Reads the `format:` key and checks it against `expected` (e.g. `arsia-topology/1`). Throws InputError at once, with
/// nothing else, if it is another one.
void expect_format(YamlMap& root, const std::string& expected);

/// Whole content of a file. Throws InputError if it is missing, a folder or unreadable.
std::string read_text_file(const std::string& file);

} // namespace arsia
