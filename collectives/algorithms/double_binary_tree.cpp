// double-binary-tree (Sanders, Speck, Träff: Two-tree algorithms for full bandwidth broadcast, reduction and scan,
// 2009).
//
// An in-order binary tree over positions 0 … n−1, its root at 0: the parent of a position clears its lowest one digit
// and sets the next one (or not, if that would be beyond the end). For n = 8: 1 and 3 under 2, 5 and 7 under 6, 2 and 6
// under 4, 4 under 0. Odd positions are leaves. The second tree puts the ranks at other positions, so that (nearly)
// every rank is a leaf in one of the two; chunks take the trees in turn, and so use both directions of every rank's
// links. With one chunk there is one tree.
#include "collectives/algorithms/algorithm.h"

namespace arsia {

namespace {

std::size_t parent_of(std::size_t position, std::size_t count) {
    std::size_t digit = position & (~position + 1); // the lowest one
    std::size_t parent = (position ^ digit) | (digit << 1);
    return parent < count ? parent : position ^ digit;
}

/// Members by position: position 0 has the root.
std::vector<std::size_t> rooted_order(const Stage& stage) {
    std::size_t count = stage.size();
    std::vector<std::size_t> order = {stage.root};
    for (std::size_t position = 1; position < count; ++position) {
        std::size_t distance = position;
        if (stage.second_tree) distance = count % 2 == 0 ? 1 + position % (count - 1) : count - position;
        order.push_back(stage.after(stage.root, distance));
    }
    return order;
}

/// Members by position, for sums: any member may have the root, and the second tree gives it to another.
std::vector<std::size_t> free_order(const Stage& stage) {
    std::size_t count = stage.size();
    std::vector<std::size_t> order;
    for (std::size_t position = 0; position < count; ++position) {
        std::size_t member = position;
        if (stage.second_tree) member = count % 2 == 0 ? count - 1 - position : (position + 1) % count;
        order.push_back(member);
    }
    return order;
}

class DoubleBinaryTree : public StageAlgorithm {
public:
    void append(CollectiveOperation operation, const Stage& stage, Schedule& schedule) const override {
        if (operation == CollectiveOperation::broadcast)
            return spread(stage, stage.pieces.front(), rooted_order(stage), schedule);
        if (operation != CollectiveOperation::all_reduce) throw_no_such_stage("double-binary-tree", operation);
        StagePiece whole;
        for (const StagePiece& piece : stage.pieces) {
            whole.slices.insert(whole.slices.end(), piece.slices.begin(), piece.slices.end());
            whole.bytes += piece.bytes;
        }
        std::vector<std::size_t> order = free_order(stage);
        sum_up(stage, whole, order, schedule);
        spread(stage, whole, order, schedule);
    }

private:
    /// Children come before their parents by the value of the lowest one digit, the level in the tree.
    static void sum_up(const Stage& stage, const StagePiece& whole, const std::vector<std::size_t>& order,
                       Schedule& schedule) {
        std::size_t count = stage.size();
        for (std::size_t level = 1; level < count; level *= 2) {
            Arrivals arrivals(stage);
            for (std::size_t position = level; position < count; position += 2 * level)
                pass(stage, whole, order, position, parent_of(position, count), true, schedule, arrivals);
            arrivals.settle(schedule);
        }
    }
    static void spread(const Stage& stage, const StagePiece& whole, const std::vector<std::size_t>& order,
                       Schedule& schedule) {
        std::size_t count = stage.size(), top = 1;
        while (top < count) top *= 2;
        for (std::size_t level = top; level > 0; level /= 2) {
            Arrivals arrivals(stage);
            for (std::size_t position = level; position < count; position += 2 * level)
                pass(stage, whole, order, parent_of(position, count), position, false, schedule, arrivals);
            arrivals.settle(schedule);
        }
    }
    static void pass(const Stage& stage, const StagePiece& whole, const std::vector<std::size_t>& order,
                     std::size_t from, std::size_t to, bool sums, Schedule& schedule, Arrivals& arrivals) {
        Schedule::Message message;
        message.from = stage.members[order[from]];
        message.to = stage.members[order[to]];
        message.accumulate = sums;
        arrivals.add(order[to], schedule.send(message, whole));
    }
};

} // namespace

const StageAlgorithm& double_binary_tree_algorithm() {
    static const DoubleBinaryTree algorithm;
    return algorithm;
}

} // namespace arsia
