// Ctrl-C as a polite request.
#pragma once

#include <csignal>

namespace arsia {

/// While one lives, the first SIGINT or SIGTERM only sets a flag; a second one, if it is not just the echo of the
/// first, ends the process as usual. One at a time.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    bool requested() const;

private:
    struct sigaction previous_interrupt_ {};
    struct sigaction previous_terminate_ {};
};

} // namespace arsia
