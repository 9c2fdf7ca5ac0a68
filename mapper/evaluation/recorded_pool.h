// A pool that keeps a checkpoint of what it says, and can begin by saying what is in one.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>

#include "mapper/evaluation/evaluation_pool.h"
#include "sim/recorder/checkpoint_file.h"

namespace arsia {

/// What a search of the scenario is identified by.
SearchIdentity identity_of(const Scenario& scenario, const std::string& search, std::uint64_t seed,
                           std::uint64_t evaluations);

/// The checkpoint in a file. Throws InputError that says what differs if it is of another search.
SearchCheckpoint checkpoint_of(const std::string& path, const SearchIdentity& identity);

/// Evaluations come from another pool and are written to a file every few seconds. To resume, the search is run again
/// from its beginning; as long as the checkpoint has evaluations they are said instead of simulated, so that it comes
/// to the same state, and goes on as if it had not been interrupted.
class RecordedPool final : public EvaluationPool {
public:
    using Note = std::function<void(const std::string&)>;

    /// Begins a file. Throws InputError if it cannot be written; `note` is told if that fails later.
    RecordedPool(EvaluationPool& inner, std::string path, SearchIdentity identity, Note note);
    /// Resumes from what checkpoint_of the file has given.
    RecordedPool(EvaluationPool& inner, std::string path, SearchCheckpoint checkpoint, Note note);

    void submit(std::vector<const Mapping*> mappings) override;
    void collect(const Take& take, const GoOn& go_on) override;
    bool replaying() const override { return replayed_ < known_; }
    double seconds_before() const override { return seconds_before_; }

    /// Evaluations that the file began with.
    std::size_t known() const { return known_; }
    /// Writes what has come since the last time.
    void save();

private:
    using Clock = std::chrono::steady_clock;

    Evaluation replay(const Mapping& mapping);
    void add(const Mapping& mapping, const Evaluation& evaluation);

    EvaluationPool& inner_;
    std::string path_;
    SearchCheckpoint checkpoint_;
    Note note_;
    std::size_t known_;
    std::size_t submitted_ = 0; ///< of the known ones
    std::size_t replayed_ = 0;
    std::deque<std::vector<const Mapping*>> batches_;
    double seconds_before_;
    Clock::time_point begin_ = Clock::now(); ///< of what is new
    Clock::time_point next_save_ = begin_;
    bool saved_ = true;
    bool failed_ = false;
};

} // namespace arsia
