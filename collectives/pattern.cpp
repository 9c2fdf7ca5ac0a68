#include "collectives/pattern.h"

#include <algorithm>
#include <numeric>

namespace arsia {

namespace {

/// The tasks of a program that is one collective, in an order in which none waits for a later one.
class Recording {
public:
    Recording(const Platform& platform, const CollectiveSpec& spec) : ranks_(spec.ranks.size()) {
        std::vector<TaskId> before;
        for (std::size_t rank = 0; rank < ranks_; ++rank) before.push_back(program_.add({TaskKind::join}));
        ends_ = append_collective(program_, platform, spec, before, &log_);
        std::size_t tasks = program_.tasks().size();
        waits_.resize(tasks);
        users_.assign(tasks, 0);
        moves_.assign(tasks, nullptr);
        for (const Program::Edge& edge : program_.edges()) {
            waits_[edge.after.value()].push_back(edge.before);
            ++users_[edge.before.value()];
        }
        for (const Move& move : log_.moves) moves_[move.task.value()] = &move;
        find_depths();
        sort();
    }

    const Task& task(TaskId id) const { return program_.task(id); }
    const Move& move(TaskId id) const { return *moves_[id.value()]; }
    bool is_join(TaskId id) const { return task(id).kind == TaskKind::join; }
    const std::vector<TaskId>& waits(TaskId id) const { return waits_[id.value()]; }
    std::uint32_t depth(TaskId id) const { return depths_[id.value()]; }
    /// Steps of the pattern in order. A join that only tells when a rank is done is none.
    const std::vector<TaskId>& steps() const { return steps_; }
    /// What a rank is done with: in place of a join, what that waits for.
    std::vector<TaskId> ends(std::size_t rank) const {
        TaskId end = ends_[rank];
        return is_last_join(end) ? waits(end) : std::vector<TaskId>{end};
    }
    std::size_t lanes() const { return log_.slice_bytes.size(); }
    std::size_t tasks() const { return waits_.size(); }

private:
    bool is_before(TaskId id) const { return id.value() < ranks_; }
    bool is_last_join(TaskId id) const { return !is_before(id) && is_join(id) && users_[id.value()] == 0; }

    void find_depths() {
        depths_.assign(waits_.size(), 0);
        std::vector<TaskId> open;
        std::vector<std::size_t> missing(waits_.size());
        std::vector<std::vector<TaskId>> after(waits_.size());
        for (TaskId id : ids_of(program_.tasks())) {
            missing[id.value()] = waits(id).size();
            for (TaskId wait : waits(id)) after[wait.value()].push_back(id);
            if (waits(id).empty()) open.push_back(id);
        }
        while (!open.empty()) {
            TaskId id = open.back();
            open.pop_back();
            for (TaskId next : after[id.value()]) {
                std::uint32_t own = is_join(id) ? 0 : 1;
                depths_[next.value()] = std::max(depths_[next.value()], depths_[id.value()] + own);
                if (--missing[next.value()] == 0) open.push_back(next);
            }
        }
    }

    /// By depth; at one depth joins come first, which are waited for by messages of the same depth.
    void sort() {
        for (std::size_t id = ranks_; id < waits_.size(); ++id)
            if (!is_last_join(TaskId(id))) steps_.push_back(TaskId(id));
        std::stable_sort(steps_.begin(), steps_.end(), [&](TaskId a, TaskId b) {
            return depth(a) != depth(b) ? depth(a) < depth(b) : is_join(a) && !is_join(b);
        });
    }

    std::size_t ranks_;
    Program program_;
    MoveLog log_;
    std::vector<TaskId> ends_, steps_;
    std::vector<std::vector<TaskId>> waits_;
    std::vector<std::uint32_t> users_, depths_;
    std::vector<const Move*> moves_;
};

/// One chunk, as many bytes a slice as it takes lanes to have one each, every message a task.
CollectiveSpec plain(CollectiveSpec spec) {
    constexpr Bytes most_lanes = 2;
    spec.slices.assign(spec.ranks.size(), most_lanes);
    spec.chunks = 1;
    spec.repeats = false;
    spec.completion = false;
    return spec;
}

} // namespace

CollectivePattern::CollectivePattern(const Platform& platform, CollectiveSpec spec) : ranks_(spec.ranks.size()) {
    Recording recording(platform, plain(std::move(spec)));
    lanes_ = recording.lanes();
    std::vector<std::uint32_t> number(recording.tasks()); // as something that is waited for
    std::iota(number.begin(), number.begin() + static_cast<std::ptrdiff_t>(ranks_), 0U);
    for (TaskId id : recording.steps()) {
        number[id.value()] = static_cast<std::uint32_t>(ranks_ + steps_.size());
        Step step;
        step.join = recording.is_join(id);
        step.depth = recording.depth(id);
        step.first_wait = static_cast<std::uint32_t>(waits_.size());
        for (TaskId wait : recording.waits(id)) waits_.push_back(number[wait.value()]);
        step.waits = static_cast<std::uint32_t>(recording.waits(id).size());
        step.first_piece = static_cast<std::uint32_t>(pieces_.size());
        if (!step.join) {
            const Move& move = recording.move(id);
            step.from = static_cast<std::uint32_t>(move.from);
            step.to = static_cast<std::uint32_t>(move.to);
            step.accumulate = move.accumulate;
            step.order = recording.task(id).priority;
            for (std::uint32_t slice : move.slices)
                pieces_.push_back(static_cast<std::uint32_t>(move.lane * ranks_) + slice);
            step.pieces = static_cast<std::uint32_t>(move.slices.size());
        }
        steps_.push_back(step);
    }
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
        first_end_.push_back(static_cast<std::uint32_t>(ends_.size()));
        for (TaskId end : recording.ends(rank)) ends_.push_back(number[end.value()]);
    }
    first_end_.push_back(static_cast<std::uint32_t>(ends_.size()));
}

void CollectivePattern::append(Program& program, const Task& like, const std::vector<NodeId>& nodes,
                               const std::vector<Bytes>& bytes, const std::vector<TaskId>& before,
                               std::vector<TaskId>& tasks) const {
    tasks.clear();
    Task message = like, join;
    message.kind = TaskKind::transfer;
    join.op = like.op;
    for (const Step& step : steps_) {
        if (!step.join) {
            message.bytes = 0;
            for (const std::uint32_t* piece = begin(step); piece != end(step); ++piece) message.bytes += bytes[*piece];
            if (message.bytes == 0) {
                tasks.push_back(TaskId());
                continue;
            }
            message.node = nodes[step.from];
            message.destination = nodes[step.to];
            message.accumulate = step.accumulate;
            message.priority = like.priority + step.order;
        }
        TaskId id = program.add(step.join ? join : message);
        for (std::uint32_t i = step.first_wait; i < step.first_wait + step.waits; ++i)
            if (TaskId wait = resolve(waits_[i], before, tasks); wait.valid()) program.depend(id, wait);
        tasks.push_back(id);
    }
}

} // namespace arsia
