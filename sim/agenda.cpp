#include "sim/agenda.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"

namespace arsia {

static sc_core::sc_time kernel_duration(TimePs time) {
    return sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(time));
}

Agenda::Agenda(const sc_core::sc_module_name& name, AgendaHandler& handler) : sc_module(name), handler_(handler) {
    SC_HAS_PROCESS(Agenda);
    SC_METHOD(step);
    sensitive << wake_;
    dont_initialize();
}

void Agenda::at(TimePs time, EventKind kind, std::uint32_t who, std::uint32_t detail) {
    if (time < now_) throw InputError("simulated time passes 2^63 ps (106 days)");
    Key key = (static_cast<Key>(kind) << (2 * who_bits)) | (static_cast<Key>(who) << who_bits) | (detail & field_mask);
    Recent& recent = recent_at(time);
    if (recent.time == time) {
        std::uint32_t place = free_companion_;
        if (place == none) {
            place = static_cast<std::uint32_t>(companions_.size());
            companions_.push_back({});
        } else {
            free_companion_ = companions_[place].next;
        }
        companions_[place] = {key, lists_[recent.list]};
        lists_[recent.list] = place;
        return;
    }
    std::uint32_t list;
    if (free_lists_.empty()) {
        list = static_cast<std::uint32_t>(lists_.size());
        lists_.push_back(none);
    } else {
        list = free_lists_.back();
        free_lists_.pop_back();
        lists_[list] = none;
    }
    recent = {time, list};
    Entry entry{time, key, list};
    std::size_t hole = heap_.size();
    heap_.push_back(entry);
    while (hole > 0) {
        std::size_t parent = (hole - 1) / 4;
        if (!entry.before(heap_[parent])) break;
        heap_[hole] = heap_[parent];
        hole = parent;
    }
    heap_[hole] = entry;
}

void Agenda::after(TimePs delay, EventKind kind, std::uint32_t who) {
    --expected_;
    if (failure_) return pause_if_done(); // the program it belongs to was given up
    at(later(kernel_now(), delay), kind, who);
    wake_.notify(kernel_duration(delay)); // where another event comes earlier the kernel keeps that one
}

void Agenda::pause_if_done() const {
    if (shared_ && expected_ == 0) sc_core::sc_pause();
}

TimePs Agenda::kernel_now() const { return static_cast<TimePs>(sc_core::sc_time_stamp().value() - kernel_start_); }

Agenda::Entry Agenda::pop() {
    Entry top = heap_.front();
    Entry last = heap_.back();
    heap_.pop_back();
    std::size_t size = heap_.size();
    if (size == 0) return top;
    std::size_t hole = 0;
    for (;;) {
        std::size_t first = 4 * hole + 1;
        if (first >= size) break;
        std::size_t least = first;
        std::size_t end = std::min(first + 4, size);
        for (std::size_t child = first + 1; child < end; ++child)
            if (heap_[child].before(heap_[least])) least = child;
        if (!heap_[least].before(last)) break;
        heap_[hole] = heap_[least];
        hole = least;
    }
    heap_[hole] = last;
    return top;
}

void Agenda::handle_key(Key key) {
    auto kind = static_cast<EventKind>(key >> (2 * who_bits));
    auto who = static_cast<std::uint32_t>(key >> who_bits) & field_mask;
    if (kind >= EventKind::decide_dma) return decide_now(kind, who);
    ++events_;
    handler_.handle(kind, who, static_cast<std::uint32_t>(key) & field_mask);
}

void Agenda::handle_instant(TimePs time) {
    now_ = time;
    memories_decided_ = false;
    for (;;) {
        while (!heap_.empty() && heap_.front().time == time) {
            Entry entry = pop();
            Recent& recent = recent_at(time);
            if (recent.list == entry.list) recent.time = -1; // what comes now needs an entry of its own
            std::uint32_t companion = lists_[entry.list];
            free_lists_.push_back(entry.list);
            handle_key(entry.key);
            while (companion != none) {
                auto [key, next] = companions_[companion];
                companions_[companion].next = free_companion_;
                free_companion_ = companion;
                companion = next;
                handle_key(key);
            }
        }
        std::size_t phase = 0;
        while (phase < decisions_.size() && decisions_[phase].empty()) ++phase;
        if (phase == decisions_.size()) return;
        auto kind = static_cast<EventKind>(static_cast<std::size_t>(EventKind::decide_dma) + phase);
        if (kind != EventKind::decide_dma) memories_decided_ = true;
        batch_.swap(decisions_[phase]);
        events_ += batch_.size();
        for (std::uint32_t who : batch_) handler_.handle(kind, who, 0);
        batch_.clear();
    }
}

bool Agenda::may_run_ahead_to(TimePs time) const {
    if (!run_ahead_) return false;
    if (!sc_core::sc_pending_activity()) return true;
    sc_core::sc_time next = sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity();
    return next.value() - kernel_start_ > static_cast<sc_core::sc_time::value_type>(time);
}

void Agenda::step_unguarded() {
    if (!started_) {
        started_ = true;
        handle_instant(0);
    }
    while (!heap_.empty()) {
        TimePs time = heap_.front().time;
        TimePs present = kernel_now();
        if (time > present && !may_run_ahead_to(time)) {
            auto beyond = static_cast<sc_core::sc_time::value_type>(time);
            if (kernel_start_ + beyond < kernel_start_)
                throw InputError("the kernel's clock passes 2^64 ps (213 days)");
            wake_.notify(kernel_duration(time - present));
            return;
        }
        handle_instant(time);
    }
    pause_if_done();
    // The kernel's clock follows, as long as 64 bits hold it; results are differences and do not depend on it.
    TimePs present = kernel_now();
    constexpr sc_core::sc_time::value_type room = sc_core::sc_time::value_type(1) << 62;
    if (now_ > present && kernel_start_ < room) wake_.notify(kernel_duration(now_ - present));
}

void Agenda::step() {
    try {
        step_unguarded();
    } catch (...) {
        failure_ = std::current_exception(); // not through the kernel, which would turn it into a report of its own
        clear();
        pause_if_done();
    }
}

void Agenda::run(bool run_ahead, bool shared) {
    run_ahead_ = run_ahead && !shared;
    shared_ = shared;
    expected_ = 0;
    started_ = false;
    kernel_start_ = sc_core::sc_time_stamp().value();
    wake_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Agenda::clear() {
    heap_.clear();
    lists_.clear();
    free_lists_.clear();
    companions_.clear();
    free_companion_ = none;
    recent_.fill({});
    for (auto& list : decisions_) list.clear();
    batch_.clear();
    now_ = 0;
    events_ = 0;
}

} // namespace arsia
