// Which tasks wait for which: counts and successors, built once a program.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/program.h"

namespace arsia {

/// Follows the dependencies of a program while it runs. A run of a task may begin when each of its incoming edges holds
/// a token; it takes one from each. An edge gets a token for every run of the task before it (or, if it waits for the
/// whole task, enough for ever with the last one).
class TaskGraph {
public:
    /// Throws InputError for a repeated task that an engine would have to run, or for edges that never get their
    /// tokens.
    void build(const Program& program);

    /// Calls `ready(task)` for each run that may begin now; takes its tokens. Once, before anything has ended.
    template <class Ready>
    void begin(Ready ready) {
        for (TaskId id : ids_of(tasks_)) start_runs(id, ready);
    }
    /// One run of the task has ended: calls `released(successor)` for each task that waited for this and runs once, and
    /// `ready(successor)` for each run that may begin now.
    template <class Released, class Ready>
    void ended(TaskId id, Released released, Ready ready) {
        bool last = ++tasks_[id].ended == tasks_[id].repeat;
        for (std::uint32_t at = tasks_[id].first_out; at != tasks_[id].last_out; ++at) {
            Out& out = outs_[at];
            if (out.whole && !last) continue;
            std::uint32_t& tokens = tokens_[out.edge];
            std::uint32_t before = tokens;
            tokens = out.whole ? for_ever : tokens + 1;
            if (before != 0) continue;
            State& after = tasks_[out.after];
            if (after.repeat == 1) released(out.after);
            if (--after.missing == 0) start_runs(out.after, ready);
        }
    }
    /// Whether no run of the task has begun, or not all.
    bool waits(TaskId id) const { return tasks_[id].begun < tasks_[id].repeat; }
    bool has_ended(TaskId id) const { return tasks_[id].ended == tasks_[id].repeat; }
    std::uint64_t runs() const { return runs_; } ///< of all tasks together

private:
    static constexpr std::uint32_t for_ever = std::numeric_limits<std::uint32_t>::max();
    struct State {
        std::uint32_t missing = 0; ///< incoming edges without a token
        std::uint32_t begun = 0, ended = 0;
        std::uint32_t repeat = 1;
        std::uint32_t first_out = 0, last_out = 0;
        std::uint32_t first_in = 0, last_in = 0; ///< repeated tasks only
    };
    struct Out {
        TaskId after;
        std::uint32_t edge;
        bool whole;
    };

    template <class Ready>
    void start_runs(TaskId id, Ready& ready) {
        State& state = tasks_[id];
        while (state.missing == 0 && state.begun < state.repeat) {
            ++state.begun;
            if (state.repeat > 1) take_tokens(state);
            ready(id);
        }
    }
    void take_tokens(State& state) {
        for (std::uint32_t at = state.first_in; at != state.last_in; ++at) {
            std::uint32_t& tokens = tokens_[ins_[at]];
            if (tokens != for_ever && --tokens == 0) ++state.missing;
        }
    }

    IdVector<TaskId, State> tasks_;
    std::vector<Out> outs_;
    std::vector<std::uint32_t> ins_;    ///< edges into repeated tasks
    std::vector<std::uint32_t> tokens_; ///< by edge
    std::uint64_t runs_ = 0;
};

} // namespace arsia
