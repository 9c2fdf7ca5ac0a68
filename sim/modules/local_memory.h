// The local memory of an accelerator or host, and the tile run that works against it.
#pragma once

#include <cstdint>
#include <optional>

#include <systemc>

#include "sim/agenda.h"
#include "sim/modules/arrival_queue.h"
#include "sim/modules/tile_run.h"
#include "sim/modules/transfer.h"
#include "sim/simulator.h"

namespace arsia {

/// Serves accesses of at most one burst of four clients in turn: tile loads, tile stores, DMA reads, DMA writes. An
/// access occupies the memory for ⌈8·bytes·10¹² / bandwidth⌉ ps; its data is there one latency later.
///
/// Between two DMA accesses nobody outside can tell how far a tile run has come. So the module keeps its own state only
/// up to some moment, brings it up to date in a tight loop when someone looks (settle), and has one event in the
/// agenda, at the earliest moment at which the run may end. In the loop equal tiles soon go round in a circle, to the
/// picosecond: once two moments are found that differ in nothing but time, all further rounds are one addition. With
/// `skip` off every access and tile is an event; the order of what happens, and so the result, is the same.
class LocalMemory final : public sc_core::sc_module {
public:
    LocalMemory(const sc_core::sc_module_name& name, NodeId id, const Memory& memory, Bytes access, Agenda& agenda,
                TransferTable& transfers);

    void set_skip(bool skip) { skip_ = skip; }

    // The compute engine's side.
    void start_tiles(const TilePlan& plan);
    /// Brings the state up to now; true once the tile run has ended at this instant (asked once a run).
    bool wake();

    // The DMA side: a burst of the transfer is to be read or written.
    void request_read(SlotId slot, Bytes bytes);
    void request_write(SlotId slot, Bytes bytes);

    /// The transfer's reads that have not been granted are not wanted any more.
    void withdraw_reads(SlotId slot);

    /// A DMA access that was granted now and is served until `end`.
    struct Granted {
        bool is_read;
        SlotId slot;
        Bytes bytes;
        TimePs end;
    };
    /// Decides who is served next, if the memory is free. True if it is a DMA access.
    bool decide(Granted& granted);

    TimePs duration(Bytes bytes) const { return transfer_time(bytes, memory_.bandwidth); }
    TimePs latency() const { return memory_.latency; }
    TimePs busy() const { return busy_; }
    Bytes bytes() const { return bytes_; }
    void clear();

private:
    enum Client : std::uint8_t { tile_load, tile_store, dma_read, dma_write, client_count };
    struct Access {
        SlotId slot;
        Bytes bytes;
        TimePs since;
    };

    /// How everything here stands at some moment.
    struct Standing {
        TimePs time;
        TileRun::Moment run;
        Client serving;
        std::uint8_t turn;
        TimePs busy_for; ///< from `time` on
        TimePs busy;
        Bytes bytes;
    };
    /// Looks for moments of one form (Brent's way of finding cycles: the one that is kept is replaced after 1, 2, 4, …
    /// tiles).
    struct Watch {
        std::int64_t tiles = 0, keep_at = 8; ///< the first few are seldom like those that follow
        std::optional<Standing> kept;
    };
    static constexpr std::int64_t worth_watching = 48; ///< tiles left; a few dozen are done as fast one by one
    void settle(TimePs time, bool decide_at_time);
    void settle_tiles(TimePs time, bool decide_at_time);
    void skip_repetitions(Watch& watch, TimePs until);
    Standing standing() const;
    /// What ends now; true if a tile has been computed.
    bool complete(TimePs time);
    TimePs next_completion() const;
    bool is_free() const { return time_ >= busy_until_; }
    bool tiles_want() const { return run_.active() && (run_.wants_load() || run_.wants_store()); }
    bool wants(Client client) const;
    Client pick() const;
    void serve_tile(Client client);
    void occupy(Client client, Bytes bytes);
    void request(ArrivalQueue<Access>& queue, SlotId slot, Bytes bytes);
    void ask_for_decision();
    void plan_wake();

    NodeId id_;
    const Memory& memory_;
    Bytes access_;
    Agenda& agenda_;
    TransferTable& transfers_;
    bool skip_ = true;

    TimePs time_ = 0; ///< the state below is that of this moment
    TileRun run_;
    ArrivalQueue<Access> reads_, writes_;
    TimePs busy_until_ = 0;
    Client serving_ = client_count; ///< whose access ends at busy_until_; client_count: none to account for
    std::uint8_t turn_ = 0;         ///< the client that comes first at the next decision
    bool decision_asked_ = false;
    TimePs wake_at_ = never;
    TimePs busy_ = 0;
    Bytes bytes_ = 0;
};

} // namespace arsia
