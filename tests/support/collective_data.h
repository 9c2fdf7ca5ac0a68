// Carries out a collective's program on sets of contributions instead of bytes, in any order that its dependencies
// allow.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collectives/collective.h"

namespace arsia::testing {

/// How often each rank's contribution is in a piece of data.
using Contributions = std::map<std::size_t, int>;
/// (lane, slice, rank that it is of, 0 but for an all-to-all)
using DataKey = std::array<std::size_t, 3>;

class CollectiveData {
public:
    /// `next(n)` picks one of n things that could happen next.
    using Choice = std::function<std::size_t(std::size_t)>;

    CollectiveData(const Platform& platform, CollectiveSpec what, Choice choice)
        : spec_(std::move(what)), choice_(std::move(choice)), memory_(spec_.ranks.size()) {
        for (std::size_t rank = 0; rank < ranks(); ++rank) before_.push_back(program_.add({TaskKind::join}));
        after_ = append_collective(program_, platform, spec_, before_, &log_);
        for (const Move& move : log_.moves) moves_[{move.task.value(), move.run}] = &move;
    }

    const Program& program() const { return program_; }
    const MoveLog& log() const { return log_; }
    Bytes bytes_moved() const {
        Bytes sum = 0;
        for (const Task& task : program_.tasks()) sum += task.bytes * task.repeat;
        return sum;
    }

    /// What went wrong; empty if all is well.
    std::string run() {
        std::size_t tasks = program_.tasks().size();
        started_.assign(tasks, 0);
        ended_.assign(tasks, 0);
        flying_.assign(tasks, {});
        for (std::size_t steps = 0; problem_.empty(); ++steps) {
            std::vector<std::pair<TaskId, bool>> possible; // task, whether a run of it ends
            for (TaskId task : ids_of(program_.tasks())) {
                if (may_start(task)) possible.emplace_back(task, false);
                if (!flying_[task.value()].empty()) possible.emplace_back(task, true);
            }
            if (possible.empty()) break;
            auto [task, ends] = possible[choice_(possible.size())];
            ends ? end(task) : start(task);
        }
        for (TaskId task : ids_of(program_.tasks()))
            if (problem_.empty() && ended_[task.value()] < program_.task(task).repeat)
                problem_ = fmt::format("task {} never ends", task.value());
        for (std::size_t rank = 0; rank < ranks() && problem_.empty(); ++rank) check_result(rank);
        return problem_;
    }

private:
    using Snapshot = std::vector<std::pair<DataKey, Contributions>>;

    std::size_t ranks() const { return spec_.ranks.size(); }

    bool may_start(TaskId id) const {
        int run = started_[id.value()];
        if (run >= program_.task(id).repeat) return false;
        for (const Program::Edge& edge : program_.edges()) {
            if (edge.after != id) continue;
            int ended = ended_[edge.before.value()];
            if (edge.delay == Program::Edge::whole ? ended < program_.task(edge.before).repeat
                                                   : ended < run - edge.delay + 1)
                return false;
        }
        return true;
    }

    void start(TaskId id) {
        int run = started_[id.value()]++;
        Snapshot snapshot;
        auto found = moves_.find({id.value(), run});
        if (found == moves_.end()) {
            if (program_.task(id).bytes > 0)
                problem_ = fmt::format("run {} of task {} carries nothing", run, id.value());
        } else {
            const Move& move = *found->second;
            Bytes bytes = 0;
            for (const DataKey& key : keys_of(move)) {
                bytes += log_.slice_bytes[key[0]][key[1]];
                auto there = memory_[move.from].find(key);
                if (there == memory_[move.from].end())
                    problem_ = fmt::format("rank {} sends slice {} before it has it", move.from, key[1]);
                else
                    snapshot.push_back(*there);
            }
            if (bytes != program_.task(id).bytes)
                problem_ = fmt::format("task {} moves {} bytes, its slices have {}", id.value(),
                                       program_.task(id).bytes, bytes);
        }
        flying_[id.value()].push_back(snapshot);
    }

    void end(TaskId id) {
        int run = ended_[id.value()]++;
        Snapshot snapshot = flying_[id.value()].front();
        flying_[id.value()].erase(flying_[id.value()].begin());
        if (auto found = moves_.find({id.value(), run}); found != moves_.end()) {
            auto& memory = memory_[found->second->to];
            for (auto& [key, data] : snapshot)
                if (!found->second->accumulate)
                    memory[key] = data;
                else
                    for (auto [rank, times] : data) memory[key][rank] += times;
        }
        for (std::size_t rank = 0; rank < ranks(); ++rank) {
            if (before_[rank] == id) put_own_data(rank);
            bool complete = after_[rank] == id && ended_[id.value()] == program_.task(id).repeat;
            if (complete) check_result(rank);
        }
    }

