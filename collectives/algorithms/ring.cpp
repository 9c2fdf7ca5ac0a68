// ring (Patarasuk and Yuan: Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009): each member
// sends to the next one only.
//
//   reduce-scatter  n − 1 runs; run k of member m carries the sum so far of slice m − 1 − k, the last brings slice m
//   all-gather      n − 1 runs; run k of member m carries piece m − k
//   all-to-all      slice after slice goes round: d runs for those d members away, d = 1 … n − 1; n(n−1)/2 in all
//   broadcast       from each to the next; chunks follow each other
//   gather          each member sends its own piece, then those that arrive, towards the root
//   scatter         the root sends the piece for the farthest member first; each hands on what is not for it
//
// Times over equal idle links, S bytes a run: runs · (set-up + S/bandwidth + latency).
#include "collectives/algorithms/algorithm.h"
#include "collectives/algorithms/ring_stream.h"

namespace arsia {

namespace {

std::int32_t runs_of(std::size_t count) { return static_cast<std::int32_t>(count); }

class Ring : public StageAlgorithm {
public:
    void append(CollectiveOperation operation, const Stage& stage, Schedule& schedule) const override {
        switch (operation) {
        case CollectiveOperation::all_reduce: reduce_scatter(stage, schedule); return all_gather(stage, schedule);
        case CollectiveOperation::reduce_scatter: return reduce_scatter(stage, schedule);
        case CollectiveOperation::all_gather: return all_gather(stage, schedule);
        case CollectiveOperation::all_to_all: return all_to_all(stage, schedule);
        case CollectiveOperation::broadcast: return broadcast(stage, schedule);
        case CollectiveOperation::gather: return gather(stage, schedule);
        case CollectiveOperation::scatter: return scatter(stage, schedule);
        case CollectiveOperation::send_receive: break;
        }
        throw_no_such_stage("ring", operation);
    }

private:
    static void reduce_scatter(const Stage& stage, Schedule& schedule) {
        RingStream stream(schedule, stage, true, 1);
        for (std::size_t member = 0; member < stage.size(); ++member)
            stream.send(member, runs_of(stage.size() - 1), [&](std::int32_t run) {
                return RingStream::Load{stage.before(member, static_cast<std::size_t>(run) + 1), 0};
            });
        stream.chain();
        // The last run brings a member its own slice, and was a sum that waited for the member's part.
        for (std::size_t member = 0; member < stage.size(); ++member) {
            TaskId brought = stream.last(stage.before(member, 1));
            if (brought.valid()) schedule.set_ready(stage.members[member], brought);
        }
    }

    static void all_gather(const Stage& stage, Schedule& schedule) {
        RingStream stream(schedule, stage, false, 1);
        for (std::size_t member = 0; member < stage.size(); ++member)
            stream.send(member, runs_of(stage.size() - 1), [&](std::int32_t run) {
                return RingStream::Load{stage.before(member, static_cast<std::size_t>(run)), 0};
            });
        stream.chain();
        settle(stage, schedule, stream);
    }

    /// A member sends a slice when it has got the one before, also where it is a new one that starts.
    static void all_to_all(const Stage& stage, Schedule& schedule) {
        bool equal = true;
        for (const StagePiece& piece : stage.pieces) equal = equal && piece.bytes == stage.pieces.front().bytes;
        if (equal && schedule.repeats()) return all_to_all_in_one(stage, schedule);

        std::vector<TaskId> had = schedule.ready();
        std::vector<std::vector<TaskId>> arrived(stage.size());
        for (std::size_t distance = 1; distance < stage.size(); ++distance) {
            RingStream stream(schedule, stage, false, 1);
            for (std::size_t member = 0; member < stage.size(); ++member)
                stream.send(member, runs_of(distance), [&](std::int32_t run) {
                    std::size_t origin = stage.before(member, static_cast<std::size_t>(run));
                    return RingStream::Load{stage.after(origin, distance), origin};
                });
            stream.chain();
            for (std::size_t member = 0; member < stage.size(); ++member) {
                TaskId brought = stream.last(stage.before(member, 1));
                if (!brought.valid()) continue;
                arrived[member].push_back(brought);
                std::size_t rank = stage.members[member];
                schedule.set_ready(rank, schedule.join({brought, had[rank]}));
            }
        }
        for (std::size_t member = 0; member < stage.size(); ++member) {
            std::size_t rank = stage.members[member];
            arrived[member].push_back(had[rank]);
            schedule.set_ready(rank, schedule.join(std::move(arrived[member])));
        }
    }

