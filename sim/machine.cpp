#include "sim/machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "topologies/routing.h"

namespace arsia {

/// A name that SystemC takes as it is: its own separator is the point.
static std::string module_name(const std::string& name) {
    std::string out = name;
    for (char& c : out)
        if (c == '.' || c == ' ') c = '_';
    return out;
}

Machine::Machine(const sc_core::sc_module_name& name, const Platform& platform, MachineListener& listener,
                 const AcceleratorFactory& models)
    : sc_module(name), platform_(platform), listener_(listener), agenda_("agenda", *this),
      engines_(platform.nodes.size(), nullptr), dmas_(platform.nodes.size(), nullptr),
      memories_(platform.nodes.size(), nullptr), paths_(platform.nodes.size()) {
    for (LinkId id : ids_of(platform.links)) {
        const Link& link = platform.links[id];
        links_.emplace_back(module_name(link.name).c_str(), id, link, agenda_, transfers_);
    }
    for (NodeId id : ids_of(platform.nodes)) {
        const Node& node = platform.nodes[id];
        std::string label = module_name(node.name);
        NodeContext context{id, node, access_bytes(), agenda_, transfers_};
        if (node.kind == NodeKind::accelerator) {
            auto module = std::make_unique<AcceleratorModule>(label.c_str(), context);
            engines_[id] = &module->engine;
            if (std::unique_ptr<AcceleratorModel> model = models ? models(id, node) : nullptr) {
                module->engine.set_model(std::move(model));
                has_models_ = true;
            }
            dmas_[id] = &module->dma;
            memories_[id] = &module->memory;
            nodes_.push_back(std::move(module));
        } else if (node.kind == NodeKind::host) {
            auto module = std::make_unique<HostModule>(label.c_str(), context);
            dmas_[id] = &module->dma;
            memories_[id] = &module->memory;
            nodes_.push_back(std::move(module));
        } else {
            nodes_.push_back(std::make_unique<SwitchModule>(label.c_str()));
        }
    }
}

void Machine::set_skip(bool skip) {
    for (LocalMemory* memory : memories_)
        if (memory) memory->set_skip(skip);
}

void Machine::clear() {
    agenda_.clear();
    transfers_.clear();
    for (LinkModule& link : links_) link.clear();
    if (!failed_.empty()) forget_paths();
    failed_.clear();
    detours_.clear();
    parts_left_.assign(1, 0);
    for (std::size_t i = 0; i < platform_.link_events.size(); ++i)
        agenda_.at(platform_.link_events[i].at, EventKind::link_event, static_cast<std::uint32_t>(i));
    for (NodeId node : ids_of(memories_)) {
        if (memories_[node]) memories_[node]->clear();
        if (dmas_[node]) dmas_[node]->clear();
        if (engines_[node]) engines_[node]->clear();
    }
}

void Machine::handle(EventKind kind, std::uint32_t who, std::uint32_t detail) {
    switch (kind) {
    case EventKind::link_event: return link_changes(platform_.link_events[who]);
    case EventKind::timer: return listener_.timer_expired(TaskId(who));
    case EventKind::job_start: return engines_[NodeId(who)]->start_job();
    case EventKind::memory_wake:
        if (memories_[NodeId(who)]->wake()) listener_.tiles_ended(NodeId(who));
        return;
    case EventKind::setup_done:
        if (transfers_[SlotId(who)].bursts == 0) return end_transfer(SlotId(who));
        return dmas_[transfers_[SlotId(who)].key.source]->read_more(SlotId(who));
    case EventKind::burst_at_link:
        if (detail < transfers_[SlotId(who)].failed_hops) return; // has gone another way since
        return links_[(*transfers_[SlotId(who)].route)[detail].value()].enqueue(SlotId(who), detail);
    case EventKind::write_request: return request_write(SlotId(who));
    case EventKind::write_done: return burst_written(SlotId(who));
    case EventKind::decide_dma: return start_transfer(NodeId(who));
    case EventKind::decide_memory: return memory_decides(NodeId(who));
    case EventKind::decide_link: return link_decides(LinkId(who));
    }
}

// Credits return at once. Alone, a transfer needs as many bursts in flight as keep its slowest stage busy from the read
// of one to the end of its write. Among others any link of the route may become as slow as the slowest, and then each
// must find a burst waiting: so every link counts as a whole burst, whatever its own rate. One more hides the instant
// of the exchange.
std::int64_t Machine::window_of(NodeId source, NodeId destination, const Route& route, bool accumulate) const {
    Bytes burst = platform_.burst;
    TimePs read = memories_[source]->duration(burst);
    TimePs write = memories_[destination]->duration(accumulate ? 2 * burst : burst);
    TimePs slowest = std::max(read, write);
    TimePs elsewhere =
        later(later(memories_[source]->latency(), memories_[destination]->latency()), later(read, write));
    for (LinkId id : route) {
        const Link& link = platform_.links[id];
        slowest = std::max(slowest, transfer_time(burst, link.bandwidth));
        elsewhere = later(elsewhere, link.latency);
    }
    return static_cast<std::int64_t>(route.size()) + divide_up(elsewhere, slowest) + 1;
}

const Machine::Path& Machine::path(NodeId source, NodeId destination) {
    std::vector<Path>& from = paths_[source];
    if (from.empty()) from.resize(platform_.nodes.size());
    Path& path = from[destination.value()];
    if (path.route == nullptr) {
        const Route& route = failed_.empty() ? platform_.route(source, destination)
                                             : detours_.emplace_back(live_route(source, destination));
        if (platform_.burst > 0) {
            path.window = window_of(source, destination, route, false);
            path.window_accumulating = window_of(source, destination, route, true);
        }
        path.route = &route;
    }
    return path;
}

void Machine::start_transfer(NodeId node) {
    DmaEngine& dma = *dmas_[node];
    DmaEngine::Started started;
    if (!dma.decide(started)) return;
    listener_.transfer_started(started);
    const Path& way = routed(started.key);
    SlotId slot = transfers_.take();
    ActiveTransfer& transfer = transfers_[slot];
    Bytes bytes = started.key.bytes;
    transfer.key = started.key;
    transfer.burst = platform_.burst > 0 ? std::min(platform_.burst, bytes) : bytes;
    transfer.bursts = bytes > 0 ? divide_up(bytes, transfer.burst) : 0;
    transfer.last_burst = bytes > 0 ? bytes - (transfer.bursts - 1) * transfer.burst : 0;
    transfer.accumulate = started.accumulate;
    transfer.follow(*way.route, way.window_of(started.accumulate));
    transfer.requested = transfer.write_requested = transfer.written = 0;
    transfer.failed_hops = 0;
    transfer.split = 0;
    if (transfer.bursts == 0 && platform_.nodes[node].dma.setup == 0)
        end_transfer(slot);
    else
        dma.begin(slot);
}

void Machine::end_transfer(SlotId slot) {
    TransferKey key = transfers_[slot].key;
    std::uint32_t split = transfers_[slot].split;
    if (split == 0)
        transfers_.give_back(slot);
    else
        transfers_.retire(slot);
    if (split > 0 && --parts_left_[split] > 0) return;
    dmas_[key.source]->finished();
    listener_.transfer_ended(key.task);
}

void Machine::request_write(SlotId slot) {
    ActiveTransfer& transfer = transfers_[slot];
    Bytes payload = transfer.burst_bytes(transfer.write_requested++);
    memories_[transfer.key.destination]->request_write(slot, transfer.written_bytes(payload));
}

void Machine::memory_decides(NodeId node) {
    LocalMemory& memory = *memories_[node];
    LocalMemory::Granted granted;
    if (!memory.decide(granted)) return;
    if (!granted.is_read)
        return agenda_.at(later(granted.end, memory.latency()), EventKind::write_done, granted.slot.value());
    const ActiveTransfer& transfer = transfers_[granted.slot];
    if (transfer.route->empty()) // a copy within one memory
        return agenda_.at(later(granted.end, memory.latency()), EventKind::write_request, granted.slot.value());
    LinkModule& first = links_[transfer.route->front().value()];
    TimePs ready = std::max(agenda_.now(), granted.end - first.duration(granted.bytes));
    ready = later(ready, memory.latency());
    if (ready == agenda_.now())
        first.enqueue(granted.slot, 0);
    else
        agenda_.at(ready, EventKind::burst_at_link, granted.slot.value(), 0);
}

void Machine::link_decides(LinkId link) {
    LinkModule::Sent sent;
    if (!links_[link.value()].decide(sent)) return;
    if (link_bins_) link_bins_->add(link, agenda_.now(), sent.tail - platform_.links[link].latency);
    const ActiveTransfer& transfer = transfers_[sent.slot];
    if (sent.hop + 1 < transfer.route->size())
        return agenda_.at(sent.tail, EventKind::burst_at_link, sent.slot.value(),
                          static_cast<std::uint32_t>(sent.hop + 1));
    TimePs write = memories_[transfer.key.destination]->duration(transfer.written_bytes(sent.bytes));
    agenda_.at(std::max(sent.head, sent.tail - write), EventKind::write_request, sent.slot.value());
}

void Machine::burst_written(SlotId slot) {
    ActiveTransfer& transfer = transfers_[slot];
    if (++transfer.written == transfer.bursts)
        end_transfer(slot);
    else
        dmas_[transfer.key.source]->read_more(slot);
}

void Machine::forget_paths() {
    for (std::vector<Path>& from : paths_) from.clear();
}

Route Machine::live_route(NodeId source, NodeId destination) const {
    return route_around(platform_, failed_, source, destination);
}

/// path(), with an error that says which transfer cannot be routed.
const Machine::Path& Machine::routed(const TransferKey& key) {
    try {
        return path(key.source, key.destination);
    } catch (const InputError& error) {
        if (failed_.empty()) throw;
        throw IllegalError(fmt::format("transfer {} of {} B from {} to {} cannot be routed at {}: {}", key.task.value(),
                                       key.bytes, platform_.nodes[key.source].name,
                                       platform_.nodes[key.destination].name, format_time(agenda_.now()),
                                       error.what()));
    }
}

void Machine::link_changes(const LinkEvent& event) {
    if (event.bandwidth.bits_per_second > 0)
        return links_[event.link.value()].set_bandwidth(bandwidth_after(platform_, event));
    if (failed_.empty()) failed_.assign(platform_.links.size(), false);
    failed_[event.link] = true;
    forget_paths();
    for (SlotId slot : transfers_.active()) send_around(slot, event.link);
}

// A burst that is on the link still arrives; those behind it start again at the source, over a route that lives. So
// the transfer becomes two parts, of what has passed the link and of the rest, that share its channel.
void Machine::send_around(SlotId slot, LinkId failed) {
    const Route& route = *transfers_[slot].route;
    auto hop = static_cast<std::size_t>(std::find(route.begin(), route.end(), failed) - route.begin());
    if (hop == route.size() || hop < transfers_[slot].failed_hops) return;
    std::int64_t passed = transfers_[slot].hops[hop].sent;
    if (passed == transfers_[slot].bursts) return;
    const Path& detour = routed(transfers_[slot].key);

    if (transfers_[slot].requested == 0) { // still being set up
        transfers_[slot].follow(*detour.route, detour.window_of(transfers_[slot].accumulate));
        return;
    }
    memories_[transfers_[slot].key.source]->withdraw_reads(slot);
    for (std::size_t i = 0; i <= hop; ++i) links_[route[i].value()].withdraw(slot);
    SlotId rest = transfers_.take();
    ActiveTransfer& whole = transfers_[slot];
    ActiveTransfer& part = transfers_[rest];
    if (whole.split == 0) {
        whole.split = static_cast<std::uint32_t>(parts_left_.size());
        parts_left_.push_back(1);
    }
    ++parts_left_[whole.split];
    part = whole;
    part.follow(*detour.route, detour.window_of(whole.accumulate));
    part.bursts = whole.bursts - passed;
    part.requested = part.write_requested = part.written = 0;
    part.failed_hops = 0;
    whole.bursts = whole.requested = passed;
    whole.last_burst = whole.burst;
    whole.failed_hops = hop + 1;
    if (whole.written == passed) {
        --parts_left_[whole.split];
        transfers_.retire(slot);
    }
    dmas_[part.key.source]->read_more(rest);
}

} // namespace arsia
