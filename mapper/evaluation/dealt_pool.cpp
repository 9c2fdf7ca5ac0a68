#include "mapper/evaluation/dealt_pool.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

/// Mappings that a worker holds at once: one to work at, the others so that it never waits for the next.
constexpr std::size_t most_dealt = 4;
constexpr int most_deaths = 5;
constexpr std::chrono::milliseconds patience{50};

} // namespace

DealtPool::DealtPool(std::unique_ptr<Workers> workers, Describe describe, Note note)
    : workers_(std::move(workers)), describe_(std::move(describe)), note_(std::move(note)) {}

void DealtPool::evaluate(const std::vector<const Mapping*>& mappings, const Take& take, const GoOn& go_on) {
    first_number_ += jobs_.size();
    jobs_.clear();
    waiting_.clear();
    dealt_.assign(workers_->count(), {});
    for (const Mapping* mapping : mappings) {
        waiting_.push_back(jobs_.size());
        jobs_.push_back({mapping, 0, std::nullopt});
    }
    for (std::size_t taken = 0; taken < jobs_.size();) {
        deal();
        for (const Workers::Report& report : workers_->receive(patience)) {
            if (report.died) {
                bury(report);
                continue;
            }
            Answer given = read_answer(report.content);
            if (given.number < first_number_) continue;
            std::deque<std::size_t>& held = dealt_.at(report.worker);
            std::size_t job = given.number - first_number_;
            if (held.empty() || held.front() != job) throw std::logic_error("a worker answered out of turn");
            held.pop_front();
            jobs_[job].answer = std::move(given);
        }
        deal(); // before anything else is done here, so that nobody waits
        for (; taken < jobs_.size() && jobs_[taken].answer; ++taken) {
            take(jobs_[taken].answer->evaluation());
            if (!go_on()) return;
        }
        if (!go_on()) return;
    }
}

void DealtPool::deal() {
    std::size_t workers = workers_->count();
    for (std::size_t round = 0; round < most_dealt && !waiting_.empty(); ++round) {
        for (std::size_t worker = 0; worker < workers && !waiting_.empty(); ++worker) {
            std::size_t fair = (waiting_.size() + 2 * workers - 1) / (2 * workers);
            if (dealt_[worker].size() > round || dealt_[worker].size() >= std::min(most_dealt, fair)) continue;
            std::size_t job = waiting_.front();
            waiting_.pop_front();
            dealt_[worker].push_back(job);
            workers_->send(worker, question(first_number_ + job, *jobs_[job].mapping));
        }
    }
}

void DealtPool::bury(const Workers::Report& report) {
    std::deque<std::size_t>& held = dealt_.at(report.worker);
    if (held.empty()) {
        note_(fmt::format("{} has ended; another takes its place", report.content));
        return;
    }
    Job& first = jobs_[held.front()];
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
