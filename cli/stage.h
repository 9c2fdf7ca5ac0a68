// A part of a command's work that may take a while.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

#include "cli/console.h"
#include "sim/simulator.h"

namespace arsia {

/// From its making to done() or its end. On a terminal, after a second, a line on standard error says what goes on and
/// how far it is, renewed by a thread of its own, and is wiped at the end. --verbose says at the end what was done, and
/// how long it took.
class Stage {
public:
    /// `doing`: like "simulating".
    Stage(const Console& console, std::string doing);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// So many of so many are done. Cheap; from any thread.
    void progress(std::size_t done, std::size_t of);
    /// The work is done; `what` says it, like "simulated 120 tasks", to who asked for --verbose.
    void done(const std::string& what);

    /// Whether somebody may look at the progress.
    bool watched() const { return watched_; }

private:
    using Clock = std::chrono::steady_clock;
    void watch();
    void stop();
    double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

    const Console& console_;
    std::string doing_;
    Clock::time_point begin_ = Clock::now();
    bool watched_;
    std::atomic<std::size_t> done_{0}, of_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopped_ = false;
    std::thread watcher_; ///< last: it begins when all else is there
};

/// Tells a stage how far a simulation is, in blocks of tasks, and passes everything on to another observer if there is
/// one.
class StageObserver final : public RunObserver {
public:
    StageObserver(Stage& stage, RunObserver* next) : stage_(stage), next_(next) {}

    void run_begins(const Program& program, const IdVector<TaskId, TaskTimes>& times) override;
    void block_ended(std::size_t block) override;

    /// What a run is to be observed by: this only if somebody looks at the progress.
    RunObserver* observer() { return stage_.watched() ? this : next_; }

private:
    Stage& stage_;
    RunObserver* next_;
    std::size_t ended_ = 0, blocks_ = 0;
};

} // namespace arsia
