#include "sweep/reader.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/catalog.h"
#include "sweep/axis_kinds.h"
#include "workloads/graph_builder.h"

namespace arsia {

namespace {

/// One file while it is read.
class SweepReader {
public:
    SweepReader(const YamlValue& root, SweepSpec spec) : value_(root), root_(root), spec_(std::move(spec)) {}

    SweepSpec read() {
        expect_format(root_, "arsia-sweep/1");
        if (auto name = root_.required("name")) spec_.name = name->name();
        if (auto question = root_.optional("question")) spec_.question = question->text();
        if (auto description = root_.optional("description")) spec_.description = description->text();
        if (auto measure = root_.optional("measure")) spec_.measure = measure->one_of({"latency", "energy", "period"});
        if (auto axes = root_.required("axes")) read_axes(*axes);
        read_base();
        root_.finish();
        check_measure();
        check_size();
        value_.problems().throw_if_any();
        return std::move(spec_);
    }

private:
    bool varies(const std::string& kind) const {
        return std::any_of(spec_.axes.begin(), spec_.axes.end(),
                           [&](const Axis& axis) { return axis.kind->name == kind; });
    }

    /// A key that every point needs: stated, or an axis.
    std::optional<YamlValue> needed(const std::string& key) {
        std::optional<YamlValue> value = root_.optional(key);
        if (!value && !varies(key)) value_.problem(fmt::format("missing key '{}', which no axis states either", key));
        if (value && varies(key)) value->problem(fmt::format("'{}' is stated, and an axis too", key));
        return value;
    }

    void read_base() {
        PointSettings& base = spec_.base;
        if (auto workload = needed("workload")) {
            base.workloads = workload->texts();
            if (base.workloads.empty()) workload->problem("expected at least one workload");
        }
        if (auto topology = needed("topology")) {
            if (!topology->is_map()) topology->text();
            base.topology = topology->node();
        }
        if (auto batch = root_.optional("batch")) base.batch = batch->integer(1, largest_size);
        if (auto requests = root_.optional("requests"))
            base.stream.requests = static_cast<std::uint32_t>(requests->integer(1, most_requests));
        if (auto arrival = root_.optional("arrival")) {
            try {
                base.stream.interval = parse_arrival(arrival->text());
            } catch (const InputError& error) {
                arrival->problem(error.what());
            }
        }
        std::optional<YamlValue> search = root_.optional("search"), mapping = root_.optional("mapping");
        if (search) read_search_settings(*search, base.search);
        if (mapping) base.mapping = mapping->text();
        if (auto keep = root_.optional("keep_mapping")) base.keep_mapping = keep->boolean();
        bool mapped = mapping || varies("mapping");
        for (const char* part : {"search", "evaluations", "seed", "keep_mapping"})
            if (mapped && (varies(part) || (search && std::string(part) == "search")))
                value_.problem(fmt::format("'{}' has no effect: 'mapping' states the mapping of every point", part));
    }

    void read_axes(const YamlValue& value) {
        for (const YamlValue& entry : value.items()) {
            std::optional<Axis> axis = read_axis(entry);
            if (axis) spec_.axes.push_back(std::move(*axis));
        }
        if (value.is_sequence() && value.items().empty()) value.problem("expected at least one axis");
    }

    std::optional<Axis> read_axis(const YamlValue& entry) {
        YamlMap map = entry.map();
        if (!entry.is_map()) return std::nullopt;
        std::optional<YamlValue> kind = map.required("axis"), values = map.required("values");
        std::optional<YamlValue> name = map.optional("name"), links = map.optional("links");
        map.finish();
        if (!kind || !values) return std::nullopt;
        std::string kind_name = kind->one_of(axis_kind_names());
        Axis out;
        for (const AxisKind& each : axis_kinds())
            if (each.name == kind_name) out.kind = &each;
        out.name = name ? name->text() : kind_name;
        if (out.name.empty() || out.name.find('/') != std::string::npos || out.name == ".")
            (name ? *name : *kind).problem("an axis's name has at least one letter and no '/'");
        else if (name)
            name->name();
        for (const Axis& other : spec_.axes)
            if (other.name == out.name)
                entry.problem(fmt::format("a second axis '{}'; 'name' tells axes of one kind apart", out.name));
        if (links && !out.kind->of_links)
            links->problem(fmt::format("'links' is for axes of links, not for '{}'", kind_name));
        if (out.kind->of_links) out.links = links ? read_links(*links) : all_links("links");
        read_values(*values, out);
        return out;
    }

    /// `all`, `network`, `host`, or what selects links in a topology.
    static YAML::Node read_links(const YamlValue& value) {
        if (value.is_scalar()) {
            std::string name = value.one_of({"all", "network", "host"});
            return all_links(name == "all" ? "links" : name);
        }
        YAML::Node out(YAML::NodeType::Sequence);
        for (const YamlValue& item : value.is_map() ? std::vector<YamlValue>{value} : value.items()) {
            YamlMap map = item.map();
            for (const char* key : {"between", "among", "from", "to", "all"}) map.has(key);
            map.finish();
            if (item.is_map()) out.push_back(item.node());
        }
        return out;
    }

    static YAML::Node all_links(const std::string& which) {
        YAML::Node entry(YAML::NodeType::Map), out(YAML::NodeType::Sequence);
        entry["all"] = which;
        out.push_back(entry);
        return out;
    }

    static void read_values(const YamlValue& values, Axis& axis) {
        for (const YamlValue& value : values.items()) {
            AxisValue read = axis.kind->read(value);
            for (const AxisValue& other : axis.values)
                if (!read.label.empty() && other.label == read.label)
                    value.problem(fmt::format("'{}' stands twice on axis '{}'", read.label, axis.name));
            axis.values.push_back(std::move(read));
        }
        if (values.is_sequence() && axis.values.empty())
            values.problem(fmt::format("axis '{}' needs at least one value", axis.name));
    }

    void check_measure() {
        if (spec_.measure == "period" && spec_.base.stream.requests < 2 && !varies("requests"))
            value_.problem("measure 'period' is that of a stream; 'requests' must be at least 2");
    }

    void check_size() {
        std::size_t points = 1;
        for (const Axis& axis : spec_.axes) {
            points *= std::max<std::size_t>(axis.values.size(), 1);
            if (points <= most_points) continue;
            value_.problem(fmt::format("the axes make more than {} points", most_points));
            return;
        }
    }

    static constexpr std::int64_t most_requests = 1'000'000;

    YamlValue value_;
    YamlMap root_;
    SweepSpec spec_;
};

} // namespace

SweepSpec read_sweep_text(const std::string& text, const std::string& shown, const std::string& folder) {
    Problems problems(shown);
    SweepSpec spec;
    spec.file = shown;
    spec.folder = folder;
    spec.text = text;
    return SweepReader(load_yaml_text(text, problems), std::move(spec)).read();
}

SweepSpec read_sweep(const std::string& name_or_path) {
    std::string file = resolve_catalog_file(CatalogKind::study, name_or_path);
    return read_sweep_text(read_text_file(file), file, std::filesystem::path(file).parent_path().string());
}

} // namespace arsia
