// Slices that flow round a ring, in few tasks.
#pragma once

#include <vector>

#include "collectives/schedule.h"

namespace arsia {

/// The messages of the members to their next ones, as runs: run k of a member carries what run k − lag of the member
/// before it brought. Runs of one size that follow each other become one repeated task; what has no bytes is left out.
/// Slices of two sizes therefore take a few tasks a member, and equal ones take one.
class RingStream {
public:
    RingStream(Schedule& schedule, const Stage& stage, bool accumulate, std::int32_t lag);

    /// What a run carries: a piece, in an all-to-all that of one member.
    struct Load {
        std::size_t piece = 0;
        std::size_t origin = 0;
    };
    /// Member `member` sends `runs` messages to the next; `load(k)` says which. In the order of the ring, once each
    /// member that sends.
    template <class LoadAt>
    void send(std::size_t member, std::int32_t runs, LoadAt load) {
        std::vector<Segment>& segments = segments_[member];
        if (same_size_ && schedule_.repeats()) {
            segments = {{0, runs, {}}};
        } else {
            for (std::int32_t run = 0; run < runs; ++run)
                if (segments.empty() || !schedule_.repeats() || bytes(load(run)) != bytes(load(run - 1)))
                    segments.push_back({run, 1, {}});
                else
                    ++segments.back().runs;
        }
        for (Segment& segment : segments) {
            if (segment.runs == 0) continue;
            Schedule::Message message = message_of(member, bytes(load(segment.first)), segment.runs);
            segment.task = schedule_.add(message);
            if (!segment.task.valid() || !schedule_.logs()) continue;
            for (std::int32_t run = 0; run < segment.runs; ++run)
                log(segment.task, run, message, load(segment.first + run));
        }
    }

    /// Ties the runs to those of the members before: all must have been sent. First runs wait until their member is
    /// ready; sums also wait for the one that receives them.
    void chain();
    /// All that a member sends is its own: run k waits for its run k − 1, one message after the other.
    void pace(std::size_t member);

    /// The task with the last run of a member; invalid if that has no bytes.
    TaskId last(std::size_t member) const;
    std::vector<TaskId> tasks(std::size_t member) const;

private:
    struct Segment {
        std::int32_t first, runs;
        TaskId task;
    };
    Bytes bytes(const Load& load) const;
    Schedule::Message message_of(std::size_t member, Bytes bytes, std::int32_t runs) const;
    void log(TaskId task, std::int32_t run, const Schedule::Message& message, const Load& load);
    void chain(const Segment& segment, std::size_t before);

    Schedule& schedule_;
    const Stage& stage_;
    bool accumulate_;
    std::int32_t lag_;
    bool same_size_;
    std::vector<std::vector<Segment>> segments_; ///< by member
};

} // namespace arsia
