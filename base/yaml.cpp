#include "base/yaml.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/names.h"
#include "base/suggest.h"
#include "base/yaml_document.h"

namespace arsia {

void Problems::add(int line, const std::string& path, const std::string& message) {
    found_.push_back({file_, line, without_controls(path), without_controls(message)});
}

void Problems::throw_if_any() const {
    if (found_.empty()) return;
    std::vector<Problem> sorted = found_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
    // A value that is used several times (a block's) is wrong several times, but to be mended once.
    std::set<std::string> seen;
    sorted.erase(
        std::remove_if(sorted.begin(), sorted.end(), [&](const Problem& p) { return !seen.insert(p.text()).second; }),
        sorted.end());
    throw InputError(sorted);
}

YamlValue::YamlValue(YAML::Node node, std::string path, Problems& problems)
    : node_(std::move(node)), path_(std::move(path)), line_(node_.Mark().line + 1), problems_(&problems) {}

void YamlValue::problem(const std::string& message) const { problems_->add(line_, path_, message); }

static std::string kind_of(const YAML::Node& node) {
    switch (node.Type()) {
    case YAML::NodeType::Map: return "a map";
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Scalar: return "'" + node.Scalar() + "'";
    default: return "nothing";
    }
}

std::string YamlValue::text() const {
    if (is_scalar()) return node_.Scalar();
    problem("expected a text, found " + kind_of(node_));
    return "";
}

std::string YamlValue::name() const {
    std::string found = text();
    std::string reason = is_scalar() ? name_problem(found) : "";
    if (reason.empty()) return found;
    problem(reason);
    return "";
}

std::int64_t YamlValue::integer(std::int64_t least, std::int64_t most) const {
    std::int64_t value = 0;
    if (!is_scalar() || !YAML::convert<std::int64_t>::decode(node_, value)) {
        problem("expected a whole number, found " + kind_of(node_));
        return least;
    }
    if (value < least || value > most) {
        problem(most == INT64_MAX ? fmt::format("{} is out of range; it must be at least {}", value, least)
                                  : fmt::format("{} is out of range; it must be from {} to {}", value, least, most));
        return least;
    }
    return value;
}

double YamlValue::real(double least, double most) const {
    double value = 0;
    if (!is_scalar() || !YAML::convert<double>::decode(node_, value) || !std::isfinite(value)) {
        problem("expected a number, found " + kind_of(node_));
        return least;
    }
    if (value < least || value > most) {
        problem(fmt::format("{} is out of range; it must be from {} to {}", value, least, most));
        return least;
    }
    return value;
}

bool YamlValue::boolean() const {
    bool value = false;
    if (!is_scalar() || !YAML::convert<bool>::decode(node_, value))
        problem("expected true or false, found " + kind_of(node_));
    return value;
}

template <class T, class Parse>
T YamlValue::parsed(T fallback, Parse parse) const {
    if (!is_scalar()) {
        problem("expected a number with a unit, found " + kind_of(node_));
        return fallback;
    }
    try {
        return parse(node_.Scalar());
    } catch (const InputError& error) {
        problem(error.what());
        return fallback;
    }
}

Bytes YamlValue::bytes() const { return parsed<Bytes>(1, parse_bytes); }
Bandwidth YamlValue::bandwidth() const { return parsed<Bandwidth>({1}, parse_bandwidth); }
TimePs YamlValue::duration() const { return parsed<TimePs>(0, parse_duration); }
OperationRate YamlValue::operations() const { return parsed<OperationRate>({1}, parse_operations); }
Frequency YamlValue::frequency() const { return parsed<Frequency>({1}, parse_frequency); }
double YamlValue::energy_pj() const { return parsed<double>(0, parse_energy_pj); }
double YamlValue::power_w() const { return parsed<double>(0, parse_power_w); }

std::string YamlValue::one_of(const std::vector<std::string>& legal) const {
    std::string name = is_scalar() ? node_.Scalar() : "";
    if (std::find(legal.begin(), legal.end(), name) != legal.end()) return name;
    problem(fmt::format("{} is unknown{}; legal: {}", kind_of(node_), did_you_mean(name, legal), name_list(legal)));
    return legal.front();
}

std::vector<YamlValue> YamlValue::items() const {
    std::vector<YamlValue> out;
    if (!is_sequence()) {
        problem("expected a list, found " + kind_of(node_));
        return out;
    }
    for (std::size_t i = 0; i < node_.size(); ++i)
        out.emplace_back(node_[i], fmt::format("{}[{}]", path_, i), *problems_);
    return out;
}

std::vector<std::int64_t> YamlValue::integers(std::int64_t least, std::int64_t most) const {
    std::vector<std::int64_t> out;
    for (const YamlValue& item : items()) out.push_back(item.integer(least, most));
    return out;
}

std::vector<std::string> YamlValue::texts() const {
    if (is_scalar()) return {text()};
    std::vector<std::string> out;
    for (const YamlValue& item : items()) out.push_back(item.text());
    return out;
}

YamlMap YamlValue::map() const { return YamlMap(*this); }

static std::string key_text(const YAML::Node& key) { return key.IsScalar() ? key.Scalar() : "?"; }

YamlMap::YamlMap(const YamlValue& value) : value_(value) {
    if (!value.is_map()) {
        value.problem("expected a map, found " + kind_of(value.node()));
        free_ = true;
        return;
    }
    entries_.reserve(value.node().size());
    for (const auto& entry : value.node())
        entries_.push_back({key_text(entry.first), entry.first.Mark().line + 1, entry.second});
}

const YamlMap::Entry* YamlMap::find(const std::string& key) {
    known_.push_back(key);
    for (const Entry& entry : entries_)
        if (entry.key == key) return &entry;
    return nullptr;
}

bool YamlMap::has(const std::string& key) { return find(key) != nullptr; }

std::optional<YamlValue> YamlMap::optional(const std::string& key) {
    const Entry* found = find(key);
    if (!found) return std::nullopt;
    return YamlValue(found->value, child_path(value_.path(), key), value_.problems());
}

std::optional<YamlValue> YamlMap::required(const std::string& key) {
    std::optional<YamlValue> found = optional(key);
    if (!found && value_.is_map()) value_.problem("missing key '" + key + "'");
    return found;
}

std::vector<std::pair<std::string, YamlValue>> YamlMap::entries() {
    free_ = true;
    std::vector<std::pair<std::string, YamlValue>> out;
    for (const Entry& entry : entries_)
        out.emplace_back(entry.key, YamlValue(entry.value, child_path(value_.path(), entry.key), value_.problems()));
    return out;
}

void YamlMap::finish() {
    if (free_) return;
    for (const Entry& entry : entries_) {
        if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
        std::vector<std::string> legal = known_;
        std::sort(legal.begin(), legal.end());
        legal.erase(std::unique(legal.begin(), legal.end()), legal.end());
        value_.problems().add(
            entry.line, child_path(value_.path(), entry.key),
            fmt::format("unknown key '{}'{}; legal: {}", entry.key, did_you_mean(entry.key, legal), name_list(legal)));
    }
}

static YamlValue load_yaml(const std::string& text, Problems& problems, bool list_allowed) {
    YAML::Node root = parse_yaml(text, problems);
    if (!root.IsMap() && !(list_allowed && root.IsSequence()))
        problems.add(0, "",
                     fmt::format("expected a map{} at the top of the file, found {}", list_allowed ? " or a list" : "",
                                 kind_of(root)));
    problems.throw_if_any();
    return YamlValue(root, "", problems);
}

YamlValue load_yaml_text(const std::string& text, Problems& problems) { return load_yaml(text, problems, false); }

YamlValue load_yaml_document(const std::string& text, Problems& problems) { return load_yaml(text, problems, true); }

std::string read_text_file(const std::string& file) {
    std::error_code ignored; // what cannot be looked at cannot be opened either
    if (std::filesystem::is_directory(file, ignored)) throw InputError({{file, 0, "", "is a folder, not a file"}});
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw InputError({{file, 0, "", std::string("cannot be opened: ") + std::strerror(errno)}});
    std::ostringstream content;
    content << stream.rdbuf();
    if (stream.bad()) throw InputError({{file, 0, "", "cannot be read"}});
    return content.str();
}

YamlValue load_yaml_file(const std::string& file, Problems& problems) {
    return load_yaml_text(read_text_file(file), problems);
}

void expect_format(YamlMap& root, const std::string& expected) {
    std::optional<YamlValue> format = root.required("format");
    if (!format || format->text() == expected) return;
    std::string message = fmt::format("format '{}' is not understood; expected '{}'", format->text(), expected);
    // What a file of another format has elsewhere is no mistake.
    if (format->is_scalar()) throw InputError({{format->problems().file(), format->line(), format->path(), message}});
    format->problem(message);
}

} // namespace arsia
