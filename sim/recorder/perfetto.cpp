// Field numbers: https://github.com/google/perfetto, protos/perfetto/trace/{trace,trace_packet}.proto and
// track_event/{track_event,track_descriptor,counter_descriptor,process_descriptor,debug_annotation}.proto.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "sim/recorder/exports.h"
#include "sim/recorder/lanes.h"
#include "sim/recorder/protobuf_writer.h"
#include "sim/recorder/run_data.h"

namespace arsia {

namespace {

namespace trace {
constexpr std::uint32_t packet = 1;
}
namespace packet {
constexpr std::uint32_t timestamp = 8, sequence = 10, track_event = 11, sequence_flags = 13, track_descriptor = 60;
constexpr std::uint64_t cleared = 1; ///< sequence_flags: the first packet of a sequence
} // namespace packet
namespace track {
constexpr std::uint32_t uuid = 1, name = 2, process = 3, parent = 5, counter = 8;
}
namespace process {
constexpr std::uint32_t pid = 1, name = 6;
}
namespace counter {
constexpr std::uint32_t unit = 3, unit_name = 6;
constexpr std::uint64_t size_bytes = 3;
} // namespace counter
namespace event {
constexpr std::uint32_t annotation = 4, type = 9, track = 11, category = 22, name = 23, value = 30, real_value = 44,
                        flow = 47, terminating_flow = 48;
constexpr std::uint64_t slice_begin = 1, slice_end = 2, instant = 3, counter = 4;
} // namespace event
namespace annotation {
constexpr std::uint32_t integer = 4, text = 6, name = 10;
}

constexpr TimePs ps_a_ns = 1000;

ProtobufMessage annotated(const char* name, std::int64_t value) {
    ProtobufMessage out;
    out.text(annotation::name, name);
    out.number(annotation::integer, static_cast<std::uint64_t>(value));
    return out;
}

ProtobufMessage annotated(const char* name, std::string_view value) {
    ProtobufMessage out;
    out.text(annotation::name, name);
    out.text(annotation::text, value);
    return out;
}

/// Gathers descriptors and events; events are put in order of time, those of one track as they were added.
class Trace {
public:
    std::uint64_t process(const std::string& name) {
        ProtobufMessage description, track_message;
        description.number(process::pid, ++processes_);
        description.text(process::name, name);
        track_message.message(track::process, description);
        return describe(track_message, name);
    }
    std::uint64_t track(const std::string& name, std::uint64_t parent) {
        ProtobufMessage message;
        message.number(track::parent, parent);
        return describe(message, name);
    }
    std::uint64_t counter(const std::string& name, std::uint64_t parent, bool of_bytes) {
        ProtobufMessage unit, message;
        if (of_bytes)
            unit.number(counter::unit, counter::size_bytes);
        else
            unit.text(counter::unit_name, "%");
        message.number(track::parent, parent);
        message.message(track::counter, unit);
        return describe(message, name);
    }
    /// An event of a track at a time; `rest` holds its other fields.
    void add(TimePs time, std::uint64_t on_track, std::uint64_t type, ProtobufMessage rest = {}) {
        rest.number(event::type, type);
        rest.number(event::track, on_track);
        events_.push_back({static_cast<std::uint64_t>(time / ps_a_ns), std::move(rest)});
    }

    std::string bytes() {
        std::stable_sort(events_.begin(), events_.end(),
                         [](const Event& a, const Event& b) { return a.time < b.time; });
        for (const Event& each : events_) {
            ProtobufMessage message;
            message.number(packet::timestamp, each.time);
            message.message(packet::track_event, each.message);
            finish(message);
        }
        return std::move(out_);
    }

private:
    struct Event {
        std::uint64_t time; ///< ns
        ProtobufMessage message;
    };

    std::uint64_t describe(ProtobufMessage& message, const std::string& name) {
        message.number(track::uuid, ++tracks_);
        message.text(track::name, name);
        ProtobufMessage whole;
        whole.message(packet::track_descriptor, message);
        if (tracks_ == 1) whole.number(packet::sequence_flags, packet::cleared);
        finish(whole);
        return tracks_;
    }
    void finish(ProtobufMessage& message) {
        message.number(packet::sequence, 1);
        ProtobufMessage framed;
        framed.message(trace::packet, message);
        out_ += framed.bytes();
    }

    std::uint64_t processes_ = 0, tracks_ = 0;
    std::vector<Event> events_;
    std::string out_;
};

/// Puts a run into a trace.
class Exporter {
public:
    explicit Exporter(const RunData& run) : run_(run), flows_out_(run.tasks.size()), flows_in_(run.tasks.size()) {
        for (std::size_t flow = 0; flow < run.dependencies.size(); ++flow) {
            flows_out_[run.dependencies[flow].first].push_back(flow + 1);
            flows_in_[run.dependencies[flow].second].push_back(flow + 1);
        }
    }

