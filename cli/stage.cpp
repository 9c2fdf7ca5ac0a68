#include "cli/stage.h"

#include <unistd.h>

#include <fmt/format.h>

#include "cli/progress.h"

namespace arsia {

Stage::Stage(const Console& console, std::string doing)
    : console_(console), doing_(std::move(doing)), watched_(console.shows_progress() && ::isatty(STDERR_FILENO) == 1) {
    if (watched_) watcher_ = std::thread([this] { watch(); });
}

Stage::~Stage() { stop(); }

void Stage::progress(std::size_t done, std::size_t of) {
    of_ = of;
    done_ = done;
}

void Stage::done(const std::string& what) {
    double seconds = elapsed_s();
    stop();
    console_.tell(fmt::format("{} ({:.3f} s)", what, seconds));
}

/// Past the buffers of the C library: a process that is forked meanwhile must not inherit them locked, or half full.
static void write_line(const std::string& text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return; // a terminal that went away misses nothing
}

void Stage::watch() {
    constexpr auto patience = std::chrono::seconds(1);
    constexpr auto pause = std::chrono::milliseconds(100);
    std::unique_lock lock(mutex_);
    bool shown = false;
    auto stopped = [this] { return stopped_; };
    for (auto wait = std::chrono::milliseconds(patience); !wake_.wait_for(lock, wait, stopped); wait = pause) {
        std::string line = doing_ + " ";
        if (std::size_t of = of_) line += progress_bar(static_cast<double>(done_), static_cast<double>(of)) + ", ";
        write_line(wipe_line + line + fmt::format("{:.0f} s", elapsed_s()));
        shown = true;
    }
    if (shown) write_line(wipe_line);
}

void Stage::stop() {
    if (!watcher_.joinable()) return;
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wake_.notify_one();
    watcher_.join();
}

void StageObserver::run_begins(const Program& program, const IdVector<TaskId, TaskTimes>& times) {
    blocks_ = (program.tasks().size() + block_tasks - 1) / block_tasks;
    stage_.progress(ended_ = 0, blocks_);
    if (next_) next_->run_begins(program, times);
}

void StageObserver::block_ended(std::size_t block) {
    stage_.progress(++ended_, blocks_);
    if (next_) next_->block_ended(block);
}

} // namespace arsia
