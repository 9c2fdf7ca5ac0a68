// A directed link: sends one burst at a time; transfers take turns burst by burst.
#pragma once

#include <systemc>

#include "sim/agenda.h"
#include "sim/modules/arrival_queue.h"
#include "sim/modules/transfer.h"
#include "sim/simulator.h"

namespace arsia {

/// A burst occupies the link for ⌈8·bytes·10¹² / bandwidth⌉ ps and arrives one latency later. Transfers with bursts
/// waiting stand in a ring: the first sends a burst and goes to the end if it has more (round robin). Those that join
/// at one instant do so in the order of their keys.
class LinkModule final : public sc_core::sc_module {
public:
    LinkModule(const sc_core::sc_module_name& name, LinkId id, const Link& link, Agenda& agenda,
               TransferTable& transfers);

    /// A burst of the transfer stands before this link, which is number `hop` of its route.
    void enqueue(SlotId slot, std::size_t hop);

    /// A burst that was put on the link: whose, and when its first and last byte reach the other end.
    struct Sent {
        SlotId slot;
        std::size_t hop;
        Bytes bytes;
        TimePs head, tail;
    };
    /// Decides which burst goes next, if the link is free. False: none goes now.
    bool decide(Sent& sent);

    /// The transfer's bursts that stand before this link go another way.
    void withdraw(SlotId slot);
    /// From the next burst on.
    void set_bandwidth(Bandwidth bandwidth);

    TimePs duration(Bytes bytes);
    const Link& link() const { return link_; }
    /// Throws OverflowError if all that bursts waited is no time that fits.
    LinkUse use() const;
    void clear();

private:
    struct Waiting {
        SlotId slot;
        std::size_t hop;
        TimePs since;
    };
    void ask_for_decision();

    LinkId id_;
    const Link& link_;
    Bandwidth bandwidth_; ///< now
    Agenda& agenda_;
    TransferTable& transfers_;
    ArrivalQueue<Waiting> ring_;
    TimePs busy_until_ = 0;
    bool decision_asked_ = false;
    LinkUse use_;            ///< but for its queueing
    __int128 queueing_ = 0;  ///< less the present moment for every burst that waits
    Bytes known_bytes_ = -1; ///< most bursts are of one size: its duration is kept
    TimePs known_duration_ = 0;
};

} // namespace arsia
