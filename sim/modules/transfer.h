// The state of transfers under way, shared by the modules that a burst passes.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/program.h"

namespace arsia {

using SlotId = Id<struct SlotTag>; ///< place of an active transfer in the table

/// Decides between things of one instant by what they are, never by the order in which they were listed: source,
/// priority among what the source sends, destination, bytes; equal ones are interchangeable and go by id.
struct TransferKey {
    NodeId source, destination;
    Bytes bytes = 0;
    TaskId task;
    std::int32_t priority = 0;

    friend bool operator<(const TransferKey& a, const TransferKey& b) {
        if (a.source != b.source) return a.source < b.source;
        if (a.priority != b.priority) return a.priority < b.priority;
        if (a.destination != b.destination) return a.destination < b.destination;
        if (a.bytes != b.bytes) return a.bytes < b.bytes;
        return a.task < b.task;
    }
};

/// One transfer that holds a DMA channel. Its bursts stay in order, so counts say which burst is where.
struct ActiveTransfer {
    struct Hop {
        std::int64_t waiting = 0; ///< bursts that stand before this link
        std::int64_t sent = 0;    ///< bursts that this link has sent
    };

    bool active = false;
    TransferKey key;
    const Route* route = nullptr;
    std::vector<Hop> hops; ///< one a link of the route
    Bytes burst = 0;       ///< all but the last
    Bytes last_burst = 0;
    std::int64_t bursts = 0;
    bool accumulate = false; ///< a write reads the destination first
    std::int64_t window = 0; ///< most bursts between the read request and the end of the write
    std::int64_t requested = 0, write_requested = 0, written = 0;

    // When a link of the route fails, the bursts that have not been sent over it go another way, as another part.
    std::size_t failed_hops = 0; ///< bursts at the first so many links are no longer of this part
    std::uint32_t split = 0;     ///< which split transfer this is a part of; 0: the whole

    /// None of its bursts is on the way.
    void follow(const Route& way, std::int64_t bursts_on_the_way) {
        route = &way;
        hops.assign(way.size(), {});
        window = bursts_on_the_way;
    }
    Bytes burst_bytes(std::int64_t index) const { return index + 1 == bursts ? last_burst : burst; }
    /// What a burst of so many bytes moves at the destination's memory.
    Bytes written_bytes(Bytes payload) const { return accumulate ? 2 * payload : payload; }
};

/// Slots of active transfers; freed slots are used again, with their memory.
class TransferTable {
public:
    SlotId take() {
        SlotId slot;
        if (free_.empty()) {
            slot = slots_.push_back({});
        } else {
            slot = free_.back();
            free_.pop_back();
        }
        slots_[slot].active = true;
        return slot;
    }
    void give_back(SlotId slot) {
        retire(slot);
        free_.push_back(slot);
    }
    /// Ends a transfer of which late events may still speak: the slot is not used again in this program.
    void retire(SlotId slot) { slots_[slot].active = false; }
    ActiveTransfer& operator[](SlotId slot) { return slots_[slot]; }
    std::vector<SlotId> active() const {
        std::vector<SlotId> out;
        for (SlotId slot : ids_of(slots_))
            if (slots_[slot].active) out.push_back(slot);
        return out;
    }
    void clear() {
        free_.clear();
        for (std::size_t i = slots_.size(); i-- > 0;) {
            slots_[SlotId(i)].active = false;
            free_.push_back(SlotId(i));
        }
    }

private:
    IdVector<SlotId, ActiveTransfer> slots_;
    std::vector<SlotId> free_;
};

} // namespace arsia
