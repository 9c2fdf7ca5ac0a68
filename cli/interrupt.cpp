#include "cli/interrupt.h"

#include <cstdint>
#include <ctime>

namespace arsia {

// A signal handler can reach nothing but a static.
static volatile std::sig_atomic_t interrupted = 0;

static volatile std::int64_t interrupted_at_ns = 0;

/// Some programs send one interrupt twice, to the process and to its group (timeout does). What follows so soon is no
/// second one.
constexpr std::int64_t echo_ns = 250'000'000;

static std::int64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

static void on_signal(int signal) {
    std::int64_t now = now_ns();
    if (!interrupted) {
        interrupted = 1;
        interrupted_at_ns = now;
    } else if (now - interrupted_at_ns > echo_ns) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

InterruptGuard::InterruptGuard() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &previous_interrupt_);
    sigaction(SIGTERM, &action, &previous_terminate_);
}

InterruptGuard::~InterruptGuard() {
    sigaction(SIGINT, &previous_interrupt_, nullptr);
    sigaction(SIGTERM, &previous_terminate_, nullptr);
}

bool InterruptGuard::requested() const { return interrupted != 0; }

} // namespace arsia
