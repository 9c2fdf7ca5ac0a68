#include "sim/modules/local_memory.h"

#include <algorithm>

namespace arsia {

LocalMemory::LocalMemory(const sc_core::sc_module_name& name, NodeId id, const Memory& memory, Bytes access,
                         Agenda& agenda, TransferTable& transfers)
    : sc_module(name), id_(id), memory_(memory), access_(access), agenda_(agenda), transfers_(transfers) {}

bool LocalMemory::wants(Client client) const {
    switch (client) {
    case tile_load: return run_.active() && run_.wants_load();
    case tile_store: return run_.active() && run_.wants_store();
    case dma_read: return !reads_.empty();
    case dma_write: return !writes_.empty();
    case client_count: break;
    }
    return false;
}

LocalMemory::Client LocalMemory::pick() const {
    for (unsigned i = 0; i < client_count; ++i) {
        auto client = static_cast<Client>((turn_ + i) % client_count);
        if (wants(client)) return client;
    }
    return client_count;
}

void LocalMemory::occupy(Client client, Bytes bytes) {
    TimePs service = duration(bytes);
    serving_ = client;
    turn_ = static_cast<std::uint8_t>((client + 1) % client_count);
    busy_until_ = later(time_, service);
    busy_ += service;
    bytes_ = checked_add(bytes_, bytes, "the bytes through a memory");
    if (client == tile_load || client == tile_store) run_.served_in(service);
}

void LocalMemory::serve_tile(Client client) {
    occupy(client, client == tile_load ? run_.take_load() : run_.take_store());
}

TimePs LocalMemory::next_completion() const {
    TimePs access_end = serving_ != client_count ? busy_until_ : never;
    return run_.active() ? std::min(access_end, run_.compute_end()) : access_end;
}

bool LocalMemory::complete(TimePs time) {
    if (busy_until_ == time) {
        Client served = serving_;
        serving_ = client_count;
        if (served == tile_load) run_.load_ended(time);
        if (served == tile_store) run_.store_ended(time);
    }
    if (!run_.active() || run_.compute_end() != time) return false;
    run_.compute_ended(time);
    return true;
}

// While a DMA access is queued, decide() alone grants accesses, at events of the agenda: whoever made the request has
// asked for one. Tile accesses among themselves are granted here.
void LocalMemory::settle(TimePs time, bool decide_at_time) {
    if (run_.active()) return settle_tiles(time, decide_at_time);
    if (busy_until_ <= time) serving_ = client_count;
    time_ = time;
}

void LocalMemory::settle_tiles(TimePs time, bool decide_at_time) {
    Watch watch;
    bool alone = reads_.empty() && writes_.empty();
    for (;;) {
        bool may_decide = alone && (time_ < time || decide_at_time);
        if (may_decide && is_free() && tiles_want()) serve_tile(pick());
        TimePs next = next_completion();
        if (next > time) break;
        time_ = next;
        if (complete(next) && alone && skip_ && run_.tiles_left() >= worth_watching) skip_repetitions(watch, time);
    }
    time_ = time;
}

LocalMemory::Standing LocalMemory::standing() const {
    return {time_, run_.moment(time_), serving_, turn_, std::max<TimePs>(0, busy_until_ - time_), busy_, bytes_};
}

void LocalMemory::skip_repetitions(Watch& watch, TimePs until) {
    ++watch.tiles;
    if (watch.kept && watch.kept->serving == serving_ && watch.kept->turn == turn_) {
        const Standing before = *watch.kept, now = standing();
        TimePs period = now.time - before.time;
        std::int64_t times =
            period > 0 ? (until - 1 - time_) / period : 0; // what happens at `until` is left to the loop
        if (times > 0 && now.busy_for == before.busy_for)
            times = std::min(times, run_.repetitions(before.run, now.run));
        else
            times = 0;
        if (times > 0) {
            run_.repeat(before.run, now.run, period, times);
            time_ += times * period;
            busy_until_ += times * period;
            busy_ += times * (now.busy - before.busy);
            const char* what = "the bytes through a memory";
            bytes_ = checked_add(bytes_, checked_multiply(times, now.bytes - before.bytes, what), what);
            watch = {};
            return;
        }
    }
    if (watch.tiles < watch.keep_at) return;
    watch.kept = standing();
    watch.keep_at *= 2;
}

void LocalMemory::start_tiles(const TilePlan& plan) {
    settle(agenda_.now(), agenda_.memories_decided());
    run_.start(plan, access_, memory_.bandwidth, memory_.latency, agenda_.now());
    wake_at_ = never;
    plan_wake();
}

void LocalMemory::plan_wake() {
    if (!run_.active()) return;
    if (!skip_ && is_free() && tiles_want()) ask_for_decision();
    TimePs wake = run_.end();
    if (wake == never) {
        bool serving_tiles = serving_ == tile_load || serving_ == tile_store;
        wake = skip_ ? run_.earliest_end(time_, std::max(time_, busy_until_), serving_tiles) : next_completion();
    }
    if (wake == never || wake == wake_at_) return;
    wake_at_ = wake;
    agenda_.at(wake, EventKind::memory_wake, id_.value());
}

bool LocalMemory::wake() {
    settle(agenda_.now(), agenda_.memories_decided());
    if (run_.active() && run_.end() <= agenda_.now()) {
        run_.stop();
        return true;
    }
    plan_wake();
    return false;
}

void LocalMemory::ask_for_decision() {
    if (decision_asked_) return;
    decision_asked_ = true;
    if (is_free())
        agenda_.decide_now(EventKind::decide_memory, id_.value());
    else
        agenda_.at(busy_until_, EventKind::decide_memory, id_.value());
}

void LocalMemory::request(ArrivalQueue<Access>& queue, SlotId slot, Bytes bytes) {
    TimePs now = agenda_.now();
    settle(now, agenda_.memories_decided());
    queue.push({slot, bytes, now}, transfers_);
    ask_for_decision();
}

void LocalMemory::request_read(SlotId slot, Bytes bytes) { request(reads_, slot, bytes); }
void LocalMemory::request_write(SlotId slot, Bytes bytes) { request(writes_, slot, bytes); }

void LocalMemory::withdraw_reads(SlotId slot) {
    settle(agenda_.now(), agenda_.memories_decided());
    reads_.withdraw(slot, [](const Access&) {});
}

bool LocalMemory::decide(Granted& granted) {
    settle(agenda_.now(), false);
    decision_asked_ = false;
    bool is_dma = false;
    if (is_free()) {
        Client client = pick();
        if (client == dma_read || client == dma_write) {
            ArrivalQueue<Access>& queue = client == dma_read ? reads_ : writes_;
            Access access = queue.pop();
            occupy(client, access.bytes);
            granted = {client == dma_read, access.slot, access.bytes, busy_until_};
            is_dma = true;
        } else if (client != client_count) {
            serve_tile(client);
        }
    }
    if (!reads_.empty() || !writes_.empty() || (!skip_ && tiles_want())) ask_for_decision();
    if (!skip_) plan_wake();
    return is_dma;
}

void LocalMemory::clear() {
    time_ = 0;
    run_.stop();
    reads_.clear();
    writes_.clear();
    busy_until_ = 0;
    serving_ = client_count;
    turn_ = 0;
    decision_asked_ = false;
    wake_at_ = never;
    busy_ = 0;
    bytes_ = 0;
}

} // namespace arsia
