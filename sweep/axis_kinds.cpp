#include "sweep/axis_kinds.h"

#include <set>

#include <fmt/format.h>

#include "mapper/search.h"
#include "workloads/graph_builder.h"

namespace arsia {

bool Axis::is_quantity() const {
    std::set<double> numbers;
    for (const AxisValue& value : values)
        if (value.number) numbers.insert(*value.number);
    return kind->role == AxisRole::quantity && numbers.size() == values.size();
}

std::size_t SweepSpec::points() const {
    std::size_t out = 1;
    for (const Axis& axis : axes) out *= axis.values.size();
    return out;
}

namespace {

constexpr std::int64_t most_accelerators = 65'536;
constexpr std::int64_t most_requests = 1'000'000;
constexpr std::int64_t most_seed = 1LL << 53; ///< a double holds it exactly
constexpr std::int64_t most_evaluations = 1'000'000'000;

AxisValue plain(const YamlValue& value, std::optional<double> number = std::nullopt) {
    return {value.is_scalar() ? value.node().Scalar() : "", number, value.node()};
}

/// Reads a quantity; a wrong one has no number.
template <class Read>
std::function<AxisValue(const YamlValue&)> quantity(Read read) {
    return [read](const YamlValue& value) {
        std::size_t before = value.problems().found().size();
        auto number = static_cast<double>(read(value));
        return plain(value, value.problems().found().size() == before ? std::optional<double>(number) : std::nullopt);
    };
}

std::function<AxisValue(const YamlValue&)> whole(std::int64_t least, std::int64_t most) {
    return quantity([least, most](const YamlValue& value) { return value.integer(least, most); });
}

AxisValue read_text(const YamlValue& value) {
    if (value.text().empty() && value.is_scalar()) value.problem("expected a name");
    return plain(value);
}

/// A map that has a name, which stands for it.
AxisValue read_named_map(const YamlValue& value) {
    YamlMap map = value.map();
    AxisValue out = plain(value);
    if (auto name = map.required("name")) out.label = name->text();
    if (out.label.empty() && value.is_map() && map.has("name")) value.problem("a value's name cannot be empty");
    return out;
}

AxisValue read_topology_choice(const YamlValue& value) {
    return value.is_map() ? read_named_map(value) : read_text(value);
}

AxisValue read_designs(const YamlValue& value) {
    AxisValue out = plain(value);
    std::vector<std::string> names = value.texts();
    if (names.empty() && value.is_sequence()) value.problem("expected at least one design");
    out.label = fmt::format("{}", fmt::join(names, " + "));
    return out;
}

AxisValue read_search_choice(const YamlValue& value) {
    SearchSettings settings;
    read_search_settings(value, settings);
    AxisValue out = plain(value);
    if (value.is_map()) {
        out.label = settings.name;
        YamlMap map = value.map();
        if (map.has("evaluations")) out.label += fmt::format(", {} evaluations", settings.evaluations);
        if (map.has("seed")) out.label += fmt::format(", seed {}", settings.seed);
    }
    return out;
}

AxisValue read_keeping(const YamlValue& value) {
    AxisValue out = plain(value);
    out.label = value.boolean() ? "mapping kept" : "mapped anew";
    return out;
}

AxisValue read_arrival(const YamlValue& value) {
    AxisValue out = plain(value);
    try {
        TimePs interval = parse_arrival(value.text());
        if (interval > 0) out.number = static_cast<double>(interval);
    } catch (const InputError& error) {
        value.problem(error.what());
    }
    return out;
}

AxisValue read_burst_size(const YamlValue& value) {
    if (value.is_scalar() && value.node().Scalar() == "message") return plain(value);
    return quantity([](const YamlValue& size) { return size.bytes(); })(value);
}

/// `{outer: {…: {inner: value}}}`
YAML::Node nested(const std::vector<std::string>& keys, YAML::Node value) {
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        YAML::Node map(YAML::NodeType::Map);
        map[*key] = value;
        value.reset(map);
    }
    return value;
}

/// Changes a part of the topology that `keys` lead to.
auto change_at(std::vector<std::string> keys) {
    return [keys](const Axis&, const AxisValue& value, PointSettings& point) {
        point.changes.push_back(nested(keys, value.node));
    };
}

/// Changes a property of the axis's links.
auto change_links(const std::string& property) {
    return [property](const Axis& axis, const AxisValue& value, PointSettings& point) {
        YAML::Node links(YAML::NodeType::Sequence);
        for (const YAML::Node& selected : axis.links) {
            YAML::Node entry(YAML::NodeType::Map);
            for (const auto& part : selected) entry[part.first.Scalar()] = part.second;
            entry[property] = value.node;
            links.push_back(entry);
        }
        point.changes.push_back(nested({"links"}, links));
    };
}

void apply_designs(const Axis&, const AxisValue& value, PointSettings& point) {
    YAML::Node list = value.node;
    if (!list.IsSequence()) {
        list.reset(YAML::Node(YAML::NodeType::Sequence)); // = would change what the node refers to
        list.push_back(value.node);
    }
    point.changes.push_back(nested({"accelerator", "designs"}, list));
}

void apply_change(const Axis&, const AxisValue& value, PointSettings& point) {
    YAML::Node change(YAML::NodeType::Map);
    for (const auto& part : value.node)
        if (part.first.Scalar() != "name") change[part.first.Scalar()] = part.second;
    if (change.size() > 0) point.changes.push_back(change);
}

void apply_search(const Axis&, const AxisValue& value, PointSettings& point) {
    Problems none; // it was read without any before
    read_search_settings(YamlValue(value.node, "", none), point.search);
}

template <class Set>
auto set_number(Set set) {
    return [set](const Axis&, const AxisValue& value, PointSettings& point) { set(point, *value.number); };
}

template <class Set>
auto set_text(Set set) {
    return [set](const Axis&, const AxisValue& value, PointSettings& point) { set(point, value.label); };
}

std::vector<AxisKind> make_kinds() {
    auto bandwidth = quantity([](const YamlValue& value) { return value.bandwidth().bits_per_second; });
    auto duration = quantity([](const YamlValue& value) { return value.duration(); });
    auto size = quantity([](const YamlValue& value) { return value.bytes(); });
    auto quantities = AxisRole::quantity;
    using Point = PointSettings;
    return {
        {"bandwidth", "bandwidth of links", quantities, "bit/s", "of link bandwidth", true, bandwidth,
         change_links("bandwidth")},
        {"latency", "latency of links", quantities, "ps", "of link latency", true, duration, change_links("latency")},
        {"total_bandwidth", "what the links have together, dealt equally", quantities, "bit/s", "of bandwidth in all",
         true, bandwidth, change_links("total_bandwidth")},
        {"burst", "size into which transfers are cut, or `message`", quantities, "B", "a burst", false, read_burst_size,
         change_at({"burst"})},
        {"memory_capacity", "capacity of every accelerator's memory", quantities, "B", "of local memory", false, size,
         change_at({"accelerator", "memory", "capacity"})},
        {"memory_bandwidth", "its bandwidth", quantities, "bit/s", "of memory bandwidth", false, bandwidth,
         change_at({"accelerator", "memory", "bandwidth"})},
        {"memory_latency", "its latency", quantities, "ps", "of memory latency", false, duration,
         change_at({"accelerator", "memory", "latency"})},
        {"count", "accelerators that the topology generates", quantities, "1", "accelerators", false,
         whole(1, most_accelerators),
         set_number([](Point& point, double number) { point.count = static_cast<std::int64_t>(number); })},
        {"topology", "other topologies: a name, a path, or a map with a name", AxisRole::rivals, "", "", false,
         read_topology_choice,
         [](const Axis&, const AxisValue& value, Point& point) { point.topology.reset(value.node); }},
        {"change", "what-if changes: maps of a name and what a topology with a base may state", AxisRole::changes, "",
         "", false, read_named_map, apply_change},
        {"designs", "designs that every accelerator may load", AxisRole::rivals, "", "", false, read_designs,
         apply_designs},
        {"workload", "workloads", AxisRole::cases, "", "", false, read_text,
         set_text([](Point& point, const std::string& text) { point.workloads = {text}; })},
        {"batch", "samples of a request", quantities, "1", "samples at once", false, whole(1, largest_size),
         set_number([](Point& point, double number) { point.batch = static_cast<std::int64_t>(number); })},
        {"requests", "requests one after another", quantities, "1", "requests", false, whole(1, most_requests),
         set_number([](Point& point, double number) { point.stream.requests = static_cast<std::uint32_t>(number); })},
        {"arrival", "when requests arrive", quantities, "ps", "between requests", false, read_arrival,
         set_text([](Point& point, const std::string& text) { point.stream.interval = parse_arrival(text); })},
        {"search", "searches: a name, or a map of name, seed and evaluations", AxisRole::rivals, "", "", false,
         read_search_choice, apply_search},
        {"evaluations", "the search's budget", quantities, "1", "evaluations", false, whole(1, most_evaluations),
         set_number(
             [](Point& point, double number) { point.search.evaluations = static_cast<std::uint64_t>(number); })},
        {"seed", "seeds of the search", AxisRole::cases, "1", "", false, whole(0, most_seed),
         set_number([](Point& point, double number) { point.search.seed = static_cast<std::uint64_t>(number); })},
        {"keep_mapping", "`no`: every point is mapped; `yes`: it takes the mapping that was found at the first point",
         AxisRole::rivals, "", "", false, read_keeping,
         [](const Axis&, const AxisValue& value, Point& point) { point.keep_mapping = value.node.as<bool>(); }},
        {"mapping", "mapping files", AxisRole::rivals, "", "", false, read_text,
         set_text([](Point& point, const std::string& text) { point.mapping = text; })},
    };
}

} // namespace

const std::vector<AxisKind>& axis_kinds() {
    static const std::vector<AxisKind> kinds = make_kinds();
    return kinds;
}

std::vector<std::string> axis_kind_names() {
    std::vector<std::string> out;
    for (const AxisKind& kind : axis_kinds()) out.push_back(kind.name);
    return out;
}

void read_search_settings(const YamlValue& value, SearchSettings& search) {
    auto named = [&](const YamlValue& name) {
        std::vector<std::string> legal;
        for (const SearchInfo& each : searches()) legal.push_back(each.name);
        return name.one_of(legal);
    };
    if (value.is_scalar()) {
        search.name = named(value);
        return;
    }
    YamlMap map = value.map();
    if (auto name = map.optional("name")) search.name = named(*name);
    if (auto seed = map.optional("seed")) search.seed = static_cast<std::uint64_t>(seed->integer(0));
    if (auto evaluations = map.optional("evaluations"))
        search.evaluations = static_cast<std::uint64_t>(evaluations->integer(1, most_evaluations));
    map.finish();
}

} // namespace arsia
