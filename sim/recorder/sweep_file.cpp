#include "sim/recorder/sweep_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "sim/recorder/hdf5_disk.h"
#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_columns.h"
#include "sim/recorder/run_layout.h"

namespace arsia {

static_assert(std::size(breakdown_causes) == cause_count);

const std::vector<std::string>& axis_role_names() {
    static const std::vector<std::string> names = {"quantity", "rivals", "changes", "cases"};
    return names;
}

const std::vector<std::string>& point_status_names() {
    static const std::vector<std::string> names = {"pending", "done", "failed"};
    return names;
}

double SweepPoint::gap() const {
    return latency > 0 ? static_cast<double>(latency - bound) / static_cast<double>(latency) : 0;
}

std::size_t SweepPoint::cause() const {
    return static_cast<std::size_t>(std::max_element(breakdown.begin(), breakdown.end()) - breakdown.begin());
}

std::vector<std::size_t> SweepRecord::place(std::size_t point) const {
    std::vector<std::size_t> out(axes.size());
    for (std::size_t axis = axes.size(); axis-- > 0;) {
        out[axis] = point % axes[axis].labels.size();
        point /= axes[axis].labels.size();
    }
    return out;
}

std::size_t SweepRecord::count(PointStatus status) const {
    return static_cast<std::size_t>(
        std::count_if(points.begin(), points.end(), [&](const SweepPoint& point) { return point.status == status; }));
}

namespace {

template <class Function>
std::vector<double> reals_of(const std::vector<SweepPoint>& points, Function function) {
    std::vector<double> out;
    for (const SweepPoint& point : points) out.push_back(function(point));
    return out;
}

void write_axes(const hdf5::OutputGroup& root, const std::vector<SweepAxis>& axes) {
    hdf5::OutputGroup group = root.group("axes");
    for (const SweepAxis& axis : axes) {
        hdf5::OutputGroup own = group.group(axis.name);
        own.attribute("kind", axis.kind);
        own.attribute("role", axis_role_names()[static_cast<std::size_t>(axis.role)]);
        own.attribute("noun", axis.noun);
        own.column("label", {"text", "each value as the spec has it"}, hdf5::TextColumn::of(axis.labels));
        if (!axis.numbers.empty()) own.column("value", {axis.unit, "each value as a number"}, axis.numbers);
    }
}

void write_points(const hdf5::OutputGroup& root, const SweepRecord& record) {
    hdf5::OutputGroup group = root.group("points");
    const std::vector<SweepPoint>& points = record.points;
    using Point = SweepPoint;
    auto texts = [&](const char* name, const char* description, auto function) {
        group.column(name, {"text", description}, collect_texts(points, function));
    };
    auto whole = [&](const char* name, const char* unit, const std::string& description, auto function) {
        group.column(name, {unit, description}, collect(points, function));
    };
    std::vector<std::int64_t> places;
    for (std::size_t point = 0; point < points.size(); ++point)
        for (std::size_t at : record.place(point)) places.push_back(static_cast<std::int64_t>(at));
    group.matrix("place", {"1", "place of each point on each axis, counted from 0"}, points.size(), places);
    texts("status", "`done`, `failed` or `pending`",
          [](const Point& p) { return point_status_names()[static_cast<std::size_t>(p.status)]; });
    texts("error", "why a point failed; else empty", [](const Point& p) { return p.error; });
    texts("workload", "name of the workload", [](const Point& p) { return p.workload; });
    texts("topology", "name of the platform", [](const Point& p) { return p.topology; });
    texts("search", "name of the search; empty: the mapping was given", [](const Point& p) { return p.search; });
    whole("seed", "1", "seed of the search", [](const Point& p) { return p.seed; });
    whole("evaluations", "1", "mappings that the search tried", [](const Point& p) { return p.evaluations; });
    texts("digest", "digest of all that the point depends on", [](const Point& p) { return p.digest; });
    whole("latency", "ps", "simulated latency", [](const Point& p) { return p.latency; });
    whole("bound", "ps", "no mapping is faster", [](const Point& p) { return p.bound; });
    group.column("gap", {"1", "share of the latency that lies above the bound"},
                 reals_of(points, [](const Point& p) { return p.gap(); }));
    whole("period", "ps", "time between results of a stream in its steady state; 0: a single request",
          [](const Point& p) { return p.period; });
    group.column("energy", {"J", "energy of the run; 0: not known, as a design of the mapping states none"},
                 reals_of(points, [](const Point& p) { return p.energy_j; }));
    whole("bytes", "B", "payload of all transfers", [](const Point& p) { return p.bytes; });
    texts("busiest_link", "the link that was busy longest; empty: none was used",
          [](const Point& p) { return p.busiest_link; });
    group.column("utilization", {"1", "share of the latency in which the busiest link was busy"},
                 reals_of(points, [](const Point& p) { return p.utilization; }));
    whole("accelerators", "1", "accelerators of the platform", [](const Point& p) { return p.accelerators; });
    whole("link_bandwidth", "bit/s", "bandwidth of all directed links together",
          [](const Point& p) { return p.link_bandwidth; });
    texts("cause", "the largest part of the breakdown", [](const Point& p) {
        return p.status == PointStatus::done ? std::string(breakdown_causes[p.cause()]) : std::string();
    });
    for (std::size_t cause = 0; cause < cause_count; ++cause)
        whole(breakdown_causes[cause], "ps", "part of the latency along the critical path",
              [cause](const Point& p) { return p.breakdown[cause]; });
    texts("mapping", "the mapping as JSON; empty if the point failed", [](const Point& p) { return p.mapping; });
}

void fill(const hdf5::OutputGroup& root, const SweepRecord& record) {
    root.attribute("format", std::string(sweep_result_format));
    root.attribute("version", record.version);
    root.attribute("name", record.name);
    root.attribute("question", record.question);
    root.attribute("measure", record.measure);
    root.scalar("spec", {"text", "the text of the sweep's file"}, record.spec);
    write_axes(root, record.axes);
    write_points(root, record);
    root.column("answers", {"text", "what the points say, in sentences"}, hdf5::TextColumn::of(record.answers));
}

} // namespace

void write_sweep_file(const std::string& path, const SweepRecord& record) {
    try {
        hdf5::DiskFile file(path);
        fill(file.root(), record);
        file.complete();
    } catch (const hdf5::Failure& failure) {
        throw InputError({Problem{path, 0, "", failure.what()}});
    }
}

namespace {

std::string format_of(const hdf5::InputFile& file) {
    return file.has_attribute("/", "format") ? file.text_attribute("/", "format") : "";
}

/// Reads columns of /points, all of one length.
class PointColumns {
public:
    PointColumns(const hdf5::InputFile& file, std::size_t rows) : file_(file), points_(rows) {}

