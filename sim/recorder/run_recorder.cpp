#include "sim/recorder/run_recorder.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "base/errors.h"
#include "sim/recorder/hdf5_disk.h"
#include "sim/recorder/run_results.h"

namespace arsia {

static_assert(RunObserver::block_tasks == hdf5::rows_a_block, "a block of tasks is a block of rows");

class RunRecorder::Impl {
public:
    Impl(const std::string& path, const Platform& platform, const Graph* graph)
        : path_(path), platform_(platform), graph_(graph) {
        require_hdf5([&] { file_ = std::make_unique<hdf5::DiskFile>(path_); });
    }
    ~Impl() {
        stop(true);
        if (file_) file_->give_up();
        close_groups();
    }

    void begin(const Program& program, const IdVector<TaskId, TaskTimes>& times) {
        if (writer_.joinable()) throw std::logic_error("a recorder records one run");
        writer_ = std::thread([this, &program, &times] { write(program, times); });
    }

    void block_ended(std::size_t block) {
        {
            std::lock_guard<std::mutex> hold(mutex_);
            ended_.push_back(block);
        }
        changed_.notify_one();
    }

    void run_ended() {
        stop(false);
        if (failure_) std::rethrow_exception(failure_);
    }

    void finish(const RunRecord& record) {
        run_ended();
        if (!sections_) throw std::logic_error("nothing has run that could be recorded");
        require_hdf5([&] {
            sections_->finish(record);
            close_groups();
            file_->complete();
        });
    }

private:
    template <class Work>
    void require_hdf5(Work work) const {
        try {
            work();
        } catch (const hdf5::Failure& failure) {
            throw InputError({Problem{path_, 0, "", failure.what()}});
        }
    }

    void close_groups() {
        sections_.reset();
        root_.reset();
    }

    /// Blocks that have been handed over are written, unless the file is given up.
    void stop(bool give_up) {
        {
            std::lock_guard<std::mutex> hold(mutex_);
            complete_ = true;
            given_up_ = give_up;
            if (give_up) ended_.clear();
        }
        changed_.notify_one();
        if (writer_.joinable()) writer_.join();
    }

    std::optional<std::size_t> next_block() {
        std::unique_lock<std::mutex> hold(mutex_);
        changed_.wait(hold, [&] { return complete_ || !ended_.empty(); });
        if (ended_.empty()) return std::nullopt;
        std::size_t block = ended_.front();
        ended_.pop_front();
        return block;
    }

    void write(const Program& program, const IdVector<TaskId, TaskTimes>& times) {
        try {
            hdf5::QuietErrors quiet;
            require_hdf5([&] {
                root_.emplace(file_->root());
                sections_.emplace(*root_, platform_, graph_, program, times);
                RunTables& tables = sections_->tables();
                for (std::size_t block = 0; block < tables.task_blocks() && !given_up_; ++block) {
                    tables.write_program(block);
                    file_->check();
                }
                while (std::optional<std::size_t> block = next_block()) {
                    tables.tasks_ended(*block);
                    file_->check();
                }
            });
        } catch (...) {
            failure_ = std::current_exception();
        }
    }

    std::string path_;
    Platform platform_; ///< a copy: a platform remembers routes when it is asked, and the simulator asks it too
    const Graph* graph_;
    std::unique_ptr<hdf5::DiskFile> file_;
    std::optional<hdf5::OutputGroup> root_;
    std::optional<RunSections> sections_;

    std::thread writer_;
    std::exception_ptr failure_; ///< of the thread; read after it has ended
    std::mutex mutex_;           ///< of the two below
    std::deque<std::size_t> ended_;
    bool complete_ = false;
    std::condition_variable changed_;
    std::atomic<bool> given_up_ = false;
};

RunRecorder::RunRecorder(const std::string& path, const Platform& platform, const Graph* graph)
    : impl_(std::make_unique<Impl>(path, platform, graph)) {}
RunRecorder::~RunRecorder() = default;

void RunRecorder::run_begins(const Program& program, const IdVector<TaskId, TaskTimes>& times) {
    impl_->begin(program, times);
}
void RunRecorder::block_ended(std::size_t block) { impl_->block_ended(block); }
void RunRecorder::run_ended() { impl_->run_ended(); }
void RunRecorder::finish(const RunRecord& record) { impl_->finish(record); }

} // namespace arsia