    std::vector<DataKey> keys_of(const Move& move) const {
        std::vector<DataKey> keys;
        for (std::size_t slice : move.slices) {
            if (log_.slice_bytes[move.lane][slice] == 0) continue; // nobody has sent what is empty
            if (move.origins.empty()) keys.push_back({move.lane, slice, 0});
            for (std::size_t origin : move.origins) keys.push_back({move.lane, slice, origin});
        }
        return keys;
    }

    /// Overwrites: what was added to it before it was there is lost, and found missing at the end.
    void put_own_data(std::size_t rank) {
        for (std::size_t lane = 0; lane < log_.slice_bytes.size(); ++lane)
            for (std::size_t slice = 0; slice < log_.slice_bytes[lane].size(); ++slice) {
                bool root = rank == spec_.root;
                bool has = true;
                std::size_t origin = 0;
                switch (spec_.operation) {
                case CollectiveOperation::all_reduce:
                case CollectiveOperation::reduce_scatter: break;
                case CollectiveOperation::all_to_all: origin = rank; break;
                case CollectiveOperation::broadcast:
                case CollectiveOperation::scatter: has = root; break;
                default: has = slice == rank;
                }
                if (has) memory_[rank][{lane, slice, origin}] = {{rank, 1}};
            }
    }

    /// What the slice must have become at the rank; nothing: does not matter.
    std::optional<Contributions> wanted(std::size_t rank, std::size_t slice, std::size_t origin) const {
        Contributions all;
        for (std::size_t other = 0; other < ranks(); ++other) all[other] = 1;
        switch (spec_.operation) {
        case CollectiveOperation::all_reduce: return all;
        case CollectiveOperation::reduce_scatter: return slice == rank ? std::optional(all) : std::nullopt;
        case CollectiveOperation::all_gather: return Contributions{{slice, 1}};
        case CollectiveOperation::all_to_all:
            return slice == rank ? std::optional(Contributions{{origin, 1}}) : std::nullopt;
        case CollectiveOperation::broadcast: return Contributions{{spec_.root, 1}};
        case CollectiveOperation::gather:
            return rank == spec_.root ? std::optional(Contributions{{slice, 1}}) : std::nullopt;
        case CollectiveOperation::scatter:
            return slice == rank ? std::optional(Contributions{{spec_.root, 1}}) : std::nullopt;
        case CollectiveOperation::send_receive: break;
        }
        auto sends = [&](std::pair<std::size_t, std::size_t> pair) { return pair == std::pair(slice, rank); };
        bool comes = spec_.pairs.empty() ? (slice + 1) % ranks() == rank
                                         : std::any_of(spec_.pairs.begin(), spec_.pairs.end(), sends);
        return comes ? std::optional(Contributions{{slice, 1}}) : std::nullopt;
    }

    void check_result(std::size_t rank) {
        bool exchanges = spec_.operation == CollectiveOperation::all_to_all;
        for (std::size_t lane = 0; lane < log_.slice_bytes.size(); ++lane)
            for (std::size_t slice = 0; slice < log_.slice_bytes[lane].size(); ++slice)
                for (std::size_t origin = 0; origin < (exchanges ? ranks() : 1); ++origin) {
                    std::optional<Contributions> want = wanted(rank, slice, origin);
                    if (!want || log_.slice_bytes[lane][slice] == 0) continue;
                    auto found = memory_[rank].find({lane, slice, origin});
                    if (found == memory_[rank].end() || found->second != *want)
                        problem_ =
                            fmt::format("lane {}: slice {} of {} is not right at rank {}", lane, slice, origin, rank);
                }
    }

    CollectiveSpec spec_;
    Choice choice_;
    Program program_;
    MoveLog log_;
    std::vector<TaskId> before_, after_;
    std::map<std::pair<std::uint32_t, int>, const Move*> moves_;
    std::vector<std::map<DataKey, Contributions>> memory_; ///< by rank
    std::vector<int> started_, ended_;
    std::vector<std::vector<Snapshot>> flying_; ///< by task: runs that have started
    std::string problem_;
};

} // namespace arsia::testing
