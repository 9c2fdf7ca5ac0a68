// The DMA engine of a node: channels that serve descriptors of outgoing transfers.
#pragma once

#include <queue>
#include <vector>

#include <systemc>

#include "sim/agenda.h"
#include "sim/modules/local_memory.h"
#include "sim/modules/transfer.h"

namespace arsia {

/// A channel serves one descriptor at a time, after a set-up time, and is held until the last byte is in the
/// destination's memory. Descriptors wait in the order of (priority, moment of readiness, TransferKey). Bursts are read
/// from the local memory as the transfer's window allows.
class DmaEngine final : public sc_core::sc_module {
public:
    DmaEngine(const sc_core::sc_module_name& name, NodeId id, const Dma& dma, LocalMemory& memory, Agenda& agenda,
              TransferTable& transfers);

    struct Descriptor {
        std::int32_t priority;
        TimePs ready;
        TransferKey key;
        bool accumulate;
    };
    void submit(const Descriptor& descriptor);

    /// Takes the next descriptor if a channel is free. The caller fills the slot and then calls begin().
    struct Started {
        TransferKey key;
        bool accumulate;
        bool waited; ///< the descriptor had to wait for a channel
    };
    bool decide(Started& started);
    /// Sets up the descriptor in `slot`, whose transfer has been filled in.
    void begin(SlotId slot);
    /// Requests as many bursts as the window allows.
    void read_more(SlotId slot);
    /// The transfer's channel is free again.
    void finished();
    void clear();

private:
    struct Later {
        bool operator()(const Descriptor& a, const Descriptor& b) const {
            if (a.priority != b.priority) return a.priority > b.priority;
            if (a.ready != b.ready) return a.ready > b.ready;
            return b.key < a.key;
        }
    };
    void ask_for_decision();

    NodeId id_;
    const Dma& dma_;
    LocalMemory& memory_;
    Agenda& agenda_;
    TransferTable& transfers_;
    std::priority_queue<Descriptor, std::vector<Descriptor>, Later> waiting_;
    int free_channels_;
    bool decision_asked_ = false;
};

} // namespace arsia
