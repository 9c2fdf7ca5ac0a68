// A pool that deals batches out to workers.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "mapper/evaluation/workers.h"

namespace arsia {

/// Deals the mappings of a batch out to workers, a few at a time to each, so that a fast one gets more, and fewer
/// towards the end, so that all end at about the same time. Puts the answers back in order. What a dead worker had not
/// answered goes to others; a mapping under which worker after worker dies is an error that shows it.
class DealtPool final : public EvaluationPool {
public:
    using Note = std::function<void(const std::string&)>;
    using Describe = std::function<std::string(const Mapping&)>;

    /// `describe`: a mapping as text, for the error; `note` is told about deaths.
    DealtPool(std::unique_ptr<Workers> workers, Describe describe, Note note);

    void evaluate(const std::vector<const Mapping*>& mappings, const Take& take, const GoOn& go_on) override;

private:
    struct Job {
        const Mapping* mapping = nullptr;
        int deaths = 0; ///< workers that died while this was the first that they had not answered
        std::optional<Answer> answer;
    };

    void deal();
    void bury(const Workers::Report& report);

    std::unique_ptr<Workers> workers_;
    Describe describe_;
    Note note_;
    std::uint64_t first_number_ = 0; ///< of the batch; answers below it are from a batch that was cut short
    std::vector<Job> jobs_;
    std::deque<std::size_t> waiting_;            ///< jobs that nobody has
    std::vector<std::deque<std::size_t>> dealt_; ///< by worker, in the order of sending
};

} // namespace arsia