    static void all_to_all_in_one(const Stage& stage, Schedule& schedule) {
        std::vector<std::size_t> distances; // by run: of the slice that moves, and how far it has come
        std::vector<std::size_t> hops;
        if (schedule.logs())
            for (std::size_t distance = 1; distance < stage.size(); ++distance)
                for (std::size_t hop = 0; hop < distance; ++hop) {
                    distances.push_back(distance);
                    hops.push_back(hop);
                }
        RingStream stream(schedule, stage, false, 1);
        for (std::size_t member = 0; member < stage.size(); ++member)
            stream.send(member, runs_of(stage.size() * (stage.size() - 1) / 2), [&](std::int32_t run) {
                auto at = static_cast<std::size_t>(run);
                if (distances.empty()) return RingStream::Load{};
                std::size_t origin = stage.before(member, hops[at]);
                return RingStream::Load{stage.after(origin, distances[at]), origin};
            });
        stream.chain();
        settle(stage, schedule, stream);
    }

    static void broadcast(const Stage& stage, Schedule& schedule) {
        for (std::size_t distance = 0; distance + 1 < stage.size(); ++distance) {
            std::size_t from = stage.after(stage.root, distance), to = stage.after(from, 1);
            Arrivals arrivals(stage);
            Schedule::Message message;
            message.from = stage.members[from];
            message.to = stage.members[to];
            arrivals.add(to, schedule.send(message, stage.pieces.front()));
            arrivals.settle(schedule);
        }
    }

    static void gather(const Stage& stage, Schedule& schedule) {
        std::size_t n = stage.size();
        RingStream stream(schedule, stage, false, 1);
        for (std::size_t place = 1; place < n; ++place) { // 1: the member after the root, whose pieces go farthest
            std::size_t member = stage.after(stage.root, place);
            stream.send(member, runs_of(place), [&](std::int32_t run) {
                return RingStream::Load{stage.before(member, static_cast<std::size_t>(run)), 0};
            });
        }
        stream.chain();
        Arrivals arrivals(stage);
        for (TaskId task : stream.tasks(stage.before(stage.root, 1))) arrivals.add(stage.root, task);
        arrivals.settle(schedule);
    }

    static void scatter(const Stage& stage, Schedule& schedule) {
        std::size_t n = stage.size();
        RingStream stream(schedule, stage, false, 0);
        for (std::size_t place = 0; place + 1 < n; ++place)
            stream.send(stage.after(stage.root, place), runs_of(n - 1 - place), [&](std::int32_t run) {
                return RingStream::Load{stage.before(stage.root, static_cast<std::size_t>(run) + 1), 0};
            });
        stream.pace(stage.root);
        stream.chain();
        Arrivals arrivals(stage);
        for (std::size_t place = 1; place < n; ++place) {
            std::size_t member = stage.after(stage.root, place);
            arrivals.add(member, stream.last(stage.before(member, 1)));
        }
        arrivals.settle(schedule);
    }

    /// Members go on when all that the one before them sends is there.
    static void settle(const Stage& stage, Schedule& schedule, const RingStream& stream) {
        Arrivals arrivals(stage);
        for (std::size_t member = 0; member < stage.size(); ++member)
            for (TaskId task : stream.tasks(stage.before(member, 1))) arrivals.add(member, task);
        arrivals.settle(schedule);
    }
};

} // namespace

const StageAlgorithm& ring_algorithm() {
    static const Ring algorithm;
    return algorithm;
}

} // namespace arsia
