#include "sweep/runner.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

#include <fmt/format.h>

#include "base/errors.h"
#include "mapper/evaluation/bytes.h"
#include "sweep/answers.h"
#include "sweep/axis_kinds.h"
#include "sweep/plan.h"
#include "sweep/point.h"

namespace arsia {

namespace {

SweepAxis axis_record(const Axis& axis) {
    SweepAxis out;
    out.name = axis.name;
    out.kind = axis.kind->name;
    out.role = axis.kind->role;
    // A value that is no number, such as a burst of `message`, makes no curve.
    if (out.role == AxisRole::quantity && !axis.is_quantity()) out.role = AxisRole::rivals;
    out.noun = axis.name == axis.kind->name ? axis.kind->noun : fmt::format("({})", axis.name);
    for (const AxisValue& value : axis.values) {
        out.labels.push_back(value.label);
        if (out.role == AxisRole::quantity) out.numbers.push_back(*value.number);
    }
    if (out.role == AxisRole::quantity) out.unit = axis.kind->unit;
    return out;
}

/// Why the file is of another sweep; empty if it is not.
std::string difference(const SweepRecord& file, const SweepRecord& ours) {
    if (file.version != ours.version) return fmt::format("made by arsia {}, not {}", file.version, ours.version);
    if (file.name != ours.name) return fmt::format("sweep '{}', not '{}'", file.name, ours.name);
    if (file.measure != ours.measure) return fmt::format("measure {}, not {}", file.measure, ours.measure);
    if (file.axes.size() != ours.axes.size()) return fmt::format("{} axes, not {}", file.axes.size(), ours.axes.size());
    for (std::size_t at = 0; at < ours.axes.size(); ++at) {
        const SweepAxis &there = file.axes[at], &here = ours.axes[at];
        if (there.name != here.name || there.kind != here.kind)
            return fmt::format("axis {} ({}), not {} ({})", there.name, there.kind, here.name, here.kind);
        if (there.labels != here.labels)
            return fmt::format("axis {} with the values {}, not {}", here.name, fmt::join(there.labels, ", "),
                               fmt::join(here.labels, ", "));
    }
    return "";
}

/// ` (signal 9: Killed)`: without the process's number, so that equal sweeps have equal files.
std::string cause_of_death(const std::string& report) {
    std::size_t at = report.find(" (");
    return at == std::string::npos ? "" : report.substr(at);
}

} // namespace

SweepRecord empty_record(const SweepSpec& spec) {
    SweepRecord out;
    out.version = ARSIA_VERSION;
    out.name = spec.name;
    out.question = spec.question;
    out.measure = spec.measure;
    out.spec = spec.text;
    for (const Axis& axis : spec.axes) out.axes.push_back(axis_record(axis));
    out.points.resize(spec.points());
    return out;
}

SweepRecord resumed_record(const SweepSpec& spec, const std::string& file) {
    SweepRecord out = empty_record(spec), known = read_sweep_file(file);
    auto refuse = [&](const std::string& reason) {
        throw InputError({{file, 0, "", "cannot be resumed, it is of another sweep: " + reason}});
    };
    std::string reason = difference(known, out);
    if (!reason.empty()) refuse(reason);
    for (std::size_t point = 0; point < out.points.size(); ++point) {
        SweepPoint& there = known.points[point];
        // A point that left no digest could not be read, or killed its worker: it is run again.
        if (there.status == PointStatus::pending || there.digest.empty()) continue;
        if (there.digest != point_digest(spec, point))
            refuse(fmt::format("what the point {} names has changed since", label_of(spec, point)));
        out.points[point] = std::move(there);
    }
    out.answers = sweep_answers(out);
    return out;
}

Reply point_reply(const SweepSpec& spec) {
    return [&spec](std::string_view question) {
        ByteReader in(question);
        auto point = static_cast<std::size_t>(in.number());
        return ByteWriter().number(point).text(encode(run_point(spec, point, std::string(in.text())))).take();
    };
}

bool run_points(const SweepSpec& spec, SweepRecord& record, Workers& workers,
                const std::function<void(std::size_t)>& point_done, const GoOn& go_on) {
    constexpr std::chrono::milliseconds patience{50};
    std::deque<std::size_t> waiting;
    for (std::size_t point = 0; point < record.points.size(); ++point)
        if (record.points[point].status == PointStatus::pending) waiting.push_back(point);
    std::vector<std::optional<std::size_t>> running(workers.count());
    // The next point that need not wait for the first one's mapping.
    auto next = [&] {
        bool first_ended = record.points[0].status != PointStatus::pending;
        return std::find_if(waiting.begin(), waiting.end(),
                            [&](std::size_t point) { return first_ended || !keeps_mapping(spec, point); });
    };

    auto end = [&](std::size_t worker, SweepPoint result) {
        std::size_t point = *running[worker];
        running[worker].reset();
        record.points[point] = std::move(result);
        point_done(point);
    };
    for (;;) {
        for (std::size_t worker = 0; worker < running.size(); ++worker) {
            auto point = running[worker] ? waiting.end() : next();
            if (point == waiting.end()) continue;
            running[worker] = *point;
            std::string kept = keeps_mapping(spec, *point) ? record.points[0].mapping : "";
            workers.send(worker, ByteWriter().number(*point).text(kept).take());
            waiting.erase(point);
        }
        if (std::none_of(running.begin(), running.end(), [](const auto& point) { return point.has_value(); }))
            return true;
        for (const Workers::Report& report : workers.receive(patience)) {
            if (!running[report.worker]) continue;
            if (report.died) {
                SweepPoint failed;
                failed.status = PointStatus::failed;
                failed.error = "a worker process died over it" + cause_of_death(report.content);
                end(report.worker, std::move(failed));
                continue;
            }
            ByteReader in(report.content);
            in.number(); // a worker has one point at a time
            end(report.worker, decode_point(in.text()));
        }
        if (!go_on()) return false;
    }
}

} // namespace arsia
