// direct: everybody sends to everybody else at once. One step of latency; the network sorts it out.
#include "collectives/algorithms/algorithm.h"

namespace arsia {

namespace {

class Direct : public StageAlgorithm {
public:
    void append(CollectiveOperation operation, const Stage& stage, Schedule& schedule) const override {
        switch (operation) {
        case CollectiveOperation::reduce_scatter: return exchange(operation, stage, schedule);
        case CollectiveOperation::all_gather: return exchange(operation, stage, schedule);
        case CollectiveOperation::all_to_all: return exchange(operation, stage, schedule);
        case CollectiveOperation::all_reduce:
            exchange(CollectiveOperation::reduce_scatter, stage, schedule);
            return exchange(CollectiveOperation::all_gather, stage, schedule);
        case CollectiveOperation::broadcast:
        case CollectiveOperation::scatter: return from_root(operation, stage, schedule);
        case CollectiveOperation::gather: return to_root(stage, schedule);
        case CollectiveOperation::send_receive: break;
        }
        throw_no_such_stage("direct", operation);
    }

private:
    /// A member sends to the next one first, then to the one after it: at no moment do all send to the same.
    static void exchange(CollectiveOperation operation, const Stage& stage, Schedule& schedule) {
        bool reduces = operation == CollectiveOperation::reduce_scatter;
        bool own = operation == CollectiveOperation::all_gather; // its own piece goes to all
        Arrivals arrivals(stage);
        for (std::size_t distance = 1; distance < stage.size(); ++distance)
            for (std::size_t member = 0; member < stage.size(); ++member) {
                std::size_t to = stage.after(member, distance);
                Schedule::Message message = message_of(stage, member, to, distance);
                message.accumulate = reduces;
                const StagePiece& piece = stage.pieces[own ? member : to];
                bool exchanges = operation == CollectiveOperation::all_to_all;
                arrivals.add(to, schedule.send(message, piece, exchanges ? stage.origins[member] : NumberSet()));
            }
        arrivals.settle(schedule, reduces);
    }

    static void from_root(CollectiveOperation operation, const Stage& stage, Schedule& schedule) {
        Arrivals arrivals(stage);
        for (std::size_t distance = 1; distance < stage.size(); ++distance) {
            std::size_t to = stage.after(stage.root, distance);
            const StagePiece& piece = stage.pieces[operation == CollectiveOperation::broadcast ? 0 : to];
            arrivals.add(to, schedule.send(message_of(stage, stage.root, to, distance), piece));
        }
        arrivals.settle(schedule);
    }

    static void to_root(const Stage& stage, Schedule& schedule) {
        Arrivals arrivals(stage);
        for (std::size_t distance = 1; distance < stage.size(); ++distance) {
            std::size_t from = stage.before(stage.root, distance);
            arrivals.add(stage.root, schedule.send(message_of(stage, from, stage.root, distance), stage.pieces[from]));
        }
        arrivals.settle(schedule);
    }

    static Schedule::Message message_of(const Stage& stage, std::size_t from, std::size_t to, std::size_t distance) {
        Schedule::Message message;
        message.from = stage.members[from];
        message.to = stage.members[to];
        message.order = static_cast<std::int32_t>(distance);
        return message;
    }
};

} // namespace

const StageAlgorithm& direct_algorithm() {
    static const Direct algorithm;
    return algorithm;
}

} // namespace arsia