    template <class Set>
    void whole(const std::string& name, Set set) {
        fill(name, file_.integers("points/" + name), set);
    }
    template <class Set>
    void real(const std::string& name, Set set) {
        fill(name, file_.reals("points/" + name), set);
    }
    template <class Set>
    void text(const std::string& name, Set set) {
        fill(name, file_.texts("points/" + name), set);
    }
    std::vector<SweepPoint> take() { return std::move(points_); }

private:
    template <class Value, class Set>
    void fill(const std::string& name, std::vector<Value> values, Set set) {
        if (values.size() != points_.size())
            file_.refuse(fmt::format("dataset 'points/{}' has {} rows, not one for each of {} points", name,
                                     values.size(), points_.size()));
        for (std::size_t row = 0; row < values.size(); ++row) set(points_[row], std::move(values[row]));
    }

    const hdf5::InputFile& file_;
    std::vector<SweepPoint> points_;
};

template <class Enumeration>
Enumeration named(const hdf5::InputFile& file, const std::vector<std::string>& names, const std::string& name) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) file.refuse(fmt::format("'{}' is unknown; legal: {}", name, fmt::join(names, ", ")));
    return static_cast<Enumeration>(found - names.begin());
}

std::vector<SweepAxis> read_axes(const hdf5::InputFile& file) {
    std::vector<SweepAxis> out;
    for (const std::string& name : file.members("axes")) {
        std::string group = "axes/" + name;
        SweepAxis axis;
        axis.name = name;
        axis.kind = file.text_attribute(group, "kind");
        axis.role = named<AxisRole>(file, axis_role_names(), file.text_attribute(group, "role"));
        axis.noun = file.text_attribute(group, "noun");
        axis.labels = file.texts(group + "/label");
        if (axis.labels.empty()) file.refuse(fmt::format("axis '{}' has no value", name));
        if (file.has(group + "/value")) {
            axis.numbers = file.reals(group + "/value");
            axis.unit = file.text_attribute(group + "/value", "unit");
        }
        if (axis.numbers.size() != (axis.role == AxisRole::quantity ? axis.labels.size() : 0))
            file.refuse(
                fmt::format("axis '{}' has {} values and {} numbers", name, axis.labels.size(), axis.numbers.size()));
        out.push_back(std::move(axis));
    }
    return out;
}

} // namespace

