// The agenda: all events of the simulated machine in one explicit order.
//
// SystemC runs several events of one instant in no stable order and charges 60 to 300 ns for each. The agenda is the
// one process of the machine: it keeps the modules' events in a heap ordered by (time, kind, who), asks the kernel for
// the next instant, and hands the instant's events to the modules in rounds:
//
//   1. what happens at this instant by itself (a burst arrives, a set-up ends, a tile run ends): any order gives the
//      same state, since these only record;
//   2. decisions, when everything that happened is known: DMA engines pick descriptors, then memories pick accesses,
//      then links pick bursts. A decision may cause more to happen at the same instant: then another round follows.
//
// Every service takes at least a picosecond, so rounds end. Where the kernel has nothing else to do before the agenda's
// next instant, the agenda may run ahead of the kernel's clock (temporal decoupling) and keeps one kernel event, at its
// end; otherwise, or when told so, every instant is an event of the kernel. Both give the same timeline.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <vector>

#include <systemc>

#include "base/units.h"

namespace arsia {

/// Kinds of events, in the order in which they are handled within a round.
enum class EventKind : std::uint8_t {
    link_event,    ///< a link slows down or fails
    timer,         ///< a task's `not_before`, the end of a reconfiguration
    job_start,     ///< a user's own accelerator model begins its task
    memory_wake,   ///< a memory brings its state up to date
    setup_done,    ///< a DMA descriptor is set up
    burst_at_link, ///< a burst stands before a link
    write_request, ///< a burst stands before the destination's memory
    write_done,    ///< a burst is in the destination's memory
    decide_dma,    ///< from here on: decisions
    decide_memory,
    decide_link,
};

/// Receives the agenda's events.
class AgendaHandler {
public:
    virtual ~AgendaHandler() = default;
    virtual void handle(EventKind kind, std::uint32_t who, std::uint32_t detail) = 0;
};

class Agenda final : public sc_core::sc_module {
public:
    Agenda(const sc_core::sc_module_name& name, AgendaHandler& handler);

    /// Time since the start of the program.
    TimePs now() const { return now_; }
    /// Puts an event at `time` ≥ now. Throws InputError when simulated time passes 2^63 ps.
    void at(TimePs time, EventKind kind, std::uint32_t who, std::uint32_t detail = 0);
    /// Another process of the kernel is going to call after(); until then the run does not end.
    void expect() { ++expected_; }
    /// Puts the event that is expected `delay` ≥ 1 ps after the kernel's present time, from any process. Only where the
    /// agenda shares the kernel.
    void after(TimePs delay, EventKind kind, std::uint32_t who);
    /// Asks for a decision in the current instant; the caller sees to it that it asks once.
    void decide_now(EventKind kind, std::uint32_t who) { decisions_[index_of(kind)].push_back(who); }
    /// Whether memories have already decided in the current instant.
    bool memories_decided() const { return memories_decided_; }

    /// Runs all events to the end. Events may have been put at time 0 before. Rethrows what a handler throws.
    /// `shared`: others in the kernel look at its clock, so the agenda never runs ahead; and since theirs may never
    /// stop, the kernel is paused when nothing is left to do and nothing is expected.
    void run(bool run_ahead, bool shared = false);
    std::uint64_t events() const { return events_; }
    /// Forgets everything and sets the time to 0.
    void clear();

private:
    /// Kind, who and detail of an event, packed.
    using Key = std::uint64_t;
    /// In the heap: an event, and the list of those put at the same time soon after it.
    struct Entry {
        TimePs time;
        Key key;
        std::uint32_t list;

        bool before(const Entry& other) const { return time != other.time ? time < other.time : key < other.key; }
    };
    struct Companion {
        Key key;
        std::uint32_t next;
    };
    /// Times at which events were put lately: regular programs put thousands at one time, which then cost no heap step.
    struct Recent {
        TimePs time = -1;
        std::uint32_t list = 0;
    };
    static constexpr std::size_t recent_count = 16;
    static constexpr std::uint32_t none = ~std::uint32_t(0);
    static constexpr unsigned who_bits = 29;
    static constexpr std::uint32_t field_mask = (1u << who_bits) - 1;
    static std::size_t index_of(EventKind kind) {
        return static_cast<std::size_t>(kind) - static_cast<std::size_t>(EventKind::decide_dma);
    }
    void step();
    void step_unguarded();
    void pause_if_done() const;
    /// The kernel's present time, since the start of the program.
    TimePs kernel_now() const;
    bool may_run_ahead_to(TimePs time) const;
    void handle_instant(TimePs time);
    Entry pop();
    void handle_key(Key key);
    Recent& recent_at(TimePs time) { return recent_[(static_cast<std::uint64_t>(time) * 0x9e3779b97f4a7c15u) >> 60]; }

    AgendaHandler& handler_;
    sc_core::sc_event wake_;
    std::vector<Entry> heap_;          ///< 4-ary
    std::vector<std::uint32_t> lists_; ///< first companion of each entry
    std::vector<std::uint32_t> free_lists_;
    std::vector<Companion> companions_;
    std::uint32_t free_companion_ = none;
    std::array<Recent, recent_count> recent_;
    std::array<std::vector<std::uint32_t>, 3> decisions_;
    std::vector<std::uint32_t> batch_;
    TimePs now_ = 0;
    sc_core::sc_time::value_type kernel_start_ = 0;
    bool run_ahead_ = true;
    bool shared_ = false;
    int expected_ = 0; ///< calls of after() to come
    bool started_ = false;
    bool memories_decided_ = false;
    std::uint64_t events_ = 0;
    std::exception_ptr failure_;
};

} // namespace arsia
