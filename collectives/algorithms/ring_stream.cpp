#include "collectives/algorithms/ring_stream.h"

#include <algorithm>

namespace arsia {

RingStream::RingStream(Schedule& schedule, const Stage& stage, bool accumulate, std::int32_t lag)
    : schedule_(schedule), stage_(stage), accumulate_(accumulate), lag_(lag), segments_(stage.size()) {
    const std::vector<StagePiece>& pieces = stage.pieces;
    same_size_ = std::all_of(pieces.begin(), pieces.end(),
                             [&](const StagePiece& piece) { return piece.bytes == pieces.front().bytes; });
}

Bytes RingStream::bytes(const Load& load) const { return stage_.pieces[load.piece].bytes; }

Schedule::Message RingStream::message_of(std::size_t member, Bytes bytes, std::int32_t runs) const {
    Schedule::Message message;
    message.from = stage_.members[member];
    message.to = stage_.members[stage_.after(member, 1)];
    message.bytes = bytes;
    message.accumulate = accumulate_;
    message.runs = runs;
    return message;
}

void RingStream::log(TaskId task, std::int32_t run, const Schedule::Message& message, const Load& load) {
    static const NumberSet none;
    schedule_.log(task, run, message, stage_.pieces[load.piece].slices,
                  stage_.origins.empty() ? none : stage_.origins[load.origin]);
}

void RingStream::chain() {
    for (std::size_t member = 0; member < stage_.size(); ++member) {
        for (const Segment& segment : segments_[member]) {
            if (segment.first == 0) schedule_.wait(segment.task, schedule_.ready(stage_.members[member]));
            if (accumulate_) schedule_.wait(segment.task, schedule_.ready(stage_.members[stage_.after(member, 1)]));
            chain(segment, stage_.before(member, 1));
        }
    }
}

void RingStream::chain(const Segment& segment, std::size_t before) {
    const std::vector<Segment>& sources = segments_[before];
    auto at = std::partition_point(sources.begin(), sources.end(), [&](const Segment& source) {
        return source.first + source.runs + lag_ <= segment.first;
    });
    // Runs of the segment whose load came in runs of the source.
    for (; at != sources.end() && at->first + lag_ < segment.first + segment.runs; ++at)
        schedule_.wait_each(segment.task, at->task, at->first + lag_ - segment.first);
}

void RingStream::pace(std::size_t member) {
    const Segment* previous = nullptr;
    for (const Segment& segment : segments_[member]) {
        if (segment.first > 0) schedule_.wait(segment.task, schedule_.ready(stage_.members[member]));
        if (segment.runs > 1) schedule_.wait_each(segment.task, segment.task, 1);
        if (previous) schedule_.wait(segment.task, previous->task);
        if (segment.task.valid()) previous = &segment;
    }
}

TaskId RingStream::last(std::size_t member) const {
    return segments_[member].empty() ? TaskId() : segments_[member].back().task;
}

std::vector<TaskId> RingStream::tasks(std::size_t member) const {
    std::vector<TaskId> out;
    for (const Segment& segment : segments_[member]) out.push_back(segment.task);
    return out;
}

} // namespace arsia
