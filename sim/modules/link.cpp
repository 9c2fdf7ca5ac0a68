#include "sim/modules/link.h"

#include <limits>

namespace arsia {

LinkModule::LinkModule(const sc_core::sc_module_name& name, LinkId id, const Link& link, Agenda& agenda,
                       TransferTable& transfers)
    : sc_module(name), id_(id), link_(link), bandwidth_(link.bandwidth), agenda_(agenda), transfers_(transfers) {}

TimePs LinkModule::duration(Bytes bytes) {
    if (bytes != known_bytes_) {
        known_duration_ = transfer_time(bytes, bandwidth_);
        known_bytes_ = bytes;
    }
    return known_duration_;
}

void LinkModule::ask_for_decision() {
    if (decision_asked_) return;
    decision_asked_ = true;
    if (busy_until_ > agenda_.now())
        agenda_.at(busy_until_, EventKind::decide_link, id_.value());
    else
        agenda_.decide_now(EventKind::decide_link, id_.value());
}

void LinkModule::enqueue(SlotId slot, std::size_t hop) {
    ActiveTransfer& transfer = transfers_[slot];
    TimePs now = agenda_.now();
    queueing_ -= now; // the time of the decision is added when the burst goes
    if (transfer.hops[hop].waiting++ > 0) return;
    ring_.push({slot, hop, now}, transfers_);
    ask_for_decision();
}

void LinkModule::withdraw(SlotId slot) {
    ring_.withdraw(slot, [&](const Waiting& at) {
        std::int64_t& waiting = transfers_[slot].hops[at.hop].waiting;
        queueing_ += static_cast<__int128>(waiting) * agenda_.now();
        waiting = 0;
    });
}

void LinkModule::set_bandwidth(Bandwidth bandwidth) {
    bandwidth_ = bandwidth;
    known_bytes_ = -1;
}

bool LinkModule::decide(Sent& sent) {
    decision_asked_ = false;
    if (ring_.empty()) return false;
    TimePs now = agenda_.now();
    if (busy_until_ > now) {
        ask_for_decision();
        return false;
    }
    Waiting first = ring_.pop();
    ActiveTransfer& transfer = transfers_[first.slot];
    ActiveTransfer::Hop& hop = transfer.hops[first.hop];
    Bytes bytes = transfer.burst_bytes(hop.sent);
    TimePs time = duration(bytes);
    ++hop.sent;
    if (--hop.waiting > 0) ring_.push_last({first.slot, first.hop, now});
    busy_until_ = later(now, time); // throws if time ends; the busy time is never more
    queueing_ += now;
    use_.bytes = checked_add(use_.bytes, bytes, "the bytes over a link");
    use_.busy += time;
    sent = {first.slot, first.hop, bytes, later(now, link_.latency), later(busy_until_, link_.latency)};
    if (!ring_.empty()) ask_for_decision();
    return true;
}

LinkUse LinkModule::use() const {
    if (queueing_ > std::numeric_limits<TimePs>::max()) throw_overflow("the time that bursts waited in ps, summed up,");
    LinkUse out = use_;
    out.queueing = static_cast<TimePs>(queueing_);
    return out;
}

void LinkModule::clear() {
    ring_.clear();
    busy_until_ = 0;
    decision_asked_ = false;
    use_ = {};
    queueing_ = 0;
    set_bandwidth(link_.bandwidth);
}

} // namespace arsia
