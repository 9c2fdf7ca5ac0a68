// A pool that deals batches out to workers.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "mapper/evaluation/workers.h"

namespace arsia {

/// Deals mappings out to workers, some at a time to each: many, so that nobody waits while the search proposes; but no
/// more than half of a fair share, so that a fast worker gets more and all end at about the same time. Puts the answers
/// back in order. What a dead worker had not answered goes to others; a mapping under which worker after worker dies is
/// an error that shows it.
class DealtPool final : public EvaluationPool {
public:
    using Note = std::function<void(const std::string&)>;
    using Describe = std::function<std::string(const Mapping&)>;

    /// `describe`: a mapping as text, for the error; `note` is told about deaths.
    DealtPool(std::unique_ptr<Workers> workers, Describe describe, Note note);

    void submit(std::vector<const Mapping*> mappings) override;
    void collect(const Take& take, const GoOn& go_on) override;

private:
    struct Job {
        const Mapping* mapping = nullptr;
        int deaths = 0; ///< workers that died while this was the first that they had not answered
        std::optional<Answer> answer;
    };

    void deal();
    void receive();
    void bury(const Workers::Report& report);
    Job& job(std::uint64_t number) { return jobs_[number - first_number_]; }

    std::unique_ptr<Workers> workers_;
    Describe describe_;
    Note note_;
    std::deque<std::size_t> batches_;   ///< sizes
    std::deque<Job> jobs_;              ///< of all batches, by number; those at the front that were taken are dropped
    std::uint64_t first_number_ = 0;    ///< of jobs_.front()
    std::deque<std::uint64_t> waiting_; ///< jobs that nobody has
    std::vector<std::deque<std::uint64_t>> dealt_; ///< by worker, in the order of sending
};

} // namespace arsia
