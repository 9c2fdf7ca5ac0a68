#include "sim/modules/tile_run.h"

#include <algorithm>
#include <utility>

namespace arsia {

TimePs TileRun::service(Bytes bytes) const {
    TimePs whole = checked_multiply(bytes / access_, transfer_time(access_, bandwidth_), "a tile's memory time in ps");
    Bytes rest = bytes % access_;
    return rest == 0 ? whole : later(whole, transfer_time(rest, bandwidth_));
}

void TileRun::start(const TilePlan& plan, Bytes access, Bandwidth bandwidth, TimePs memory_latency, TimePs now) {
    access_ = access;
    bandwidth_ = bandwidth;
    latency_ = memory_latency;
    steps_.clear();
    outputs_.clear();
    tiles_ = 0;
    compute_left_ = memory_left_ = last_store_service_ = 0;
    const char* what = "a computation's duration in ps";
    for (const TilePhase& phase : plan.phases) {
        auto first = static_cast<std::uint32_t>(steps_.size());
        for (const TileStep& step : phase.steps) {
            if (step.count == 0 || phase.repeat == 0) continue;
            TimePs duration = cycles_time(step.cycles, plan.clock);
            std::int64_t tiles = checked_multiply(phase.repeat, step.count, what);
            tiles_ = checked_add(tiles_, tiles, what);
            compute_left_ = later(compute_left_, checked_multiply(tiles, duration, what));
            memory_left_ = later(memory_left_, checked_multiply(tiles, service(step.load_bytes()), what));
            steps_.push_back({step.count, step.load_bytes(), duration});
        }
        auto end = static_cast<std::uint32_t>(steps_.size());
        if (end == first) continue;
        TimePs store_service = service(phase.store_bytes);
        memory_left_ = later(memory_left_, checked_multiply(phase.repeat, store_service, what));
        last_store_service_ = phase.store_bytes > 0 ? store_service + latency_ : 0;
        outputs_.push_back({phase.repeat, first, end, phase.store_bytes});
    }
    load_at_ = compute_at_ = store_at_ = {};
    load_left_ = store_left_ = 0;
    loads_begun_ = loads_ended_ = computes_begun_ = computes_ended_ = 0;
    outputs_begun_ = outputs_computed_ = stores_begun_ = stores_ended_ = 0;
    completes_output_ = false;
    compute_end_ = end_ = never;
    active_ = true;
    begin_loads(now);
    begin_compute(now);
    if (outputs_.empty()) end_ = now;
}

bool TileRun::advance(Cursor& cursor) const {
    if (++cursor.count < steps_[cursor.step].count) return false;
    cursor.count = 0;
    if (++cursor.step < outputs_[cursor.output].end_step) return false;
    advance_output(cursor);
    return true;
}

void TileRun::advance_output(Cursor& cursor) const {
    if (++cursor.repeat == outputs_[cursor.output].repeat) {
        cursor.repeat = 0;
        ++cursor.output;
    }
    if (!at_end(cursor)) cursor.step = outputs_[cursor.output].first_step;
}

void TileRun::begin_loads(TimePs now) {
    while (loads_begun_ == loads_ended_ && loads_begun_ <= computes_ended_ + 1 && !at_end(load_at_)) {
        load_left_ = steps_[load_at_.step].load;
        advance(load_at_);
        ++loads_begun_;
        if (load_left_ > 0) return;
        loaded_at_[loads_ended_++ % 2] = now;
    }
}

void TileRun::begin_compute(TimePs now) {
    if (compute_end_ != never || computes_begun_ == loads_ended_) return;
    if (begins_output(compute_at_)) {
        if (stores_ended_ + 1 < outputs_begun_) return; // both output buffers are taken
        ++outputs_begun_;
    }
    TimePs duration = steps_[compute_at_.step].duration;
    compute_end_ = later(std::max(now, loaded_at_[computes_begun_ % 2]), duration);
    compute_left_ -= duration;
    ++computes_begun_;
    completes_output_ = advance(compute_at_);
}

void TileRun::begin_stores(TimePs now) {
    while (stores_begun_ == stores_ended_ && stores_begun_ < outputs_computed_) {
        store_left_ = outputs_[store_at_.output].store;
        advance_output(store_at_);
        ++stores_begun_;
        if (store_left_ > 0) return;
        ++stores_ended_;
    }
    check_end(now);
}

void TileRun::check_end(TimePs now) {
    bool all_computed = at_end(compute_at_) && compute_end_ == never;
    if (all_computed && stores_ended_ == outputs_computed_) end_ = last_store_service_ > 0 ? later(now, latency_) : now;
}

Bytes TileRun::take_load() {
    Bytes bytes = std::min(load_left_, access_);
    load_left_ -= bytes;
    return bytes;
}

Bytes TileRun::take_store() {
    Bytes bytes = std::min(store_left_, access_);
    store_left_ -= bytes;
    return bytes;
}

void TileRun::load_ended(TimePs now) {
    if (load_left_ > 0) return;
    loaded_at_[loads_ended_++ % 2] = later(now, latency_);
    begin_loads(now);
    begin_compute(now);
}

void TileRun::store_ended(TimePs now) {
    if (store_left_ > 0) return;
    ++stores_ended_;
    begin_stores(now);
    begin_compute(now);
}

void TileRun::compute_ended(TimePs now) {
    compute_end_ = never;
    ++computes_ended_;
    if (completes_output_) {
        ++outputs_computed_;
        begin_stores(now);
    }
    begin_loads(now);
    begin_compute(now);
}

TimePs TileRun::earliest_end(TimePs now, TimePs memory_free_at, bool being_served) const {
    bool computing = compute_end_ != never;
    TimePs by_compute = computing ? compute_end_ : now;
    if (computing || !at_end(compute_at_)) by_compute = later(later(by_compute, compute_left_), last_store_service_);
    TimePs by_memory = now;
    if (memory_left_ > 0 || being_served) by_memory = later(memory_free_at, memory_left_);
    if (last_store_service_ > 0) by_memory = later(by_memory, latency_);
    return std::max({by_compute, by_memory, later(now, 1)});
}

TileRun::Moment TileRun::moment(TimePs now) const {
    auto ahead = [now](TimePs time) { return std::max<TimePs>(0, time - now); };
    return {{load_left_, store_left_, loads_begun_ - computes_ended_, loads_ended_ - computes_ended_,
             computes_begun_ - computes_ended_, outputs_begun_ - outputs_computed_, stores_begun_ - outputs_computed_,
             stores_ended_ - outputs_computed_, completes_output_, compute_end_ == never ? -1 : compute_end_ - now,
             ahead(loaded_at_[loads_ended_ % 2]), ahead(loaded_at_[(loads_ended_ + 1) % 2])},
            load_at_,
            compute_at_,
            store_at_,
            computes_ended_,
            outputs_computed_,
            compute_left_,
            memory_left_};
}

namespace {

/// Tiles that a cursor has gone on within one step of one output tile; 0: it has not moved, or further.
std::int64_t within_step(const TileRun::Cursor& from, const TileRun::Cursor& to) {
    bool same = from.output == to.output && from.repeat == to.repeat && from.step == to.step;
    return same ? to.count - from.count : 0;
}

/// Output tiles that it has gone on, to the same tile of a later one; 0: to another tile, or of other outputs.
std::int64_t by_outputs(const TileRun::Cursor& from, const TileRun::Cursor& to) {
    bool same = from.output == to.output && from.step == to.step && from.count == to.count;
    return same ? to.repeat - from.repeat : 0;
}

} // namespace

std::int64_t TileRun::repetitions(const Moment& from, const Moment& to) const {
    if (at_end(to.load) || at_end(to.store) || from.form != to.form) return 0;
    std::int64_t tiles = within_step(from.compute, to.compute);
    if (tiles > 0 && tiles == within_step(from.load, to.load) && from.outputs == to.outputs) {
        auto left = [&](const Cursor& at) { return (steps_[at.step].count - 1 - at.count) / tiles; };
        return std::min(left(to.load), left(to.compute));
    }
    std::int64_t outputs = by_outputs(from.compute, to.compute);
    if (outputs > 0 && outputs == by_outputs(from.load, to.load) && outputs == by_outputs(from.store, to.store)) {
        auto left = [&](const Cursor& at) { return (outputs_[at.output].repeat - 1 - at.repeat) / outputs; };
        return std::min({left(to.load), left(to.compute), left(to.store)});
    }
    return 0;
}

void TileRun::repeat(const Moment& from, const Moment& to, TimePs period, std::int64_t times) {
    std::int64_t tiles = times * (to.tiles - from.tiles), outputs = times * (to.outputs - from.outputs);
    for (std::int64_t* count : {&loads_begun_, &loads_ended_, &computes_begun_, &computes_ended_}) *count += tiles;
    for (std::int64_t* count : {&outputs_begun_, &outputs_computed_, &stores_begun_, &stores_ended_}) *count += outputs;
    auto go_on = [times](Cursor& at, const Cursor& before) {
        at.count += times * (at.count - before.count);
        at.repeat += times * (at.repeat - before.repeat);
    };
    go_on(load_at_, from.load);
    go_on(compute_at_, from.compute);
    go_on(store_at_, from.store);
    compute_left_ -= times * (from.compute_left - to.compute_left);
    memory_left_ -= times * (from.memory_left - to.memory_left);
    if (compute_end_ != never) compute_end_ += times * period;
    for (TimePs& time : loaded_at_) time += times * period;
    if (tiles % 2 != 0) std::swap(loaded_at_[0], loaded_at_[1]);
}

} // namespace arsia