bool is_sweep_file(const std::string& path) {
    try {
        return format_of(hdf5::InputFile(path)) == sweep_result_format;
    } catch (const InputError&) {
        return false;
    }
}

SweepRecord read_sweep_file(const std::string& path) {
    hdf5::InputFile file(path);
    std::string format = format_of(file);
    if (format != sweep_result_format)
        file.refuse(
            fmt::format("not the result of a sweep: its format is '{}', not '{}'", format, sweep_result_format));
    SweepRecord out;
    out.version = file.text_attribute("/", "version");
    out.name = file.text_attribute("/", "name");
    out.question = file.text_attribute("/", "question");
    out.measure = file.text_attribute("/", "measure");
    std::vector<std::string> spec = file.texts("spec");
    out.spec = spec.empty() ? "" : spec.front();
    out.axes = read_axes(file);
    out.answers = file.texts("answers");

    std::size_t rows = 1;
    for (const SweepAxis& axis : out.axes) rows *= axis.labels.size();
    PointColumns columns(file, rows);
    using Point = SweepPoint;
    auto unsigned_of = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
    columns.text("status", [&](Point& p, const std::string& name) {
        p.status = named<PointStatus>(file, point_status_names(), name);
    });
    columns.text("error", [](Point& p, std::string value) { p.error = std::move(value); });
    columns.text("workload", [](Point& p, std::string value) { p.workload = std::move(value); });
    columns.text("topology", [](Point& p, std::string value) { p.topology = std::move(value); });
    columns.text("search", [](Point& p, std::string value) { p.search = std::move(value); });
    columns.whole("seed", [&](Point& p, std::int64_t value) { p.seed = unsigned_of(value); });
    columns.whole("evaluations", [&](Point& p, std::int64_t value) { p.evaluations = unsigned_of(value); });
    columns.text("digest", [](Point& p, std::string value) { p.digest = std::move(value); });
    columns.whole("latency", [](Point& p, std::int64_t value) { p.latency = value; });
    columns.whole("bound", [](Point& p, std::int64_t value) { p.bound = value; });
    columns.whole("period", [](Point& p, std::int64_t value) { p.period = value; });
    columns.real("energy", [](Point& p, double value) { p.energy_j = value; });
    columns.whole("bytes", [](Point& p, std::int64_t value) { p.bytes = value; });
    columns.text("busiest_link", [](Point& p, std::string value) { p.busiest_link = std::move(value); });
    columns.real("utilization", [](Point& p, double value) { p.utilization = value; });
    columns.whole("accelerators", [](Point& p, std::int64_t value) { p.accelerators = value; });
    columns.whole("link_bandwidth", [](Point& p, std::int64_t value) { p.link_bandwidth = value; });
    for (std::size_t cause = 0; cause < cause_count; ++cause)
        columns.whole(breakdown_causes[cause], [cause](Point& p, std::int64_t value) { p.breakdown[cause] = value; });
    columns.text("mapping", [](Point& p, std::string value) { p.mapping = std::move(value); });
    out.points = columns.take();
    return out;
}

} // namespace arsia
