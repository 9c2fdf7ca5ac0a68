// halving-doubling (Thakur, Rabenseifner, Gropp: Optimization of collective communication operations in MPICH, 2005).
//
// reduce-scatter: log2 n exchanges with the members at distances 1, 2, 4 …; each halves what a member still sums up, so
// that most bytes go the shortest way. In the exchange at distance d a member sends the slices whose number has the
// partner's digit d, and keeps those with its own: after the last it has the slice of its own number.
// all-gather: the same backwards, at distances n/2 … 1, with all that a member has so far.
#include <fmt/format.h>

#include "collectives/algorithms/algorithm.h"

namespace arsia {

namespace {

class HalvingDoubling : public StageAlgorithm {
public:
    std::string refusal(std::size_t members) const override {
        if ((members & (members - 1)) == 0) return "";
        return fmt::format("halving-doubling needs a power of two of ranks, not {}", members);
    }

    void append(CollectiveOperation operation, const Stage& stage, Schedule& schedule) const override {
        switch (operation) {
        case CollectiveOperation::reduce_scatter: return halve(stage, schedule);
        case CollectiveOperation::all_gather: return double_up(stage, schedule);
        case CollectiveOperation::all_reduce: halve(stage, schedule); return double_up(stage, schedule);
        default: break;
        }
        throw_no_such_stage("halving-doubling", operation);
    }

private:
    static void halve(const Stage& stage, Schedule& schedule) {
        for (std::size_t distance = 1; distance < stage.size(); distance *= 2)
            exchange(stage, schedule, distance, true);
    }
    static void double_up(const Stage& stage, Schedule& schedule) {
        for (std::size_t distance = stage.size() / 2; distance > 0; distance /= 2)
            exchange(stage, schedule, distance, false);
    }

    static void exchange(const Stage& stage, Schedule& schedule, std::size_t distance, bool reduces) {
        Arrivals arrivals(stage);
        for (std::size_t member = 0; member < stage.size(); ++member) {
            std::size_t partner = member ^ distance;
            Schedule::Message message;
            message.from = stage.members[member];
            message.to = stage.members[partner];
            message.accumulate = reduces;
            // Halving sends what the partner keeps; doubling sends what it lacks: all that the member itself has.
            StagePiece piece = pieces_like(stage, reduces ? partner : member, distance);
            arrivals.add(partner, schedule.send(message, piece));
        }
        arrivals.settle(schedule, reduces);
    }

    /// All pieces whose number agrees with `member` in the digits up to that of `distance`.
    static StagePiece pieces_like(const Stage& stage, std::size_t member, std::size_t distance) {
        StagePiece out;
        std::size_t period = 2 * distance;
        for (std::size_t i = member % period; i < stage.size(); i += period) {
            const StagePiece& piece = stage.pieces[i];
            out.slices.insert(out.slices.end(), piece.slices.begin(), piece.slices.end());
            out.bytes += piece.bytes;
        }
        return out;
    }
};

} // namespace

const StageAlgorithm& halving_doubling_algorithm() {
    static const HalvingDoubling algorithm;
    return algorithm;
}

} // namespace arsia
