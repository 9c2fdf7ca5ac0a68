#include "mapper/evaluation/dealt_pool.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

/// Mappings that a worker holds at most.
constexpr std::size_t most_dealt = 16;
constexpr int most_deaths = 5;
constexpr std::chrono::milliseconds patience{50};

} // namespace

DealtPool::DealtPool(std::unique_ptr<Workers> workers, Describe describe, Note note)
    : workers_(std::move(workers)), describe_(std::move(describe)), note_(std::move(note)), dealt_(workers_->count()) {}

void DealtPool::submit(std::vector<const Mapping*> mappings) {
    batches_.push_back(mappings.size());
    for (const Mapping* mapping : mappings) {
        waiting_.push_back(first_number_ + jobs_.size());
        jobs_.push_back({mapping, 0, std::nullopt});
    }
    deal();
}

void DealtPool::collect(const Take& take, const GoOn& go_on) {
    std::size_t left = batches_.front();
    batches_.pop_front();
    while (left > 0) {
        receive();
        deal(); // before anything else is done here, so that nobody waits
        for (; left > 0 && jobs_.front().answer; --left) {
            Answer answer = std::move(*jobs_.front().answer);
            jobs_.pop_front();
            ++first_number_;
            take(answer.evaluation());
            if (!go_on()) return;
        }
        if (!go_on()) return;
    }
}

void DealtPool::receive() {
    if (!jobs_.empty() && jobs_.front().answer) return;
    for (const Workers::Report& report : workers_->receive(patience)) {
        if (report.died) {
            bury(report);
            continue;
        }
        Answer answer = read_answer(report.content);
        std::deque<std::uint64_t>& held = dealt_.at(report.worker);
        if (held.empty() || held.front() != answer.number) throw std::logic_error("a worker answered out of turn");
        held.pop_front();
        job(answer.number).answer = std::move(answer);
    }
}

void DealtPool::deal() {
    std::size_t workers = dealt_.size();
    while (!waiting_.empty()) {
        auto idlest = std::min_element(dealt_.begin(), dealt_.end(),
                                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
        std::size_t fair = (waiting_.size() + 2 * workers - 1) / (2 * workers);
        if (idlest->size() >= std::min(most_dealt, fair)) return;
        std::uint64_t number = waiting_.front();
        waiting_.pop_front();
        idlest->push_back(number);
        workers_->send(static_cast<std::size_t>(idlest - dealt_.begin()), question(number, *job(number).mapping));
    }
}

void DealtPool::bury(const Workers::Report& report) {
    std::deque<std::uint64_t>& held = dealt_.at(report.worker);
    if (held.empty()) {
        note_(fmt::format("{} has ended; another takes its place", report.content));
        return;
    }
    Job& first = job(held.front());
    if (++first.deaths >= most_deaths)
        throw Error(fmt::format("{} workers in a row have died evaluating this mapping, the last: {}\n{}", most_deaths,
                                report.content, describe_(*first.mapping)),
                    2);
    note_(fmt::format("{} has died; another takes its place, and its {} evaluation{} {} done again", report.content,
                      held.size(), held.size() == 1 ? "" : "s", held.size() == 1 ? "is" : "are"));
    // Before all that waits: their results are the first that are due.
    waiting_.insert(waiting_.begin(), held.begin(), held.end());
    held.clear();
}

} // namespace arsia
