// Others who evaluate: what a pool needs of them, however they are reached.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/evaluation/evaluation_pool.h"

namespace arsia {

/// Workers, numbered from 0. Messages of one worker are answered in the order in which they were sent to it.
class Workers {
public:
    struct Report {
        std::size_t worker = 0;
        bool died = false;
        std::string
            content; ///< the answer; if it died: who it was and of what, `worker process 4711 (signal 9: Killed)`
    };

    virtual ~Workers() = default;
    virtual std::size_t count() const = 0;
    /// A message to a dead worker is lost; receive() reports the death.
    virtual void send(std::size_t worker, std::string message) = 0;
    /// All that has come in; waits for the first at most so long. A worker that died has a successor under its number.
    virtual std::vector<Report> receive(std::chrono::milliseconds patience) = 0;
};

/// What a worker does with a message.
using Reply = std::function<std::string(std::string_view)>;

/// The question that a pool sends: evaluate this mapping.
std::string question(std::uint64_t number, const Mapping& mapping);
/// What a worker does with a question: its answer holds the evaluation, or the error that was thrown.
std::string answer(std::string_view question, const EvaluateMapping& evaluate);

/// An answer as the pool reads it.
struct Answer {
    std::uint64_t number = 0;
    std::function<Evaluation()> evaluation; ///< throws what the evaluation threw
};
Answer read_answer(const std::string& bytes);

} // namespace arsia
