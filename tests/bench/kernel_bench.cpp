// The bare SystemC kernel, and the agenda that the machine runs on: events a second with so many pending.
#include <deque>
#include <string>

#include <benchmark/benchmark.h>
#include <systemc>

#include "base/random.h"
#include "sim/agenda.h"

using namespace arsia;

namespace {

constexpr std::uint64_t events_a_run = 2'000'000;

/// Moments from now, as bursts of several sizes on links of several rates would have them.
class Delays {
public:
    Delays() {
        Random random(1);
        for (TimePs& delay : delays_) delay = 1'000'000 + static_cast<TimePs>(random.below(1'000'000));
    }
    TimePs next() { return delays_[at_++ % count]; }

private:
    static constexpr std::size_t count = 4096;
    TimePs delays_[count];
    std::size_t at_ = 0;
};

/// What all processes of a run share.
struct Shared {
    std::uint64_t left = 0;
    Delays delays;
};

/// A process that does nothing but notify itself, until so many events have been handled by all.
class SelfNotifier : public sc_core::sc_module {
public:
    SelfNotifier(const sc_core::sc_module_name& name, Shared& shared) : sc_module(name), shared_(shared) {
        SC_HAS_PROCESS(SelfNotifier);
        SC_METHOD(handle);
        sensitive << event_;
        dont_initialize();
    }
    void notify() {
        event_.notify(sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(shared_.delays.next())));
    }

private:
    void handle() {
        if (shared_.left == 0) return;
        --shared_.left;
        notify();
    }

    Shared& shared_;
    sc_core::sc_event event_;
};

/// A fresh kernel. The old one and its processes are left where they are: taking 100,000 of them down takes minutes,
/// since SystemC looks for each from the start of a list.
void abandon_kernel() {
    sc_core::sc_default_global_context = new sc_core::sc_simcontext();
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context;
}

void BareKernel(benchmark::State& state) {
    sc_core::sc_report_handler::set_actions(sc_core::SC_ID_NO_SC_START_ACTIVITY_, sc_core::SC_DO_NOTHING);
    auto pending = static_cast<std::size_t>(state.range(0));
    auto& shared = *new Shared;
    auto& notifiers = *new std::deque<SelfNotifier>;
    for (std::size_t i = 0; i < pending; ++i) notifiers.emplace_back(("notifier" + std::to_string(i)).c_str(), shared);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    for (auto _ : state) {
        state.PauseTiming();
        shared.left = events_a_run;
        for (SelfNotifier& notifier : notifiers) notifier.notify();
        state.ResumeTiming();
        sc_core::sc_start();
    }
    abandon_kernel();
    state.counters["events_per_s"] =
        benchmark::Counter(static_cast<double>(events_a_run + pending), benchmark::Counter::kIsIterationInvariantRate);
}

/// Puts each event again, until so many have been handled in all.
class Again final : public AgendaHandler {
public:
    void handle(EventKind kind, std::uint32_t who, std::uint32_t detail) override {
        if (left == 0) return;
        --left;
        agenda->at(agenda->now() + delays.next(), kind, who, detail);
    }

    Agenda* agenda = nullptr;
    std::uint64_t left = 0;
    Delays delays;
};

void RunAgenda(benchmark::State& state, bool run_ahead) {
    auto pending = static_cast<std::uint32_t>(state.range(0));
    {
        Again handler;
        Agenda agenda("agenda", handler);
        handler.agenda = &agenda;
        for (auto _ : state) {
            state.PauseTiming();
            agenda.clear();
            handler.left = events_a_run;
            for (std::uint32_t who = 0; who < pending; ++who)
                agenda.at(handler.delays.next(), EventKind::write_done, who);
            state.ResumeTiming();
            agenda.run(run_ahead);
        }
    }
    sc_core::sc_get_curr_simcontext()->reset();
    state.counters["events_per_s"] =
        benchmark::Counter(static_cast<double>(events_a_run + pending), benchmark::Counter::kIsIterationInvariantRate);
}

void AgendaAhead(benchmark::State& state) { RunAgenda(state, true); }
void AgendaInStep(benchmark::State& state) { RunAgenda(state, false); }

} // namespace

BENCHMARK(BareKernel)->Arg(1)->Arg(30)->Arg(1000)->Arg(100'000)->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(AgendaAhead)->Arg(1)->Arg(30)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(AgendaInStep)->Arg(1)->Arg(30)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMillisecond);