    std::string bytes() {
        for (std::size_t node = 0; node < run_.nodes.size(); ++node) add_node(node);
        add_engines();
        add_links();
        return trace_.bytes();
    }

private:
    void add_node(std::size_t node) {
        std::uint64_t process = trace_.process(run_.nodes[node].name);
        processes_.push_back(process);
        if (run_.nodes[node].memory_peak == 0) return;
        std::uint64_t counter = trace_.counter(run_.nodes[node].name + " live buffers", process, true);
        std::size_t bins = run_.memory_bins.size() - 1;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            ProtobufMessage value;
            value.number(event::value, static_cast<std::uint64_t>(run_.occupancy[node * bins + bin]));
            trace_.add(run_.memory_bins[bin], counter, event::counter, std::move(value));
        }
    }

    /// Tasks by the engine that they occupied, in order of their start.
    void add_engines() {
        std::vector<std::int32_t> channels = dma_lanes(run_);
        struct Place {
            std::int32_t node, lane; ///< lane −1: compute engine
            TimePs start;
            std::size_t task;
            auto key() const { return std::tie(node, lane, start, task); }
        };
        std::vector<Place> places;
        std::uint64_t joins = 0;
        for (std::size_t id = 0; id < run_.tasks.size(); ++id) {
            const RunData::Task& task = run_.tasks[id];
            if (task.kind == TaskKind::join) {
                if (joins == 0) joins = trace_.track("joins", trace_.process("program"));
                trace_.add(task.end, joins, event::instant, slice(id));
            } else {
                places.push_back({task.node, task.transfer < 0 ? -1 : channels[task.transfer], task.start, id});
            }
        }
        std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.key() < b.key(); });
        std::uint64_t track = 0;
        for (std::size_t at = 0; at < places.size(); ++at) {
            const Place& place = places[at];
            if (at == 0 || place.node != places[at - 1].node || place.lane != places[at - 1].lane)
                track = trace_.track(place.lane < 0 ? "compute" : fmt::format("dma {}", place.lane),
                                     processes_[place.node]);
            trace_.add(run_.tasks[place.task].start, track, event::slice_begin, slice(place.task));
            trace_.add(run_.tasks[place.task].end, track, event::slice_end);
        }
    }

    void add_links() {
        if (run_.links.empty()) return;
        std::uint64_t process = trace_.process("links");
        std::vector<std::vector<LinkLane>> lanes = link_lanes(run_);
        std::size_t bins = run_.link_bins.size() - 1;
        for (std::size_t link = 0; link < run_.links.size(); ++link) {
            if (run_.links[link].bytes == 0) continue;
            const std::string& name = run_.links[link].name;
            std::uint64_t counter = trace_.counter(name + " use", process, false);
            double before = -1;
            for (std::size_t bin = 0; bin < bins; ++bin) {
                double share = run_.utilization[link * bins + bin];
                if (share == before) continue;
                ProtobufMessage value;
                value.real(event::real_value, share * 100);
                trace_.add(run_.link_bins[bin], counter, event::counter, std::move(value));
                before = share;
            }
            std::vector<std::uint64_t> tracks;
            for (const LinkLane& use : lanes[link]) {
                // Tracks of one name and parent are shown as one.
                if (static_cast<std::size_t>(use.lane) == tracks.size()) tracks.push_back(trace_.track(name, process));
                const RunData::Task& task = run_.tasks[run_.transfers[use.transfer].task];
                ProtobufMessage begin;
                begin.text(event::name, slice_name(task));
                begin.text(event::category, "link");
                begin.message(event::annotation, annotated("task", run_.transfers[use.transfer].task));
                trace_.add(task.start, tracks[use.lane], event::slice_begin, std::move(begin));
                trace_.add(task.end, tracks[use.lane], event::slice_end);
            }
        }
    }

    std::string slice_name(const RunData::Task& task) const {
        std::string what = task.transfer < 0 ? name_of(task.kind) : name_of(run_.transfers[task.transfer].purpose);
        if (task.transfer >= 0 && run_.transfers[task.transfer].purpose == Purpose::none) what = "transfer";
        return task.op < 0 ? what : run_.operators[task.op] + " " + what;
    }

    ProtobufMessage slice(std::size_t id) const {
        const RunData::Task& task = run_.tasks[id];
        ProtobufMessage out;
        out.text(event::name, slice_name(task));
        out.text(event::category, name_of(task.kind));
        auto note = [&](const char* name, auto value) { out.message(event::annotation, annotated(name, value)); };
        note("task", static_cast<std::int64_t>(id));
        note("start_ps", task.start);
        note("end_ps", task.end);
        note("ready_ps", task.ready);
        note("bytes", task.bytes);
        if (task.cycles > 0) note("cycles", task.cycles);
        if (task.blocked_by >= 0) note("blocked_by", task.blocked_by);
        if (task.transfer >= 0) note("to", run_.nodes[run_.transfers[task.transfer].destination].name);
        for (std::uint64_t flow : flows_out_[id]) out.fixed(event::flow, flow);
        for (std::uint64_t flow : flows_in_[id]) out.fixed(event::terminating_flow, flow);
        return out;
    }

    const RunData& run_;
    std::vector<std::vector<std::uint64_t>> flows_out_, flows_in_; ///< by task; a flow a dependency
    std::vector<std::uint64_t> processes_;                         ///< tracks of nodes
    Trace trace_;
};

} // namespace

std::string perfetto_trace(const RunData& run) { return Exporter(run).bytes(); }

} // namespace arsia
