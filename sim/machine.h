// The simulated machine: the platform's modules, and the way of a burst through them.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <systemc>

#include "sim/agenda.h"
#include "sim/busy_bins.h"
#include "sim/modules/link.h"
#include "sim/modules/nodes.h"
#include "sim/modules/transfer.h"
#include "topologies/platform.h"

namespace arsia {

/// Told what the machine's engines did; decides what they do next.
class MachineListener {
public:
    virtual ~MachineListener() = default;
    virtual void timer_expired(TaskId task) = 0;
    virtual void tiles_ended(NodeId node) = 0;
    virtual void transfer_started(const DmaEngine::Started& started) = 0;
    virtual void transfer_ended(TaskId task) = 0;
};

/// The path of a burst: read from the source's memory (cut-through with the first link: it stands before the link as
/// soon as the memory delivers it fast enough), over each link (store and forward), into the destination's memory
/// (cut-through with the last link: a write that nobody delays ends when the last byte arrives).
class Machine final : public sc_core::sc_module, private AgendaHandler {
public:
    /// `models`: accelerators that are not arsia's own; may be empty.
    Machine(const sc_core::sc_module_name& name, const Platform& platform, MachineListener& listener,
            const AcceleratorFactory& models);

    Agenda& agenda() { return agenda_; }
    /// nullptr where the node has none.
    ComputeEngine* engine(NodeId node) { return engines_[node]; }
    DmaEngine* dma(NodeId node) { return dmas_[node]; }
    LocalMemory* memory(NodeId node) { return memories_[node]; }
    LinkUse link_use(LinkId link) const { return links_[link.value()].use(); }
    const Platform& platform() const { return platform_; }
    /// Whether some accelerator is not arsia's own: then the kernel's clock must be kept, since others look at it.
    bool has_models() const { return has_models_; }

    void set_skip(bool skip);
    /// Where links' busy times go; nullptr: nowhere.
    void watch_links(BusyBins* bins) { link_bins_ = bins; }
    /// As after elaboration, with the platform's link events ahead.
    void clear();

private:
    /// What all transfers between two nodes share.
    struct Path {
        const Route* route = nullptr;
        std::int64_t window = 1; ///< in bursts
        std::int64_t window_accumulating = 1;

        std::int64_t window_of(bool accumulate) const { return accumulate ? window_accumulating : window; }
    };

    void handle(EventKind kind, std::uint32_t who, std::uint32_t detail) override;
    void start_transfer(NodeId node);
    void end_transfer(SlotId slot);
    void memory_decides(NodeId node);
    void link_decides(LinkId link);
    void burst_written(SlotId slot);
    void link_changes(const LinkEvent& event);
    void send_around(SlotId slot, LinkId failed);
    const Path& routed(const TransferKey& key);
    Route live_route(NodeId source, NodeId destination) const;
    void forget_paths();
    void request_write(SlotId slot);
    const Path& path(NodeId source, NodeId destination);
    std::int64_t window_of(NodeId source, NodeId destination, const Route& route, bool accumulate) const;
    Bytes access_bytes() const { return platform_.burst > 0 ? platform_.burst : 64 * 1024; }

    const Platform& platform_;
    MachineListener& listener_;
    BusyBins* link_bins_ = nullptr;
    bool has_models_ = false;
    Agenda agenda_;
    TransferTable transfers_;
    std::deque<LinkModule> links_;
    std::vector<std::unique_ptr<sc_core::sc_module>> nodes_;
    IdVector<NodeId, ComputeEngine*> engines_;
    IdVector<NodeId, DmaEngine*> dmas_;
    IdVector<NodeId, LocalMemory*> memories_;
    IdVector<NodeId, std::vector<Path>> paths_; ///< by source, then destination; filled on first use

    // Once a link has failed:
    IdVector<LinkId, bool> failed_; ///< empty as long as none has
    std::deque<Route> detours_;     ///< routes around failed links, in use by transfers
    std::vector<int> parts_left_;   ///< of each split transfer; number 0 is none
};

} // namespace arsia
